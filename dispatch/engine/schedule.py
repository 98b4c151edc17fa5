"""Times one shift: the earliest way to do given stops in a given order with all its breaks."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dispatch.engine.facts import Break, Span, Stop
from dispatch.engine.travel import Travel
from network.geo import Point


@dataclass(frozen=True, slots=True)
class Timed:
    """A stop with its times: arrival, beginning and end of the service."""

    stop: Stop
    arrive: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Timetable:
    """A shift that works: its stops in order, its pauses, the second the last of them ends."""

    stops: tuple[Timed, ...]
    pauses: tuple[Span, ...]
    end: int


@dataclass(frozen=True, slots=True)
class _State:
    """The earliest second a number of stops and breaks can be finished, and how."""

    time: int
    stops: tuple[Timed, ...] = ()
    pauses: tuple[Span, ...] = ()


def timetable(
    stops: Sequence[Stop],
    *,
    origin: Point,
    begin: int,
    end: int,
    breaks: Sequence[Break],
    travel: Travel,
) -> Timetable | None:
    """The timetable that ends first, or None when the order cannot be kept.

    Exact: being earlier never hurts, so the earliest finish for each (stops done, breaks taken)
    is all that need be kept. Breaks are taken in their order, between visits; one may interrupt a
    journey, as people stop to eat on the way.
    """
    row: list[_State | None] = [_State(begin), *[None] * len(breaks)]
    here = origin
    for stop in stops:
        journey = travel.seconds(here, stop.point)
        row = [
            _best(_served(gap, stop, end) for gap in _gaps(row, n, breaks, journey))
            for n in range(len(row))
        ]
        here = stop.point
    last = _best(_gaps(row, len(breaks), breaks, 0))
    if last is None or last.time > end:
        return None
    return Timetable(last.stops, last.pauses, last.time)


def earliest_start(windows: Sequence[Span], at: int) -> int | None:
    """The first second not before `at` inside one of the sorted windows."""
    for window in windows:
        if at < window.end:
            return max(at, window.start)
    return None


def _served(gap: _State, stop: Stop, end: int) -> _State | None:
    start = earliest_start(stop.may_begin, gap.time)
    if start is None or start + stop.service_s > end:
        return None
    done = start + stop.service_s
    return _State(done, (*gap.stops, Timed(stop, gap.time, start, done)), gap.pauses)


def _gaps(
    row: Sequence[_State | None], taken: int, breaks: Sequence[Break], journey: int
) -> Iterator[_State]:
    """All ways to travel on so that `taken` breaks are behind; `time` is then the arrival."""
    for before, state in enumerate(row[: taken + 1]):
        gap = state and _travelled(state, breaks[before:taken], journey)
        if gap:
            yield gap


def _travelled(state: _State, pauses: Sequence[Break], journey: int) -> _State | None:
    time, left, taken = state.time, journey, state.pauses
    for pause in pauses:
        start = max(time, pause.earliest)
        if start > pause.latest:
            return None
        left -= min(left, start - time)
        time = start + pause.length_s
        taken = (*taken, Span(start, time))
    return _State(time + left, state.stops, taken)


def _best(states: Iterable[_State | None]) -> _State | None:
    return min((state for state in states if state), key=lambda state: state.time, default=None)
