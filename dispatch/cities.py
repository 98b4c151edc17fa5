"""The cities that regions lie in."""

from __future__ import annotations

from network.models import Region

_CITIES = (Region.Level.CITY, Region.Level.PROVINCE)


def city_of_each_region() -> dict[int, int]:
    """By region the city it lies in, itself included; a province without cities is one.

    Big regions, and what lies in no city, have none. Two queries.
    """
    levels = dict(Region.objects.values_list("pk", "level"))
    found = {}
    for pk, path in Region.objects.values_list("pk", "path"):
        chain = [int(part) for part in path.split(".") if part]
        named = {levels[each]: each for each in chain if each in levels}
        city = next((named[level] for level in _CITIES if level in named), None)
        if city is not None:
            found[pk] = city
    return found
