"""Alerts as lines, and which of them rest for somebody: done with, or snoozed for a while."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from common import clock
from dashboards.models import AlertRest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from accounts.models import User

SLACK_BP = 1_000
"""How many points worse a share may get before somebody who is done with it hears of it again."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What would make an alert news to somebody who is done with it.

    `first` to `newest` is what it speaks of: moments in ms, keys, or days as ordinals; one that
    counts single things has the newest of them for both. `size` is how many or how bad, `slack`
    how much worse is nothing new.
    """

    first: int = 0
    newest: int = 0
    size: int = 0
    slack: int = 0

    @classmethod
    def counted(cls, number: int, newest: datetime | int | None) -> Facts:
        """The facts of something that counts `number` things, the newest of which is known."""
        mark = int(newest.timestamp() * 1000) if isinstance(newest, datetime) else newest or 0
        return cls(first=mark, newest=mark, size=number)


@dataclass(frozen=True, slots=True)
class Alert:
    """One line of the list; `drawer` is the address of a panel, `url` that of a page."""

    key: str
    title: str
    sentence: str
    facts: Facts = Facts()
    drawer: str = ""
    url: str = ""
    rest: AlertRest | None = None
    """How it rests, in the list of those that do."""


@dataclass(frozen=True, slots=True)
class Rests:
    """What somebody put to rest, by key, as it holds now."""

    by_key: Mapping[str, AlertRest]

    def of(self, key: str, facts: Facts) -> AlertRest | None:
        """Return how an alert rests; None when it does not, or is news again."""
        rest = self.by_key.get(key)
        if rest is None or rest.until is not None:
            return rest
        is_news = facts.first > rest.newest or facts.size > rest.size
        return None if is_news else rest

    def parted(self, alerts: Iterable[Alert]) -> tuple[list[Alert], list[Alert]]:
        """Return those that want to be seen, and those that rest with how."""
        awake, resting = [], []
        for alert in alerts:
            rest = self.of(alert.key, alert.facts)
            if rest is None:
                awake.append(alert)
            else:
                resting.append(replace(alert, rest=rest))
        return awake, resting

    @property
    def stamp(self) -> str:
        """Changes when something is put to rest or woken, and when a time is over."""
        latest = max((rest.rested_at.timestamp() for rest in self.by_key.values()), default=0)
        return f"{len(self.by_key)}.{latest:.6f}"


def rests_of(actor: User) -> Rests:
    """Return what rests for a person; what was snoozed until a moment that has passed does not."""
    now = clock.now()
    rows = AlertRest.objects.filter(user=actor)
    return Rests({row.key: row for row in rows if row.until is None or row.until > now})
