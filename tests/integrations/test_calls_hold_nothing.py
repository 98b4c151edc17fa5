"""While a platform is asked nothing is locked, and a worker killed after the answer harms nobody.

The handlers are those of the registry: one that calls and does not say so is stopped by `going_out`,
and one that says so and is not walked through here fails the test.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from common import clock
from common.outbox import announce, drain, going_out
from common.outbox.events import JOB_TOPIC, jobs, subscriptions
from common.outbox.models import OutboxRow
from common.outbox.outside import CallInsideError, _errand, at_home
from customers.models import Address
from dispatch.events import HelpAsked
from dispatch.models import HelpRequest
from integrations.events import ConnectionSaved, EarningsTold, RecomputeTold
from integrations.models import MapService, SentCard, Webhook
from integrations.services.connecting import save_connection
from integrations.services.map_service import save_map_service
from integrations.services.pulling import PULL, ask_for_pulls
from integrations.services.webhooks import save_webhook
from integrations.simulators import trade
from settlement.bills.events import BillWanted, ShopOrderWanted
from settlement.disputes.filing import Claim, file_dispute
from settlement.disputes.silence import time_out
from settlement.models import (
    BillLine,
    PayoutBatch,
    PayoutItem,
    RecomputeRun,
    Share,
    SharingFund,
    StatementPeriod,
)
from settlement.payouts.events import SharesDue
from settlement.payouts.wallets import item_to_wallet, keep_wallet
from settlement.services.parties import installer_party
from tests.factories import InstallerFactory
from tests.integrations.connected import (
    CORP,
    MERCHANT,
    TMALL,
    YOUZAN,
    at_once,
    merchant_facts,
    orders_of,
)
from tests.integrations.map_servers import KEY, SERVERS
from tests.integrations.test_dispatch_and_cards import company_of
from tests.settlement.company import settled
from tests.workorders.conftest import own_media
from tests.workorders.walking import assign
from tests.workorders.world import open_order, shop_order
from workorders.events import (
    HelperJoined,
    HelperLeft,
    InstallerAskedAgain,
    InstallerTold,
    StageWaits,
    WebhookDue,
)
from workorders.models import FiredAction, FiredTrigger
from workorders.services.progress import end_by_shop

__all__ = ["own_media"]


class Killed(BaseException):
    """The worker is gone: nothing that follows in it happens."""


class Ear(logging.Handler):
    """Hears of every call where it is made; kills the first start of each handler after its answer."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.depth = len(connection.atomic_blocks)
        self.called: set[str] = set()
        self.held: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        operation = str(record.args[1]) if isinstance(record.args, tuple) else ""
        if len(connection.atomic_blocks) > self.depth:
            self.held.append(operation)
        errand = _errand.get()
        if errand is None or errand.is_done:
            return
        handler = OutboxRow.objects.get(pk=errand.row_id).handler
        if handler not in self.called:
            self.called.add(handler)
            raise Killed


@pytest.fixture
def ear():
    found, log = Ear(), logging.getLogger("integrations.http")
    level = log.level
    log.addHandler(found)
    log.setLevel(logging.INFO)
    yield found
    log.removeHandler(found)
    log.setLevel(level)


def work_whatever_dies() -> None:
    """Run what is due; the rows of a killed worker as soon as their lease is over."""
    while True:
        try:
            drain(strict=True)
        except Killed:
            OutboxRow.objects.filter(done_at=None).update(lease_until=None)
        else:
            return


def say(*events: Any) -> None:
    with transaction.atomic():
        for event in events:
            announce(event)
    work_whatever_dies()


def a_flow_calls(connected: Any, order: Any) -> None:
    """A trigger of the order's flow writes to its installer and calls an address of the company."""
    hook = Webhook(code="erp", name="ERP", url=f"{connected.base}/erp")
    save_webhook(webhook=hook, secret="s" * 16, actor=connected.world.admin)
    fired = FiredTrigger.objects.create(
        stay=order.stays.get(left_at=None), trigger="t", at=clock.now()
    )
    action = FiredAction.objects.create(
        work_order=order, fired=fired, place=0, kind="webhook", value="erp", at=clock.now()
    )
    say(
        InstallerTold(order.pk, order.installer_id, action.pk, "请带梯子"),
        WebhookDue(order.pk, action.pk, "erp"),
    )
    action.refresh_from_db()
    assert action.state == FiredAction.State.FAILED  # the simulators know no such address


def a_site_is_looked_up(connected: Any, serve: Any, settings: Any) -> None:
    """The map platform knows the door of an order whose district alone was known."""
    port = serve(SERVERS["amap"])
    settings.EGRESS_ALLOW = [*settings.EGRESS_ALLOW, f"127.0.0.1:{port}"]
    service = MapService(provider="amap", base_url=f"http://127.0.0.1:{port}")
    save_map_service(service=service, key=KEY, actor=connected.world.admin)
    order = open_order(connected.world, shop_order(number="E20261102901"))
    Address.objects.filter(pk=order.address_id).update(
        detail="文三路 90 号", precision="district", division_code="330106",
        lon="120.13", lat="30.26",
    )  # fmt: skip
    work_whatever_dies()
    assert Address.objects.get(pk=order.address_id).precision == "exact"


