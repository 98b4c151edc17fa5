"""Orders are compared by the city their site lies in."""

from __future__ import annotations

from network.models import Region


class Cities:
    """The city a region lies in, or the region itself above cities; one query."""

    def __init__(self) -> None:
        rows = list(Region.objects.values_list("pk", "path", "level", "name"))
        self.names = {pk: name for pk, _path, _level, name in rows}
        cities = {pk for pk, _path, level, _name in rows if level == Region.Level.CITY}
        self._city = {
            pk: next((n for n in map(int, path.rstrip(".").split(".")) if n in cities), pk)
            for pk, path, _level, _name in rows
            if path
        }

    def of(self, region: int | None) -> int:
        """Return the id of the city; 0 without a region."""
        return self._city.get(region, region) if region else 0
