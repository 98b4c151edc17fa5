"""Taking a difference as it is, which posts it, and taking that back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, Refused, refuse_unless
from settlement.bills.limit import alone_fen
from settlement.bills.matching import APPROVAL, match
from settlement.disputes.ending import close_disputes_of_entries
from settlement.ledger import Leg, post, reverse
from settlement.models import BillAction, BillPosition, LedgerAccount
from settlement.services.parties import account, channel_party, clearing_party, unit_party

if TYPE_CHECKING:
    from accounts.models import User
    from network.models import OrgUnit
from settlement.bills.actions.effects import bearers, open_parts
from settlement.bills.actions.held import (
    held,
    is_open,
    key_of,
    note,
    reason_given,
    refuse_unless_open,
    save_and_judge,
)


@transaction.atomic
def accept_difference(
    *,
    position_id: int,
    reason: str,
    bearer_id: int | None,
    actor: User,
    seen: tuple[int, int] | None = None,
) -> BillAction | None:
    """Take a difference as it is and post it, so that the books say what really arrived.

    More than one person accepts alone (`limit.alone_fen`) is proposed: a second one decides.

    Judged once more before: None, and nothing posted, when the two sides agree by now or differ by
    something else than what was `seen` (what `open_parts` gave; by default what is stored).

    The open part of the fee goes to the channel, that of customers' money to or from clearing; a
    unit bears or gains the rest. Refused without a reason, where nothing differs, and where only
    the payees' side does: that is corrected by settling again. Conflict when somebody was faster.
    """
    position = held(position_id)
    refuse_unless_open(position)
    why = reason_given(reason)
    wanted = open_parts(position) if seen is None else seen
    match([key_of(position)])
    position = held(position_id)
    if not is_open(position) or open_parts(position) != wanted:
        return None
    sentence = _("Bill and books agree; settle the order again to correct what payees get")
    refuse_unless(position.cause != "payees", "bill.payees", sentence)
    units = {unit.pk: unit for unit in bearers(position)}
    bearer = units.get(bearer_id or 0) or next(iter(units.values()), None)
    if bearer is None:
        raise Refused("bill.bearer", _("Choose who bears the difference"))
    gross_fen, fee_fen = wanted
    if max(abs(gross_fen), abs(fee_fen), abs(gross_fen - fee_fen)) <= alone_fen():
        return post_acceptance(position, wanted, bearer=bearer, reason=why, actor=actor)
    position.hold, position.wait_until = APPROVAL, None
    action = note(
        position,
        BillAction.Kind.PROPOSE,
        actor,
        reason=why,
        gross_fen=gross_fen,
        fee_fen=fee_fen,
        bearer=bearer,
    )
    save_and_judge(position)
    return action


def post_acceptance(
    position: BillPosition, parts: tuple[int, int], *, bearer: OrgUnit, reason: str, actor: User
) -> BillAction:
    """Post the open parts of a locked position and note who accepted them."""
    gross_fen, fee_fen = parts
    times = position.actions.count() + 1
    available = LedgerAccount.Kind.AVAILABLE
    entry = post(
        kind="bill",
        source_key=f"bill:{position.pk}:{times}",
        legs=[
            Leg(account(clearing_party(), LedgerAccount.Kind.CLEARING), -gross_fen),
            Leg(account(channel_party(position.platform), available), fee_fen),
            Leg(account(unit_party(bearer), available), gross_fen - fee_fen),
        ],
        day=clock.business_day(),
    )
    action = note(
        position,
        BillAction.Kind.ACCEPT,
        actor,
        reason=reason,
        gross_fen=gross_fen,
        fee_fen=fee_fen,
        bearer=bearer,
        entry=entry,
    )
    position.accepted_gross_fen += gross_fen
    position.accepted_fee_fen += fee_fen
    position.hold, position.wait_until = "", None
    save_and_judge(position)
    return action


@transaction.atomic
def take_back_acceptance(*, action_id: int, reason: str, actor: User) -> BillAction:
    """Undo an acceptance by the opposite entry; the difference is open again. Once."""
    found = BillAction.objects.select_related("entry__work_order").get(pk=action_id)
    position = held(found.position_id)
    if BillAction.objects.filter(counters=found).exists():
        raise Conflict("bill.taken_back", _("This acceptance was taken back already"))
    entry = found.entry
    if found.kind != BillAction.Kind.ACCEPT or entry is None:
        raise Refused("bill.no_acceptance", _("Only an accepted difference can be taken back"))
    back = reverse(entry=entry, source_key=f"reverse:{entry.pk}", day=clock.business_day())
    # After the reversal: whoever files one meanwhile is seen here, or sees that the entry is gone.
    close_disputes_of_entries([entry.pk])
    action = note(
        position, BillAction.Kind.TAKE_BACK, actor, reason=reason_given(reason), gross_fen=-found.gross_fen,
        fee_fen=-found.fee_fen, entry=back, counters=found,
    )  # fmt: skip
    position.accepted_gross_fen -= found.gross_fen
    position.accepted_fee_fen -= found.fee_fen
    save_and_judge(position)
    return action
