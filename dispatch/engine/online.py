"""Ranks the people who could take one job now, each with the parts of its score and its reasons."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from dispatch.engine.facts import Job, Span, Tech, Weights
from dispatch.engine.insertion import Place, cheapest, days_of
from dispatch.engine.schedule import Timetable
from dispatch.engine.travel import FULL_BP, Travel
from network.geo import Point
from settlement.engine.money import share_fen

HOUR_S = 3600
MIDDLE_RATING_X10 = 40
NEVER_WITHOUT = frozenset({"skill", "grade", "certificate_missing", "certificate_expired"})
"""What a dispatcher cannot decide away: the law or the customer's safety asks for it."""
Params = Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class Reason:
    """One fact behind a rank; `dispatch.engine.explain` makes a sentence of it."""

    code: str
    params: Params


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person's answer to one job.

    `hard_fail` is the code of the first hard rule that failed; the rest is then empty. `parts` are
    fen, more is better, and sum to `score_fen`. `eta` is the arrival, `start_at` the beginning.
    `insert_after` is the job before it that day (None: first), `origin` where they come from. `free_slot` is the gap it fits into;
    `timetable` is the rest of that shift with the job in it: later stops may move in their windows.
    """

    tech_id: int
    feasible: bool
    hard_fail: str | None
    insert_after: int | None = None
    origin: Point | None = None
    start_at: int | None = None
    eta: int | None = None
    travel_m: int | None = None
    travel_s: int | None = None
    added_travel_s: int | None = None
    free_slot: Span | None = None
    timetable: Timetable | None = None
    earning_fen: int | None = None
    parts: Mapping[str, int] | None = None
    score_fen: int = 0
    reasons: tuple[Reason, ...] = ()


def rank(
    job: Job,
    techs: Iterable[Tech],
    now: int,
    weights: Weights | None = None,
    *,
    travel: Travel | None = None,
    earnings: Mapping[int, int] | None = None,
) -> list[Candidate]:
    """All people, the best first, then those who cannot with the first rule each one fails.

    `earnings` maps a person to the estimated fen of this job (from settlement); a missing one counts
    nothing and is shown as unknown. Equal scores keep the nearer, then the lower id first.
    """
    roads = travel or Travel()
    values = weights or Weights()
    found = [_candidate(job, tech, now, values, roads) for tech in techs]
    return with_earnings(found, earnings or {}, values)


def with_earnings(
    ranking: Iterable[Candidate], earnings: Mapping[int, int], weights: Weights
) -> list[Candidate]:
    """A ranking as `rank` makes it when the earnings are known at once; no day is looked at again."""
    found = [_with_earning(each, earnings.get(each.tech_id), weights) for each in ranking]
    return sorted(found, key=_order)


def _with_earning(one: Candidate, earning_fen: int | None, weights: Weights) -> Candidate:
    if earning_fen is None or one.parts is None:
        return one
    parts = {**one.parts, "earning": -share_fen(earning_fen, weights.earning_bp, FULL_BP)}
    named = [each for each in one.reasons if each.code != "cross_region"]
    crossing = [each for each in one.reasons if each.code == "cross_region"]
    return replace(
        one,
        earning_fen=earning_fen,
        parts=parts,
        score_fen=sum(parts.values()),
        reasons=(*named, Reason("earning", {"amount_fen": earning_fen}), *crossing),
    )


def hard_fail(job: Job, tech: Tech, now: int, travel: Travel) -> Reason | None:
    """The first rule about the person (not the day) that forbids the job, or None.

    Order: skill, grade, certificate missing, certificate expired, region, radius.
    """
    for trade, needed in sorted(job.skills.items()):
        if trade not in tech.skills:
            return Reason("skill", {"trade": trade})
        if tech.skills[trade] < needed:
            return Reason("grade", {"trade": trade, "rank": tech.skills[trade], "needed": needed})
    for code in sorted(job.certificates):
        if code not in tech.certificates:
            return Reason("certificate_missing", {"certificate": code})
    ending = _certificates_end(job, tech)
    if ending is not None and not _windows(job, now, ending[0]):
        return Reason("certificate_expired", {"certificate": ending[1]})
    if tech.regions and job.region not in tech.regions and not tech.crosses_regions:
        return Reason("region", {"region": job.region})
    metres = travel.metres(tech.home, job.point)
    if tech.radius_m is not None and metres > tech.radius_m:
        return Reason("radius", {"distance_m": metres, "radius_m": tech.radius_m})
    return None


def open_windows(job: Job, tech: Tech, now: int) -> tuple[Span, ...]:
    """When the person may begin the job: what is open, while every certificate it needs holds."""
    ending = _certificates_end(job, tech)
    return _windows(job, now, ending[0] if ending else None)


def _candidate(job: Job, tech: Tech, now: int, weights: Weights, travel: Travel) -> Candidate:
    failed = hard_fail(job, tech, now, travel)
    place: Place | None = None
    if failed is None:
        place, failed = _best_place(job, tech, now, travel)
    if place is None:
        code = failed.code if failed else "window"
        return Candidate(tech.id, False, code, reasons=(failed,) if failed else ())
    parts = _parts(job, tech, place, weights)
    return Candidate(
        tech_id=tech.id,
        feasible=True,
        hard_fail=None,
        insert_after=place.insert_after,
        origin=place.origin,
        start_at=place.start,
        eta=place.arrive,
        travel_m=place.travel_m,
        travel_s=place.travel_s,
        added_travel_s=place.added_s,
        free_slot=place.free_slot,
        timetable=place.timetable,
        parts=parts,
        score_fen=sum(parts.values()),
        reasons=_reasons(job, tech, place),
    )


def _best_place(
    job: Job, tech: Tech, now: int, travel: Travel
) -> tuple[Place | None, Reason | None]:
    """The earliest shift's cheapest place, or the first rule about the day that failed."""
    windows = open_windows(job, tech, now)
    days = [
        day
        for day in days_of(tech, now)
        if any(span.start < day.shift.span.end and day.begin < span.end for span in windows)
    ]
    if not days:
        return None, Reason("no_shift", {})
    fitting = [(day, cheapest(job, day, travel, windows)) for day in days]
    for day, place in fitting:
        if place is not None and not day.is_full:
            return place, None
    if any(place is not None for _, place in fitting):
        return None, Reason("cap", {"jobs": next(d.done + len(d.stops) for d, p in fitting if p)})
    return None, Reason("window", {})


