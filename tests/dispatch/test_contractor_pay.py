"""What a contractor without an account is paid, and what they see of it."""

from __future__ import annotations

import pytest

from accounts.models import Installer
from common import clock
from dispatch.contractors.giving import Wanted, give_to_contractor
from settlement.models import LedgerAccount
from settlement.services.settling import settle_work_order
from tests.dispatch.test_contractors import PHONE, job, opened, url
from tests.settlement.company import found
from tests.settlement.conftest import AFTERNOON
from tests.workorders.walking import step
from tests.workorders.world import open_order, photo, signature, tomorrow
from workorders.services.check_ins import check_in
from workorders.services.evidence import mark_step
from workorders.services.photos import add_photo
from workorders.services.signatures import add_signature


@pytest.fixture
def company(tenant):
    with clock.moved_to(AFTERNOON):
        yield found()


def work(order):
    """Do the whole visit as its contractor."""
    me = order.installer.user
    step(order, "accept", me)
    step(order, "book", me, appointment=tomorrow())
    step(order, "set_out", me)
    check_in(order_id=order.pk, actor=me, lon=120.1244, lat=30.2841)
    step(order, "arrive", me)
    for seq in (1, 2):
        mark_step(order_id=order.pk, seq=seq, actor=me)
    add_photo(order_id=order.pk, upload=photo(10), actor=me, seq=1, label="铭牌照")
    add_photo(order_id=order.pk, upload=photo(90), actor=me, seq=2, label="完工照")
    add_photo(order_id=order.pk, upload=photo(200), actor=me, seq=2, label="完工照")
    add_signature(order_id=order.pk, upload=signature(), actor=me)
    return step(order, "complete", me)


@pytest.mark.parametrize("agreed_fen", [18_000, 0, None])
def test_the_settlement_pays_the_contractor_what_was_agreed_or_what_the_rules_say(
    company, agreed_fen
):
    world = company.world
    order = open_order(world)
    give_to_contractor(
        order_id=order.pk,
        wanted=Wanted("老周", PHONE, world.suzhou, agreed_fen),
        actor=world.dispatcher,
    )
    order.refresh_from_db()
    work(order)
    made = settle_work_order(order_id=order.pk)
    assert made is not None
    contractor = Installer.objects.get(kind=Installer.Kind.CONTRACTOR)
    mine = made.lines.filter(payee__installer=contractor)
    if agreed_fen is None:
        assert mine.exclude(code="AGREED").exists()
        assert made.gross_fen > 0
    else:
        assert [line.code for line in mine] == ["AGREED"]
        assert made.gross_fen == agreed_fen
    total = sum(made.lines.values_list("amount_fen", flat=True))
    assert total == made.paid_fen
    accounts = LedgerAccount.objects.filter(party__installer=contractor)
    held = sum(posting.amount_fen for each in accounts for posting in each.postings.all())
    assert held == made.gross_fen


def test_after_the_work_the_phone_shows_what_it_paid_and_nobody_elses(company, client):
    world = company.world
    order = open_order(world)
    link = give_to_contractor(
        order_id=order.pk,
        wanted=Wanted("老周", PHONE, world.suzhou, 18_000),
        actor=world.dispatcher,
    )
    opened(link, client)
    order.refresh_from_db()
    work(order)
    settle_work_order(order_id=order.pk)
    assert client.get(job(order)).status_code == 200
    slip = client.get(url("settlement-phone:job", order.number))
    assert slip.status_code == 200
    assert "180.00" in slip.content.decode()
