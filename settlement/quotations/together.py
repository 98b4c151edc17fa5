"""What surcharges leave of a price together: the job that keeps least of it, and who takes it off."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext as _

from settlement.engine.words import percent
from settlement.models import PriceSurcharge
from settlement.quotations.asking import CHANNELS
from settlement.quotations.limits import HIGHEST_FLOOR, LONGEST_KM, WHOLE_BP

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from network.models import Region

Occasion = PriceSurcharge.Occasion
_FLAGS = {"urgent": Occasion.URGENT, "night": Occasion.NIGHT, "high_work": Occasion.HIGH_WORK}
_SITES = (Occasion.HIGHWAY, Occasion.REMOTE)
_REACHED = {Occasion.DISTANCE: LONGEST_KM, Occasion.FLOOR: HIGHEST_FLOOR}
MOST_POINTS = 40
MOST_JOBS = 5_000
"""Distances and floors tried where discounts and surcharges both grow with them, and sets of jobs
looked at in all: a table so wild that this leaves something out is refused at the offer."""


class Job(NamedTuple):
    """What rows ask of a job, or of a set of jobs: None where anything is possible."""

    urgent: bool | None = False
    night: bool | None = False
    high_work: bool | None = False
    site: str | None = ""
    regions: tuple[Region, ...] | None = ()
    channel: str | None = ""
    member: str | None = ""
    km: int | None = 0
    floor: int | None = 0


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a price in the worst job, as a part of 1; who takes off something there."""

    part: Fraction
    rows: tuple[PriceSurcharge, ...]
    job: Job


def impossible_together(
    before: Sequence[PriceSurcharge],
    after: Sequence[PriceSurcharge],
    changed: PriceSurcharge | None = None,
) -> str:
    """Say why a table of rows would leave less than nothing of a price, "" where it does not.

    Both are in the order they count; `changed` is the new or edited row of `after`. A table that
    did so before is only refused to become worse, so that it can be mended row by row. Percentages
    are looked at alone: amounts weigh less the dearer the job.
    """
    if changed is not None and changed.is_active and changed.rate_bp < 0:
        was = next((row for row in before if row.pk == changed.pk), None) if changed.pk else None
        worse = _worse(_least(before, was) if was else None, _least(after, changed))
        if worse is not None:
            others = [row.name for row in worse.rows if row is not changed]
            words = _(
                "Together with %(rows)s, %(percent)s of the price would be taken off; a discount"
                " ends at 100%%"
            )
            return _said(words, others, worse)
    worse = _worse(_least(before), _least(after))
    if worse is None:
        return ""
    words = _(
        "Then %(rows)s would together take off %(percent)s of the price; a discount ends at 100%%"
    )
    return _said(words, [row.name for row in worse.rows], worse)


def _worse(before: Left | None, after: Left | None) -> Left | None:
    if after is None or after.part >= 0:
        return None
    return None if before is not None and before.part <= after.part else after


def _least(rows: Sequence[PriceSurcharge], must: PriceSurcharge | None = None) -> Left | None:
    """Return what the job keeps of which less than nothing is left, the least of all such jobs.

    With `must` of the jobs that row counts for. None where there is no such job.
    """
    counting = [row for row in rows if row.is_active and row.is_rate]
    if must is not None and must not in counting:
        return None
    found = _Search(counting, must).least()
    if found is None:
        return None
    part, job = found
    taking = tuple(row for row in counting if _rates(row, job)[0] < 0)
    return Left(part, taking, job)


