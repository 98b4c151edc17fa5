"""Reconciling as people at desks do it: a file, the queue, one exception after the other."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.roles import Role
from common.errors import Conflict
from settlement.bills import actions
from settlement.bills.importing import ShopKey, confirm_bill, preview_bill
from settlement.models import BillLine, BillPosition, PlatformBill, Settlement
from tests.factories import UserFactory
from tests.settlement.bills.test_reconciling import ORDER, billed, differing, line_of, position
from tests.settlement.company import Company, hear, settled
from tests.settlement.threads import in_threads

BILLS = "/settlement/bills/"
HTMX = {"HX-Request": "true"}
HEAD = "账单编号,订单号,子订单号,类型,金额,手续费,入账时间"


@pytest.fixture
def desk(company: Company, client: Any) -> Any:
    client.force_login(company.finance)
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


def send_file(desk: Any, *rows: str) -> Any:
    sent = SimpleUploadedFile("十一月.csv", "\r\n".join([HEAD, *rows]).encode("gb18030"))
    return desk.post(f"{BILLS}files/read/", {"shop": "youzan:44001", "file": sent})


def test_a_file_is_shown_first_and_taken_in_as_a_whole_once(company: Company, desk: Any) -> None:
    slip = settled(company)
    right = line_of(slip)
    row = f"B1,{ORDER},{right.line_id},收款,280.00,{right.fee_fen / 100:.2f},2026-11-04"
    shown = send_file(desk, row)
    assert shown.status_code == 200
    assert BillLine.objects.count() == 0
    token = text(shown).split('name="token" value="')[1].split('"')[0]
    for status in (302, 409):
        assert desk.post(f"{BILLS}files/confirm/", {"token": token}).status_code == status
    hear()
    assert (PlatformBill.objects.get().name, position().state) == ("十一月.csv", "matched")
    assert "十一月.csv" in text(desk.get(f"{BILLS}files/"))


@pytest.mark.commits
def test_of_two_people_confirming_the_same_file_one_wins_and_the_other_reads_who(
    company: Company,
) -> None:
    raw = f"{HEAD}\r\nB1,{ORDER},L1,收款,280.00,42.00,2026-11-04".encode()
    people = [company.finance, UserFactory(role=Role.FINANCE, unit=company.world.hq)]
    shown = [
        preview_bill(raw=raw, name="十一月.csv", shop=ShopKey("youzan", "44001"), actor=who)
        for who in people
    ]
    found = in_threads(
        *(
            lambda who=who, token=preview.token: confirm_bill(token=token, actor=who)
            for who, preview in zip(people, shown, strict=True)
        )
    )
    (won,) = (each for each in found if isinstance(each, PlatformBill))
    (lost,) = (each for each in found if isinstance(each, Conflict))
    assert won.taken_by is not None
    assert won.taken_by.display_name in str(lost)
    assert (PlatformBill.objects.count(), BillLine.objects.count()) == (1, 1)


def test_a_file_with_a_bad_row_is_named_and_nothing_of_it_is_written(
    company: Company, desk: Any
) -> None:
    settled(company)
    good, bad = f"B1,{ORDER},L1,收款,280.00,42.00,2026-11-04", "B2,E2,,收款,1.005,0,2026-11-04"
    shown = text(send_file(desk, good, bad))
    assert "1.005" in shown
    assert 'name="token"' not in shown
    refused = send_file(desk, good.replace("收款", "神秘"))
    assert "神秘" in text(refused)
    wrong = desk.post(f"{BILLS}files/read/", {"shop": "youzan:44001"})
    assert wrong.status_code == 422


def test_the_queue_shows_what_is_open_and_accepting_leads_to_the_next(
    company: Company, desk: Any
) -> None:
    found = differing(company)
    slip = Settlement.objects.get()
    billed(line_of(slip, order_number="E404", bill_line_id="B404"), name="second")
    listed = text(desk.get(BILLS))
    assert listed.index("E404") < listed.index(ORDER)
    page = text(desk.get(f"{BILLS}{found.pk}/"))
    assert "data-key" in page
    refused = desk.post(f"{BILLS}{found.pk}/accept/", {"reason": ""}, headers=HTMX)
    assert refused.status_code == 422
    hq = company.world.hq.pk
    done = desk.post(f"{BILLS}{found.pk}/accept/", {"reason": "认", "bearer": hq}, headers=HTMX)
    assert str(position("E404").pk) in done["HX-Redirect"]
    still_open = text(desk.get(BILLS)).split("<tbody")[1].split("</tbody>")[0]
    assert "E404" in still_open
    assert ORDER not in still_open
    assert ORDER in text(desk.get(f"{BILLS}?state=accepted"))


def test_a_page_that_shows_another_difference_than_there_is_posts_nothing(
    company: Company, desk: Any
) -> None:
    found = differing(company)
    page = text(desk.get(f"{BILLS}{found.pk}/"))
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert seen == "0/300"
    said = {"reason": "认", "bearer": company.world.hq.pk}
    for stale in ("0/299", seen):
        done = desk.post(f"{BILLS}{found.pk}/accept/", said | {"seen": stale}, headers=HTMX)
        assert done.status_code == 204
        assert found.actions.exists() is (stale == seen)


def test_a_month_leaves_as_a_file_whose_totals_are_the_sums_of_its_lines(
    company: Company, desk: Any
) -> None:
    differing(company)
    rows = text(desk.get(f"{BILLS}month.csv?month=2026-11")).splitlines()
    found = position()
    net = f"{found.bill_net_fen / 100:.2f}"
    assert [net in row for row in rows[:4]].count(True) >= 1
    assert ORDER in rows[-1]
    assert rows[-1].split(",")[-1] == "'-3.00"


def test_branches_see_no_bill_of_the_company(company: Company, client: Any) -> None:
    found = differing(company)
    client.force_login(UserFactory(role=Role.FINANCE, unit=company.world.east))
    assert client.get(f"{BILLS}{found.pk}/").status_code == 404
    assert ORDER not in text(client.get(BILLS))


def test_a_post_that_comes_twice_posts_once(company: Company, desk: Any) -> None:
    found = differing(company)
    said = {"reason": "认", "bearer": company.world.hq.pk}
    headers = HTMX | {"Idempotency-Key": "k-1"}
    answers = [desk.post(f"{BILLS}{found.pk}/accept/", said, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [204, 204] or len(
        {answer.status_code for answer in answers}
    ) == 1
    assert BillPosition.objects.get(pk=found.pk).actions.count() == 1
    assert actions.open_parts(position()) == (0, 0)


def test_a_large_difference_is_proposed_at_the_desk_and_decided_by_another(
    company: Company, desk: Any
) -> None:
    found = differing(company, more_fee=60_000)
    address = f"{BILLS}{found.pk}/"
    assert desk.post(f"{address}accept/", {"reason": "认"}, headers=HTMX).status_code == 204
    own = text(desk.get(address))
    assert f"{address}decide/" not in own
    assert f"{address}resume/" in own
    desk.force_login(company.world.admin)
    assert f"{address}decide/" in text(desk.get(address))
    unsaid = desk.post(f"{address}decide/", {"answer": "refuse", "reason": ""}, headers=HTMX)
    assert unsaid.status_code == 422
    done = desk.post(f"{address}decide/", {"answer": "approve"}, headers=HTMX)
    assert done.status_code == 204
    assert position().state == "accepted"


def test_the_limit_of_one_person_is_set_by_who_manages_the_company(
    company: Company, desk: Any
) -> None:
    address = f"{BILLS}limit/"
    assert desk.post(address, {"most": "900"}).status_code == 403
    desk.force_login(company.world.admin)
    assert "500.00" in text(desk.get(address))
    for wrong in ("9.99", "viel", ""):
        assert desk.post(address, {"most": wrong}).status_code == 422
    assert desk.post(address, {"most": "400"}).status_code == 302
    assert "400.00" in text(desk.get(address))
