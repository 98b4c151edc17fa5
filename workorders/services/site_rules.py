"""Changes of what the company asks of proofs from the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.errors import refuse_unless
from common.journal import record
from common.transactions import transactional
from workorders.happened import LEAST_HOURS, MOST_HOURS
from workorders.models import SiteRule
from workorders.site_radius import LEAST_M, MOST_M

if TYPE_CHECKING:
    from accounts.models import User


@transactional
def set_site_rules(*, metres: int, hours: int, actor: User) -> None:
    """Set how far from the site counts as being there, in metres, and how old a phone's word may be.

    What was judged stays judged.
    """
    refuse_unless(LEAST_M <= metres <= MOST_M, "site.radius", _("Enter 50 to 50,000 metres"))
    refuse_unless(LEAST_HOURS <= hours <= MOST_HOURS, "site.hours", _("Enter 1 to 168 hours"))
    values = {"radius_m": metres, "offline_hours": hours}
    SiteRule.objects.update_or_create(pk=1, defaults=values)
    record(actor, "site_rule.saved", None, **values)
