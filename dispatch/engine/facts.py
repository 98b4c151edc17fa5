"""What the engine is told: jobs, technicians with their day, and how to weigh candidates.

Times are whole seconds since the epoch, distances metres, money fen, points (lon, lat) in WGS-84.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from network.geo import Point


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of time; `end` is the first second outside."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Break:
    """A pause of `length_s` that must begin between `earliest` and `latest`."""

    earliest: int
    latest: int
    length_s: int


@dataclass(frozen=True, slots=True)
class Job:
    """A work order to be placed; the service must begin inside one of the windows (sorted).

    `priority` is 0 to 100; a plan leaves the lower ones out first.
    """

    id: int
    point: Point
    windows: tuple[Span, ...]
    service_s: int
    skills: Mapping[str, int] = field(default_factory=dict)
    certificates: frozenset[str] = frozenset()
    region: str = ""
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Stop:
    """A job already in somebody's day; it may be re-timed inside its windows until it has begun."""

    job_id: int
    point: Point
    start: int
    end: int
    windows: tuple[Span, ...] = ()

    @property
    def service_s(self) -> int:
        """How long the visit takes."""
        return self.end - self.start

    @property
    def may_begin(self) -> tuple[Span, ...]:
        """When it may begin; without windows the time is promised to the second."""
        return self.windows or (Span(self.start, self.start + 1),)


@dataclass(frozen=True, slots=True)
class Shift:
    """One working stretch with its breaks and at most `max_jobs` visits (None = no cap)."""

    span: Span
    breaks: tuple[Break, ...] = ()
    max_jobs: int | None = None


@dataclass(frozen=True, slots=True)
class Tech:
    """A person who can be sent.

    `skills` maps a trade to the grade rank, `certificates` a code to the first second it is no
    longer valid (None = never ends), `regions` empty = everywhere. `here` is the position while a
    shift runs, `home` the place a shift begins at. `own_fen` and `median_fen` are earnings per
    available hour of the last days, this person's and the region's.
    """

    id: int
    home: Point
    skills: Mapping[str, int] = field(default_factory=dict)
    certificates: Mapping[str, int | None] = field(default_factory=dict)
    shifts: tuple[Shift, ...] = ()
    stops: tuple[Stop, ...] = ()
    here: Point | None = None
    radius_m: int | None = None
    regions: frozenset[str] = frozenset()
    crosses_regions: bool = False
    rating_x10: int | None = None
    open_jobs: int = 0
    is_usual: bool = False
    own_fen: int = 0
    median_fen: int = 0


@dataclass(frozen=True, slots=True)
class Weights:
    """What each part of a score is worth, in fen; a company's own data."""

    fen_per_km: int = 120
    fen_per_hour: int = 3_000
    delay_fen_per_hour: int = 400
    surplus_fen_per_rank: int = 500
    load_fen_per_job: int = 300
    rating_fen_per_tenth: int = 100
    usual_fen: int = 2_000
    fairness_bp: int = 2_000
    fairness_max_fen: int = 1_500
    earning_bp: int = 1_000
