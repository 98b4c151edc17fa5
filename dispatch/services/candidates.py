"""Who could take an order: everybody near, ranked by the engine, with reasons and earnings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.certificates import CERTIFICATE_NAMES
from accounts.models import Installer, Skill
from accounts.workers import Worker, read_workers, workers
from common import clock
from common.formatting import km
from common.remembering import remembered, remembering_on
from dispatch.engine.explain import sentence
from dispatch.engine.online import Candidate, Params, rank, with_earnings
from dispatch.facts import Question, home_of, moment, people, point_of, question, technicians
from dispatch.fairness import hourly_fen, with_fair_share
from dispatch.policy import weights_for
from dispatch.roads import travel_at
from dispatch.services.nearest import nearest_people
from dispatch.support.lent import supporters_for
from network.geo import haversine_m
from network.models import OrgUnit, ServiceTerritory
from settlement.services.estimating import Estimated, estimates
from workorders.models import WorkOrder

if TYPE_CHECKING:
    from datetime import date, datetime

    from dispatch.engine.schedule import Timed
    from dispatch.engine.travel import Travel
    from network.geo import Point

NEIGHBOUR_M = 30_000
"""Outlets without the territory are asked too when they are no farther than this (straight)."""
MOST_PEOPLE = 200
_DEGREES_PER_M = 1 / 90_000


@dataclass(frozen=True, slots=True)
class Because:
    """A reason of the engine's as a sentence in the reader's language."""

    code: str
    words: str


class Faces:
    """The people of a ranking as they are shown; all of `ids` are read when the first of them is."""

    def __init__(self, ids: Iterable[int], known: Iterable[Installer] = ()) -> None:
        self._known = {each.pk: each for each in known}
        self.ids = list(ids)

    def __getitem__(self, pk: int) -> Installer:
        if pk not in self._known:
            shown = Installer.objects.select_related("user", "grade", "outlet")
            self._known |= shown.in_bulk({pk, *self.ids} - set(self._known))
        return self._known[pk]


@dataclass(frozen=True, slots=True)
class Ranked:
    """One person's answer: feasible with times, way and earning, or the first rule that failed.

    `distance_m` is by road from home, estimated; None where a place is unknown.
    """

    worker: Worker
    candidate: Candidate
    distance_m: int | None
    earning: Estimated | None
    service_s: int
    names: Mapping[str, str] = field(repr=False)
    faces: Faces = field(repr=False)

    @property
    def is_feasible(self) -> bool:
        """Whether no hard rule forbids it."""
        return self.candidate.feasible

    @property
    def pk(self) -> int:
        """The installer's id."""
        return self.worker.pk

    @property
    def installer(self) -> Installer:
        """The person with user, grade and outlet; one query for all of the ranking."""
        return self.faces[self.worker.pk]

    @property
    def home(self) -> Point | None:
        """Where their day begins."""
        return self.worker.begins_at

    @property
    def start_at(self) -> datetime | None:
        """When the work would begin."""
        return None if self.candidate.start_at is None else moment(self.candidate.start_at)

    @property
    def eta(self) -> datetime | None:
        """When they would arrive."""
        return None if self.candidate.eta is None else moment(self.candidate.eta)

    @property
    def reasons(self) -> tuple[Because, ...]:
        """Why they stand where they stand, or the rule that failed, in the reader's language."""
        is_measured = self.distance_m is not None
        return tuple(_because(self.candidate, self.names, is_measured=is_measured))


def ranked_candidates(
    *, order: WorkOrder, limit: int = 20, start_at: datetime | None = None
) -> list[Ranked]:
    """Return up to `limit` people who can take the order, the best first, then those who cannot.

    People are those of the outlets whose territory covers the site and of outlets near it. The
    number of queries is the same for one and for two hundred.
    """
    with remembering_on():
        local = outlets_covering(order)
        asked = question(order, now=clock.now(), start_at=start_at)
        able = min(MOST_PEOPLE, 2 * limit)
        found = nearest_people(_asked(order, local), asked, able=able, others=limit)
        found += read_workers(supporters_for(order.site_region) - {each.pk for each in found})
        ranking = rank_people(order=order, installers=found, local=local, asked=asked)
    first = [each for each in ranking if each.is_feasible][:limit]
    last = [each for each in ranking if not each.is_feasible][:limit]
    only_shown([*first, *last])
    return [*first, *last]


def only_shown(shown: Sequence[Ranked]) -> None:
    """Say who of a ranking is shown: these are read as people, in one query, once one of them is."""
    for each in shown[:1]:
        each.faces.ids = [one.pk for one in shown]


def rank_people(
    *,
    order: WorkOrder,
    installers: Sequence[Installer | Worker],
    local: frozenset[int],
    asked: Question | None = None,
    start_at: datetime | None = None,
    day: date | None = None,
) -> list[Ranked]:
    """Rank given people (installers read by `people`) for the order, with estimated earnings."""
    now = clock.now()
    asked = asked or question(order, now=now, start_at=start_at, day=day)
    found = workers(installers)
    by_id = {each.pk: each for each in found}
    there = technicians(asked, found, at_home=local, usual=_usual(order, by_id))
    hourly = hourly_fen(installers=found, today=clock.business_day(now))
    techs = with_fair_share(there, hourly)
    weights, roads = weights_for(order, now=now), travel_at(order)
    ranking = rank(asked.job, techs, int(now.timestamp()), weights, travel=roads)
    able = [by_id[each.tech_id] for each in ranking if each.feasible]
    earned = estimates(order=order, installers=able)
    gross = {pk: estimate.gross_fen for pk, estimate in earned.items()}
    names = _names(order)
    faces = Faces(by_id, (each for each in installers if isinstance(each, Installer)))
    return [
        Ranked(
            worker=by_id[each.tech_id],
            candidate=each,
            distance_m=_by_road(by_id[each.tech_id], asked, roads),
            earning=earned.get(each.tech_id),
            service_s=asked.job.service_s,
            names=names,
            faces=faces,
        )
        for each in with_earnings(ranking, gross, weights)
    ]


