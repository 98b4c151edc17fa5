"""The company's map platform: kept with a sealed key, tried, and asked within its limits.

Whoever asks for ways or places gets what is remembered or answered in time. When the platform is
absent, fails, refuses the key or the day's questions are used up, they get nothing and go by the
estimates; after a failure nobody asks for a while.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from common import clock
from common.errors import refuse_unless
from common.journal import record
from common.sealed import seal, unseal
from common.transactions import transactional
from integrations.addresses import is_callable_address
from integrations.errors import Kind, MappingError, PlatformError
from integrations.http import egress_allow, map_client
from integrations.maps.chinese import Amap, Baidu, Tencent
from integrations.maps.geocoding import finder_of
from integrations.maps.matrix import asked_ways, known_ways
from integrations.maps.open_source import Osrm, Valhalla
from integrations.models import MapService

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accounts.models import User
    from integrations.maps.geocoding import Finder, Found
    from integrations.maps.matrix import WayKey
    from integrations.maps.port import Leg, MapPlatform
    from network.geo import Point

log = logging.getLogger(__name__)

KEYED = (MapService.Provider.AMAP, MapService.Provider.TENCENT, MapService.Provider.BAIDU)
REST_S = 60
"""Nobody asks for so long after the platform failed."""
LONG_REST_S = 600
"""The same after a refused key or a used-up quota: asking again changes nothing soon."""
_DAY_S = 90_000
_KEY_PLACE = "maps:1:key"
_RESTING = "maps:resting"
_TRIAL_WAY: tuple[Point, Point] = ((120.155, 30.274), (120.213, 30.291))
"""From the West Lake to Hangzhou's eastern station."""


@dataclass(frozen=True, slots=True)
class MapTrial:
    """What one question showed: a way with its time, or the platform's own words when it said no."""

    worked: bool
    metres: int = 0
    minutes: int = 0
    took_ms: int = 0
    code: str = ""
    message: str = ""
    kind: str = ""


def map_service() -> MapService | None:
    """Return what the company entered, None while it entered nothing."""
    return MapService.objects.filter(pk=1).first()


@transactional
def save_map_service(*, service: MapService, key: str, actor: User) -> MapService:
    """Keep the settings; an empty key leaves the stored one while the address stays the same.

    Raises Refused for an address that may not be called or a platform without its key or address.
    """
    keyed = service.provider in KEYED
    address = service.base_url
    refuse_unless(
        not address or is_callable_address(address, egress_allow()),
        "maps.address",
        _("This address may not be called. Use the platform's own https address"),
    )
    refuse_unless(service.provider, "maps.provider", _("Choose a map platform"))
    refuse_unless(keyed or address, "maps.no_address", _("Enter the address of your server"))
    before = MapService.objects.select_for_update().filter(pk=1).first()
    moved = before is not None and (before.provider, before.base_url) != (
        service.provider,
        service.base_url,
    )
    # What was entered for one platform is not sent to another one.
    if moved:
        service.key_sealed, service.key_tail = "", ""
    if key:
        service.key_sealed = seal(key, place=_KEY_PLACE)
        service.key_tail = key[-4:] if len(key) > 8 else ""
    refuse_unless(
        service.key_sealed or not keyed, "maps.no_key", _("Enter the key of the map platform")
    )
    service.pk, service.last_error, service.last_error_at = 1, "", None
    if before is not None:
        service.tile_url, service.tile_datum = before.tile_url, before.tile_datum
        service.tile_credit = before.tile_credit
    service.save()
    cache.delete(_RESTING)
    record(actor, "maps.saved", service, provider=service.provider, active=service.is_active)
    return service


