"""Matching: positions judged in batches, bill by bill; orders a bill should name and does not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, Min, OuterRef, Q

from common import clock
from common.outbox import announce
from common.transactions import transactional
from settlement.bills.events import BillTaken, SilenceSought
from settlement.bills.judging import judge
from settlement.bills.sides import Bookings, Books, Key, bookings, books, joined
from settlement.models import BillLine, BillPosition, PlatformBill, Settlement

if TYPE_CHECKING:
    from workorders.models import ShopOrderLine

State = BillPosition.State
EXCEPTIONS = (
    State.DIFFERING, State.MISSING_HERE, State.MISSING_THERE, State.DUPLICATE, State.DISPUTED,
    State.PROPOSED,
)  # fmt: skip
CHUNK = 500
DELAY_DAYS = {"youzan": 7, "tmall": 15, "taobao": 15}
"""How long after the work a platform's bill usually names it; a week elsewhere."""
_ENOUGH = 100
DISPUTE, WAIT, APPROVAL = "dispute", "wait", "approval"
_JUDGED = (
    "shop_line_id", "linked_to_id", "state", "cause", "bill_gross_fen", "bill_fee_fen",
    "bill_lines", "own_gross_fen", "own_fee_fen", "payable_fen", "accepted_gross_fen",
    "accepted_fee_fen", "difference_fen", "at_stake_fen", "belongs_on", "hold", "wait_until",
    "judged_at",
)  # fmt: skip


@transactional
def advance(*, bill_id: int, after: int) -> None:
    """Match the next lines of a bill, then announce those that follow; once for each place."""
    bill = PlatformBill.objects.select_for_update().get(pk=bill_id)
    if bill.state == PlatformBill.State.DONE and bill.total:
        return
    lines = list(bill.lines.filter(pk__gt=after).order_by("pk")[:CHUNK])
    match({Key(bill.platform, bill.shop_key, line.order_number, line.line_id) for line in lines})
    bill.done = bill.lines.filter(pk__lte=lines[-1].pk).count() if lines else bill.total
    bill.moved_at = clock.now()
    if bill.done < bill.total:
        last = lines[-1].pk
        announce(BillTaken(bill.pk, last), key=f"bill:{bill.pk}:{last}")
    else:
        bill.state = PlatformBill.State.DONE
        key = f"silence:{bill.pk}"
        announce(SilenceSought(bill.platform, bill.shop_key, 0), key=key)
    bill.save(update_fields=["done", "moved_at", "state"])


@transactional
def match(keys: Iterable[Key]) -> None:
    """Judge the positions of some keys, those they are linked to and those linked to them."""
    wanted = set(keys)
    if not wanted:
        return
    known = _positions(Q(order_number__in={key.order_number for key in wanted}))
    targets = {p.linked_to_id for p in known.values() if p.linked_to_id}
    known |= _positions(Q(pk__in=targets))
    heads = {key for key in wanted if key not in known or not known[key].linked_to_id}
    heads |= {key for key, position in known.items() if position.pk in targets}
    ids = [known[key].pk for key in heads if key in known]
    joining = _positions(Q(linked_to_id__in=ids))
    said = bookings(heads | set(joining))
    mine = books(heads)
    parts = {known[key].pk: [key] for key in heads if key in known}
    for key, position in joining.items():
        parts[position.linked_to_id or 0].append(key)
    judged = []
    for key in sorted(heads):
        position = known.get(key) or BillPosition(**key._asdict())
        counted = parts.get(position.pk, [key])
        found = joined(said[one] for one in counted if one in said)
        judged.append(_judged(position, found, mine.get(key)))
    _keep(judged)


def _positions(which: Q) -> dict[Key, BillPosition]:
    rows = BillPosition.objects.select_for_update().filter(which).order_by("pk")
    return {Key(p.platform, p.shop_key, p.order_number, p.line_id): p for p in rows}


def _judged(position: BillPosition, said: Bookings | None, mine: Books | None) -> BillPosition:
    theirs, ours = said.theirs if said else None, mine.ours if mine else None
    verdict = judge(
        theirs,
        ours,
        accepted=(position.accepted_gross_fen, position.accepted_fee_fen),
        is_due=is_due(position.platform, mine.done_on if mine else None),
    )
    position.shop_line_id = mine.line_pk if mine else None
    position.state, position.cause = verdict.state, verdict.cause
    position.bill_gross_fen = theirs.gross_fen if theirs else 0
    position.bill_fee_fen = theirs.fee_fen if theirs else 0
    position.bill_lines = theirs.lines if theirs else 0
    position.own_gross_fen = ours.gross_fen if ours else 0
    position.own_fee_fen = ours.compared_fee_fen if ours else None
    position.payable_fen = ours.payable_fen if ours else None
    position.difference_fen = verdict.difference_fen
    position.at_stake_fen = abs(verdict.gross_fen) or abs(verdict.fee_fen)
    position.belongs_on = _belongs_on(said, mine)
    position.judged_at = clock.now()
    _hold(position)
    return position


def is_due(platform: str, done_on: date | None) -> bool:
    """Whether a bill should have named by now what was done on a day."""
    if done_on is None:
        return False
    return done_on + timedelta(days=DELAY_DAYS.get(platform, 7)) < clock.business_day()


def _belongs_on(said: Bookings | None, mine: Books | None) -> date:
    if said is not None:
        return said.first_on
    return (mine.done_on if mine else None) or clock.business_day()


