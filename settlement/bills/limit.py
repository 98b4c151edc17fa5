"""Up to how much one person alone accepts of a difference; more needs a second one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock
from common.errors import refuse_unless
from common.journal import record
from common.transactions import transactional
from settlement.headquarters import refuse_outsiders
from settlement.models import BillLimit

if TYPE_CHECKING:
    from accounts.models import User

SMALL_FEN = 1_000
"""What is accepted together with others at most."""
USUAL_FEN = 50_000
MOST_FEN = 100_000_000


def alone_fen() -> int:
    """Return the company's own limit, or the usual one."""
    own = BillLimit.objects.order_by("-pk").first()
    return own.most_fen if own else USUAL_FEN


@transactional
def set_limit(*, most_fen: int, actor: User) -> BillLimit:
    """Set the limit; what waits for approval goes on waiting. Refused below what many may be."""
    refuse_outsiders(actor)
    refuse_unless(
        SMALL_FEN <= most_fen <= MOST_FEN,
        "bill.limit",
        _("Between 10 and 1,000,000 yuan"),
    )
    kept = BillLimit.objects.create(most_fen=most_fen, set_by=actor, set_at=clock.now())
    record(actor, "bill.limit_set", kept, most_fen=most_fen)
    return kept
