"""What a demo installer does on site: arrives, works step by step, proves it, completes."""

from __future__ import annotations

from datetime import timedelta

from common import clock
from config.demo.pace import Pace
from config.demo.pictures import drawn_signature, photo
from workorders.services.answers import Answers
from workorders.services.check_ins import check_in
from workorders.services.evidence import mark_step
from workorders.services.photos import add_photo
from workorders.services.signatures import Signer, add_signature
from workorders.services.site_facts import record_fact
from workorders.services.visiting import hand_in_materials
from workorders.taking import Taking


class Visit(Pace):
    """The part of the story that happens at the customer's."""

    def _work(self, *, anew: bool = True) -> None:
        site = self.order.receiver.position
        with clock.moved_to(self.at):
            check_in(
                order_id=self.work_order_id,
                actor=self._me(),
                lon=site.lon + self.random.uniform(-0.001, 0.001) if site else None,
                lat=site.lat + self.random.uniform(-0.001, 0.001) if site else None,
                accuracy_m=20 if site else None,
                reason="" if site else "小区内没有卫星信号",
            )
        self._take("arrive")
        if self._in_hand.flow_version.key == "repair":
            self._take("quote", Answers(quote_fen=self.order.paid_fen, note="按标准维修"))
            self._pass(minutes=5)
            self._take("start_repair", Answers(confirmed=True))
        self._prove(anew=anew)
        self._pass(minutes=2)
        self._take("complete")
        self._settle_news()

    def _prove(self, *, anew: bool) -> None:
        """Steps, materials, facts and signature."""
        for step in self.order.item.steps if anew else ():
            self._pass(minutes=max(1, step.minutes * self.random.randint(80, 125) // 100))
            self._step(step.seq)
        if anew:
            self._materials()
            if self.order.rain:
                self._rain()
        picture, strokes = drawn_signature(self.random)
        signer = Signer(name=self.order.receiver.name, relation="self", strokes=strokes)
        with clock.moved_to(self.at):
            add_signature(
                order_id=self.work_order_id, upload=picture, actor=self._me(), signer=signer
            )

    def _step(self, seq: int) -> None:
        step = self.order.item.steps[seq - 1]
        with clock.moved_to(self.at):
            for need in step.photos:
                for _n in range(need.count):
                    add_photo(
                        order_id=self.work_order_id,
                        upload=photo(
                            self.random,
                            label=need.name,
                            item=self.order.item.name,
                            number=self.order.number,
                            small=self._is_long_ago(),
                        ),
                        actor=self._me(),
                        seq=seq,
                        label=need.name,
                        said=self._beside(),
                    )
            mark_step(order_id=self.work_order_id, seq=seq, actor=self._me())

    def _beside(self) -> Taking:
        """What the phone says beside a photo, a few steps from the door."""
        site = self.order.receiver.position
        if site is None:
            return Taking(at=self.at)
        return Taking(at=self.at, lon=site.lon + 0.0003, lat=site.lat, accuracy_m=18)

    def _materials(self) -> None:
        wanted: dict[str, int] = {}
        for step in self.order.item.steps:
            for need in step.materials:
                wanted[need.code] = wanted.get(need.code, 0) + need.milli * self.order.quantity
        with clock.moved_to(self.at):
            used = {self.stage.materials[code]: milli for code, milli in wanted.items() if milli}
            hand_in_materials(order_id=self.work_order_id, quantities=used, actor=self._me())

    def _rain(self) -> None:
        with clock.moved_to(self.at):
            record_fact(
                order_id=self.work_order_id,
                kind="rain",
                value="yes",
                source="市气象台",
                observed_at=self.at - timedelta(minutes=20),
                actor=self.stage.dispatcher,
            )
