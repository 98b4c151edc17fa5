"""All simulated platforms together, wired to one world."""

from dataclasses import dataclass, field
from pathlib import Path

from integrations.simulators.clock import MovableClock
from integrations.simulators.pushes import PushQueue
from integrations.simulators.seed import make_world
from integrations.simulators.snapshot import Snapshot
from integrations.simulators.top_server import TopServer
from integrations.simulators.traffic import Traffic
from integrations.simulators.wechatpay_server import WechatPayServer
from integrations.simulators.wechatpay_world import PayWorld, make_pay_world
from integrations.simulators.wecom_callbacks import WecomCallbacks
from integrations.simulators.wecom_server import WecomServer
from integrations.simulators.world import World
from integrations.simulators.youzan_server import YouzanServer


@dataclass(slots=True)
class Platforms:
    """The servers, their messengers and the traffic; `tick` moves everything that is due."""

    world: World
    state_dir: Path | None = None
    youzan: YouzanServer = field(init=False)
    top: TopServer = field(init=False)
    wecom: WecomServer = field(init=False)
    pay: PayWorld = field(init=False)
    wechatpay: WechatPayServer = field(init=False)
    pushes: PushQueue = field(init=False)
    callbacks: WecomCallbacks = field(init=False)
    traffic: Traffic = field(init=False)
    snapshot: Snapshot | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.youzan = YouzanServer(self.world)
        self.top = TopServer(self.world)
        self.wecom = WecomServer(self.world)
        self.pay = make_pay_world(self.world.clock)
        self.wechatpay = WechatPayServer(self.world, self.pay)
        self.pushes = PushQueue(self.world)
        self.callbacks = WecomCallbacks(self.world)
        self.traffic = Traffic(self.world)
        self.world.listeners += [self.pushes.listen, self.top.tmc.listen]
        if self.state_dir is not None:
            self.snapshot = Snapshot(self.world, self.top.tmc, self.pay, self.state_dir)
            self.snapshot.load()

    def tick(self) -> None:
        """Place the order that is due, deliver due pushes, keep the state."""
        self.traffic.run_due()
        self.pushes.deliver_due()
        if self.snapshot is not None:
            self.snapshot.save()


def make_platforms(
    *, clock: MovableClock | None = None, state_dir: Path | None = None
) -> Platforms:
    """Freshly seeded platforms, or those of the state folder."""
    return Platforms(make_world(clock), state_dir)