def platform_of(service: MapService) -> MapPlatform:
    """Return the platform with the company's own key or address."""
    client = map_client()
    if service.provider == MapService.Provider.OSRM:
        return Osrm(client, base_url=service.base_url)
    if service.provider == MapService.Provider.VALHALLA:
        return Valhalla(client, base_url=service.base_url)
    key, address = unseal(service.key_sealed, place=_KEY_PLACE), service.base_url
    if service.provider == MapService.Provider.AMAP:
        return Amap(client, key=key, base_url=address)
    if service.provider == MapService.Provider.TENCENT:
        return Tencent(client, key=key, base_url=address)
    return Baidu(client, key=key, base_url=address)


def try_map_service(service: MapService) -> MapTrial:
    """Ask for one way and say what came back."""
    started = monotonic()
    try:
        ((leg,),) = platform_of(service).legs(_TRIAL_WAY[:1], _TRIAL_WAY[1:])
    except (PlatformError, MappingError, ValueError) as error:
        _failed(service, error)
        code = getattr(error, "code", "") or getattr(error, "reason", "") or "value"
        message = getattr(error, "message", "") or str(error)
        kind = getattr(error, "kind", "")
        return MapTrial(False, code=str(code), message=message[:300], kind=str(kind))
    took_ms = round((monotonic() - started) * 1000)
    _answered()
    if leg is None:
        return MapTrial(False, took_ms=took_ms, code="no_road", message=_("no road was found"))
    return MapTrial(True, metres=leg.metres, minutes=-(-leg.seconds // 60), took_ms=took_ms)


class CompanyRoads:
    """Ways by road as the company's platform knows them; see `dispatch.road_source`."""

    def known(self, ways: Sequence[WayKey]) -> tuple[str, Mapping[WayKey, Leg]] | None:
        """Return the platform's name and what is remembered of these ways; nobody is called.

        None where there is no platform to ask.
        """
        service = _in_use()
        if service is None:
            return None
        return service.get_provider_display(), known_ways(service.provider, ways)

    def ask(self, ways: Sequence[WayKey]) -> Mapping[WayKey, Leg]:
        """Return what is remembered or answered within a few seconds; never raises for a platform."""
        service = _in_use()
        if service is None:
            return {}
        known = known_ways(service.provider, ways)
        missing = [way for way in ways if way not in known]
        if not missing or not _may_ask(service, len(missing)):
            return known
        found, error = asked_ways(platform_of(service), missing)
        if error is None:
            _answered()
        else:
            _failed(service, error)
        return {**known, **found}


def find_place(written: str, *, city: str) -> Found | None:
    """Return where the platform is sure an address lies; None also where it cannot be asked."""
    service = _in_use()
    finder: Finder | None = finder_of(platform_of(service)) if service is not None else None
    if service is None or finder is None or not _may_ask(service, 1):
        return None
    try:
        found = finder.find(written, city=city)
    except (PlatformError, MappingError) as error:
        _failed(service, error)
        return None
    _answered()
    return found


def _in_use() -> MapService | None:
    return MapService.objects.filter(pk=1, is_active=True).exclude(provider="").first()


def _may_ask(service: MapService, questions: int) -> bool:
    """Whether the platform is not resting and the day's questions are not used up; counts them."""
    day = f"maps:asked:{clock.business_day():%Y%m%d}"
    try:
        if cache.get(_RESTING):
            return False
        cache.add(day, 0, _DAY_S)
        return int(cache.incr(day, questions)) <= service.daily_limit
    except (RedisError, ValueError):
        # Without a count nobody knows what this costs.
        return False


def _answered() -> None:
    MapService.objects.filter(pk=1).update(last_answer_at=clock.wall_now(), last_error="")


def _failed(service: MapService, error: Exception) -> None:
    kind = getattr(error, "kind", Kind.UNKNOWN)
    log.warning("%s gave no answer: %s", service.provider, error)
    try:
        cache.set(_RESTING, 1, LONG_REST_S if kind in (Kind.AUTH, Kind.LIMIT) else REST_S)
    except RedisError:
        log.warning("the failure is not remembered: no cache")
    MapService.objects.filter(pk=1).update(
        last_error=str(error)[:300], last_error_at=clock.wall_now()
    )
