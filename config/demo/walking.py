"""Walks a demo order through the product's own services under a moved clock, as far as today."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, time, timedelta

from common import clock
from common.errors import Refused
from common.gathering import attempt
from common.outbox import held_back
from common.transactions import undivided
from config.demo.orders import shop_facts
from config.demo.pace import TodayReached
from config.demo.visit import Visit
from dispatch.services.assigning import assign
from dispatch.services.offers import offer_job
from workorders.services.answers import Answers
from workorders.services.follow_ups import record_follow_up
from workorders.services.intake import take_in
from workorders.services.locking import order_in_hand
from workorders.services.opening import Marks

_STARTS = (time(8, 30), time(10, 30), time(13, 30), time(15, 30), time(18, 30))

# Orders that nobody is sent to at once.
_WAITING_SHARE = 0.25


class Walk(Visit):
    """One order's way; `at` is the moved clock."""

    def run(self) -> None:
        """Tell the whole story, or as much of it as lies before now."""
        with undivided(), held_back():
            self._place()
            with order_in_hand(self.work_order_id) as self._in_hand:
                # Caught inside: leaving the block by an error would undo what has happened so far.
                with suppress(TodayReached):
                    self._tell()
                self._settle_news()

    def _tell(self) -> None:
        if self.order.fate == "cancel":
            self._pass(minutes=self.random.randint(20, 240))
            self._close()
            return
        if not self._send():
            return
        starts_at = self._agree()
        if self.order.fate in {"hold", "nobody_home"}:
            starts_at = self._lose_a_day(starts_at)
        self._visit(starts_at)
        if self.order.fate == "refund":
            self._pass(minutes=self.random.randint(600, 3000))
            self._close()
            return
        self._follow_up()

    def _place(self) -> None:
        platform, shop_id, unit = self.stage.shops[self.order.shop]
        order = self.order
        marks = Marks(
            urgent=order.urgent,
            high_work=order.high_work,
            warehouse_direct=order.warehouse_direct,
            site_kind=order.site_kind,
        )
        with clock.moved_to(self.at):
            taken = take_in(
                shop_facts(order, platform=platform, shop_id=shop_id), sold_by=unit, marks=marks
            )
        self.work_order_id = taken.opened[0]

    def _close(self) -> None:
        platform, shop_id, unit = self.stage.shops[self.order.shop]
        facts = shop_facts(self.order, platform=platform, shop_id=shop_id, closed_at=self.at)
        with clock.moved_to(self.at):
            take_in(facts, sold_by=unit)
        self._settle_news()

    def _send(self) -> bool:
        """Assign somebody who can do it and has the time; some orders wait for hours, or are offered."""
        waits = not self.order.urgent and self.random.random() < _WAITING_SHARE
        if waits:
            self._pass(minutes=2)
            self._offer()
        self._pass(minutes=self.random.randint(90, 800) if waits else self.random.randint(2, 40))
        begins = self._slot()
        for installer in self.stage.crew.able(self.order, begins, self.random):
            try:
                with clock.moved_to(self.at), attempt():
                    assign(
                        order_id=self.work_order_id,
                        installer_id=installer.pk,
                        actor=self.stage.dispatcher,
                        start_at=begins,
                    )
            except Refused:
                # The database forgot the attempt; the record in hand has to forget it too.
                self._in_hand.refresh_from_db()
                continue
            self.installer = installer
            self._begins = begins
            self._settle_news()
            return True
        return False

    def _offer(self) -> None:
        """Put every other order that waits today into the grab pool."""
        is_fresh = self.stage.until - self.at < timedelta(hours=14)
        if not is_fresh or self.random.random() < 0.5:
            return
        # Where nobody near could take it, it stays with the dispatcher.
        with suppress(Refused), clock.moved_to(self.at), attempt():
            offer_job(
                order_id=self.work_order_id,
                actor=self.stage.dispatcher,
                radius_m=40_000,
                hours=24,
            )

    def _slot(self) -> datetime:
        local = clock.china(self.at)
        day = local.date() + timedelta(days=0 if local.hour < 11 else 1)
        begins = datetime.combine(day, self.random.choice(_STARTS), clock.CHINA)
        return begins if begins > local + timedelta(hours=2) else begins + timedelta(days=1)

    def _agree(self) -> datetime:
        self._pass(minutes=self.random.randint(3, 25))
        if self.order.fate == "decline":
            self._take("decline", Answers(reason="当天已排满", via="phone"))
            if not self._send():
                raise TodayReached
            self._pass(minutes=10)
        self._take("accept")
        self._take("book", Answers(appointment=(self._begins, self._begins + timedelta(hours=2))))
        if self.order.fate != "reschedule":
            return self._begins
        self._pass(minutes=30)
        later = self._begins + timedelta(days=1)
        self._take(
            "reschedule",
            Answers(reason="客户临时有事", appointment=(later, later + timedelta(hours=2))),
        )
        return later

    def _lose_a_day(self, starts_at: datetime) -> datetime:
        """On hold before the way, or nobody at home after it; resumed the next day."""
        again = starts_at + timedelta(days=1)
        if self.order.fate == "nobody_home":
            self._wait_for(starts_at - timedelta(minutes=30))
            self._take("set_out")
            self._pass(minutes=35)
            self._take(
                "nobody_home",
                Answers(reason="客户不在家", next_contact_at=again - timedelta(hours=3)),
            )
        else:
            self._take(
                "hold",
                Answers(reason="待客户确认开孔位置", next_contact_at=again - timedelta(hours=3)),
            )
        self._wait_for(again - timedelta(hours=2))
        self._take("give_back", by_desk=True)
        self._pass(minutes=5)
        self._take("accept")
        self._take("book", Answers(appointment=(again, again + timedelta(hours=2))))
        return again

    def _visit(self, starts_at: datetime) -> None:
        self._wait_for(starts_at - timedelta(minutes=self.random.randint(15, 45)))
        self._take("set_out")
        self._wait_for(starts_at + timedelta(minutes=self.random.randint(-8, 12)))
        self._work()
        if self.order.fate == "sent_back":
            self._pass(minutes=90)
            self._take("send_back", Answers(reason="密封胶未打满，请补做"), by_desk=True)
            self._pass(minutes=30)
            again = self.at + timedelta(hours=20)
            self._take("book", Answers(appointment=(again, again + timedelta(hours=2))))
            self._wait_for(again)
            self._work(anew=False)

    def _follow_up(self) -> None:
        next_day = clock.china(self.at).date() + timedelta(days=1)
        calls_at = datetime.combine(next_day, time(10), clock.CHINA)
        self._wait_for(calls_at + timedelta(minutes=self.random.randrange(420)))
        rating = self.random.choices([50, 49, 48, 45, 40, 30], [50, 20, 12, 10, 6, 2])[0]
        with clock.moved_to(self.at):
            record_follow_up(
                order_id=self.work_order_id,
                passed=True,
                rating_x10=rating,
                remark="",
                actor=self.stage.dispatcher,
            )
        self._take("approve", by_desk=True)
        self._settle_news()
