"""How far and how long from one point to another, without a map: great circle times a city's factor."""

from dataclasses import dataclass, field

from network.geo import Point, haversine_m

FULL_BP = 10_000


@dataclass(slots=True)
class Travel:
    """Distances of one city; remembers what it has worked out.

    `factor_bp`: road metres per 10,000 metres of great circle, learned from finished trips.
    `metres_per_hour`: door to door. `setup_s`: parking and lifts, paid once for each change of place.
    """

    factor_bp: int = 13_000
    metres_per_hour: int = 35_000
    setup_s: int = 300
    _known: dict[tuple[Point, Point], int] = field(default_factory=dict)

    def metres(self, a: Point, b: Point) -> int:
        """Road metres, estimated; 0 only between equal points."""
        if a == b:
            return 0
        key = (a, b) if a <= b else (b, a)
        found = self._known.get(key)
        if found is None:
            found = max(1, haversine_m(a, b) * self.factor_bp // FULL_BP)
            self._known[key] = found
        return found

    def seconds(self, a: Point, b: Point) -> int:
        """Whole seconds, rounded up, with the set-up time when the place changes."""
        metres = self.metres(a, b)
        return self.setup_s - (-metres * 3600 // self.metres_per_hour) if metres else 0
