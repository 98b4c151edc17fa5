"""Taking a bill's lines in: each once, whatever a platform repeats; matching follows in chunks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, refuse_unless
from common.journal import record
from common.outbox import announce
from common.transactions import transactional
from settlement.bills.events import BillTaken
from settlement.models import BillLine, PlatformBill
from settlement.statements.run import who_and_when

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User
    from settlement.bills.lines import LineFacts

_AT_ONCE = 2_000


@transactional
def take_bill(
    *,
    platform: str,
    shop_key: str,
    source: str,
    name: str,
    lines: Sequence[LineFacts],
    days: tuple[date, date] | None = None,
    sha256: str = "",
    actor: User | None = None,
) -> PlatformBill:
    """Store what is new of a bill and have it matched; lines that came before change nothing.

    `days` are those the bill speaks of, by default those of its lines. Refused for a bill without
    lines and days, Conflict for the very same file again, also when both came at one moment.
    """
    refuse_unless(lines or days, "bill.empty", _("The bill has no lines"))
    booked = [line.booked_on for line in lines] or [clock.business_day()]
    now = clock.now()
    facts = {
        "source": source,
        "name": name[:120],
        "starts_on": days[0] if days else min(booked),
        "ends_on": days[1] if days else max(booked),
        "fetched_at": now,
        "moved_at": now,
        "taken_by": actor,
    }
    bill = _the_only(PlatformBill(platform=platform, shop_key=shop_key, sha256=sha256, **facts))
    _store(bill, lines)
    bill.total = bill.lines.count()
    bill.known = len({line.bill_line_id for line in lines}) - bill.total
    if not bill.total:
        bill.state = PlatformBill.State.DONE
    bill.save(update_fields=["total", "known", "state"])
    record(actor, "bill.taken", bill, lines=bill.total, known=bill.known, source=source)
    announce(BillTaken(bill.pk, 0), key=f"bill:{bill.pk}:0")
    return bill


def _the_only(bill: PlatformBill) -> PlatformBill:
    """Write a bill; the unique key makes whoever comes second wait and read who was first."""
    if not bill.sha256:
        bill.save()
        return bill
    try:
        with transaction.atomic():
            bill.save()
    except IntegrityError:
        same = {"platform": bill.platform, "shop_key": bill.shop_key, "sha256": bill.sha256}
        first = PlatformBill.objects.select_related("taken_by").filter(**same).first()
        if first is None:
            raise
        sentence = _("%(who)s has imported this file already (%(at)s)")
        words = who_and_when(first.taken_by, first.fetched_at)
        raise Conflict("import.again", sentence % words) from None
    return bill


def _store(bill: PlatformBill, lines: Sequence[LineFacts]) -> None:
    rows = [
        BillLine(
            bill=bill,
            platform=bill.platform,
            shop_key=bill.shop_key,
            bill_line_id=line.bill_line_id,
            order_number=line.order_number,
            line_id=line.line_id,
            kind=line.kind,
            amount_fen=line.amount_fen,
            fee_fen=line.fee_fen,
            booked_on=line.booked_on,
            raw=line.raw,
        )
        for line in lines
    ]
    # The unique key decides what is new: two deliveries at once never store a line twice.
    BillLine.objects.bulk_create(rows, batch_size=_AT_ONCE, ignore_conflicts=True)