def _hold(position: BillPosition) -> None:
    """Let what people decided stand over an exception; it ends when there is none any more."""
    if position.state not in EXCEPTIONS:
        if position.state != State.WAITING:
            position.hold, position.wait_until = "", None
        return
    if position.hold == DISPUTE:
        position.state = State.DISPUTED
    elif position.hold == APPROVAL:
        position.state = State.PROPOSED
    elif position.hold == WAIT:
        if position.wait_until and position.wait_until > clock.business_day():
            position.state = State.WAITING
        else:
            position.hold, position.wait_until = "", None


def _keep(judged: list[BillPosition]) -> None:
    new = [position for position in judged if position.pk is None]
    old = [position for position in judged if position.pk is not None]
    fields = [name for name in _JUDGED if name not in {"linked_to_id", "accepted_gross_fen",
                                                       "accepted_fee_fen"}]  # fmt: skip
    names = [name.removesuffix("_id") for name in fields]
    if old:
        BillPosition.objects.bulk_update(old, names, batch_size=CHUNK)
    if new:
        BillPosition.objects.bulk_create(
            new,
            batch_size=CHUNK,
            update_conflicts=True,
            update_fields=names,
            unique_fields=["platform", "shop_key", "order_number", "line_id"],
        )


@transactional
def seek_silence(*, platform: str, shop_key: str, after: int) -> None:
    """Judge settled orders of a shop whose bill should have named them; chunk by chunk.

    Only work from the first day any bill of the shop speaks of: nobody has the bills before it.
    """
    since = _first_day(platform, shop_key)
    if since is None:
        return
    found = list(_unnamed(platform, shop_key, since).filter(pk__gt=after).order_by("pk")[:CHUNK])
    whole = names_whole_orders(platform, shop_key)
    lines = [settlement.work_order.line for settlement in found]
    match(
        Key(platform, shop_key, line.order.number, "" if whole else line.line_id) for line in lines
    )
    if len(found) == CHUNK:
        last = found[-1].pk
        # Looked for anew after every bill: the key has to let the same place come again.
        key = f"silence:{platform}:{shop_key}:{last}:{clock.business_day():%Y%m%d}"
        announce(SilenceSought(platform, shop_key, last), key=key)


def names_whole_orders(platform: str, shop_key: str) -> bool:
    """Whether the shop's bills name orders and not their lines, as its latest lines have it."""
    lines = BillLine.objects.filter(platform=platform, shop_key=shop_key).order_by("-pk")
    latest = list(lines.values_list("line_id", flat=True)[:_ENOUGH])
    return bool(latest) and not any(latest)


def key_for(line: ShopOrderLine) -> Key:
    """Return where the money of an order line is counted: its own position or the whole order's.

    What a position speaks of already stays there; otherwise as the shop's bills name orders.
    """
    order = line.order
    own = Key(order.platform, order.shop_key, order.number, line.line_id)
    whole = own._replace(line_id="")
    spoken = BillPosition.objects.filter(
        platform=own.platform, shop_key=own.shop_key, order_number=own.order_number
    ).values_list("line_id", flat=True)
    if "" in spoken or (
        own.line_id not in spoken and names_whole_orders(own.platform, own.shop_key)
    ):
        return whole
    return own


def _first_day(platform: str, shop_key: str) -> date | None:
    bills = PlatformBill.objects.filter(platform=platform, shop_key=shop_key)
    first: date | None = bills.aggregate(first=Min("starts_on"))["first"]
    return first


def _unnamed(platform: str, shop_key: str, since: date) -> Any:
    """Active settlements due on a bill whose order no position speaks of."""
    until = clock.business_day() - timedelta(days=DELAY_DAYS.get(platform, 7) + 1)
    spoken = BillPosition.objects.filter(
        Q(line_id=OuterRef("work_order__line__line_id")) | Q(line_id=""),
        platform=platform,
        shop_key=shop_key,
        order_number=OuterRef("work_order__line__order__number"),
    )
    return Settlement.objects.filter(
        ~Exists(spoken),
        status=Settlement.Status.ACTIVE,
        done_on__range=(since, until),
        paid_fen__gt=0,
        work_order__line__order__platform=platform,
        work_order__line__order__shop_key=shop_key,
        work_order__price_included=False,
    ).select_related("work_order__line__order")


def refresh() -> int:
    """Judge again what may have moved since: open positions, and those settled anew; how many."""
    line = OuterRef("shop_line")
    again = Settlement.objects.filter(
        Q(work_order__line=line) | Q(work_order__comes_from__line=line),
        settled_at__gt=OuterRef("judged_at"),
    )
    moved = Exists(again) | Q(shop_line__order__modified_at__gt=F("judged_at"))
    is_open = Q(state__in=[*EXCEPTIONS, State.WAITING])
    rows = BillPosition.objects.filter(is_open | moved).exclude(state=State.LINKED)
    keys = rows.order_by("judged_at").values_list("platform", "shop_key", "order_number", "line_id")
    found = {Key(*row) for row in keys[:CHUNK]}
    match(found)
    return len(found)


def seek_all() -> None:
    """Look for silence in every shop a bill ever came from."""
    shops = PlatformBill.objects.values_list("platform", "shop_key").distinct()
    for platform, shop_key in shops.order_by("platform", "shop_key"):
        seek_silence(platform=platform, shop_key=shop_key, after=0)


def has_bills() -> bool:
    """Whether any bill ever came."""
    return PlatformBill.objects.exists()


def rematch_order(*, platform: str, shop_key: str, order_number: str) -> None:
    """Judge everything known of an order again."""
    rows = BillPosition.objects.filter(
        platform=platform, shop_key=shop_key, order_number=order_number
    )
    lines = BillLine.objects.filter(platform=platform, shop_key=shop_key, order_number=order_number)
    ids = set(rows.values_list("line_id", flat=True)) | set(lines.values_list("line_id", flat=True))
    match(Key(platform, shop_key, order_number, line_id) for line_id in ids)
