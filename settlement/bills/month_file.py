"""A month's totals and positions as the rows of a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.formatting import yuan

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User
from settlement.bills.causes import CAUSES
from settlement.bills.selectors import queue
from settlement.bills.shops import platform_words
from settlement.bills.totals import totals


def month_rows(*, actor: User, month: date | None, shop: str) -> Iterator[list[str]]:
    """Yield a month's totals by state, then every position, as rows of a file."""
    summed = totals(actor=actor, month=month, shop=shop)
    yield [
        _("State"), _("Positions"), _("Bill, net"), _("Books, net"), _("Owed to payees"), _("Difference"),
        _("of it accepted"),
    ]  # fmt: skip
    for row in [*summed.rows, summed.whole]:
        amounts = (row.bill_fen, row.own_fen, row.payable_fen, row.difference_fen, row.accepted_fen)
        yield [row.label, str(row.positions), *(yuan(fen) for fen in amounts)]
    yield []
    yield [
        _("Platform"), _("Shop"), _("Order number"), _("Line"), _("Work order"), _("State"),
        _("Cause"), _("Day"), _("Bill, paid"), _("Bill, fee"), _("Books, paid"), _("Books, fee"),
        _("Owed to payees"), _("Open difference"),
    ]  # fmt: skip
    found = queue(actor=actor, state="", shop=shop, cause="", month=month, least_fen=0, words="")
    for one in found.order_by("belongs_on", "pk").iterator(chunk_size=1000):
        order = getattr(one.shop_line, "work_order", None) if one.shop_line else None
        sides: tuple[int | None, ...] = (
            one.bill_gross_fen, one.bill_fee_fen, one.own_gross_fen, one.own_fee_fen,
            one.payable_fen, one.difference_fen,
        )  # fmt: skip
        yield [
            platform_words(one.platform), one.shop_key, one.order_number, one.line_id,
            order.number if order else "", one.get_state_display(), str(CAUSES.get(one.cause, "")),
            one.belongs_on.isoformat(), *("" if fen is None else yuan(fen) for fen in sides),
        ]  # fmt: skip
