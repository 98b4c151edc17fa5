"""What people type about disputes: a claim on the phone, filters, opinions and decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.money import parse_yuan
from settlement.disputes.deciding import Decision
from settlement.disputes.filing import MOST_PHOTOS, Claim
from settlement.disputes.inbox import MINE
from settlement.disputes.paying import payers_of
from settlement.disputes.selectors import disputed_rules
from settlement.disputes.terms import hours_by_state
from settlement.models import Dispute
from workorders.forms.phone import PhoneForm

if TYPE_CHECKING:
    from accounts.models import User

PHOTOS = tuple(f"photo_{n}" for n in range(1, MOST_PHOTOS + 1))


class ClaimForm(PhoneForm):
    """How much more, why, and up to three photos."""

    amount = forms.CharField(
        label=_("How much is missing, yuan"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "inputmode": "decimal",
                "pattern": r"[\s¥￥0-9０-９,，.．]{1,20}",  # the server reads full-width digits too
                "title": _("Enter an amount in yuan with at most two decimals, such as 128.50"),
            }
        ),
    )
    kind = forms.TypedChoiceField(
        label=_("Type"), choices=Dispute.Kind.choices, coerce=int, initial=Dispute.Kind.OTHER
    )
    reason = forms.CharField(
        label=_("What is wrong"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in PHOTOS:
            self.fields[name] = forms.FileField(
                label=_("Photo"), required=False, allow_empty_file=True
            )

    def claim(self) -> Claim:
        """Return the claim; Refused with a sentence per wrong field."""
        said = self.checked()
        photos = [said[name] for name in PHOTOS if said[name]]
        return Claim(parse_yuan(said["amount"]), said["kind"], said["reason"], photos)


class AnswerForm(PhoneForm):
    """What a claimant adds to a dispute that could not be decided."""

    text = forms.CharField(label=_("What was missing"), max_length=500)


_STATES = [
    ("open", _("Open")), (MINE, _("Waiting for me")), ("", _("All")), *Dispute.State.choices,
]  # fmt: skip
_DUE = [("", _("Any")), ("late", _("Overdue")), ("today", _("Due today"))]


class InboxForm(forms.Form):
    """What to show; a value that fits nothing is left out of the query, never an error page."""

    q = forms.CharField(label=_("Number or installer"), required=False, max_length=40)
    state = forms.ChoiceField(label=_("State"), choices=_STATES, required=False)
    due = forms.ChoiceField(label=_("Due"), choices=_DUE, required=False)
    rule = forms.ChoiceField(label=_("Rule"), required=False)

    def __init__(self, *args: Any, actor: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["rule"].choices = [("", _("All")), *disputed_rules(actor=actor)]  # type: ignore[attr-defined]  # a choice field

    def query(self) -> dict[str, Any]:
        """Return the arguments of `inbox` that were asked for and make sense."""
        self.is_valid()
        found = self.cleaned_data
        return {
            "state": found.get("state", ""),
            "due": found.get("due", ""),
            "rule": found.get("rule", ""),
            "words": found.get("q", ""),
        }


class DecisionForm(forms.Form):
    """How to decide, how much, who pays, and why."""

    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            ("uphold", _("Uphold")),
            ("reject", _("Reject")),
            ("leave_open", _("Ask for more evidence")),
        ],
        widget=forms.RadioSelect,
    )
    amount = forms.CharField(label=_("Amount, yuan"), max_length=20, required=False)
    payer = forms.TypedChoiceField(label=_("Who pays"), coerce=int, required=False)
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, dispute: Dispute, actor: User, **options: Any) -> None:
        super().__init__(*args, **options)
        units = payers_of(dispute, actor=actor)
        if not units:  # nobody the reader may let pay: headquarters upholds it
            kept = [each for each in self.fields["outcome"].choices if each[0] != "uphold"]  # type: ignore[attr-defined]  # a choice field
            self.fields["outcome"].choices = kept  # type: ignore[attr-defined]  # as above
        self.fields["payer"].choices = [(unit.pk, unit.name) for unit in units]  # type: ignore[attr-defined]  # a choice field
        self.fields[
            "amount"
        ].initial = f"{dispute.claimed_fen // 100}.{dispute.claimed_fen % 100:02d}"

    def decision(self) -> Decision:
        """Return what was typed; an amount that cannot be read is Refused with a sentence."""
        self.is_valid()
        said = self.cleaned_data
        outcome = said.get("outcome", "")
        fen = parse_yuan(said.get("amount", "")) if outcome == "uphold" else 0
        return Decision(outcome, said.get("reason", ""), fen, said.get("payer") or None)


class TermsForm(forms.Form):
    """Hours by state."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for state, hours in hours_by_state().items():
            self.fields[state] = forms.IntegerField(
                label=Dispute.State(state).label, min_value=1, max_value=1440, initial=hours
            )

    def hours(self) -> dict[str, int]:
        """Return the hours by state; Refused when one cannot be."""
        if not self.is_valid():
            raise Refused("dispute.hours", _("Between 1 hour and 60 days"))
        return dict(self.cleaned_data)
