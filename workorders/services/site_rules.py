"""Changes of what the company asks of proofs from the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.errors import refuse_unless
from common.journal import record
from common.transactions import transactional
from workorders.models import SiteRule
from workorders.site_radius import LEAST_M, MOST_M

if TYPE_CHECKING:
    from accounts.models import User


@transactional
def set_radius(*, metres: int, actor: User) -> None:
    """Set how far from the site counts as being there, in metres; what was judged stays judged."""
    refuse_unless(LEAST_M <= metres <= MOST_M, "site.radius", _("Enter 50 to 50,000 metres"))
    SiteRule.objects.update_or_create(pk=1, defaults={"radius_m": metres})
    record(actor, "site_rule.saved", None, radius_m=metres)
