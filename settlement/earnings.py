"""What an installer sees of one job's money: the net, its parts, when it comes, and the next job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from common import clock, formatting
from common.svg import Step
from network.geo import haversine_m
from settlement.engine.part import WHOLE_BP
from settlement.engine.words import percent
from settlement.explaining import (
    INSTALLER,
    ShownDifference,
    ShownLine,
    ShownNear,
    difference_to_estimate,
    outcome_of,
    rule_words,
    shown_lines,
    shown_near_misses,
)
from settlement.models import Party, Release, Settlement, SettlementProblem
from settlement.releases.selectors import countdown
from settlement.services.problems import Problem
from workorders.places import ROAD_DEN, ROAD_NUM
from workorders.selectors import installer_day, is_open, work_order_for_installer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from accounts.models import Installer
    from customers.models import Address
    from settlement.engine.result import Line
    from workorders.models import WorkOrder

# More bars than this do not leave room for their words on a phone.
BARS = 7


@dataclass(frozen=True, slots=True)
class Part:
    """When one part of the money comes; the names are those of ui/_steps.html."""

    state: str
    label: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class Earned:
    """All about one settled job, for the installer who did it."""

    settlement: Settlement
    parts: tuple[Part, ...]
    bars: tuple[Step, ...]
    lines: tuple[ShownLine, ...]
    differences: tuple[ShownDifference, ...]
    rules: str
    near: tuple[ShownNear, ...]

    @property
    def net_fen(self) -> int:
        """The installer's part: the sum of the lines."""
        return self.settlement.gross_fen

    @property
    def party(self) -> int | None:
        """The installer's party, by which signs of adjustments are read."""
        found = Party.objects.filter(installer=self.settlement.installer_id)
        return found.values_list("pk", flat=True).first()

    @property
    def diff_fen(self) -> int | None:
        """Net less estimate; None when no estimate was shown."""
        estimate = self.settlement.estimate
        return None if estimate is None else self.net_fen - estimate.gross_fen

    @property
    def causes(self) -> str:
        """Labels of what made the two largest differences."""
        return _(", ").join(entry.label for entry in self.differences[:2])


@dataclass(frozen=True, slots=True)
class NextJob:
    """Where to go from here; metres by road from this site, None when unknown."""

    number: str
    starts_at: object
    distance_m: int | None


@dataclass(frozen=True, slots=True)
class DayTotal:
    """What a day brought so far."""

    day: date
    jobs: int
    total_fen: int


def own_order(*, installer: Installer, number: str) -> WorkOrder | None:
    """Return the installer's own completed order, None for any other."""
    order = work_order_for_installer(installer=installer, number=number)
    return order if order is not None and order.completed_at is not None else None


def problem_of(order: WorkOrder) -> str:
    """Return why a completed order is not settled, as a sentence; empty while it is on its way."""
    found = SettlementProblem.objects.filter(work_order=order).first()
    return str(Problem(found.code).label) if found else ""


def earned_by(order: WorkOrder) -> Earned | None:
    """Return the money of a completed order; None while it is not settled."""
    settlement = (
        Settlement.objects.select_related("version__rule_set", "estimate__version", "period")
        .filter(work_order=order, installer=order.installer, status=Settlement.Status.ACTIVE)
        .first()
    )
    if settlement is None:
        return None
    rows = settlement.lines.filter(party_role=INSTALLER).select_related("payee").order_by("seq")
    lines = shown_lines(rows)
    releases = list(settlement.releases.order_by("seq"))
    shares = _shares(outcome_of(settlement).releases)
    return Earned(
        settlement=settlement,
        parts=tuple(
            _part(part, share, order) for part, share in zip(releases, shares, strict=True)
        ),
        bars=tuple(bars_of(lines)),
        lines=tuple(lines),
        differences=tuple(difference_to_estimate(settlement)),
        rules=rule_words(settlement.version),
        near=tuple(shown_near_misses(settlement)),
    )


def _shares(plan: Sequence[Line]) -> list[str]:
    """Each release as a percentage; the remainder is what the others leave."""
    rates = [(line.rate_num or 0, line.rate_den or WHOLE_BP) for line in plan]
    left = WHOLE_BP - sum(num * WHOLE_BP // den for num, den in rates)
    return [percent(num or left, den if num else WHOLE_BP) for num, den in rates]


def _part(part: Release, share: str, order: WorkOrder) -> Part:
    return Part(
        state="done" if part.released_at else "",
        label=_when(part, order),
        value=formatting.money(part.amount_fen),
        note=f"{part.label} {share}",
    )


def _when(part: Release, order: WorkOrder) -> str:
    today = clock.business_day()
    if part.released_at is not None:
        return _("Available now")
    if part.due_on is not None:
        return countdown(part.due_on)
    if order.due_at is not None:
        day = formatting.day_text(clock.business_day(order.due_at), today=today)
        return _("Around %(day)s") % {"day": day}
    return _("Still open")


def bars_of(lines: Sequence[ShownLine]) -> list[Step]:
    """Return at most seven bars: equal labels are one, the smallest of too many become "other"."""
    sums: dict[str, int] = {}
    for line in lines:
        sums[line.label] = sums.get(line.label, 0) + line.amount_fen
    steps = [Step(label, fen) for label, fen in sums.items() if fen]
    if len(steps) <= BARS:
        return steps
    kept = {id(step) for step in sorted(steps[1:], key=lambda s: -abs(s.amount_fen))[: BARS - 2]}
    kept.add(id(steps[0]))
    rest = sum(step.amount_fen for step in steps if id(step) not in kept)
    return [*(step for step in steps if id(step) in kept), Step(_("Other"), rest)]


def day_total(*, installer: Installer, day: date) -> DayTotal:
    """Return how many settled jobs the installer did on a day, and their sum."""
    found = Settlement.objects.filter(
        installer=installer, done_on=day, status=Settlement.Status.ACTIVE
    ).aggregate(jobs=Count("pk"), total=Sum("gross_fen"))
    return DayTotal(day, found["jobs"], int(found["total"] or 0))


def next_job(*, installer: Installer, after: WorkOrder) -> NextJob | None:
    """Return today's next open job of the installer and how far it is from this site."""
    waiting = installer_day(installer=installer, day=clock.business_day())
    order = next((each for each in waiting if is_open(each) and each.pk != after.pk), None)
    if order is None or order.completed_at is not None:
        return None
    metres = _metres_between(after.address, order.address)
    return NextJob(order.number, order.window_starts_at, metres)


def _metres_between(one: Address, two: Address) -> int | None:
    if None in (one.lon, one.lat, two.lon, two.lat):
        return None
    here = (float(one.lon or 0), float(one.lat or 0))
    there = (float(two.lon or 0), float(two.lat or 0))
    return haversine_m(here, there) * ROAD_NUM // ROAD_DEN
