"""Where ways by road can be asked for, if anywhere: a map platform of the company's, above this package.

Ranking and rules go by the estimates (great circle times the city's factor), which nobody waits for
and which stay the same when a day is looked at again. What is shown of somebody's way is replaced by
what the platform says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from network.geo import Point

    Way = tuple[Point, Point]


class Road(Protocol):
    """A way by car: seconds of driving and metres by road."""

    @property
    def seconds(self) -> int:
        """Driving, without looking for a place to park."""
        ...

    @property
    def metres(self) -> int:
        """By road."""
        ...


class RoadSource(Protocol):
    """What knows ways by road; neither of the two ever raises because of a platform."""

    def known(self, ways: Sequence[Way]) -> tuple[str, Mapping[Way, Road]] | None:
        """Return who is asked and the ways remembered; None where there is nobody to ask."""
        ...

    def ask(self, ways: Sequence[Way]) -> Mapping[Way, Road]:
        """Return what is remembered or answered within a few seconds."""
        ...


_sources: list[RoadSource] = []


def ask_roads_of(source: RoadSource) -> None:
    """Let ways be asked of a source; the last one told counts."""
    _sources[:] = [source]


def road_source() -> RoadSource | None:
    """Return where ways are asked for, None where nobody told."""
    return _sources[0] if _sources else None
