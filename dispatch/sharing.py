"""How work and pay are shared in a team: everybody's figures for the desk, one's own for oneself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import median_low
from typing import TYPE_CHECKING

from django.db.models import Count

from accounts.models import Installer
from common import clock
from dispatch.facts import people
from dispatch.fairness import DAYS, HOUR_S
from dispatch.models import JobOffer, OfferRecipient
from dispatch.rosters.hours import shifts_of
from dispatch.rosters.reading import rostered_people
from settlement.people import earned_between
from workorders.models import WorkOrder

if TYPE_CHECKING:
    from datetime import date

    from network.models import OrgUnit

FEWEST = 4
"""In a smaller team a middle would tell what one colleague earns."""
WHOLE_BP = 10_000
_EVEN, _UNEVEN = 2_000, 3_500


@dataclass(frozen=True, slots=True)
class Share:
    """Two weeks of one person; `hourly_fen` None for who had no working hours."""

    installer: Installer
    offers: int
    claimed: int
    jobs: int
    hours: int
    earned_fen: int
    hourly_fen: int | None
    bar_bp: int = 0
    """Of the highest pay an hour in the team, in ten thousandths."""


@dataclass(frozen=True, slots=True)
class Shares:
    """A team; `gini_bp` is 0 where all earn the same an hour, 10,000 where one has all."""

    rows: list[Share]
    first: date
    last: date
    gini_bp: int | None
    low_fen: int | None
    middle_fen: int | None
    high_fen: int | None

    @property
    def verdict(self) -> str:
        """How evenly it is shared: even, middling or uneven; empty where nothing can be said."""
        if self.gini_bp is None:
            return ""
        if self.gini_bp < _EVEN:
            return "even"
        return "middling" if self.gini_bp < _UNEVEN else "uneven"


@dataclass(frozen=True, slots=True)
class OwnShare:
    """One's own figures beside the middle of the team; `others` is 0 where there are too few."""

    mine: Share
    others: int
    middle: Share | None
    first: date
    last: date


def gini_bp(values: Sequence[int]) -> int | None:
    """Return the Gini coefficient of amounts in ten thousandths; None without anything to share."""
    rows = sorted(max(value, 0) for value in values)
    total = sum(rows)
    if len(rows) < 2 or not total:
        return None
    weighted = sum(place * value for place, value in enumerate(rows, start=1))
    count = len(rows)
    return max(0, WHOLE_BP * (2 * weighted - (count + 1) * total) // (count * total))


def team_shares(unit: OrgUnit) -> Shares:
    """Return everybody of a unit over the last fourteen days, who earned least an hour first."""
    return _shares(list(people(rostered_people(unit))))


def own_share(installer: Installer) -> OwnShare:
    """Return one person's own figures, and the middle of the team where it is large enough."""
    team = _shares(list(people(rostered_people(installer.outlet))))
    mine = next((row for row in team.rows if row.installer.pk == installer.pk), None)
    if mine is None:
        alone = Installer.objects.filter(pk=installer.pk)
        mine = _shares(list(people(alone.select_related("user", "outlet")))).rows[0]
    others = [row for row in team.rows if row.installer.pk != installer.pk]
    enough = len(others) + 1 >= FEWEST
    return OwnShare(
        mine=mine,
        others=len(others) if enough else 0,
        middle=_middle(mine, others) if enough else None,
        first=team.first,
        last=team.last,
    )


def _shares(team: list[Installer]) -> Shares:
    today = clock.business_day()
    days = [today - timedelta(days=n) for n in range(1, DAYS + 1)]
    first, last = days[-1], days[0]
    ids = [each.pk for each in team]
    earned = earned_between(installer_ids=ids, first=first, last=last)
    there = shifts_of(team, days)
    offers, claimed, jobs = _counted(ids, first, last)
    rows = []
    for each in team:
        seconds = sum(shift.span.end - shift.span.start for shift in there[each.pk])
        fen = earned.get(each.pk, 0)
        rows.append(
            Share(
                installer=each,
                offers=offers.get(each.pk, 0),
                claimed=claimed.get(each.pk, 0),
                jobs=jobs.get(each.pk, 0),
                hours=seconds // HOUR_S,
                earned_fen=fen,
                hourly_fen=fen * HOUR_S // seconds if seconds else None,
            )
        )
    hourly = sorted(row.hourly_fen for row in rows if row.hourly_fen is not None)
    most = max((fen for fen in hourly if fen > 0), default=0)
    rows = [_with_bar(row, most) for row in rows]
    rows.sort(key=lambda row: (row.hourly_fen is None, row.hourly_fen or 0, row.installer.pk))
    return Shares(
        rows=rows,
        first=first,
        last=last,
        gini_bp=gini_bp(hourly),
        low_fen=hourly[len(hourly) // 10] if hourly else None,
        middle_fen=median_low(hourly) if hourly else None,
        high_fen=hourly[len(hourly) - 1 - len(hourly) // 10] if hourly else None,
    )


def _with_bar(row: Share, most: int) -> Share:
    part = max(row.hourly_fen or 0, 0) * WHOLE_BP // most if most else 0
    return replace(row, bar_bp=part)


def _counted(
    ids: list[int], first: date, last: date
) -> tuple[dict[int, int], dict[int, int], dict[int, int]]:
    since, until = clock.day_span(first)[0], clock.day_span(last)[1]
    received = OfferRecipient.objects.filter(
        installer__in=ids, offer__offered_at__gte=since, offer__offered_at__lt=until
    )
    rows = received.order_by().values_list("installer").annotate(n=Count("pk"))
    won = JobOffer.objects.filter(claimed_by__in=ids, claimed_at__gte=since, claimed_at__lt=until)
    claims = won.order_by().values_list("claimed_by").annotate(n=Count("pk"))
    done = WorkOrder.objects.filter(
        installer__in=ids, completed_at__gte=since, completed_at__lt=until
    )
    jobs = done.order_by().values_list("installer").annotate(n=Count("pk"))
    return dict(rows), {pk or 0: n for pk, n in claims}, {pk or 0: n for pk, n in jobs}


def _middle(mine: Share, others: Sequence[Share]) -> Share:
    """The middle of each figure over the whole team: no person has all of them."""
    team = [mine, *others]
    hourly = [row.hourly_fen for row in team if row.hourly_fen is not None]
    return Share(
        installer=mine.installer,
        offers=median_low(row.offers for row in team),
        claimed=median_low(row.claimed for row in team),
        jobs=median_low(row.jobs for row in team),
        hours=median_low(row.hours for row in team),
        earned_fen=median_low(row.earned_fen for row in team),
        hourly_fen=median_low(hourly) if hourly else None,
        bar_bp=median_low(row.bar_bp for row in team),
    )
