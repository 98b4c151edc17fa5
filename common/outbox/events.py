"""What can happen, who wants to know, and which jobs run by the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any, TypeVar

INTERACTIVE = "interactive"
BULK = "bulk"
QUEUES = (INTERACTIVE, BULK)
HELD = "held"
"""Queue of rows no worker takes: whoever wrote them drains them."""
JOB_TOPIC = "job"

Scalar = int | str | bool | None


class Event:
    """Base of frozen dataclasses in the past tense; the class name is the topic.

    Fields are int, str, bool or None (dates as ISO strings): an event names things by id and is
    read again later, maybe by a newer program.
    """

    @classmethod
    def topic(cls) -> str:
        """Return the topic under which the event is stored."""
        return cls.__name__

    def payload(self) -> dict[str, Scalar]:
        """Return the fields as JSON scalars; TypeError names a field that is something else."""
        if not is_dataclass(self):
            raise TypeError(f"{type(self).__name__} is not a dataclass")
        found = asdict(self)
        for name, value in found.items():
            if value is not None and not isinstance(value, int | str | bool):
                raise TypeError(f"{type(self).__name__}.{name} holds {type(value).__name__}")
        return found


@dataclass(frozen=True, slots=True)
class Subscription:
    """One handler of one event class."""

    handler: str
    event_class: type[Event]
    function: Callable[[Any], None]
    queue: str
    only_news: bool = False
    outside: bool = False

    def call(self, payload: dict[str, Scalar]) -> None:
        """Run the handler on a stored payload."""
        self.function(self.event_class(**payload))


@dataclass(frozen=True, slots=True)
class Job:
    """Work that comes round every `every_s` seconds in each active tenant."""

    name: str
    every_s: int
    queue: str
    function: Callable[[], None]
    when: Callable[[], bool] | None
    outside: bool = False

    @property
    def handler(self) -> str:
        """Return the handler name of the job's outbox rows."""
        return f"{JOB_TOPIC}:{self.name}"

    def call(self, _payload: dict[str, Scalar]) -> None:
        """Run the job."""
        self.function()


_subscriptions: dict[str, Subscription] = {}
_jobs: dict[str, Job] = {}

Handler = TypeVar("Handler", bound=Callable[..., None])


def subscribe(
    event_class: type[Event],
    *,
    queue: str = INTERACTIVE,
    only_news: bool = False,
    outside: bool = False,
) -> Callable[[Handler], Handler]:
    """Run `def on_x(event)` once, after the commit, for every announced event of the class.

    The handler runs in the announcing tenant, in one transaction with the note that it is done;
    what it raises is kept and it runs again later, three starts in all. `only_news`: not for
    history (announced inside `held_back()`): nobody wants a card about a job of last month.
    `outside`: it calls a platform, so it runs without a transaction and writes what the call
    brought in `brought_home()`.
    """
    if queue not in QUEUES:
        raise ValueError(f"unknown queue {queue}")

    def keep(function: Handler) -> Handler:
        name = f"{function.__module__}.{function.__qualname__}"
        for other in _subscriptions.values():
            same_topic = other.event_class.topic() == event_class.topic()
            if same_topic and other.event_class is not event_class:
                raise ValueError(f"two event classes are called {event_class.topic()}")
        if name in _subscriptions and _subscriptions[name].event_class is not event_class:
            raise ValueError(f"{name} is subscribed to another event already")
        _subscriptions[name] = Subscription(name, event_class, function, queue, only_news, outside)
        return function

    return keep


def scheduled(
    name: str,
    *,
    every_s: int,
    queue: str = BULK,
    when: Callable[[], bool] | None = None,
    outside: bool = False,
) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Run `def job()` in each active tenant once per slot of `every_s` seconds.

    `when` is asked in the tenant's schema before a row is written. A slot is left out while the
    job's row of an earlier slot is not finished, and slots missed while nothing ran are not
    made up for. `outside` as for `subscribe`.
    """
    if queue not in QUEUES or every_s < 1:
        raise ValueError(f"job {name}: bad queue or interval")

    def keep(function: Callable[[], None]) -> Callable[[], None]:
        if name in _jobs and _jobs[name].function.__module__ != function.__module__:
            raise ValueError(f"two jobs are called {name}")
        _jobs[name] = Job(name, every_s, queue, function, when, outside)
        return function

    return keep


def subscriptions_of(event_class: type[Event]) -> list[Subscription]:
    """Return the handlers of an event class, by name."""
    found = [one for one in _subscriptions.values() if one.event_class is event_class]
    return sorted(found, key=lambda one: one.handler)


def subscriptions() -> list[Subscription]:
    """Return every handler of an event, by name."""
    return sorted(_subscriptions.values(), key=lambda one: one.handler)


def jobs() -> list[Job]:
    """Return every job, by name."""
    return sorted(_jobs.values(), key=lambda job: job.name)


def callee(handler: str) -> Subscription | Job | None:
    """Return what a stored handler name stands for, None when the program knows it no more."""
    if handler in _subscriptions:
        return _subscriptions[handler]
    prefix, _colon, name = handler.partition(":")
    return _jobs.get(name) if prefix == JOB_TOPIC else None
