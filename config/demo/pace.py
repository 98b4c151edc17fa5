"""The moved clock of one demo order, and the people who act at its moments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from common import clock
from common.outbox import drain
from common.outbox.events import HELD
from workorders.services.answers import NO_ANSWERS, Answers
from workorders.services.progress import take_transition

if TYPE_CHECKING:
    from accounts.models import Installer, User
    from catalog.models import Material
    from config.demo.crew import Crew
    from config.demo.orders import Order
    from network.models import OrgUnit
    from workorders.models import WorkOrder


class TodayReached(Exception):  # noqa: N818 - no error: the story goes on tomorrow
    """The next thing would happen in the future."""


@dataclass(slots=True)
class Stage:
    """What every order of a company needs to be walked."""

    crew: Crew
    dispatcher: User
    shops: list[tuple[str, str, OrgUnit]]
    materials: dict[str, Material]
    until: datetime


_NEWS = timedelta(days=7)


class Pace:
    """One order's story in time; `at` is the moved clock."""

    _in_hand: WorkOrder

    def __init__(self, order: Order, stage: Stage) -> None:
        self.order, self.stage = order, stage
        self.random = Random(order.seed)  # noqa: S311 - a repeatable story, no secret
        self.at = order.placed_at + timedelta(seconds=45)
        self.work_order_id = 0
        self.installer: Installer | None = None

    def _pass(self, *, minutes: int) -> None:
        self._wait_for(self.at + timedelta(minutes=minutes))

    def _wait_for(self, moment: datetime) -> None:
        """Move the clock on, never beyond today."""
        if moment > self.stage.until:
            raise TodayReached
        self.at = max(moment, self.at)

    def _is_long_ago(self) -> bool:
        """Whether few people will ever look at it."""
        return self.at < self.stage.until - _NEWS

    def _settle_news(self) -> None:
        with clock.moved_to(self.at + timedelta(seconds=1)):
            drain(queues=[HELD])

    def _take(self, key: str, answers: Answers = NO_ANSWERS, *, by_desk: bool = False) -> None:
        actor = self.stage.dispatcher if by_desk else self._me()
        with clock.moved_to(self.at):
            take_transition(order_id=self.work_order_id, key=key, actor=actor, answers=answers)

    def _me(self) -> User:
        assert self.installer is not None  # noqa: S101 - nobody visits before somebody was sent
        return self.installer.user
