"""Who of a demo company can take an order: skills, certificates, hours; own outlets first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.models import Installer
from common import clock
from config.demo.people import INSTALLER
from network.divisions.atlas import division
from network.geo import haversine_m

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from random import Random

    from config.demo.orders import Order

_TRIES = 6
# How often the installer whose sign-in is printed comes first, so that the phone has a story too.
_KNOWN_SHARE = 0.6


@dataclass(slots=True)
class Crew:
    """The company's installers by the city of their outlet."""

    by_city: dict[str, list[Installer]]

    @staticmethod
    def load() -> Crew:
        """Read all installers with what they can do."""
        people = Installer.objects.select_related("user", "outlet", "grade").prefetch_related(
            "skills__skill", "certifications", "hours"
        )
        by_city: dict[str, list[Installer]] = {}
        for installer in people.order_by("pk"):
            by_city.setdefault(installer.outlet.division_code[:4] + "00", []).append(installer)
        return Crew(by_city)

    def able(self, order: Order, begins: datetime, random: Random) -> Iterator[Installer]:
        """Yield a few who may do the job and work at that hour; now and then from another city."""
        home = order.city if not order.cross else self._next_city(order.city, random)
        people = self.by_city.get(home) or self.by_city[self._next_city(order.city, random)]
        tried = 0
        shuffled = random.sample(people, len(people))
        if random.random() < _KNOWN_SHARE:
            shuffled.sort(key=lambda installer: installer.user.username != INSTALLER)
        for installer in shuffled:
            if tried < _TRIES and _may(installer, order) and _works(installer, begins):
                tried += 1
                yield installer

    def _next_city(self, city: str, random: Random) -> str:
        """One of the two nearest other cities with an outlet."""
        here = _point(city)
        others = sorted(
            (other for other in self.by_city if other != city),
            key=lambda other: haversine_m(here, _point(other)),
        )
        return random.choice(others[:2])


def _point(city: str) -> tuple[float, float]:
    found = division(city)
    return found.point if found else (0.0, 0.0)


def _may(installer: Installer, order: Order) -> bool:
    day = clock.business_day()
    ranks = {held.skill.code: held.rank for held in installer.skills.all()}
    valid = {c.code for c in installer.certifications.all() if c.valid_until >= day}
    return set(order.item.certificates) <= valid and all(
        ranks.get(need.skill, 0) >= need.rank for need in order.item.skills
    )


def _works(installer: Installer, begins: datetime) -> bool:
    weekday = clock.china(begins).weekday()
    return any(hours.weekday == weekday for hours in installer.hours.all())
