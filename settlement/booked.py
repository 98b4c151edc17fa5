"""The ledger's own sums by month and by whose money it is, read from postings alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest, Least, TruncDate, TruncMonth

from common import clock
from settlement.models import Posting, Settlement
from settlement.recipients import Recipient, by_recipient

if TYPE_CHECKING:
    from datetime import date


def ledger_by_month() -> dict[tuple[date, Recipient], int]:
    """Return fen by first day of the month and recipient; customers' is what they paid.

    Money of an order stands in the month the order was done, whatever period it was booked into;
    other money in that of its period. What was taken back leaves nothing.
    """
    active = Settlement.objects.filter(
        work_order=OuterRef("entry__work_order"), status=Settlement.Status.ACTIVE
    )
    posted_on = TruncDate("entry__posted_at", tzinfo=clock.CHINA)
    in_period = Least(Greatest(posted_on, "entry__period__starts_on"), "entry__period__ends_on")
    day = Coalesce(
        "entry__adjustment__settlement__done_on",
        Subquery(active.values("done_on")[:1]),
        in_period,
    )
    rows = (
        Posting.objects.annotate(month=TruncMonth(day), whose=by_recipient("account__party"))
        .order_by()
        .values_list("month", "whose")
        .annotate(total=Sum("amount_fen"))
    )
    found = {(month, Recipient(whose)): int(total) for month, whose, total in rows}
    return {
        key: -fen if key[1] is Recipient.CUSTOMERS else fen for key, fen in found.items() if fen
    }
