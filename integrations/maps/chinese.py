"""AMap, Tencent and Baidu: keys, shifted datums, and errors by a code in the answer.

None of them was called while this was written; the forms of the calls are those of their
documentation (AMap v3 distance, Tencent distance matrix v1, Baidu route matrix v2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from integrations.client import HttpClient, Request
from integrations.errors import Kind, MappingError, PlatformError
from integrations.fields import part
from integrations.maps.port import Legs, Limits
from integrations.maps.reading import in_rows, leg_of, listed
from integrations.strict_json import JsonObject, load_object
from network.geo import Datum, from_wgs84

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from network.geo import Point

Kinds = dict[Kind, frozenset[str]]


class _Keyed:
    """What the three have in common: a key in the query and a code in each answer."""

    name: str
    limits: Limits
    datum: Datum
    host: str
    path: str
    key_name: str
    code_name: str
    success: str
    kinds: Kinds

    def __init__(self, client: HttpClient, *, key: str, base_url: str = "") -> None:
        self._client = client
        self._key = key
        self._base = base_url.rstrip("/") or self.host

    def ask(self, path: str, operation: str, query: Mapping[str, str]) -> JsonObject:
        """Return a successful answer; raises PlatformError with the platform's code, BadBodyError."""
        request = Request(
            platform=self.name,
            operation=operation,
            method="GET",
            url=self._base + path,
            query={**query, self.key_name: self._key},
            repeatable=True,
        )

        def read(body: bytes) -> JsonObject:
            answer = load_object(body).value
            code = str(answer.get(self.code_name, ""))
            if code != self.success:
                kind = next((k for k, codes in self.kinds.items() if code in codes), Kind.REFUSED)
                raise PlatformError(code or "no_code", f"{self.name} refused a {operation}", kind)
            return answer

        return self._client.call(request, read)

    def _refuse_too_many(self, sources: Sequence[Point], targets: Sequence[Point]) -> None:
        if len(sources) > self.limits.sources or len(targets) > self.limits.targets:
            raise ValueError(f"more than {self.limits} at once")

    def _lon_lat(self, point: Point) -> str:
        lon, lat = from_wgs84(point, self.datum)
        return f"{lon:.6f},{lat:.6f}"

    def _lat_lon(self, point: Point) -> str:
        lon, lat = from_wgs84(point, self.datum)
        return f"{lat:.6f},{lon:.6f}"


class Amap(_Keyed):
    """AMap: up to a hundred beginnings to one end, GCJ-02, longitude first."""

    name = "amap"
    limits = Limits(100, 1)
    datum = Datum.GCJ02
    host = "https://restapi.amap.com"
    path = "/v3/distance"
    key_name = "key"
    code_name, success = "infocode", "10000"
    kinds: Kinds = {
        Kind.AUTH: frozenset({"10001", "10002", "10005", "10007", "10009", "10012", "10013"}),
        Kind.LIMIT: frozenset({"10003", "10004", "10010", "10014", "10019", "10020", "10021"}),
        Kind.RETRY: frozenset({"10015", "10016", "10017"}),
    }

    def legs(self, sources: Sequence[Point], targets: Sequence[Point]) -> Legs:
        """Return the column of one target; see the port."""
        self._refuse_too_many(sources, targets)
        query = {
            "origins": "|".join(self._lon_lat(each) for each in sources),
            "destination": self._lon_lat(targets[0]),
            "type": "1",
            "output": "JSON",
        }
        answer = self.ask(self.path, "matrix", query)
        found: dict[int, JsonObject] = {}
        for row in listed("results", answer.get("results")):
            number = str(row.get("origin_id", "")) if isinstance(row, dict) else ""
            if not number.isdecimal():
                raise MappingError("results.origin_id", "number.not_a_number", number)
            found[int(number)] = row
        rows = [found.get(n, {}) for n in range(1, len(sources) + 1)]
        return [[leg_of("results", row.get("duration"), row.get("distance"))] for row in rows]


class Tencent(_Keyed):
    """Tencent: 25 by 25, GCJ-02, latitude first."""

    name = "tencent"
    limits = Limits(25, 25)
    datum = Datum.GCJ02
    host = "https://apis.map.qq.com"
    path = "/ws/distance/v1/matrix"
    key_name = "key"
    code_name, success = "status", "0"
    kinds: Kinds = {
        Kind.AUTH: frozenset({"110", "111", "112", "113", "190", "199", "311"}),
        Kind.LIMIT: frozenset({"120", "121"}),
        Kind.RETRY: frozenset({"500", "510", "520", "530"}),
    }

    def legs(self, sources: Sequence[Point], targets: Sequence[Point]) -> Legs:
        """Return all pairs; see the port."""
        self._refuse_too_many(sources, targets)
        query = {
            "mode": "driving",
            "from": ";".join(self._lat_lon(each) for each in sources),
            "to": ";".join(self._lat_lon(each) for each in targets),
        }
        answer = self.ask(self.path, "matrix", query)
        flat = []
        for row in listed("rows", part(answer, "result").get("rows")):
            for cell in listed("elements", row.get("elements") if isinstance(row, dict) else None):
                # A cell with a status of its own has a straight line in it, or nothing.
                good = isinstance(cell, dict) and not cell.get("status")
                seconds, metres = (cell.get("duration"), cell.get("distance")) if good else ("", "")
                flat.append(leg_of("elements", seconds, metres))
        return in_rows("rows", flat, len(sources), len(targets))


class Baidu(_Keyed):
    """Baidu: ten by ten, BD-09, latitude first; every pair is billed."""

    name = "baidu"
    limits = Limits(10, 10)
    datum = Datum.BD09
    host = "https://api.map.baidu.com"
    path = "/routematrix/v2/driving"
    key_name = "ak"
    code_name, success = "status", "0"
    kinds: Kinds = {
        Kind.AUTH: frozenset({"5", "101", "102", "200", "201", "202", "210", "211", "240"}),
        Kind.LIMIT: frozenset({"4", "301", "302", "401", "402"}),
        Kind.RETRY: frozenset({"1"}),
    }

    def legs(self, sources: Sequence[Point], targets: Sequence[Point]) -> Legs:
        """Return all pairs; see the port."""
        self._refuse_too_many(sources, targets)
        query = {
            "origins": "|".join(self._lat_lon(each) for each in sources),
            "destinations": "|".join(self._lat_lon(each) for each in targets),
            "coord_type": "bd09ll",
            "tactics": "11",
            "output": "json",
        }
        answer = self.ask(self.path, "matrix", query)
        flat = [
            leg_of(
                "result", part(cell, "duration").get("value"), part(cell, "distance").get("value")
            )
            if isinstance(cell, dict)
            else None
            for cell in listed("result", answer.get("result"))
        ]
        return in_rows("result", flat, len(sources), len(targets))
