"""What happens outside when work is dispatched, cancelled or settled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.roles import Role
from common import clock, formatting
from common.journal.models import AuditRecord
from integrations.errors import PlatformError
from integrations.models import SentCard
from integrations.services.cards import tell_assigned, tell_settled
from integrations.services.decrypting import decrypt_for_dispatch
from integrations.services.dispute_cards import tell_decided, told_how
from integrations.services.taking import fetch_and_take
from integrations.simulators import trade
from integrations.simulators.faults import Fault
from settlement.disputes.deciding import Decision, decide_dispute
from settlement.disputes.filing import Claim, file_dispute
from settlement.disputes.reminding import remind
from settlement.disputes.reviewing import ask_departments, give_opinion
from settlement.disputes.silence import time_out
from settlement.models import Dispute, Settlement
from settlement.services.publishing import publish_preset
from tests.factories import UserFactory
from tests.integrations.connected import CORP, TMALL, YOUZAN, bought, member, work
from tests.settlement.company import INDUSTRY, Company, settled
from tests.workorders.conftest import own_media
from tests.workorders.own_flows import order_with
from tests.workorders.walking import assign, step
from tests.workorders.world import open_order
from workorders.models import WorkOrder
from workorders.services.progress import end_by_shop

__all__ = ["own_media"]


def received(connected: Any) -> list[dict[str, Any]]:
    return [sent.content for sent in connected.platforms.world.corps[CORP].messages]


@pytest.mark.parametrize("shop_id", [YOUZAN, TMALL])
def test_the_receiver_is_opened_when_the_work_is_dispatched_and_not_before(connected, shop_id):
    order = bought(connected, shop_id)
    true = connected.shop(shop_id).orders[order.line.order.number].address
    assert order.contact.phone != true.phone
    assert true.detail not in order.address.detail
    assign(order, connected.world)
    work()
    order = WorkOrder.objects.get(pk=order.pk)
    assert order.contact.name == true.name
    assert order.contact.phone.startswith(true.phone)
    assert order.address.detail.endswith(true.detail)
    assert order.contact.phone_cipher
    assert AuditRecord.objects.filter(action="receiver.decrypted").count() == 1
    assert decrypt_for_dispatch(order_id=order.pk) is False


def test_an_outdated_handle_is_replaced_by_fetching_the_trade_again(connected):
    order = bought(connected, TMALL)
    shop = connected.shop(TMALL)
    number = order.line.order.number
    trade.change_address(connected.platforms.world, shop, shop.orders[number], shop.addresses[3])
    assign(order, connected.world)
    work()
    order = WorkOrder.objects.get(pk=order.pk)
    assert order.contact.name == shop.addresses[3].name
    assert order.address.detail.endswith(shop.addresses[3].detail)


def test_a_receiver_that_the_shop_changes_after_dispatch_is_opened_too(connected):
    order = bought(connected, YOUZAN)
    assign(order, connected.world)
    work()
    shop = connected.shop()
    placed = shop.orders[order.line.order.number]
    trade.change_address(connected.platforms.world, shop, placed, shop.addresses[3])
    fetch_and_take(connection=connected.connections[YOUZAN], order_number=placed.number)
    work()
    order = WorkOrder.objects.get(pk=order.pk)
    assert order.contact.phone == shop.addresses[3].phone
    assert order.address.detail.endswith(shop.addresses[3].detail)


def test_an_order_without_ciphertext_asks_no_platform(connected):
    order = open_order(connected.world)
    assign(order, connected.world)
    work()
    assert connected.platforms.world.calls == []


def test_an_installer_gets_one_card_for_an_order_and_one_when_it_is_cancelled(connected):
    connected.connect(CORP)
    member(connected)
    order = bought(connected, YOUZAN)
    assign(order, connected.world)
    work()
    tell_assigned(order_id=order.pk, installer_id=connected.world.installer.pk)
    end_by_shop(order_id=order.pk, reason="refunded")
    work()
    first, second = received(connected)
    url = first["card_action"]["url"]
    assert url.startswith("http://alpha.localhost:")
    assert url.endswith(f"/m/today/{order.number}/")
    true = connected.shop().orders[order.line.order.number].address
    assert true.detail not in str(first)
    assert order.number in second["description"]
    assert list(SentCard.objects.values_list("state", flat=True)) == ["sent", "sent"]


def test_a_member_that_the_corp_does_not_know_is_a_visible_failure(connected):
    connected.connect(CORP)
    connected.platforms.world.corps[CORP].accepts_any_user = False
    member(connected, "nobody")
    assign(bought(connected, YOUZAN), connected.world)
    work()
    card = SentCard.objects.get()
    assert card.state == "failed"
    assert "81013" in card.error


def test_a_card_for_which_the_platform_is_too_busy_goes_out_later(connected):
    connected.connect(CORP)
    member(connected)
    order = bought(connected, YOUZAN)
    assign(order, connected.world)
    connected.platforms.world.faults.add(Fault("isp", CORP, times=1, operation="message/send"))
    mine = connected.world.installer.pk
    with pytest.raises(PlatformError):
        tell_assigned(order_id=order.pk, installer_id=mine)
    tell_assigned(order_id=order.pk, installer_id=mine)
    assert SentCard.objects.get().state == "sent"


@pytest.mark.parametrize("why", ["no account", "no corp", "history"])
def test_nobody_is_told(connected, why):
    if why != "no corp":
        connected.connect(CORP)
    member(connected, "" if why == "no account" else "li")
    order = bought(connected, YOUZAN)
    assign(order, connected.world)
    past = clock.wall_now() - timedelta(days=30)
    with clock.moved_to(past if why == "history" else clock.wall_now()):
        told = tell_assigned(order_id=order.pk, installer_id=connected.world.installer.pk)
    assert told is None
    assert SentCard.objects.count() == 0


def test_the_card_of_a_settlement_names_the_lines_that_were_settled(connected):
    connected.connect(CORP)
    company = company_of(connected)
    settlement = settled(company)
    tell_settled(settlement_id=settlement.pk, installer_id=settlement.installer_id)
    card = received(connected)[-1]
    lines = settlement.lines.filter(party_role="installer").exclude(amount_fen=0)
    assert lines.count() >= 2
    for line in lines:
        assert line.label in card["description"]
        assert f"{abs(line.amount_fen) // 100}.{abs(line.amount_fen) % 100:02d}" in str(card)
    assert f"{settlement.gross_fen // 100}." in card["title"]
    assert settlement.work_order.number in card["description"]
    assert settlement.installer.user.display_name[0] in card["description"]


def test_the_card_of_a_decided_dispute_says_how_and_why(connected):
    connected.connect(CORP)
    company = company_of(connected)
    settlement = settled(company)
    dispute = disputed(settlement)
    ask_departments(dispute_id=dispute.pk, asked=["finance"], actor=company.finance)
    give_opinion(
        dispute_id=dispute.pk, department="finance", opinion="agrees", text="属实",
        actor=company.world.admin,
    )  # fmt: skip
    decision = Decision("uphold", "情况属实", 500, company.world.east.pk)
    finance = UserFactory(role=Role.FINANCE, unit=company.world.hq)
    decide_dispute(dispute_id=dispute.pk, decision=decision, actor=finance)
    told(dispute, "uphold")
    card = received(connected)[-1]
    assert dispute.line.label in card["title"]
    assert "¥5.00" in card["description"]
    assert "情况属实" in card["description"]


def test_the_card_of_a_dispute_confirmed_by_silence_says_what_was_paid(connected):
    connected.connect(CORP)
    settlement = settled(company_of(connected))
    dispute = disputed(settlement)
    with clock.moved_to(clock.now() + timedelta(days=3)):
        time_out(dispute_id=dispute.pk)
    told(dispute, "silence")
    card = received(connected)[-1]
    assert dispute.line.label in card["title"]
    assert "¥5.00" in card["description"]


def test_who_has_to_decide_gets_a_card_with_the_day_and_what_happens_otherwise(connected):
    connected.connect(CORP)
    company = company_of(connected)
    company.finance.wecom_userid = "caiwu"
    company.finance.save()
    settlement = settled(company)
    dispute = disputed(settlement)
    ask_departments(dispute_id=dispute.pk, asked=["finance"], actor=company.finance)
    dispute = give_opinion(
        dispute_id=dispute.pk, department="finance", opinion="refuses", text="不属实",
        actor=UserFactory(role=Role.FINANCE, unit=company.world.hq),
    )  # fmt: skip
    work()
    (card,) = [card for card in received(connected) if "待您处理" in card["title"]]
    assert f"/settlement/disputes/{dispute.number}/" in card["url"]
    assert formatting.full_time(dispute.due_at) in card["description"]
    assert "催办总部" in card["description"]
    Dispute.objects.update(remind_at=clock.now())
    remind(dispute_id=dispute.pk)
    work()
    assert SentCard.objects.filter(to_user="caiwu", state="sent").count() == 2


def test_the_claimant_gets_a_card_when_nobody_decided_in_time(connected):
    connected.connect(CORP)
    settlement = settled(company_of(connected))
    dispute = disputed(settlement)
    Dispute.objects.update(state="overdue", due_at=clock.now())
    work()
    time_out(dispute_id=dispute.pk)
    work()
    card = received(connected)[-1]
    assert "逾期未判定" in card["title"]
    assert "重新申诉" in card["description"]


def told(dispute: Dispute, move: str) -> None:
    """The installer is told how a step decided their dispute."""
    claimant, step = dispute.claimant_id, dispute.steps.get(move=move)
    assert told_how(dispute_id=dispute.pk) == [claimant]
    tell_decided(dispute_id=dispute.pk, step_id=step.pk, user_id=claimant)


def disputed(settlement: Settlement) -> Dispute:
    """The first line of a settlement, of which its installer claims 5.00 more."""
    return file_dispute(
        kind="line", pk=settlement.lines.get(seq=1).pk, claim=Claim(500, 10, "少算"),
        party=settlement.installer.party, actor=settlement.installer.user,
    )  # fmt: skip


def company_of(connected: Any) -> Company:
    """The company with rules in force; its installer has an account at the corp."""
    world = connected.world
    world.hangzhou.city_level = "NT1"
    world.hangzhou.save()
    world.item.industry = INDUSTRY
    world.item.save()
    published = publish_preset(INDUSTRY, actor=None)
    member(connected)
    return Company(world, world.hq, world.admin, world.admin, published.version)


def test_a_department_gets_a_card_when_an_order_comes_to_its_stage(connected):
    connected.connect(CORP)
    world = connected.world
    buyer = UserFactory(role="outlet_manager", unit=world.east, wecom_userid="buyer")
    UserFactory(role="outlet_manager", unit=world.stranger.unit, wecom_userid="other")
    edit = {"op": "stage", "stage": "on_hold", "role": "outlet_manager", "name": "采购调配件"}
    order = assign(order_with(world, edit), world)
    contact = clock.now() + timedelta(days=1)
    step(order, "hold", world.dispatcher, reason="缺配件", next_contact_at=contact)
    work()
    [card] = SentCard.objects.filter(source_key__startswith="stage-waits")
    assert (card.to_user, card.title) == (buyer.wecom_userid, "待您处理：采购调配件")
    assert order.number in card.text
    work()
    assert SentCard.objects.filter(source_key__startswith="stage-waits").count() == 1
