"""What people do about an exception; recorded each time, taken back only by a counter action."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, Refused, refuse_unless
from common.journal import record
from common.outbox import announce
from network.models import OrgUnit
from settlement.bills.events import ShopOrderWanted
from settlement.bills.matching import DISPUTE, EXCEPTIONS, WAIT, key_for, match
from settlement.bills.sides import Key
from settlement.ledger import Leg, post, reverse
from settlement.models import BillAction, BillPosition, LedgerAccount, Party
from settlement.services.parties import account, channel_party, clearing_party, unit_party
from workorders.models import ShopOrderLine, WorkOrder

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User

Kind = BillAction.Kind
State = BillPosition.State
AT_ONCE = 200
"""How many small differences one press accepts."""
SMALL_FEN = 1_000


class Effect(NamedTuple):
    """What accepting would move on one account, in whole fen."""

    party: str
    account: str
    amount_fen: int


def bearers(position: BillPosition) -> list[OrgUnit]:
    """Return the units that may bear a difference, headquarters first."""
    line = position.shop_line
    order = getattr(line, "work_order", None) if line else None
    top = OrgUnit.objects.filter(kind=OrgUnit.Kind.HQ, parent=None).first()
    found = [top, order.settled_by if order else None, order.sold_by if order else None]
    return list(dict.fromkeys(unit for unit in found if unit is not None))


def effects(position: BillPosition, bearer: OrgUnit) -> list[Effect]:
    """Return what accepting the difference would post; nothing is written."""
    gross_fen, fee_fen = open_parts(position)
    clearing, available = LedgerAccount.Kind.CLEARING.label, LedgerAccount.Kind.AVAILABLE.label
    found = [
        Effect(str(Party.Kind.CLEARING.label), str(clearing), -gross_fen),
        Effect(channel_party(position.platform).name, str(available), fee_fen),
        Effect(bearer.name, str(available), gross_fen - fee_fen),
    ]
    return [one for one in found if one.amount_fen]


def open_parts(position: BillPosition) -> tuple[int, int]:
    """Return what is open of customers' money and of the platform's fee, in whole fen."""
    fee = 0 if _fee_unknown(position) else position.bill_fee_fen - (position.own_fee_fen or 0)
    gross = position.bill_gross_fen - position.own_gross_fen
    return gross - position.accepted_gross_fen, fee - position.accepted_fee_fen


def _fee_unknown(position: BillPosition) -> bool:
    return position.own_fee_fen is None and position.state != State.MISSING_HERE


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

    Judged once more before: None, and nothing posted, when the two sides agree by now or differ by
    something else than what was `seen` (what `open_parts` gave; by default what is stored).

    The open part of the fee goes to the channel, that of customers' money to or from clearing; a
    unit bears or gains the rest. Refused without a reason, where nothing differs, and where only
    the payees' side does: that is corrected by settling again. Conflict when somebody was faster.
    """
    position = _held(position_id)
    _refuse_unless_open(position)
    why = _reason(reason)
    wanted = open_parts(position) if seen is None else seen
    match([_key(position)])
    position = _held(position_id)
    if not _is_open(position) or open_parts(position) != wanted:
        return None
    sentence = _("Bill and books agree; settle the order again to correct what payees get")
    refuse_unless(position.cause != "payees", "bill.payees", sentence)
    units = {unit.pk: unit for unit in bearers(position)}
    bearer = units.get(bearer_id or 0) or next(iter(units.values()), None)
    if bearer is None:
        raise Refused("bill.bearer", _("Choose who bears the difference"))
    gross_fen, fee_fen = open_parts(position)
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
    action = _note(
        position, Kind.ACCEPT, actor, reason=why, gross_fen=gross_fen, fee_fen=fee_fen, entry=entry
    )
    position.accepted_gross_fen += gross_fen
    position.accepted_fee_fen += fee_fen
    position.hold, position.wait_until = "", None
    _save_and_judge(position)
    return action


@transaction.atomic
def take_back_acceptance(*, action_id: int, reason: str, actor: User) -> BillAction:
    """Undo an acceptance by the opposite entry; the difference is open again. Once."""
    found = BillAction.objects.select_related("entry__work_order").get(pk=action_id)
    position = _held(found.position_id)
    if BillAction.objects.filter(counters=found).exists():
        raise Conflict("bill.taken_back", _("This acceptance was taken back already"))
    entry = found.entry
    if found.kind != Kind.ACCEPT or entry is None:
        raise Refused("bill.no_acceptance", _("Only an accepted difference can be taken back"))
    back = reverse(entry=entry, source_key=f"reverse:{entry.pk}", day=clock.business_day())
    action = _note(
        position, Kind.TAKE_BACK, actor, reason=_reason(reason), gross_fen=-found.gross_fen,
        fee_fen=-found.fee_fen, entry=back, counters=found,
    )  # fmt: skip
    position.accepted_gross_fen -= found.gross_fen
    position.accepted_fee_fen -= found.fee_fen
    _save_and_judge(position)
    return action


@transaction.atomic
def wait_until(*, position_id: int, until: date | None, reason: str, actor: User) -> BillAction:
    """Leave an exception alone until a day within the next 90; it comes back by itself."""
    position = _held(position_id)
    _refuse_unless_open(position)
    ahead = (until - clock.business_day()).days if until else 0
    refuse_unless(0 < ahead <= 90, "bill.until", _("Choose a day within the next 90 days"))
    position.hold, position.wait_until = WAIT, until
    action = _note(position, Kind.WAIT, actor, reason=reason[:300], until=until)
    _save_and_judge(position)
    return action