def _by_road(worker: Worker, asked: Question, roads: Travel) -> int | None:
    home, site = worker.begins_at, asked.site
    return roads.metres(home, site) if home is not None and site is not None else None


def candidate_for(
    *,
    order: WorkOrder,
    installer_id: int,
    start_at: datetime | None = None,
    day: date | None = None,
) -> Ranked:
    """Return one person's answer, whoever they are; Installer.DoesNotExist when there is none."""
    installer = _person(installer_id)
    local = outlets_covering(order)
    return rank_people(
        order=order, installers=[installer], local=local, start_at=start_at, day=day
    )[0]


@remembered(lambda installer_id: installer_id)
def _person(installer_id: int) -> Installer:
    return people(Installer.objects.all()).get(pk=installer_id)


def outlets_covering(order: WorkOrder) -> frozenset[int]:
    """Ids of the outlets with a territory over the order's region."""
    return _covering(order.site_region.path) if order.site_region else frozenset()


@remembered(lambda path: path)
def _covering(path: str) -> frozenset[int]:
    chain = [int(part) for part in path.split(".") if part]
    covering = ServiceTerritory.objects.filter(region_id__in=chain, outlet__is_active=True)
    return frozenset(covering.values_list("outlet_id", flat=True))


def assignable_installers(*, order: WorkOrder) -> QuerySet[Installer]:
    """Everybody who may be asked for the order, able or not."""
    return _asked(order, outlets_covering(order))


def _asked(order: WorkOrder, local: frozenset[int]) -> QuerySet[Installer]:
    near = _near(order, local)
    theirs = Q(outlet_id__in=[*local, *near]) | Q(pk__in=supporters_for(order.site_region))
    return Installer.objects.filter(theirs, is_active=True, user__is_active=True).order_by("pk")


def _near(order: WorkOrder, local: frozenset[int]) -> list[int]:
    """Outlets around the site; without a place on the map, those of the settling branch."""
    others = OrgUnit.objects.filter(is_active=True).exclude(pk__in=local)
    site = point_of(order.address)
    if site is None:
        branch = order.settled_by or order.sold_by
        return list(others.filter(path__startswith=branch.path).values_list("pk", flat=True))
    reach = NEIGHBOUR_M * _DEGREES_PER_M
    box = Q(lon__range=_around(site[0], 2 * reach), lat__range=_around(site[1], reach))
    return [
        unit.pk
        for unit in others.filter(box)
        if (at := point_of(unit)) is not None and haversine_m(at, site) <= NEIGHBOUR_M
    ]


def _around(middle: float, reach: float) -> tuple[str, str]:
    return f"{middle - reach:.6f}", f"{middle + reach:.6f}"


def nearest(order: WorkOrder, found: Iterable[Installer]) -> list[Installer]:
    """The nearest of a crowd, so that one metropolis does not slow a page down."""
    site = point_of(order.address)

    def metres(installer: Installer) -> int:
        home = home_of(installer)
        return haversine_m(home, site) if home and site else 0

    return sorted(found, key=metres)[:MOST_PEOPLE]


def _usual(order: WorkOrder, known: Iterable[int]) -> frozenset[int]:
    served = WorkOrder.objects.filter(
        customer_id=order.customer_id, completed_at__isnull=False, installer__in=list(known)
    )
    return frozenset(pk for pk in served.values_list("installer_id", flat=True) if pk)


def _names(order: WorkOrder) -> dict[str, str]:
    names = CERTIFICATE_NAMES | _skill_names()
    if order.site_region is not None:
        names[order.site_region.code] = order.site_region.name
    return names


@remembered(lambda: ())
def _skill_names() -> dict[str, str]:
    return dict(Skill.objects.values_list("code", "name"))


def _because(
    candidate: Candidate, names: Mapping[str, str], *, is_measured: bool
) -> Iterator[Because]:
    for reason in candidate.reasons:
        if reason.code == "distance":
            yield Because("distance", _way(candidate, reason.params, is_measured=is_measured))
        elif reason.code != "earning":
            yield Because(reason.code, sentence(reason, _, names))
    moved = len(moved_stops(candidate))
    if moved:
        words = ngettext("Moves %(count)d other visit", "Moves %(count)d other visits", moved)
        yield Because("moves", words % {"count": moved})


def moved_stops(candidate: Candidate) -> list[Timed]:
    """The visits beside the new one that would begin at another time than they are booked for."""
    table = candidate.timetable
    return [
        timed
        for timed in (table.stops if table else ())
        if timed.stop.start not in (0, timed.start)
    ]


def _way(candidate: Candidate, params: Params, *, is_measured: bool) -> str:
    if not is_measured:
        return _("Distance unknown")
    from_home = candidate.insert_after is None
    words = (
        _("%(km)s by road from home (estimated), %(minutes)s min")
        if from_home
        else _("%(km)s by road from the visit before (estimated)")
    )
    minutes = -(-int(params["travel_s"]) // 60)
    return words % {"km": km(int(params["distance_m"])), "minutes": minutes}
