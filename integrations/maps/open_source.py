"""OSRM and Valhalla: servers of the company's own or of a host, WGS-84, no key.

They are called like every platform: over https, at a public address. Their limits are the usual
ones of a server that nobody set up otherwise (a table of 100 points, 2,500 pairs).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from integrations.client import HttpClient, Request
from integrations.errors import Kind, PlatformError
from integrations.maps.port import Legs, Limits
from integrations.maps.reading import in_rows, leg_of, listed
from integrations.strict_json import JsonObject, load_object

if TYPE_CHECKING:
    from collections.abc import Sequence

    from network.geo import Point


class Osrm:
    """The table service of OSRM."""

    name = "osrm"
    limits = Limits(50, 50)

    def __init__(self, client: HttpClient, *, base_url: str, profile: str = "driving") -> None:
        self._client = client
        self._url = f"{base_url.rstrip('/')}/table/v1/{profile}/"

    def legs(self, sources: Sequence[Point], targets: Sequence[Point]) -> Legs:
        """Return all pairs; see the port."""
        _refuse_too_many(self.limits, sources, targets)
        points = ";".join(f"{lon:.6f},{lat:.6f}" for lon, lat in (*sources, *targets))
        middle, end = len(sources), len(sources) + len(targets)
        query = {
            "sources": ";".join(str(n) for n in range(middle)),
            "destinations": ";".join(str(n) for n in range(middle, end)),
            "annotations": "duration,distance",
        }
        request = Request(self.name, "matrix", "GET", self._url + points, query, repeatable=True)
        answer = self._client.call(request, _ok)
        seconds = _flat("durations", answer.get("durations"))
        metres = _flat("distances", answer.get("distances"))
        in_rows("distances", [None] * len(metres), len(sources), len(targets))
        in_rows("durations", [None] * len(seconds), len(sources), len(targets))
        both = zip(seconds, metres, strict=True)
        found = [leg_of("durations", s, m) for s, m in both]
        return in_rows("durations", found, len(sources), len(targets))


class Valhalla:
    """The matrix service of Valhalla."""

    name = "valhalla"
    limits = Limits(50, 50)

    def __init__(self, client: HttpClient, *, base_url: str, costing: str = "auto") -> None:
        self._client = client
        self._url = f"{base_url.rstrip('/')}/sources_to_targets"
        self._costing = costing

    def legs(self, sources: Sequence[Point], targets: Sequence[Point]) -> Legs:
        """Return all pairs; see the port."""
        _refuse_too_many(self.limits, sources, targets)
        body = {
            "sources": [_spot(each) for each in sources],
            "targets": [_spot(each) for each in targets],
            "costing": self._costing,
            "units": "kilometers",
        }
        request = Request(self.name, "matrix", "POST", self._url, body=body, repeatable=True)
        answer = self._client.call(request, lambda raw: load_object(raw).value)
        found = []
        for cell in _flat("sources_to_targets", answer.get("sources_to_targets")):
            time, km = (
                (cell.get("time"), cell.get("distance")) if isinstance(cell, dict) else ("", "")
            )
            found.append(leg_of("sources_to_targets", time, km, unit_m=1_000))
        return in_rows("sources_to_targets", found, len(sources), len(targets))


def _ok(raw: bytes) -> JsonObject:
    answer = load_object(raw).value
    if answer.get("code") != "Ok":
        raise PlatformError(str(answer.get("code")), "osrm refused a table", Kind.REFUSED)
    return answer


def _flat(place: str, value: Any) -> list[Any]:
    return [cell for row in listed(place, value) for cell in listed(place, row)]


def _spot(point: Point) -> JsonObject:
    return {"lat": round(point[1], 6), "lon": round(point[0], 6)}


def _refuse_too_many(limits: Limits, sources: Sequence[Point], targets: Sequence[Point]) -> None:
    if len(sources) > limits.sources or len(targets) > limits.targets:
        raise ValueError(f"more than {limits} at once")