@transaction.atomic
def raise_with_platform(*, position_id: int, reason: str, actor: User) -> BillAction:
    """Note that the platform was told; it stays open until its bill is right or it is accepted."""
    position = _held(position_id)
    _refuse_unless_open(position)
    refuse_unless(position.hold != DISPUTE, "bill.disputed", _("The platform was told already"))
    position.hold, position.wait_until = DISPUTE, None
    action = _note(position, Kind.DISPUTE, actor, reason=_reason(reason))
    _save_and_judge(position)
    return action


@transaction.atomic
def resume(*, position_id: int, actor: User) -> BillAction:
    """Take a waiting or raised exception up again."""
    position = _held(position_id)
    refuse_unless(
        position.hold, "bill.not_held", _("This one neither waits nor is with the platform")
    )
    position.hold, position.wait_until = "", None
    action = _note(position, Kind.RESUME, actor)
    _save_and_judge(position)
    return action


@transaction.atomic
def count_for(*, position_id: int, number: str, reason: str, actor: User) -> BillAction:
    """Count what the bill booked on an unknown order for a known one (work or shop order number).

    Refused for orders of another shop, unknown ones, and those with several lines where the work
    order has to be named.
    """
    position = _held(position_id)
    refuse_unless(
        position.state == State.MISSING_HERE, "bill.known",
        _("Only lines of orders nobody knows here are counted for another one"),
    )  # fmt: skip
    refuse_unless(
        not (position.accepted_gross_fen or position.accepted_fee_fen), "bill.accepted",
        _("A difference of this one was accepted: take the acceptance back first"),
    )  # fmt: skip
    line = _line_called(number.strip(), position)
    key = key_for(line)
    match([key])
    target = BillPosition.objects.get(**key._asdict())
    if target.linked_to_id:
        raise Refused("bill.chain", _("That order is counted for another one itself"))
    position.linked_to, position.state, position.cause = target, State.LINKED, "linked"
    position.difference_fen = position.at_stake_fen = 0
    position.hold, position.wait_until = "", None
    action = _note(position, Kind.LINK, actor, reason=reason[:300], target=line.order.number)
    position.save()
    match([key])
    return action


@transaction.atomic
def count_for_itself(*, position_id: int, actor: User) -> BillAction:
    """Undo that; both orders are judged again."""
    position = _held(position_id)
    target = position.linked_to
    if target is None:
        raise Conflict("bill.not_linked", _("This one counts for itself already"))
    position.linked_to = None
    action = _note(position, Kind.UNLINK, actor, target=target.order_number)
    _save_and_judge(position)
    match([_key(target)])
    return action


@transaction.atomic
def ask_for_order(*, position_id: int, actor: User) -> BillAction:
    """Have the shop asked for the order as it is now; the position is judged again afterwards."""
    position = _held(position_id)
    action = _note(position, Kind.REFETCH, actor)
    announce(ShopOrderWanted(position.platform, position.shop_key, position.order_number))
    return action


@transaction.atomic
def accept_small(*, most_fen: int, reason: str, ids: list[int], actor: User) -> int:
    """Accept differences of at most `most_fen` each, headquarters bearing them; how many.

    `ids` are those that were looked at: one that has grown since, or is settled, is left out.
    """
    refuse_unless(
        0 < most_fen <= SMALL_FEN, "bill.small", _("At most ¥10.00 each can be accepted together")
    )
    rows = BillPosition.objects.filter(
        pk__in=ids[:AT_ONCE], state=State.DIFFERING, at_stake_fen__lte=most_fen
    ).exclude(cause="payees")
    found = list(rows.order_by("pk").values_list("pk", flat=True))
    refuse_unless(found, "bill.nothing", _("None of them is open and that small any more"))
    posted = [
        accept_difference(position_id=pk, reason=reason, bearer_id=None, actor=actor)
        for pk in found
    ]
    return sum(action is not None for action in posted)


def _line_called(number: str, position: BillPosition) -> ShopOrderLine:
    by_work = WorkOrder.objects.filter(number=number).values_list("line_id")
    lines = ShopOrderLine.objects.select_related("order").filter(
        order__platform=position.platform, order__shop_key=position.shop_key
    )
    found = list(lines.filter(pk__in=by_work)) or list(
        lines.filter(order__number=number, work_order__isnull=False)
    )
    refuse_unless(
        found, "bill.target", _("This shop has no order with work called %(n)s") % {"n": number}
    )
    sentence = _("%(n)s has several work orders; name the work order")
    refuse_unless(len(found) == 1, "bill.target", sentence % {"n": number})
    return found[0]


def _held(position_id: int) -> BillPosition:
    return (
        BillPosition.objects.select_for_update(of=("self",))
        .select_related("shop_line__work_order__settled_by", "shop_line__work_order__sold_by")
        .select_related("linked_to")
        .get(pk=position_id)
    )


def _is_open(position: BillPosition) -> bool:
    return position.state in EXCEPTIONS or bool(position.hold)


def _refuse_unless_open(position: BillPosition) -> None:
    if not _is_open(position):
        sentence = _("%(order)s is settled already: %(state)s")
        words = {"order": position.order_number, "state": position.get_state_display()}
        raise Conflict("bill.settled", sentence % words)


def _reason(typed: str) -> str:
    why = " ".join(typed.split())[:300]
    refuse_unless(why, "bill.reason", _("Say why"))
    return why


def _note(position: BillPosition, kind: Kind, actor: User, **details: object) -> BillAction:
    action = BillAction.objects.create(
        position=position, kind=kind, by=actor, at=clock.now(), **details
    )
    record(actor, f"bill.{kind.value}", position, order=position.order_number)
    return action


def _save_and_judge(position: BillPosition) -> None:
    position.save()
    match([_key(position)])


def _key(position: BillPosition) -> Key:
    return Key(position.platform, position.shop_key, position.order_number, position.line_id)
