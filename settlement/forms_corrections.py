"""What finance corrects on one settled order: a fact, or who did what; each is a proposal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Installer
from settlement.forms_currencies import PaymentForm
from settlement.recompute.crew import corrected_crew
from settlement.recompute.facts import correctable, corrected_facts
from settlement.recompute.payment import corrected_payment
from workorders.crew import finished_steps, people_of
from workorders.forms.shares import SharesForm
from workorders.guards import body_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import Promise

    from settlement.models import Settlement
    from workorders.models import WorkOrder

_STEP, _NOBODY = "step_", "0"


class CorrectionForm(forms.Form):
    """Where a correction is known from and why it is made; each kind says what is right."""

    title: Promise
    explanation: Promise
    in_columns = False

    source = forms.CharField(
        label=_("Known from"), max_length=80, help_text=_("The payees read it too")
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=200, widget=forms.Textarea({"rows": 2, "maxlength": 200}),
        help_text=_("The payees read it too"),
    )  # fmt: skip


class FactForm(CorrectionForm):
    """One corrected fact of a settled order."""

    title = _("Correct a fact")
    explanation = _(
        "The order is computed again with the right value and by the same rules. Nothing is posted"
        " before a second person approves the difference."
    )

    kind = forms.ChoiceField(label=_("Fact"))
    value = forms.CharField(
        label=_("Right value"),
        max_length=10,
        help_text=_("yes or no; a number for floor and days; metres by road for the distance"),
    )
    field_order = ("kind", "value", "source", "reason")

    def __init__(self, data: Mapping[str, Any] | None = None, *, settlement: Settlement) -> None:
        super().__init__(data)
        self.fields["kind"].choices = correctable()  # type: ignore[attr-defined]  # a choice field

    def asked(self) -> dict[str, Any]:
        """Return the fact with its right value."""
        typed = self.cleaned_data
        return corrected_facts(kind=typed["kind"], value=typed["value"], source=typed["source"])


class CrewForm(SharesForm, CorrectionForm):
    """Who finished which step of a settled order, and how its pay is divided."""

    title = _("Who did what")
    explanation = _(
        "Say who really finished which step, or divide by percent. The order is divided again by"
        " the same rules. Nothing is posted before a second person approves the difference."
    )

    in_columns = True

    def __init__(self, data: Mapping[str, Any] | None = None, *, settlement: Settlement) -> None:
        self.order = order = settlement.work_order
        people = people_of(order)
        super().__init__(data, people=people)
        done = finished_steps(order)
        nobody = [(_NOBODY, gettext("Nobody"))]
        choices = nobody + [
            (str(who.pk), f"{who.user.display_name} · {who.outlet.name}")
            for who in _workers(order, [person.installer.pk for person in people])
        ]
        for step in body_of(order).steps:
            self.fields[f"{_STEP}{step.seq}"] = forms.ChoiceField(
                label=gettext("Step %(seq)s: %(name)s, %(minutes)s min")
                % {"seq": step.seq, "name": step.name, "minutes": step.minutes},
                choices=choices,
                initial=str(done.get(step.seq, _NOBODY)),
            )
        steps = [name for name in self.fields if name.startswith(_STEP)]
        others = [name for name in self.fields if name not in {*steps, "source", "reason"}]
        self.order_fields([*steps, *others, "source", "reason"])

    def asked(self) -> dict[str, Any]:
        """Return the division with who finished which step."""
        typed = self.cleaned_data
        steps = {
            int(name.removeprefix(_STEP)): int(who)
            for name, who in typed.items()
            if name.startswith(_STEP) and who != _NOBODY
        }
        return corrected_crew(self.order, shares=self.shares(), steps=steps, source=typed["source"])


class PaymentCorrectionForm(PaymentForm, CorrectionForm):
    """What a settled order was really paid in, in which currency."""

    title = _("Correct the payment")
    explanation = _(
        "The order is computed again with what it was really paid, at the rate of the day it was"
        " completed and by the same rules. Nothing is posted before a second person approves the"
        " difference."
    )
    field_order = ("currency", "amount", "source", "reason")

    def __init__(self, data: Mapping[str, Any] | None = None, *, settlement: Settlement) -> None:
        super().__init__(data)
        self.settlement = settlement

    def asked(self) -> dict[str, Any]:
        """Return the payment with the rate it counts at."""
        typed = self.cleaned_data
        return corrected_payment(
            self.settlement,
            currency=typed["currency"],
            minor=typed["minor"],
            source=typed["source"],
        )


def _workers(order: WorkOrder, people: list[int]) -> list[Installer]:
    """People of the order first, then everybody else of their outlets."""
    outlets = Installer.objects.filter(pk__in=people).values("outlet")
    near = Installer.objects.filter(outlet__in=outlets, is_active=True)
    found = (near | Installer.objects.filter(pk__in=people)).select_related("user", "outlet")
    at = {who: number for number, who in enumerate(people)}
    return sorted(
        found.distinct(), key=lambda who: (at.get(who.pk, len(at)), who.outlet.name, who.number)
    )
