"""How long a company gives each state of a dispute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import refuse_unless
from common.journal import record
from settlement.disputes.flow import DEFAULT_HOURS
from settlement.headquarters import refuse_outsiders
from settlement.models import DisputeTerm

if TYPE_CHECKING:
    from accounts.models import User

MOST_HOURS = 24 * 60


def hours_by_state() -> dict[str, int]:
    """Return the hours of every state that has a time, the company's own before the usual."""
    own = dict(DisputeTerm.objects.values_list("state", "hours"))
    return {str(state): own.get(state, hours) for state, hours in DEFAULT_HOURS.items()}


@transaction.atomic
def set_terms(*, hours: dict[str, int], actor: User) -> None:
    """Set the hours of some states; disputes under way keep the day they were told.

    Refused for who does not see the whole company: silence pays, in every branch alike.
    """
    refuse_outsiders(actor)
    for state, number in hours.items():
        refuse_unless(
            state in DEFAULT_HOURS and 1 <= number <= MOST_HOURS,
            "dispute.hours",
            _("Between 1 hour and 60 days"),
        )
        DisputeTerm.objects.update_or_create(pk=state, defaults={"hours": number})
    record(actor, "dispute.terms_set", None, **hours)
