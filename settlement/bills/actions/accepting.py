"""Taking a difference as it is, which posts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import Refused, refuse_unless
from settlement.bills.limit import at_stake_fen, needs_second
from settlement.bills.matching import APPROVAL, match
from settlement.ledger import Leg, post
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

    More than one person accepts alone (`bills.limit`) is proposed: a second one decides.

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
    if not needs_second(at_stake_fen(gross_fen, fee_fen)):
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
