"""The chosen order: where it is, who is near, who is recommended and who cannot come."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Max
from django.utils.translation import gettext as _

from accounts.models import Skill
from common import clock
from common.formatting import km
from common.svg import RadarPoint
from dispatch.appointments.checking import full_outlets
from dispatch.board.lanes import rating_text
from dispatch.board.pool import limit_of, place_of, skills_of, title_of
from dispatch.board.scale import Scale
from dispatch.board.stamps import stamp_of
from dispatch.board.ways import asked_ways, known_ways
from dispatch.engine.online import NEVER_WITHOUT
from dispatch.facts import point_of, question
from dispatch.models import Assignment, JobOffer
from dispatch.selectors import candidates
from dispatch.services.candidates import only_shown
from dispatch.services.offers import within
from dispatch.street import street_tiles
from dispatch.ways.reading import run_of, run_stamp
from workorders.crew import open_places_stamp
from workorders.flow import Meaning
from workorders.flow_versions import flow_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from dispatch.services.candidates import Ranked
    from dispatch.ways.reading import ShownRun
    from network.geo import Point
    from workorders.models import WorkOrder

RECOMMENDED = 3
MORE = 9
UNABLE = 12
ON_RADAR = 8
RADII_KM = (5, 15, 30, 60)
_RINGS_M = ((5_000, 10_000, 15_000), (10_000, 20_000, 30_000), (20_000, 40_000, 60_000))


@dataclass(frozen=True, slots=True)
class Choice:
    """A person to choose; `key` is the digit that does it. Percent place the ghost in their lane.

    `full` says which limit of their outlet this job would break; sending them needs a reason then.
    """

    ranked: Ranked
    key: str
    way: str
    ghost_day: str
    left: str
    width: str
    begins: str
    full: str = ""
    road: str = ""

    @property
    def way_words(self) -> str:
        """How far it is: by the map platform where it is known, else estimated; "" who cannot come."""
        estimated = (each.words for each in self.ranked.reasons if each.code == "distance")
        return self.road or next(estimated, "")

    @property
    def reasons(self) -> list[str]:
        """The sentences worth a place on the board; the rating stands beside the name."""
        load = self.ranked.candidate.reasons
        idle = any(each.code == "load" and not each.params["jobs"] for each in load)
        left_out = {"rating", "distance", "load"} if idle else {"rating", "distance"}
        return [each.words for each in self.ranked.reasons if each.code not in left_out]

    @property
    def rating(self) -> str:
        """The rating as "4.9", empty for somebody new."""
        return rating_text(self.ranked.installer)

    @property
    def may_be_sent(self) -> bool:
        """Whether a dispatcher may decide over the rule that failed."""
        return self.ranked.candidate.hard_fail not in NEVER_WITHOUT


@dataclass(frozen=True, slots=True)
class Radius:
    """How far a job is offered and how many people then see it."""

    km: int
    people: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """All of the right panel."""

    order: WorkOrder
    title: str
    stage: str
    place: str
    limit: str
    left: str
    skills: tuple[str, ...]
    minutes: int
    best: list[Choice]
    more: list[Choice]
    unable: list[Choice]
    radar: list[RadarPoint]
    rings_m: tuple[int, ...]
    radii: list[Radius]
    offer: JobOffer | None
    seen_by: int
    can_assign: bool
    is_reassigning: bool
    is_located: bool
    stamp: str
    run: ShownRun | None
    asks_ways: bool
    has_street: bool

    @property
    def needs_reason(self) -> bool:
        """Whether somebody here can only be sent beyond a limit of their outlet."""
        return any(each.full for each in (*self.best, *self.more, *self.unable))


def stamp_of_order(order: WorkOrder) -> str:
    """What the panel depends on: the order, its offer and all bookings; five small queries."""
    moved = Assignment.objects.filter(active=True).aggregate(last=Max("pk"), count=Count("pk"))
    offer = JobOffer.objects.filter(work_order=order, state=JobOffer.State.OPEN).first()
    shown = (order.stage, order.stage_since, order.window_starts_at, order.paid_fen, order.urgent)
    return stamp_of(
        [
            *shown,
            order.difficulties,
            moved,
            open_places_stamp(),
            offer.expires_at if offer else None,
            run_stamp(order),
        ]
    )


def chosen_order(order: WorkOrder, *, stamp: str = "") -> Chosen:
    """Return the panel of an order, ranked anew."""
    now = clock.now()
    is_waiting = order.meaning == Meaning.WAITING.value
    is_held = order.meaning in (Meaning.ASSIGNED.value, Meaning.EN_ROUTE.value)
    ranking = _ranking(order) if is_waiting or is_held else []
    able = [each for each in ranking if each.is_feasible]
    unable = [each for each in ranking if not each.is_feasible]
    limit, left = limit_of(order, now)
    service_s = question(order, now=now).job.service_s
    offer = (
        JobOffer.objects.filter(work_order=order, state=JobOffer.State.OPEN)
        .annotate(people=Count("recipients"))
        .first()
    )
    shown = able[: RECOMMENDED + MORE]
    only_shown([*shown, *unable[:UNABLE]])
    full = full_outlets(order, [*shown, *unable[:UNABLE]])
    ways = known_ways(shown, point_of(order.address))
    choices = [
        _choice(each, number, service_s, full, ways.words.get(each.pk, ""))
        for number, each in enumerate(shown, 1)
    ]
    near = [*able[:ON_RADAR], *unable][:ON_RADAR]
    points = _radar(near, point_of(order.address), recommended=able[:RECOMMENDED])
    return Chosen(
        order=order,
        title=title_of(order),
        stage=flow_of(order).stage(order.stage).name,
        place=place_of(order),
        limit=limit,
        left=left,
        skills=skills_of(
            order.item_version.body["skills"], dict(Skill.objects.values_list("code", "name"))
        ),
        minutes=service_s // 60,
        best=choices[:RECOMMENDED],
        more=choices[RECOMMENDED:],
        unable=[_choice(each, 0, service_s, full) for each in unable[:UNABLE]],
        radar=points,
        rings_m=_rings(points),
        radii=[Radius(reach, len(within(ranking, reach * 1000))) for reach in RADII_KM],
        offer=offer,
        seen_by=getattr(offer, "people", 0),
        can_assign=is_waiting or is_held,
        is_reassigning=is_held,
        is_located=point_of(order.address) is not None,
        stamp=stamp or stamp_of_order(order),
        run=run_of(order),
        asks_ways=ways.open,
        has_street=point_of(order.address) is not None and street_tiles() is not None,
    )


def ways_of(order: WorkOrder) -> Mapping[int, str]:
    """Return by installer what the map platform says of the ways of those the panel shows."""
    able = [each for each in _ranking(order) if each.is_feasible]
    return asked_ways(able[: RECOMMENDED + MORE], point_of(order.address)).words


def people_around(order: WorkOrder) -> list[Ranked]:
    """Return who is shown on the street map: the recommended first, then the next who can come."""
    found = [each for each in _ranking(order) if each.is_feasible][:ON_RADAR]
    only_shown(found)
    return found


def _ranking(order: WorkOrder) -> list[Ranked]:
    return [each for each in candidates(order=order, limit=200) if each.pk != order.installer_id]


def _choice(
    ranked: Ranked, number: int, service_s: int, full: Mapping[int, str], road: str = ""
) -> Choice:
    begins = ranked.start_at
    left = width = "0"
    day: date | None = None
    if begins is not None:
        day = begins.date()
        begun = int(begins.timestamp())
        ends = type(begins).fromtimestamp(begun + service_s, begins.tzinfo)
        place = Scale(day).stretch(begins, ends)
        left, width = f"{place.left:g}", f"{place.width:g}"
    return Choice(
        ranked=ranked,
        key=str(number) if 0 < number <= RECOMMENDED else "",
        way=Assignment.Way.SUGGESTED if ranked.is_feasible else Assignment.Way.MANUAL,
        ghost_day=day.isoformat() if day else "",
        left=left,
        width=width,
        begins=f"{begins:%H:%M}" if begins is not None else "",
        full=full.get(ranked.pk, ""),
        road=road,
    )


def _radar(
    near: list[Ranked], site: Point | None, *, recommended: list[Ranked]
) -> list[RadarPoint]:
    if site is None:
        return []
    best = {each.pk for each in recommended}
    return [
        RadarPoint(
            initial=each.installer.user.display_name[:1],
            label=_("%(name)s, %(km)s by road from home")
            % {"name": each.installer.user.display_name, "km": km(each.distance_m)},
            distance_m=each.distance_m or 0,
            bearing_deg=_bearing(site, each.home),
            recommended=each.pk in best,
            busy=not each.is_feasible,
        )
        for each in near
        if each.home is not None and each.distance_m is not None
    ]


def _bearing(site: Point, home: Point) -> float:
    """Degrees clockwise from north, on the flat map around the site."""
    east = (home[0] - site[0]) * math.cos(math.radians(site[1]))
    return math.degrees(math.atan2(east, home[1] - site[1]))


def _rings(points: list[RadarPoint]) -> tuple[int, ...]:
    farthest = max((point.distance_m for point in points), default=0)
    return next((rings for rings in _RINGS_M if farthest <= rings[-1]), _RINGS_M[-1])
