"""Points and achievements: counted from what somebody did, shown to them alone and only if they want."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Sum
from django.utils.translation import gettext as _

from common import clock
from common.errors import refuse_unless
from common.journal import record
from common.transactions import transactional
from dispatch.models import PointEntry, RewardChoice
from dispatch.services.pool_limits import pool_rule
from workorders.models import CrewMember, FollowUp, WorkOrder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import Installer, User

FIVE_STARS_X10 = 50
WHOLE_BP = 10_000
_LAST = 10


@dataclass(frozen=True, slots=True)
class Achievement:
    """Something somebody did so often: the steps reached, and the next one (None: all reached)."""

    icon: str
    name: str
    have: int
    reached: tuple[int, ...]
    next: int | None

    @property
    def share_bp(self) -> int:
        """How far the next step is, in ten thousandths."""
        return WHOLE_BP if self.next is None else WHOLE_BP * self.have // self.next


@dataclass(frozen=True, slots=True)
class Rewards:
    """One's own page; `is_offered`: the company has them, `is_wanted`: this person chose them."""

    is_offered: bool
    is_wanted: bool
    points: int
    entries: Sequence[PointEntry]
    achievements: list[Achievement]


def shows_points(installer: Installer) -> bool:
    """Whether points are shown to somebody: the company has them and they want to see theirs."""
    return pool_rule().rewards and RewardChoice.objects.filter(installer=installer).exists()


def rewards_of(installer: Installer) -> Rewards:
    """Return the page; nothing is counted for who does not want it."""
    offered = pool_rule().rewards
    wanted = RewardChoice.objects.filter(installer=installer).exists()
    if not (offered and wanted):
        return Rewards(offered, wanted, 0, [], [])
    mine = PointEntry.objects.filter(installer=installer)
    return Rewards(
        is_offered=True,
        is_wanted=True,
        points=mine.aggregate(sum=Sum("points"))["sum"] or 0,
        entries=list(
            mine.select_related("work_order__item_version")
            .defer("work_order__item_version__body")
            .order_by("-at")[:_LAST]
        ),
        achievements=_achievements(installer),
    )


@transactional
def choose_rewards(*, installer: Installer, wanted: bool, actor: User) -> None:
    """Show somebody their points and achievements, or no longer; nothing is lost by it.

    Refused("rewards.off") where the company has none.
    """
    if wanted:
        refuse_unless(
            pool_rule().rewards, "rewards.off", _("Your company does not use achievements")
        )
        RewardChoice.objects.get_or_create(installer=installer, defaults={"chosen_at": clock.now()})
    else:
        RewardChoice.objects.filter(installer=installer).delete()
    record(actor, "rewards.chosen", installer, wanted=wanted)


def _achievements(installer: Installer) -> list[Achievement]:
    done = WorkOrder.objects.filter(installer=installer, completed_at__isnull=False)
    again = WorkOrder.objects.filter(rework_of=OuterRef("pk"))
    in_time = done.filter(started_at__lte=F("window_ends_at"))
    rated = FollowUp.objects.filter(work_order__installer=installer, rating_x10__gte=FIVE_STARS_X10)
    helped = CrewMember.objects.filter(
        installer=installer, work_order__completed_at__isnull=False
    ).exclude(work_order__installer=installer)
    return [
        _achievement("checklist", _("Jobs finished"), done.count(), (10, 50, 100, 500, 1000)),
        _achievement(
            "circle-check",
            _("Right the first time"),
            done.exclude(Exists(again)).count(),
            (10, 50, 200, 500),
        ),
        _achievement("clock", _("On site in time"), in_time.count(), (10, 50, 200, 500)),
        _achievement("star", _("Five stars"), rated.count(), (5, 25, 100, 300)),
        _achievement("bolt", _("Urgent jobs"), done.filter(urgent=True).count(), (3, 10, 50, 100)),
        _achievement("users", _("Helped a colleague"), helped.count(), (1, 5, 25, 100)),
    ]


def _achievement(icon: str, name: str, have: int, steps: tuple[int, ...]) -> Achievement:
    reached = tuple(step for step in steps if step <= have)
    return Achievement(icon, name, have, reached, next((s for s in steps if s > have), None))