def _windows(job: Job, now: int, certificates_end: int | None) -> tuple[Span, ...]:
    """The windows still open, shortened so that the visit ends while every certificate holds."""
    latest = None if certificates_end is None else certificates_end - job.service_s + 1
    clipped = (
        Span(max(span.start, now), span.end if latest is None else min(span.end, latest))
        for span in job.windows
    )
    return tuple(span for span in clipped if span.start < span.end)


def _certificates_end(job: Job, tech: Tech) -> tuple[int, str] | None:
    """When the first of the needed certificates ends, and which; None when none ever does."""
    ends = [
        (until, code)
        for code in job.certificates
        if (until := tech.certificates.get(code)) is not None
    ]
    return min(ends) if ends else None


def _parts(job: Job, tech: Tech, place: Place, weights: Weights) -> dict[str, int]:
    surplus = sum(max(0, tech.skills[trade] - needed) for trade, needed in job.skills.items())
    delay_s = max(0, place.start - job.windows[0].start)
    rating = 0 if tech.rating_x10 is None else tech.rating_x10 - MIDDLE_RATING_X10
    return {
        "travel": -share_fen(weights.fen_per_km, place.added_m, 1000)
        - share_fen(weights.fen_per_hour, place.added_s, HOUR_S),
        "delay": -share_fen(weights.delay_fen_per_hour, delay_s, HOUR_S),
        "surplus": -weights.surplus_fen_per_rank * surplus,
        "load": -weights.load_fen_per_job * tech.open_jobs,
        "rating": weights.rating_fen_per_tenth * rating,
        "usual": weights.usual_fen if tech.is_usual else 0,
        "fairness": _fairness(tech, weights),
        "earning": 0,
    }


def _fairness(tech: Tech, weights: Weights) -> int:
    """Credit for those who earned less than the region's median; bounded both ways."""
    credit = share_fen(tech.median_fen - tech.own_fen, weights.fairness_bp, FULL_BP)
    return max(-weights.fairness_max_fen, min(weights.fairness_max_fen, credit))


def _reasons(job: Job, tech: Tech, place: Place) -> tuple[Reason, ...]:
    found = [
        Reason("distance", {"distance_m": place.travel_m, "travel_s": place.travel_s}),
        Reason("free_slot", {"start": place.free_slot.start, "end": place.free_slot.end}),
    ]
    found += [
        Reason("skilled", {"trade": trade, "rank": tech.skills[trade], "needed": needed})
        for trade, needed in sorted(job.skills.items())
    ]
    found += [Reason("certified", {"certificate": code}) for code in sorted(job.certificates)]
    if tech.rating_x10 is not None:
        found.append(Reason("rating", {"rating_x10": tech.rating_x10}))
    found.append(Reason("load", {"jobs": tech.open_jobs}))
    if tech.is_usual:
        found.append(Reason("usual", {}))
    if tech.regions and job.region not in tech.regions:
        found.append(Reason("cross_region", {"region": job.region}))
    return tuple(found)


def _order(candidate: Candidate) -> tuple[bool, int, int, int]:
    return (
        not candidate.feasible,
        -candidate.score_fen,
        candidate.travel_m or 0,
        candidate.tech_id,
    )
