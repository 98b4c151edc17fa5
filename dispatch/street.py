"""The street map of the board, where the company names an address of tiles; nothing needs one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from common.formatting import km
from dispatch.facts import point_of
from network.geo import Datum, from_wgs84

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dispatch.services.candidates import Ranked
    from network.geo import Point
    from workorders.models import WorkOrder


@dataclass(frozen=True, slots=True)
class StreetTiles:
    """Where tiles come from ({z}, {x} and {y} stand for which), their datum, and who made them."""

    url: str
    datum: Datum
    credit: str

    @property
    def origin(self) -> str:
        """Scheme, host and port: what alone the page may load pictures from."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True, slots=True)
class StreetSpot:
    """A place on the street map in the datum of its tiles; `mark` is one or two signs."""

    lon: str
    lat: str
    mark: str
    words: str


@dataclass(frozen=True, slots=True)
class StreetMap:
    """A site, the first of the spots, with the people around it."""

    tiles: StreetTiles
    spots: tuple[StreetSpot, ...]


Tiles = Callable[[], StreetTiles | None]
_found_by: list[Tiles] = []


def tiles_found_by(find: Tiles) -> None:
    """Let the company's tiles be found by a function of a package above; the last one told counts."""
    _found_by[:] = [find]


def street_tiles() -> StreetTiles | None:
    """Return the company's tiles, None while it named none."""
    return _found_by[0]() if _found_by else None


def street_map(order: WorkOrder, shown: Iterable[Ranked], tiles: StreetTiles) -> StreetMap | None:
    """Return the street map around an order's site; None while nobody knows where that is."""
    site = point_of(order.address)
    if site is None:
        return None
    spots = [_spot(site, tiles, "●", _("Site: %(number)s") % {"number": order.number})]
    for number, each in enumerate(shown, 1):
        if each.home is not None and each.distance_m is not None:
            name = {"name": each.installer.user.display_name, "km": km(each.distance_m)}
            words = _("%(name)s, %(km)s by road from home") % name
            spots.append(_spot(each.home, tiles, str(number), words))
    return StreetMap(tiles, tuple(spots))


def _spot(point: Point, tiles: StreetTiles, mark: str, words: str) -> StreetSpot:
    lon, lat = from_wgs84(point, tiles.datum)
    return StreetSpot(f"{lon:.6f}", f"{lat:.6f}", mark, words)
