"""The people nearest to a site, chosen in the database: a metropolis has more than can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Installer, InstallerSkill
from accounts.models.homes import far_from
from accounts.workers import Worker, read_workers
from dispatch.facts import point_of
from network.geo import haversine_m
from network.models import OrgUnit

if TYPE_CHECKING:
    from dispatch.facts import Question
    from network.geo import Point

UNKNOWN_M = 10**9


def nearest_people(
    asked_for: QuerySet[Installer], asked: Question, *, able: int, others: int
) -> list[Worker]:
    """Return up to `able` people with the skills of the job, those who live nearest first, and
    up to `others` of those near it whether or not they have them; by id.

    Who has told no home counts as living at their outlet. At most five queries.
    """
    if asked.site is None:
        ids = asked_for.order_by("pk").values_list("pk", flat=True)
        return read_workers(list(ids[: able + others]))
    skilled = asked_for
    for code, rank in asked.job.skills.items():
        held = InstallerSkill.objects.filter(installer=OuterRef("pk"), skill__code=code)
        skilled = skilled.filter(Exists(held.filter(rank__gte=rank)))
    chosen = {
        *_by_home(skilled, asked.site, able),
        *_by_home(asked_for, asked.site, others),
        *_by_outlet(asked_for, asked.site, others),
    }
    return read_workers(chosen)


def _by_home(found: QuerySet[Installer], site: Point, most: int) -> list[int]:
    """Ids by the way from home; the index `installer_home` gives them in this order."""
    homes = found.filter(home_lon__isnull=False, home_lat__isnull=False)
    return list(homes.order_by(far_from(site)).values_list("pk", flat=True)[:most])


def _by_outlet(found: QuerySet[Installer], site: Point, most: int) -> list[int]:
    """Ids of those without a home by the way from their outlet, last those of unknown ones."""
    homeless = found.filter(Q(home_lon__isnull=True) | Q(home_lat__isnull=True))
    ids = dict(homeless.order_by("pk").values_list("pk", "outlet_id")[: 10 * most])
    places = {
        outlet.pk: point_of(outlet) for outlet in OrgUnit.objects.in_bulk({*ids.values()}).values()
    }

    def metres(pk: int) -> int:
        place = places[ids[pk]]
        return haversine_m(place, site) if place else UNKNOWN_M

    return sorted(ids, key=metres)[:most]
