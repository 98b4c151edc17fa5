"""Up to how much one person alone accepts of a difference; more needs a second one.

Whoever raises the limit would free themselves of that second one: so raising it needs one too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, refuse_unless
from common.formatting import money
from common.journal import record
from common.transactions import transactional
from settlement.headquarters import refuse_outsiders
from settlement.models import BillLimit
from settlement.services.periods import alone
from workorders.services.staff_notices import tell_staff

if TYPE_CHECKING:
    from accounts.models import User

SMALL_FEN = 1_000
"""What is accepted together with others at most."""
USUAL_FEN = 50_000
MOST_FEN = 100_000_000
State = BillLimit.State


def alone_fen() -> int:
    """Return the company's own limit, or the usual one."""
    known = BillLimit.objects.filter(state=State.IN_FORCE)
    own = known.order_by(Coalesce("decided_at", "set_at"), "pk").last()
    return own.most_fen if own else USUAL_FEN


def at_stake_fen(gross_fen: int, fee_fen: int) -> int:
    """Return the largest amount that accepting these two parts moves."""
    return max(abs(gross_fen), abs(fee_fen), abs(gross_fen - fee_fen))


def needs_second(stake_fen: int) -> bool:
    """Whether so much is more than one person accepts alone."""
    return stake_fen > alone_fen()


def proposed_limit() -> BillLimit | None:
    """Return the higher limit that waits for a second person; None without one."""
    waiting = BillLimit.objects.filter(state=State.PROPOSED).select_related("set_by")
    return waiting.order_by("pk").last()


@transactional
def set_limit(*, most_fen: int, actor: User) -> BillLimit:
    """Lower the limit at once, or propose a higher one; what waits for approval goes on waiting.

    Refused below what many may be, and for what it is already. Conflict while a higher one waits.
    """
    refuse_outsiders(actor)
    refuse_unless(
        SMALL_FEN <= most_fen <= MOST_FEN,
        "bill.limit",
        _("Between 10 and 1,000,000 yuan"),
    )
    alone("bill-limit")
    waiting = proposed_limit()
    if waiting is not None:
        sentence = _("%(who)s proposes %(most)s: a second person decides about that first")
        words = {"who": waiting.set_by.display_name, "most": money(waiting.most_fen)}
        raise Conflict("bill.limit_proposed", sentence % words)
    state = State.IN_FORCE if most_fen <= alone_fen() else State.PROPOSED
    kept = BillLimit.objects.create(
        most_fen=most_fen, state=state, set_by=actor, set_at=clock.now()
    )
    code = "bill.limit_set" if state == State.IN_FORCE else "bill.limit_proposed"
    record(actor, code, kept, most_fen=most_fen)
    return kept


@transactional
def decide_limit(*, limit_id: int, approve: bool, actor: User) -> BillLimit:
    """Let a proposed limit come into force, or refuse it, which who proposed it is told.

    Never by the same person, who may only withdraw it. Conflict when somebody was faster.
    """
    refuse_outsiders(actor)
    kept = BillLimit.objects.select_for_update().filter(pk=limit_id, state=State.PROPOSED).first()
    if kept is None:
        raise Conflict("bill.limit_decided", _("No higher limit waits for approval (any more)"))
    is_own = kept.set_by_id == actor.pk
    refuse_unless(
        not (approve and is_own),
        "bill.second_person",
        _("You proposed this limit: somebody else has to approve it"),
    )
    kept.state = State.IN_FORCE if approve else State.REFUSED
    kept.decided_by, kept.decided_at = actor, clock.now()
    kept.save(update_fields=["state", "decided_by", "decided_at"])
    record(actor, "bill.limit_decided", kept, most_fen=kept.most_fen, state=kept.state)
    if not approve and not is_own:
        page = reverse("settlement:bill-list")
        what = money(kept.most_fen)
        tell_staff(None, [kept.set_by], code="limit_refused", sender=actor, page=page, what=what)
    return kept
