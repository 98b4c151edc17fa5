"""The form of a service item: its facts and, each in a form of its own, its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.selectors import grades, skills
from catalog.flow_names import flow_names
from catalog.forms.fields import LinesField, YuanField
from catalog.forms.steps import StepFormSet
from catalog.models import ServiceItem
from catalog.pack_shapes import PackItem, PackStep, SkillNeed
from catalog.selectors import industry_choices, material_codes
from catalog.videos import own_name, own_number
from common.refusals import refused_at
from network.order_types import ORDER_TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.utils.functional import Promise

    from catalog.item_body import ItemBody
    from catalog.models import StepVideo


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


class ItemEditor:
    """The facts and steps of an item as one form with one answer."""

    def __init__(
        self, given: QueryDict | None, *, item: ServiceItem | None, body: ItemBody | None
    ) -> None:
        self.item = item
        self.body = body
        self.given = QueryDict(mutable=True) if given is None else given.copy()
        given = None if given is None else self.given
        self.facts = ItemForm(given, item=item, initial=_first(item, body))
        self.steps: Any = StepFormSet(
            given,
            prefix="steps",
            initial=_steps(body) if body else [],
            form_kwargs={"known_materials": material_codes()},
        )

    def take_videos(self, files: Mapping[str, Any], keep: Callable[..., StepVideo]) -> None:
        """Let `keep` store the videos that came along; what it refuses is said at the step."""
        for at, form in enumerate(self.steps.forms):
            upload = files.get(f"steps-{at}-upload")
            if upload is not None:
                with refused_at(form, "upload"):
                    self.given[f"steps-{at}-own"] = own_name(keep(upload=upload))

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


def _video(kept: str) -> dict[str, str]:
    return {"video": kept, "own": ""} if own_number(kept) is None else {"video": "", "own": kept}


def _steps(body: ItemBody) -> list[dict[str, Any]]:
    return [
        {
            "place": step.seq,
            "name": step.name,
            "minutes": step.minutes,
            "required": step.required,
            "instruction": step.instruction,
            **_video(step.video),
            "photos": step.photos,
            "materials": step.materials,
            "safety": step.safety,
        }
        for step in body.steps
    ]
