"""Where and when a photo was taken: what picture and phone say of it, and which of them is used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from common import clock
from workorders.camera import NOTHING, CameraFacts, plausible
from workorders.happened import Happened, happened
from workorders.models import CheckIn, Evidence
from workorders.site_radius import is_beyond, metres_from_site, six_places

if TYPE_CHECKING:
    from workorders.models import WorkOrder

Source = Evidence.Source
_CLOCKS_DIFFER = timedelta(minutes=2)
_NIGHT_SHIFT = timedelta(hours=4)
"""A visit over midnight: a photo of the evening is none of another day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """What a phone says beside a photo it has made small.

    `at`, `lon`, `lat` (WGS-84), `accuracy_m` are its own clock and position at that moment;
    `camera` is what stood in the original.
    """

    at: datetime | None = None
    lon: float | None = None
    lat: float | None = None
    accuracy_m: int | None = None
    camera: CameraFacts = NOTHING


UNSAID = Taking()


class Place(NamedTuple):
    """A position, how exact it is, and who said it."""

    lon: float | None
    lat: float | None
    accuracy_m: int | None
    source: str


def fill_in(
    kept: Evidence,
    order: WorkOrder,
    camera: CameraFacts,
    said: Taking,
    *,
    when: Happened | None = None,
) -> None:
    """Set on unsaved evidence where and when it was taken, by whose word, and what is odd of it.

    What stands in the picture itself goes before what the phone read in its original, and that
    before the phone's own position: a photo chosen from the gallery was taken elsewhere. `when` is
    when it was done, by default as `happened` has it.
    """
    when = when or happened(order)
    now = when.at
    at, kept.time_source = _moment(order, camera, said, now)
    if when.received_at is not None and kept.time_source == Source.SERVER:
        kept.time_source = Source.PHONE
    kept.taken_at, kept.kept_at = at, when.received_at or clock.now()
    place = _place(camera, said)
    if place.lon is not None and place.lat is not None:
        kept.lon, kept.lat = six_places(place.lon), six_places(place.lat)
        kept.accuracy_m, kept.place_source = place.accuracy_m, place.source
        kept.from_site_m = metres_from_site(order, place.lon, place.lat)
        kept.is_far = is_beyond(order, kept.from_site_m, place.accuracy_m)
    if kept.time_source in (Source.PICTURE, Source.ORIGINAL):
        kept.is_old = _is_from_before(order, at, now)


def _place(camera: CameraFacts, said: Taking) -> Place:
    for facts, source in ((camera, Source.PICTURE), (said.camera, Source.ORIGINAL)):
        if facts.lon is not None:
            return Place(facts.lon, facts.lat, None, source)
    return Place(said.lon, said.lat, said.accuracy_m, Source.PHONE)


def _moment(
    order: WorkOrder, camera: CameraFacts, said: Taking, now: datetime
) -> tuple[datetime, str]:
    """A phone's clock may be wrong; camera and phone then err alike, and the age stays right."""
    phone_at = plausible(said.at)
    trusted = phone_at
    if trusted is None or not order.created_at <= trusted <= now + _CLOCKS_DIFFER:
        trusted = None
    for facts, source in ((camera, Source.PICTURE), (said.camera, Source.ORIGINAL)):
        if facts.at is None:
            continue
        age = (phone_at or now) - facts.at
        return min(trusted or now, now) - max(age, timedelta(0)), source
    if trusted is None:
        return now, Source.SERVER
    return min(trusted, now), Source.PHONE


def _is_from_before(order: WorkOrder, at: datetime, now: datetime) -> bool:
    """Whether a moment lies on a day before the first visit, or before there was an order."""
    if at < order.created_at - _CLOCKS_DIFFER:
        return True
    came = CheckIn.objects.filter(work_order=order).order_by("at", "pk")
    visit = came.values_list("at", flat=True).first() or now
    earlier = clock.business_day(at) < clock.business_day(visit)
    return earlier and visit - at >= _NIGHT_SHIFT
