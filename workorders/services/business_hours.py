"""Changes of the hours in which the company works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.errors import refuse_unless
from common.journal import record
from common.transactions import transactional
from workorders.models import BusinessHours

if TYPE_CHECKING:
    from accounts.models import User
    from common.workdays import Hours


@transactional
def set_hours(*, hours: Hours, actor: User) -> None:
    """Set when the company works; limits that were counted before stay as they are.

    Raises Refused("hours.order") when it would close before it opens.
    """
    refuse_unless(
        hours.opens < hours.closes, "hours.order", _("Closing has to be later than opening")
    )
    said = {
        "opens": hours.opens, "closes": hours.closes,
        "rest_days": hours.rest_days, "holidays": hours.holidays,
    }  # fmt: skip
    BusinessHours.objects.update_or_create(pk=1, defaults=said)
    record(
        actor,
        "business_hours.saved",
        None,
        hours=f"{hours.opens:%R}-{hours.closes:%R}",
        rest_days=hours.rest_days,
        holidays=hours.holidays,
    )
