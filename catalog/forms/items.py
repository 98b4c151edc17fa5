"""The form of a service item: its facts and, each in a form of its own, its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from accounts.selectors import grades, skills
from catalog.flow_names import flow_names
from catalog.forms.fields import LinesField, MaterialsField, PhotosField, YuanField
from catalog.models import ServiceItem
from catalog.pack_shapes import LONGEST_ADDRESS, PackItem, PackStep, SkillNeed
from catalog.selectors import industry_choices, material_codes
from network.order_types import ORDER_TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import Promise

    from catalog.item_body import ItemBody

EMPTY_STEPS = 2
MOST_STEPS = 40


USUAL_WARRANTY_DAYS = 30


class ItemForm(forms.Form):
    """The facts of an item; the code is given once."""

    code = forms.RegexField(
        r"^[A-Z0-9][A-Z0-9-]*$",
        label=_("Code"),
        max_length=30,
        help_text=_("Capital letters, digits and hyphens; cannot be changed later"),
    )
    industry = forms.ChoiceField(
        label=_("Industry"), help_text=_("Settlement rules are published per industry")
    )
    name = forms.CharField(label=_("Name"), max_length=80)
    category = forms.CharField(label=_("Category"), max_length=30)
    unit = forms.CharField(label=_("Unit of measure"), max_length=10)
    order_type = forms.ChoiceField(
        label=_("Order type"),
        required=False,
        help_text=_("Left open, the flow decides, and else the region of the site"),
    )
    flow = forms.ChoiceField(
        label=_("Flow"), required=False, help_text=_("Left open, that of the order type")
    )
    list_price = YuanField(
        label=_("List price in yuan"), help_text=_("The customer's price for one unit")
    )
    warranty_days = forms.IntegerField(
        label=_("Warranty in days"),
        required=False,
        min_value=0,
        max_value=3650,
        help_text=_("The same job there again within these days is rework; 0: never"),
    )
    certificates = LinesField(
        label=_("Certificates needed"), help_text=_("One code per line, such as CERT-LV")
    )
    hints = LinesField(label=_("Hints for the installer"), help_text=_("One per line"), rows=3)

    def __init__(self, *args: Any, item: ServiceItem | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if item is not None:
            del self.fields["code"], self.fields["industry"]
        else:
            self.fields["industry"] = forms.ChoiceField(
                label=_("Industry"),
                choices=industry_choices(),
                help_text=_("Settlement rules are published per industry"),
            )
        self.fields["order_type"] = _chosen(self.fields["order_type"], _("Left open"), ORDER_TYPES)
        # A flow that is published no more stays visible: what is refused can be seen and changed.
        own = str(self.initial.get("flow") or "")
        flows = flow_names() if not own else {own: own} | flow_names()
        self.fields["flow"] = _chosen(self.fields["flow"], _("As the order type"), flows)
        self._skills = list(skills())
        ranks = [("", "—"), *((str(each.rank), each.name) for each in grades())]
        for skill in self._skills:
            self.fields[f"skill_{skill.code}"] = forms.ChoiceField(
                label=skill.name, required=False, choices=ranks
            )

    def clean_code(self) -> str:
        """Given once."""
        code: str = self.cleaned_data["code"]
        if ServiceItem.objects.filter(code=code).exists():
            raise ValidationError(_("Another item has this code"), code="item.code")
        return code

    def facts(self) -> list[forms.BoundField]:
        """Fields that are no skills."""
        return [bound for bound in self if not bound.name.startswith("skill_")]

    def skill_fields(self) -> list[forms.BoundField]:
        """One choice of the least grade per trade."""
        return [self[f"skill_{skill.code}"] for skill in self._skills]

    def needs(self) -> tuple[SkillNeed, ...]:
        """Return the trades a valid form asks for."""
        ranks = {each.code: self.cleaned_data[f"skill_{each.code}"] for each in self._skills}
        return tuple(SkillNeed(code, int(rank)) for code, rank in ranks.items() if rank)


class StepForm(forms.Form):
    """One step; an empty name leaves it out."""

    place = forms.IntegerField(label=_("Place"), required=False, min_value=1, max_value=99)
    name = forms.CharField(label=_("Step"), max_length=60, required=False)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=1440, required=False)
    required = forms.BooleanField(label=_("Must be done"), required=False, initial=True)
    instruction = forms.CharField(
        label=_("Instruction"), required=False, max_length=500, widget=forms.Textarea({"rows": 2})
    )
    video = forms.URLField(
        label=_("Video"),
        required=False,
        max_length=LONGEST_ADDRESS,
        assume_scheme="https",
        validators=[URLValidator(schemes=["https"])],
        help_text=_("An https address; the phone opens it when it is tapped, never by itself"),
    )
    photos = PhotosField(label=_("Photos"), help_text=_("Name × count | what it shows"))
    materials = MaterialsField(
        label=_("Materials"), help_text=_("Code and quantity; only the code: measured on site")
    )
    safety = LinesField(label=_("Safety"), help_text=_("One rule per line"))

    def __init__(self, *args: Any, known_materials: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        materials = self.fields["materials"]
        assert isinstance(materials, MaterialsField)  # noqa: S101  (tells the type checker)
        materials.known = known_materials

    def clean(self) -> dict[str, Any]:
        """A named step says how long it takes; a step without a name is empty."""
        given = super().clean() or {}
        if given.get("name") and not given.get("minutes") and "minutes" not in self.errors:
            self.add_error("minutes", ValidationError(_("Say how many minutes it takes")))
        if not given.get("name") and any(
            given.get(key)
            for key in ("minutes", "instruction", "video", "photos", "materials", "safety")
        ):
            self.add_error("name", ValidationError(_("Give the step a name, or empty it wholly")))
        return given


class _Steps(forms.BaseFormSet):  # type: ignore[type-arg]  # not generic at run time
    def clean(self) -> None:
        """At least one step."""
        if not any(self.errors) and not any(
            form.cleaned_data.get("name") for form in self.forms if hasattr(form, "cleaned_data")
        ):
            raise ValidationError(_("An item needs at least one step"), code="item.steps")

    def ordered(self) -> list[dict[str, Any]]:
        """Return the named steps in the order of their places."""
        named = [form.cleaned_data for form in self.forms if form.cleaned_data.get("name")]
        return sorted(named, key=lambda given: given.get("place") or MOST_STEPS + 60)


StepFormSet = forms.formset_factory(
    StepForm, formset=_Steps, extra=EMPTY_STEPS, max_num=MOST_STEPS, absolute_max=MOST_STEPS
)


class ItemEditor:
    """The facts and steps of an item as one form with one answer."""

    def __init__(
        self, given: Mapping[str, Any] | None, *, item: ServiceItem | None, body: ItemBody | None
    ) -> None:
        self.item = item
        self.body = body
        self.facts = ItemForm(given, item=item, initial=_first(item, body))
        self.steps: Any = StepFormSet(
            given,
            prefix="steps",
            initial=_steps(body) if body else [],
            form_kwargs={"known_materials": material_codes()},
        )

    def is_valid(self) -> bool:
        """Whether both parts are; both are always asked, so that all errors show at once."""
        facts, steps = self.facts.is_valid(), self.steps.is_valid()
        return bool(facts and steps)

    @property
    def warranty_days(self) -> int | None:
        """Return the warranty a valid form gives; None leaves it as it is."""
        days: int | None = self.facts.cleaned_data["warranty_days"]
        return days

    def item_body(self) -> PackItem:
        """Return what a valid form describes."""
        given = self.facts.cleaned_data
        return PackItem(
            code=self.item.code if self.item else given["code"],
            name=given["name"],
            category=given["category"],
            unit=given["unit"],
            flow=given["flow"],
            list_price_fen=given["list_price"],
            skills=self.facts.needs(),
            certificates=given["certificates"],
            hints=given["hints"],
            steps=tuple(_step(at, row) for at, row in enumerate(self.steps.ordered(), start=1)),
            order_type=given["order_type"],
        )


def _chosen(
    field: forms.Field, empty: str | Promise, names: Mapping[str, str | Promise]
) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=field.label,
        required=False,
        choices=[("", empty), *names.items()],
        help_text=field.help_text,
    )


def _first(item: ServiceItem | None, body: ItemBody | None) -> dict[str, Any]:
    warranty = {"warranty_days": item.warranty_days if item else USUAL_WARRANTY_DAYS}
    return warranty | (_facts(body) if body else {})


def _step(seq: int, row: dict[str, Any]) -> PackStep:
    return PackStep(
        seq=seq,
        name=row["name"],
        minutes=row["minutes"],
        required=row["required"],
        instruction=row["instruction"],
        photos=row["photos"],
        materials=row["materials"],
        safety=row["safety"],
        video=row["video"],
    )


def _facts(body: ItemBody) -> dict[str, Any]:
    return {
        "name": body.name,
        "category": body.category,
        "unit": body.unit,
        "flow": body.flow,
        "order_type": body.order_type,
        "list_price": body.list_price_fen,
        "certificates": body.certificates,
        "hints": body.hints,
        **{f"skill_{need.skill}": str(need.rank) for need in body.skills},
    }


def _steps(body: ItemBody) -> list[dict[str, Any]]:
    return [
        {
            "place": step.seq,
            "name": step.name,
            "minutes": step.minutes,
            "required": step.required,
            "instruction": step.instruction,
            "video": step.video,
            "photos": step.photos,
            "materials": step.materials,
            "safety": step.safety,
        }
        for step in body.steps
    ]
