"""What the product asks of a map platform: seconds and metres by road between points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from network.geo import Point

Legs = list[list["Leg | None"]]


@dataclass(frozen=True, slots=True)
class Leg:
    """One way by car: driving seconds without parking, and metres by road."""

    seconds: int
    metres: int


@dataclass(frozen=True, slots=True)
class Limits:
    """The most beginnings and the most ends of one call."""

    sources: int
    targets: int


class MapPlatform(Protocol):
    """A platform that can be asked; points go in as WGS-84 and leave in its own datum."""

    name: str
    limits: Limits

    def legs(self, sources: Sequence[Point], targets: Sequence[Point]) -> Legs:
        """Return a row for each source; None where there is no road.

        Raises PlatformError and MappingError; ValueError beyond `limits`.
        """
        ...


@dataclass(frozen=True, slots=True)
class Ways:
    """All ways between some points, by index from and to.

    `source` is the platform's name, or `ESTIMATE` when it answered nothing. `estimated` are the
    pairs it did not answer: there the city's own figures stand.
    """

    seconds: tuple[tuple[int, ...], ...]
    metres: tuple[tuple[int, ...], ...]
    source: str
    estimated: frozenset[tuple[int, int]]


ESTIMATE = "estimate"
