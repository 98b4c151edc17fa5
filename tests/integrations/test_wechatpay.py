"""Profit sharing over WeChat Pay's own wire: signed both ways, within its limits, tied to the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from accounts.roles import Role
from common import clock
from common.outbox.models import OutboxRow
from integrations.egress import parse_egress_allow
from integrations.errors import Kind, PlatformError
from integrations.models import Connection
from integrations.services.connecting import save_connection, try_connection
from integrations.services.paying import take_payments
from integrations.simulators.faults import Fault
from integrations.simulators.platforms import Platforms
from integrations.wechatpay.merchant import Keys, Merchant
from settlement import invariants
from settlement.ledger import balances
from settlement.models import PayoutBatch, Settlement, Share, SharingFund
from settlement.payouts.batches import approve_payout, draft_payout, settle_items
from settlement.payouts.gateway import Receiver, ShareRequest, SharingRefusedError
from settlement.payouts.requests import ON_ITS_WAY
from settlement.payouts.sharing import send_shares, work_on_shares
from settlement.payouts.wallets import keep_wallet
from settlement.services.parties import installer_party, unit_party
from tests.factories import UserFactory
from tests.integrations.connected import MERCHANT, PAY_SEED, merchant_facts, simulators

ROW = MERCHANT
OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
LI = Receiver("PERSONAL_OPENID", OPENID, "李师傅", 5_000)


def keys(**changes: Any) -> Keys:
    row = {name: ROW[name] for name in ("app_id", "private_key", "cert_serial", "apiv3_key")}
    platform = PAY_SEED["platform"]
    made = Keys(
        merchant=ROW["mch_id"],
        platform_key=platform["public_key"],
        platform_key_id=platform["key_id"],
        **row,
    )
    return replace(made, **changes)


class Desk:
    """The simulators and a merchant that may reach them."""

    def __init__(self, platforms: Platforms, port: int) -> None:
        self.platforms, self.port = platforms, port
        self.sim = platforms.pay.merchants[ROW["mch_id"]]
        self.base = f"http://127.0.0.1:{port}/wechatpay"

    def merchant(self, **changes: Any) -> Merchant:
        allow = parse_egress_allow(f"127.0.0.1:{self.port}")
        return Merchant(keys(**changes), base_url=self.base, allow=allow)

    def request(self, *receivers: Receiver, number: str = "PO000001F1") -> ShareRequest:
        payment = next(p for p in self.sim.payments.values() if p.paid_fen >= 128_000)
        return ShareRequest(number, payment.transaction_id, receivers or (LI,), "结算 2026-11")


@pytest.fixture
def desk() -> Iterator[Desk]:
    with simulators() as (platforms, port):
        yield Desk(platforms, port)


def test_a_share_is_at_work_first_and_paid_when_asked_again(desk):
    pay, request = desk.merchant(), desk.request()
    pay.bind(LI)
    assert desk.sim.receivers == {OPENID: "李师傅"}
    assert pay.share(request).results == {}
    desk.platforms.world.clock.move(3)
    assert pay.ask(request).results == {OPENID: ""}


def test_the_same_number_asks_for_nothing_new_and_another_content_is_refused(desk):
    pay, request = desk.merchant(), desk.request()
    pay.bind(LI)
    pay.share(request)
    pay.share(request)
    assert desk.sim.shared_fen(request.transaction_id) == 5_000
    with pytest.raises(SharingRefusedError) as refused:
        pay.share(desk.request(replace(LI, amount_fen=5_001)))
    assert refused.value.code == "INVALID_REQUEST"


@pytest.mark.parametrize(
    ("receivers", "code"),
    [
        ((replace(LI, amount_fen=60_000),), "RULE_LIMIT"),
        ((replace(LI, account="o" * 28),), "NO_AUTH"),
        ((replace(LI, amount_fen=0),), "PARAM_ERROR"),
        (tuple(replace(LI, amount_fen=1) for _ in range(51)), "PARAM_ERROR"),
    ],
)
def test_limits_and_strangers_are_refused_for_good(desk, receivers, code):
    pay = desk.merchant()
    pay.bind(LI)
    with pytest.raises(SharingRefusedError) as refused:
        pay.share(desk.request(*receivers))
    assert refused.value.code == code


def test_what_is_released_cannot_be_shared_any_more(desk):
    pay, request = desk.merchant(), desk.request()
    pay.bind(LI)
    pay.release(transaction_id=request.transaction_id, number="PO1R", words="解冻")
    assert pay.unshared_fen(request.transaction_id) == 0
    with pytest.raises(SharingRefusedError):
        pay.share(request)


@pytest.mark.parametrize(
    "changes",
    [
        {"cert_serial": "0" * 40},
        {"merchant": PAY_SEED["merchant"][1]["mch_id"]},
        {"private_key": PAY_SEED["merchant"][1]["private_key"]},
    ],
)
def test_foreign_keys_open_nothing(desk, changes):
    with pytest.raises(PlatformError) as error:
        desk.merchant(**changes).unshared_fen("1")
    assert (error.value.code, error.value.kind) == ("SIGN_ERROR", Kind.AUTH)


def test_an_answer_signed_by_somebody_else_is_not_believed(desk):
    other = PAY_SEED["merchant"][1]["public_key"]
    with pytest.raises(PlatformError) as error:
        desk.merchant(platform_key=other).unshared_fen("1")
    assert error.value.code == "sign.answer"


def test_keys_pasted_into_one_line_work(desk):
    one_line = ROW["private_key"].replace("\n", " ")
    yesterday = clock.business_day() - timedelta(days=1)
    assert desk.merchant(private_key=one_line).payments_exist(yesterday)


# With the company: from the bill of payments to the ledger.


@pytest.fixture
def paying(desk: Desk, tenant: Any, settings: Any) -> Iterator[tuple[Desk, Any, PayoutBatch]]:
    from tests.settlement.company import found
    from tests.settlement.test_payouts import closed

    settings.EGRESS_ALLOW = [f"127.0.0.1:{desk.port}"]
    for payment in desk.sim.payments.values():
        # None covers the payee alone: 30 % of it is 300.00 at most.
        payment.paid_fen = min(payment.paid_fen, 100_000)
    company = found()
    facts = merchant_facts(f"http://127.0.0.1:{desk.port}", company.world.hq)
    connection = save_connection(facts=facts, actor=None)
    assert ROW["private_key"][40:80] not in Connection.objects.get().secret_sealed
    assert try_connection(connection).worked
    assert take_payments() > 0
    assert take_payments() == 0
    period = closed(company)
    keep_wallet(
        party_id=installer_party(company.installer).pk, kind="PERSONAL_OPENID", name="李建国",
        account=OPENID, actor=company.finance,
    )  # fmt: skip
    batch = draft_payout(period_id=period.pk, actor=company.finance, way="wechat")
    approve_payout(batch_id=batch.pk, actor=UserFactory(role=Role.FINANCE, unit=company.world.hq))
    send_shares(batch_id=batch.pk, actor=company.finance)
    OutboxRow.objects.all().delete()
    return desk, company, batch


def work_off(batch: PayoutBatch, desk: Desk) -> None:
    funds = [0, *batch.shares.order_by("fund_id").values_list("fund_id", flat=True)]
    for round_ in range(2):
        # As if minutes had passed: what went out unanswered will not arrive any more.
        batch.shares.update(sent_at=clock.wall_now() - ON_ITS_WAY * 2)
        for fund in funds:
            work_on_shares(batch_id=batch.pk, after=fund, round_=round_)
        desk.platforms.world.clock.move(3)
    batch.refresh_from_db()


def test_a_payout_comes_out_of_customers_payments_and_is_paid_in_the_ledger(paying):
    desk, company, batch = paying
    party = installer_party(company.installer)
    item = batch.items.get()
    assert item.amount_fen == sum(share.amount_fen for share in item.shares.all()) == 50_000
    assert item.shares.count() > 1
    assert SharingFund.objects.filter(limit_fen__gt=0).exists()
    assert balances(party)["transit"] == 50_000
    work_off(batch, desk)
    item.refresh_from_db()
    assert (batch.state, item.state) == ("done", "confirmed")
    assert balances(party)["paid"] == 50_000
    assert sum(desk.sim.shared_fen(number) for number in desk.sim.payments) == 50_000
    assert not list(invariants.transit_is_carried())


def test_a_share_that_comes_back_is_available_again_and_the_others_stay_paid(paying):
    desk, company, batch = paying
    party = installer_party(company.installer)
    refused = batch.shares.order_by("fund_id").first()
    desk.sim.payments[refused.fund.transaction_id].is_released = True
    work_off(batch, desk)
    item = batch.items.get()
    assert (batch.state, item.state) == ("done", "partly")
    left = balances(party)
    assert (left["available"], left["paid"]) == (refused.amount_fen, 50_000 - refused.amount_fen)
    assert not list(invariants.transit_is_carried())


@pytest.mark.parametrize("trouble", ["http500", "lost"])
def test_a_request_whose_answer_never_came_is_paid_once(paying, trouble):
    desk, _company, batch = paying
    first = batch.shares.order_by("fund_id").first()
    number = first.request_number
    desk.platforms.world.faults.add(Fault(trouble, ROW["mch_id"], operation="profitsharing/orders"))
    with pytest.raises(PlatformError):
        work_on_shares(batch_id=batch.pk, after=0, round_=0)
    first.refresh_from_db()
    assert first.state == Share.State.SENT
    assert (number in desk.sim.orders) == (trouble == "lost")
    send_shares(batch_id=batch.pk, actor=_company.finance)
    assert OutboxRow.objects.filter(topic="SharesDue", done_at=None).exists()
    work_off(batch, desk)
    assert number in desk.sim.orders
    assert batch.state == "done"
    assert sum(desk.sim.shared_fen(one) for one in desk.sim.payments) == 50_000


def test_what_one_draft_planned_no_other_plans_and_the_bank_answers_for_none_of_it(paying):
    _desk, company, batch = paying
    assert Settlement.objects.exists()
    from settlement.payouts.funding import rooms

    left = {room.fund_id: room.left_fen for room in rooms(ROW["mch_id"])}
    for share in batch.shares.select_related("fund"):
        assert left.get(share.fund_id, 0) == share.fund.limit_fen - share.amount_fen
    from common.errors import Refused

    with pytest.raises(Refused):
        settle_items(batch_id=batch.pk, results={}, actor=company.finance)
    assert unit_party(company.world.hq).pk not in batch.items.values_list("party_id", flat=True)
