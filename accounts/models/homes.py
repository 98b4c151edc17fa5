"""Where people live as PostgreSQL points, so that an index finds the nearest of any number."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Func, Value

from network.geo import Point, mercator_lat


def home_point() -> Func:
    """(lon, stretched lat) of an installer's home: the index orders it as the ground does.

    Written out as it stands in the index `installer_home`; see `network.geo.mercator_lat`.
    """
    lat = Func(
        Func(F("home_lat"), function="float8"),
        template="degrees(ln(tan(pi() / 4 + radians(%(expressions)s) / 2)))",
    )
    return Func(
        Func(F("home_lon"), function="float8"), lat,
        function="point", output_field=models.TextField(),
    )  # fmt: skip


def far_from(place: Point) -> Func:
    """How far homes lie from a WGS-84 place, to order by: degrees on the map, not metres."""
    there = Func(Value(place[0]), Value(mercator_lat(place[1])), function="point")
    return Func(
        home_point(), there,
        template="(%(expressions)s)", arg_joiner=" <-> ", output_field=models.TextField(),
    )  # fmt: skip
