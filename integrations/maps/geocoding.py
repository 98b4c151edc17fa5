"""Where a written address lies, as AMap, Tencent and Baidu say; only what is sure to the door counts.

Forms of the calls as their documentation has them: AMap v3 geocode, Tencent geocoder v1, Baidu
geocoding v3. None of them was called while this was written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from integrations.errors import MappingError, PlatformError
from integrations.fields import part
from integrations.maps.chinese import Amap, Baidu, Tencent
from integrations.maps.reading import listed
from network.geo import Datum

if TYPE_CHECKING:
    from collections.abc import Mapping

    from integrations.maps.port import MapPlatform

LONGEST = 84
"""Signs of an address that are sent; Baidu refuses longer ones."""
_AMAP_EXACT = frozenset(
    {"门牌号", "门址", "单元号", "楼栋号", "兴趣点", "住宅区", "村庄", "热点商圈"}
)
_TENCENT_SURE = 7
_BAIDU_SURE = 70
_BAIDU_NOTHING = "1"


@dataclass(frozen=True, slots=True)
class Found:
    """A point in the platform's datum and the district it names, "" where it names none."""

    lon: float
    lat: float
    datum: Datum
    division_code: str


class Finder(Protocol):
    """A platform that finds written addresses."""

    name: str

    def find(self, written: str, *, city: str) -> Found | None:
        """Return the place, None where it is not sure of it; raises PlatformError, MappingError."""
        ...


class AmapFinder:
    """AMap's geocoder; its `level` says how close the match is."""

    name = "amap"
    path = "/v3/geocode/geo"

    def __init__(self, on: Amap) -> None:
        self._on = on

    def find(self, written: str, *, city: str) -> Found | None:
        """Return the first match when it is a door, a building or a named place."""
        query = {"address": written[:LONGEST], "output": "JSON", **_some(city=city)}
        answer = self._on.ask(self.path, "geocode", query)
        rows = listed("geocodes", answer.get("geocodes"))
        if not rows or not isinstance(rows[0], dict):
            return None
        lon, _comma, lat = str(rows[0].get("location", "")).partition(",")
        point = _degrees("geocodes.location", lon, lat)
        if str(rows[0].get("level", "")) not in _AMAP_EXACT:
            return None
        return Found(*point, Datum.GCJ02, _code(rows[0].get("adcode")))


class TencentFinder:
    """Tencent's geocoder; `reliability` goes from 1 to 10, from 7 on it may be relied on."""

    name = "tencent"
    path = "/ws/geocoder/v1/"

    def __init__(self, on: Tencent) -> None:
        self._on = on

    def find(self, written: str, *, city: str) -> Found | None:
        """Return the match when the platform relies on it."""
        query = {"address": written[:LONGEST], **_some(region=city)}
        result = part(self._on.ask(self.path, "geocode", query), "result")
        spot = part(result, "location")
        point = _degrees("result.location", spot.get("lng"), spot.get("lat"))
        if _whole(result.get("reliability")) < _TENCENT_SURE:
            return None
        return Found(*point, Datum.GCJ02, _code(part(result, "ad_info").get("adcode")))


class BaiduFinder:
    """Baidu's geocoder; `confidence` is the metres it is off by, turned into 0 to 100."""

    name = "baidu"
    path = "/geocoding/v3/"

    def __init__(self, on: Baidu) -> None:
        self._on = on

    def find(self, written: str, *, city: str) -> Found | None:
        """Return the match when it is off by little; Baidu names no district with it."""
        query = {"address": written[:LONGEST], "output": "json", **_some(city=city)}
        try:
            result = part(self._on.ask(self.path, "geocode", query), "result")
        except PlatformError as error:
            # "1" is a bad moment of the matrix and "nothing found" here.
            if error.code == _BAIDU_NOTHING:
                return None
            raise
        spot = part(result, "location")
        point = _degrees("result.location", spot.get("lng"), spot.get("lat"))
        if _whole(result.get("confidence")) < _BAIDU_SURE:
            return None
        return Found(*point, Datum.BD09, "")


def finder_of(platform: MapPlatform | None) -> Finder | None:
    """Return who finds addresses; None for OSRM and Valhalla, which know roads alone."""
    if isinstance(platform, Amap):
        return AmapFinder(platform)
    if isinstance(platform, Tencent):
        return TencentFinder(platform)
    return BaiduFinder(platform) if isinstance(platform, Baidu) else None


def _some(**query: str) -> Mapping[str, str]:
    return {name: value for name, value in query.items() if value}


def _degrees(place: str, lon: Any, lat: Any) -> tuple[float, float]:
    try:
        found = (float(lon), float(lat))
    except (TypeError, ValueError) as error:
        raise MappingError(place, "number.not_a_number", f"{lon},{lat}") from error
    if not (70 < found[0] < 140 and 0 < found[1] < 60):
        raise MappingError(place, "number.out_of_range", f"{lon},{lat}")
    return found


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _code(value: Any) -> str:
    text = str(value or "")
    return text if len(text) == 6 and text.isdecimal() else ""
