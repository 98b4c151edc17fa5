"""What a map platform says of the ways of the people a panel shows, beside the estimates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.formatting import km
from dispatch.road_source import road_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dispatch.road_source import Road, Way
    from dispatch.services.candidates import Ranked
    from network.geo import Point


@dataclass(frozen=True, slots=True)
class ShownWays:
    """Sentences by installer id; `open` says that more of them can be asked for."""

    words: Mapping[int, str]
    open: bool = False


def known_ways(shown: Iterable[Ranked], site: Point | None) -> ShownWays:
    """Return the ways that are remembered; nobody is called."""
    source, ways = road_source(), _ways(shown, site)
    known = source.known(list(ways.values())) if source is not None and ways else None
    if known is None:
        return ShownWays({})
    name, found = known
    return ShownWays(_words(ways, found, name), len(set(ways.values()) - set(found)) > 0)


def asked_ways(shown: Iterable[Ranked], site: Point | None) -> ShownWays:
    """Return the ways after asking for those that are not known; takes seconds at most."""
    source, ways = road_source(), _ways(shown, site)
    known = source.known(list(ways.values())) if source is not None and ways else None
    if source is None or known is None:
        return ShownWays({})
    return ShownWays(_words(ways, source.ask(list(ways.values())), known[0]))


def _ways(shown: Iterable[Ranked], site: Point | None) -> dict[int, Way]:
    """Where each of them comes from: the visit before, else home."""
    if site is None:
        return {}
    return {
        each.pk: (each.candidate.origin, site)
        for each in shown
        if each.candidate.origin is not None and each.home is not None
    }


def _words(ways: Mapping[int, Way], found: Mapping[Way, Road], name: str) -> dict[int, str]:
    words = _("%(km)s by road, %(minutes)s min drive (%(source)s)")
    return {
        pk: words % {"km": km(road.metres), "minutes": -(-road.seconds // 60), "source": name}
        for pk, way in ways.items()
        if (road := found.get(way)) is not None
    }