class _Search:
    """Looks for the job that keeps least: sets of jobs are divided until all rows are certain.

    What is left after a row never falls when more was left before it, so the least rate of each row
    bounds what any job of a set keeps, and most sets need not be divided.
    """

    def __init__(self, rows: Sequence[PriceSurcharge], must: PriceSurcharge | None) -> None:
        self.rows, self.must = rows, must
        # What only dearer rows ask for makes no job cheaper.
        asking = [row for row in rows if row.rate_bp < 0 or row is must]
        self.choices = {name: found for name, found in _choices(rows, asking) if len(found) > 1}
        self.best: tuple[Fraction, Job] | None = None
        self.looked_at = 0

    def least(self) -> tuple[Fraction, Job] | None:
        whole = Job(**dict.fromkeys(self.choices))
        self._divide(self._bound(whole), whole, list(self.choices))
        return self.best

    def _divide(self, bound: Fraction, jobs: Job, names: list[str]) -> None:
        if bound >= (self.best[0] if self.best else 0) or self.looked_at > MOST_JOBS:
            return
        if not names:
            self.best = bound, jobs
            return
        name, *others = names
        parts = [jobs._replace(**{name: choice}) for choice in self.choices[name]]
        for least, part in sorted(((self._bound(p), p) for p in parts), key=itemgetter(0)):
            self._divide(least, part, others)

    def _bound(self, jobs: Job) -> Fraction:
        """Return what each of the jobs keeps at least; of one job what it keeps."""
        self.looked_at += 1
        if self.must is not None and _rates(self.must, jobs) == (0, 0):
            return Fraction(1)
        left, scale = WHOLE_BP, WHOLE_BP
        for row in self.rows:
            least, most = _rates(row, jobs)
            if row.way != PriceSurcharge.Way.OF_SO_FAR:
                left += least * (scale // WHOLE_BP)
            elif least or most:
                left *= WHOLE_BP + (least if left >= 0 else most)
                scale *= WHOLE_BP
        return Fraction(left, scale)


def _rates(row: PriceSurcharge, jobs: Job) -> tuple[int, int]:
    """Return the least and the most a row adds to dear ones of these jobs, in basis points.

    What is limited to an amount adds nothing that counts there.
    """
    asked: list[tuple[Any, Any, bool]] = [
        (row.region, jobs.regions, jobs.regions is not None and row.region in jobs.regions),
        (row.channel, jobs.channel, row.channel == jobs.channel),
        (row.member_level, jobs.member, row.member_level == jobs.member),
    ]
    for name, occasion in _FLAGS.items():
        asked.append((row.occasion == occasion, getattr(jobs, name), getattr(jobs, name) is True))
    asked.append((row.occasion in _SITES, jobs.site, row.occasion == jobs.site))
    asks = [(known, holds) for wants, known, holds in asked if wants]
    if any(known is not None and not holds for known, holds in asks):
        return 0, 0
    rate = 0 if row.rate_bp > 0 and row.most_fen is not None else row.rate_bp
    rates = {rate}
    if row.is_stepped:
        far = row.occasion == Occasion.DISTANCE
        reached = jobs.km if far else jobs.floor
        ends = [0, _REACHED[Occasion(row.occasion)]] if reached is None else [reached]
        rates = {rate * min(row.most, max(0, -(-(at - row.free) // row.step))) for at in ends}
    if any(known is None for known, _holds in asks):
        rates.add(0)
    return min(rates), max(rates)


def _choices(
    rows: Sequence[PriceSurcharge], asking: Sequence[PriceSurcharge]
) -> Iterator[tuple[str, list[Any]]]:
    """Yield what a job can be of each kind, as far as the rows that ask tell it apart."""
    named = {row.region.path: row.region for row in rows if row.region is not None}
    regions: list[tuple[Region, ...]] = [()]
    for row in asking:
        if row.region is not None:
            path = row.region.path
            regions.append(
                tuple(region for p, region in sorted(named.items()) if path.startswith(p))
            )
    yield "regions", list(dict.fromkeys(regions))
    yield "channel", list(dict.fromkeys(["", *(row.channel for row in asking)]))
    yield "member", list(dict.fromkeys(["", *(row.member_level for row in asking)]))
    occasions = {row.occasion for row in asking}
    yield "site", ["", *(site for site in _SITES if site in occasions)]
    for name, occasion in _FLAGS.items():
        yield name, [False, True] if occasion in occasions else [False]
    yield "km", _points(Occasion.DISTANCE, rows, asking)
    yield "floor", _points(Occasion.FLOOR, rows, asking)


def _points(
    occasion: str, rows: Sequence[PriceSurcharge], asking: Sequence[PriceSurcharge]
) -> list[int]:
    """Return the kilometres or floors to try: none, all, and where a row begins to add more."""
    if not any(row.occasion == occasion for row in asking):
        return [0]
    reached = _REACHED[Occasion(occasion)]
    found = {0, reached}
    for row in rows:
        if row.occasion == occasion:
            ends = row.free + row.step * min(row.most, reached)
            steps = range(row.free, min(ends, reached) + 1, row.step)
            found |= {at for step in steps for at in (step, step + 1) if at <= reached}
    ordered = sorted(found)
    thinned = ordered[:: -(-len(ordered) // MOST_POINTS)]
    return sorted({*thinned, ordered[1], reached})


def _said(words: str, names: Sequence[str], left: Left) -> str:
    off = (1 - left.part) * WHOLE_BP
    sentence = words % {
        "rows": _(", ").join(names), "percent": percent(-(-off.numerator // off.denominator), WHOLE_BP),
    }  # fmt: skip
    job = _(", ").join(_job_words(left.job))
    return _("%(sentence)s (%(job)s)") % {"sentence": sentence, "job": job} if job else sentence


def _job_words(job: Job) -> Iterator[str]:
    """Yield what stands out of a job, each in the words of the table."""
    if job.regions:
        yield job.regions[-1].name
    if job.channel:
        yield str(CHANNELS.get(job.channel, job.channel))
    if job.member:
        yield job.member
    flags = [occasion for name, occasion in _FLAGS.items() if getattr(job, name)]
    yield from (str(each.label) for each in (*flags, *_SITES) if each in (*flags, job.site))
    if job.km:
        yield f"{job.km} km"
    if job.floor:
        yield _("floor %(n)s") % {"n": job.floor}
