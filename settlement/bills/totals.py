"""A month's three totals: bill, books and payees, by state and altogether."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, F, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from settlement.bills.matching import EXCEPTIONS
from settlement.models import BillPosition

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User
from settlement.bills.selectors import queue

State = BillPosition.State
_NET = F("bill_gross_fen") - F("bill_fee_fen")
# Where the books hold no fee to compare, the platform's own is taken: it makes no difference.
_OWN_NET = F("own_gross_fen") - Coalesce("own_fee_fen", "bill_fee_fen")


class Total(NamedTuple):
    """One row of a month's three totals, in whole fen; the difference is bill against books."""

    state: str
    label: str
    positions: int
    bill_fen: int
    own_fen: int
    payable_fen: int
    accepted_fen: int

    @property
    def difference_fen(self) -> int:
        """What the platform paid beyond what it should have, accepted or not."""
        return self.bill_fen - self.own_fen

    @property
    def is_exception(self) -> bool:
        """Whether somebody has to look at it."""
        return self.state in EXCEPTIONS


@dataclass(frozen=True, slots=True)
class Totals:
    """A month in three totals, by state and altogether; the parts sum to the whole to the fen."""

    rows: list[Total]

    @property
    def whole(self) -> Total:
        """All of it."""
        return Total(
            "",
            _("Total"),
            sum(row.positions for row in self.rows),
            sum(row.bill_fen for row in self.rows),
            sum(row.own_fen for row in self.rows),
            sum(row.payable_fen for row in self.rows),
            sum(row.accepted_fen for row in self.rows),
        )

    @property
    def open(self) -> int:
        """How many exceptions wait for somebody."""
        return sum(row.positions for row in self.rows if row.is_exception)

    @property
    def matched_percent(self) -> str:
        """The share of positions that agree, in percent with one decimal."""
        agree = sum(row.positions for row in self.rows if row.state in _AGREE)
        judged = sum(row.positions for row in self.rows if row.state not in _OUTSIDE)
        if not judged:
            return "—"
        tenths = (2000 * agree + judged) // (2 * judged)
        return f"{tenths // 10}.{tenths % 10}%"


_AGREE = (State.MATCHED, State.ACCEPTED)
_OUTSIDE = (State.OUTSIDE, State.LINKED, State.WAITING)


def totals(*, actor: User, month: date | None = None, shop: str = "") -> Totals:
    """Return the three totals of a month (all months without one); one query."""
    found = queue(actor=actor, state="", shop=shop, cause="", month=month, least_fen=0, words="")
    counted = found.exclude(state=State.LINKED).order_by()
    rows = counted.values("state").annotate(
        n=Count("pk"),
        bill=Sum(_NET),
        own=Sum(_OWN_NET),
        payable=Sum("payable_fen"),
        accepted=Sum(F("accepted_gross_fen") - F("accepted_fee_fen")),
    )
    by_state = {row["state"]: row for row in rows}
    return Totals(
        [
            Total(
                state.value,
                str(state.label),
                *(
                    int(by_state[state][key] or 0)
                    for key in ("n", "bill", "own", "payable", "accepted")
                ),
            )
            for state in State
            if state in by_state
        ]
    )