def people_are_asked(connected: Any, order: Any, helper: int) -> None:
    """A colleague is asked to come and help, somebody at a desk to do their stage."""
    asked, person = clock.now(), connected.world.dispatcher
    person.wecom_userid = "diaodu"
    person.save()
    wanted = HelpRequest.objects.create(
        work_order=order, asker=order.installer, colleague_id=helper, reason="fault",
        began_at=asked, asked_at=asked, expires_at=asked + timedelta(minutes=10),
    )  # fmt: skip
    stay = order.stays.get(left_at=None)
    say(HelpAsked(wanted.pk), StageWaits(order.pk, stay.pk, person.pk))


def orders_come_in(connected: Any) -> Any:
    """By push, by message and by list; the pushed one is dispatched, changed and cancelled."""
    say(ConnectionSaved(connected.connections[TMALL].pk))
    pushed, listed = connected.buy(), connected.buy(TMALL)
    connected.platforms.pushes.deliver_due()
    connected.later(60)
    ask_for_pulls(PULL)
    OutboxRow.objects.create(topic=JOB_TOPIC, handler="job:integrations.messages", key="m")
    at_once()
    work_whatever_dies()
    assert [len(orders_of(one.number)) for one in (pushed, listed)] == [1, 1]
    (order,) = orders_of(pushed.number)
    assign(order, connected.world)
    work_whatever_dies()
    order.refresh_from_db()
    assert "*" not in order.contact.phone
    shop = connected.shop()
    trade.change_address(
        connected.platforms.world, shop, shop.orders[pushed.number], shop.addresses[3]
    )
    say(ShopOrderWanted("youzan", YOUZAN, pushed.number))
    helper = InstallerFactory(user__wecom_userid="wang").pk
    say(HelperJoined(order.pk, helper))
    say(InstallerAskedAgain(order.pk, order.installer_id, 1))
    people_are_asked(connected, order, helper)
    a_flow_calls(connected, order)
    end_by_shop(order_id=order.pk, reason="refunded")
    say(HelperLeft(order.pk, helper, ""))
    return order


def money_moves(connected: Any) -> Share:
    """A settlement, a dispute, a bill, customers' payments, and a share of one."""
    company = company_of(connected)
    company.finance.wecom_userid = "caiwu"
    company.finance.save()
    settlement = settled(company)
    dispute = file_dispute(
        kind="line", pk=settlement.lines.get(seq=1).pk, claim=Claim(500, 10, "少算"),
        party=settlement.installer.party, actor=settlement.installer.user,
    )  # fmt: skip
    work_whatever_dies()
    with clock.moved_to(clock.now() + timedelta(days=3)):
        time_out(dispute_id=dispute.pk)
    today = clock.business_day().isoformat()
    run = RecomputeRun.objects.create(
        cause="fact", state="applied", reason="雨天", started_by=company.finance,
        known_at=clock.now(), started_at=clock.now(), moved_at=clock.now(),
    )  # fmt: skip
    say(
        EarningsTold(settlement.pk, settlement.installer_id),
        RecomputeTold(run.pk, settlement.installer_id, 1, settlement.work_order_id, 500),
        BillWanted("youzan", YOUZAN, today, today),
    )
    OutboxRow.objects.create(topic=JOB_TOPIC, handler="job:integrations.payments", key="p")
    work_whatever_dies()
    fund = SharingFund.objects.filter(limit_fen__gte=100).first()
    wallet = keep_wallet(
        party_id=installer_party(settlement.installer).pk, kind="PERSONAL_OPENID", name="李伟",
        account="oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", actor=connected.world.admin,
    )  # fmt: skip
    last = clock.business_day() - timedelta(days=400)
    batch = PayoutBatch.objects.create(
        period=StatementPeriod.objects.create(starts_on=last, ends_on=last), way="wechat",
        state=PayoutBatch.State.EXPORTED, made_at=clock.now(),
    )  # fmt: skip
    item = item_to_wallet(wallet, batch, 100)
    item.state = PayoutItem.State.TRANSIT
    item.save()
    share = Share.objects.create(batch=batch, item=item, fund=fund, amount_fen=100)
    say(SharesDue(batch.pk, 0, 0))
    return share


def test_nothing_is_held_during_a_call_and_a_kill_after_the_answer_changes_no_effect(
    connected, ear, serve, settings
):
    for shop_id in (YOUZAN, TMALL, CORP):
        connected.connect(shop_id)
    save_connection(facts=merchant_facts(connected.base, connected.world.hq), actor=None)
    connected.pushed()
    connected.world.installer.user.wecom_userid = "li"
    connected.world.installer.user.save()
    a_site_is_looked_up(connected, serve, settings)
    orders_come_in(connected)
    share = money_moves(connected)

    assert ear.held == []
    declared = {one.handler for one in (*subscriptions(), *jobs()) if one.outside}
    # The demo's job tells its own simulators where to push and writes nothing.
    assert ear.called == {one for one in declared if not one.startswith(("tests.", "job:demo."))}
    assert not OutboxRow.objects.exclude(dead_at=None).exists()
    cards = connected.platforms.world.corps[CORP].messages
    assert len(cards) == SentCard.objects.filter(state="sent").count() == SentCard.objects.count()
    bills = list(BillLine.objects.values_list("bill_line_id", flat=True))
    assert len(bills) == len(set(bills)) > 0
    merchant = connected.platforms.pay.merchants[MERCHANT["mch_id"]]
    share.refresh_from_db()
    assert share.state == Share.State.SENT
    assert merchant.shared_fen(share.fund.transaction_id) == 100


def test_a_handler_that_does_not_say_that_it_calls_is_stopped_before_the_call():
    with at_home(), pytest.raises(CallInsideError):
        going_out()
    going_out()
