"""What an installer sees of a month: weeks, balances that open to their jobs, and the jobs."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Max, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy

from common import clock
from common.svg import WeekBar
from settlement.adjustments.selectors import posted_between
from settlement.allowances.booked import own_allowances
from settlement.bonuses.booked import OwnBonus, own_bonuses
from settlement.ledger import balances
from settlement.models import LedgerAccount, Party, Posting, Settlement, SettlementLine
from settlement.people import own_lines, own_settlements

if TYPE_CHECKING:
    from accounts.models import Installer
    from settlement.adjustments.selectors import OwnAdjustment

_KINDS = {
    LedgerAccount.Kind.AVAILABLE: (
        gettext_lazy("Available"),
        gettext_lazy("paid out with the next statement"),
    ),
    LedgerAccount.Kind.TRANSIT: (
        gettext_lazy("On its way"),
        gettext_lazy("handed to the bank"),
    ),
    LedgerAccount.Kind.PENDING: (
        gettext_lazy("Pending"),
        gettext_lazy("until the follow-up call"),
    ),
    LedgerAccount.Kind.HELD: (
        gettext_lazy("Retention"),
        gettext_lazy("until its day, or until a dispute is decided"),
    ),
    LedgerAccount.Kind.PAID: (gettext_lazy("Paid out"), gettext_lazy("transferred to you")),
}


_WEEK = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Balance:
    """One of the installer's accounts, in whole fen."""

    kind: str
    label: str
    note: str
    amount_fen: int
    url: str


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month of one installer; `week` is the Monday chosen, None for all of it.

    The total is what the jobs of the month brought, what people adjusted in it, the bonuses of the
    periods that ended in it, and allowances for days of it.
    """

    first: date
    week: date | None
    total_fen: int
    count: int
    bars: tuple[WeekBar, ...]
    balances: tuple[Balance, ...]
    jobs: QuerySet[Settlement]
    adjustments: tuple[OwnAdjustment, ...]
    bonuses: tuple[OwnBonus, ...]
    previous: date
    next: date | None

    @property
    def adjusted_fen(self) -> int:
        """The sum of what was adjusted in the time shown."""
        return sum(one.fen for one in self.adjustments)

    @property
    def bonus_fen(self) -> int:
        """The sum of the bonuses in the time shown."""
        return sum(one.fen for one in self.bonuses)


def month_of(*, installer: Installer, first: date, week: date | None) -> Month:
    """Return the month that begins on `first`, its jobs narrowed to a week when one is chosen."""
    last = first.replace(day=monthrange(first.year, first.month)[1])
    done = (
        own_settlements(installer=installer, first=first, last=last)
        .select_related("work_order__item_version", "work_order__site_region", "period")
        .order_by("-done_on", "-pk")
    )
    own = own_lines(installer=installer).filter(settlement__in=done.order_by().values("pk"))
    by_day = own.order_by().values_list("settlement__done_on").annotate(total=Sum("amount_fen"))
    days = defaultdict(int, {day: int(fen) for day, fen in by_day})
    adjusted = posted_between(installer=installer, first=first, last=last)
    for one in adjusted:
        days[_day(one)] += one.fen
    bonuses = own_bonuses(installer=installer, first=first, last=last)
    bonuses += own_allowances(installer=installer, first=first, last=last)
    for bonus in bonuses:
        days[bonus.on] += bonus.fen
    jobs = done if week is None else done.filter(done_on__range=(week, week + _WEEK))
    upcoming = last + timedelta(days=1)
    return Month(
        first=first,
        week=week,
        total_fen=sum(int(fen) for fen in days.values()),
        count=done.count(),
        bars=tuple(_bars(first, last, days, week)),
        balances=tuple(own_balances(installer)),
        jobs=jobs,
        adjustments=tuple(
            one for one in adjusted if week is None or week <= _day(one) <= week + _WEEK
        ),
        bonuses=tuple(one for one in bonuses if week is None or week <= one.on <= week + _WEEK),
        previous=(first - timedelta(days=1)).replace(day=1),
        next=upcoming if upcoming <= clock.business_day() else None,
    )


def money_stamp(installer: Installer) -> str:
    """Return what changes whenever money of the installer moved or a day ended."""
    moved = Posting.objects.filter(account__party__installer=installer).aggregate(last=Max("pk"))
    settled = SettlementLine.objects.filter(payee__installer=installer).aggregate(last=Max("pk"))
    return f"{clock.business_day():%m%d}-{moved['last'] or 0}-{settled['last'] or 0}"


def _day(one: OwnAdjustment) -> date:
    return clock.business_day(one.at)


def _bars(first: date, last: date, days: dict[date, int], chosen: date | None) -> list[WeekBar]:
    monday = first - timedelta(days=first.weekday())
    bars = []
    url = reverse("settlement-phone:earnings")
    while monday <= last:
        start, end = max(monday, first), min(monday + timedelta(days=6), last)
        total = sum(int(fen) for day, fen in days.items() if start <= day <= end)
        bars.append(
            WeekBar(
                label=f"{start.day}–{end.day}" if start < end else str(start.day),
                amount=total,
                words=f"¥{total // 100:,}" if total > 0 else "",
                href=f"{url}?month={first:%Y-%m}&week={monday:%Y-%m-%d}",
                current=monday == chosen,
            )
        )
        monday += timedelta(days=7)
    return bars


def own_balances(installer: Installer) -> list[Balance]:
    """Return the installer's accounts, each with the address of its jobs."""
    party = Party.objects.filter(installer=installer).first()
    amounts = balances(party) if party else {}
    return [
        Balance(
            kind=kind.value,
            label=str(label),
            note=str(note),
            amount_fen=amounts.get(kind.value, 0),
            url=reverse("settlement-phone:balance", args=[kind.value]),
        )
        for kind, (label, note) in _KINDS.items()
        if kind != LedgerAccount.Kind.TRANSIT or amounts.get(kind.value)
    ]
