"""What is available is paid out once: drafted, approved by a second person, answered by the bank."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.urls import reverse
from django_tenants.utils import schema_context
from openpyxl import load_workbook

from accounts.models import User
from accounts.roles import Role
from common import clock
from common.errors import Conflict, Refused
from common.invariants import run_checks
from common.machine.processes import wait_until
from settlement import invariants
from settlement.closing.steps import close_period, reopen_period
from settlement.ledger import balances
from settlement.models import PayeeAccount, PayoutBatch, PayoutItem, StatementPeriod
from settlement.payouts.accounts import account_number, keep_account
from settlement.payouts.answers import PAID, Answer
from settlement.payouts.bank_file import HEAD, MAX_ANSWER_BYTES, bank_csv, bank_xlsx, read_answer
from settlement.payouts.batches import (
    approve_payout,
    discard_payout,
    draft_payout,
    mark_exported,
    settle_items,
)
from settlement.services.parties import installer_party, unit_party
from settlement.services.periods import period_of
from tests.factories import InstallerFactory, UserFactory
from tests.settlement.company import Company, settled
from tests.settlement.statement_cast import adjust, locked
from tests.settlement.test_closing import with_files
from tests.settlement.test_releasing import somebody_waits
from tests.settlement.threads import in_threads
from workorders.models import StaffNotice

NUMBER = "6222 0212 3456 7890 123"


def colleague(company: Company) -> User:
    user: User = UserFactory(role=Role.FINANCE, unit=company.world.hq)
    return user


def closed(company: Company) -> StatementPeriod:
    """A closed period: the installer has a bank account and 500.00, another 300.00 and none."""
    settled(company)
    party = installer_party(company.installer)
    keep_account(
        party_id=party.pk, holder="李建国", bank="工行", number=NUMBER, actor=company.finance
    )
    adjust(party, 50_000 - balances(party)["available"])
    adjust(installer_party(InstallerFactory()), 30_000, key="adjust:2")
    period = with_files(locked(company.finance))
    return close_period(period_id=period.pk, actor=company.finance)


def exported(company: Company) -> PayoutBatch:
    batch = draft_payout(period_id=closed(company).pk, actor=company.finance)
    approve_payout(batch_id=batch.pk, actor=colleague(company))
    return mark_exported(batch_id=batch.pk, actor=company.finance)


def test_a_draft_holds_what_payees_with_an_account_can_be_paid(company: Company) -> None:
    settled(company)
    with pytest.raises(Refused) as refused:
        draft_payout(period_id=locked(company.finance).pk, actor=company.finance)
    assert refused.value.code == "payout.not_closed"


def test_money_goes_from_available_over_its_way_to_paid_and_comes_back_when_it_fails(
    company: Company,
) -> None:
    party = installer_party(company.installer)
    batch = draft_payout(period_id=closed(company).pk, actor=company.finance)
    [item] = batch.items.all()
    assert (item.party, item.amount_fen) == (party, 50_000)
    with pytest.raises(Refused) as refused:
        approve_payout(batch_id=batch.pk, actor=company.finance)
    assert refused.value.code == "payout.same_person"
    other = colleague(company)
    approve_payout(batch_id=batch.pk, actor=other)
    assert {k: v for k, v in balances(party).items() if k in {"available", "transit"}} == {
        "available": 0, "transit": 50_000,
    }  # fmt: skip
    with pytest.raises(Conflict, match=other.display_name):
        approve_payout(batch_id=batch.pk, actor=other)
    mark_exported(batch_id=batch.pk, actor=company.finance)
    results = {item.pk: Answer("账号不存在")}
    assert settle_items(batch_id=batch.pk, results=results, actor=company.finance) == 1
    assert settle_items(batch_id=batch.pk, results=results, actor=company.finance) == 0
    assert (balances(party)["available"], balances(party)["transit"]) == (50_000, 0)
    batch.refresh_from_db()
    assert batch.state == "done"
    with pytest.raises(Conflict):
        settle_items(batch_id=batch.pk, results={item.pk: PAID}, actor=company.finance)
    again = draft_payout(period_id=batch.period_id, actor=company.finance)
    approve_payout(batch_id=again.pk, actor=other)
    mark_exported(batch_id=again.pk, actor=other)
    settle_items(batch_id=again.pk, results={again.items.get().pk: PAID}, actor=other)
    assert (balances(party)["available"], balances(party)["paid"]) == (0, 50_000)
    assert all(finding.ok for finding in run_checks(only=["I1", "I2", "I3"])), invariants


def test_what_comes_back_days_after_it_was_paid_is_available_again_and_paid_anew(
    company: Company, client: Any
) -> None:
    party = installer_party(company.installer)
    batch = exported(company)
    [item] = batch.items.all()
    settle_items(batch_id=batch.pk, results={item.pk: PAID}, actor=company.finance)
    late = f"{item.number},失败,系统繁忙\n".encode()
    with pytest.raises(Conflict):
        settle_items(batch_id=batch.pk, results=read_answer(late, batch), actor=company.finance)
    assert balances(party)["paid"] == item.amount_fen
    client.force_login(company.finance)
    where = f"/settlement/payouts/{batch.pk}/"
    assert 'id="answer-number"' in client.get(where).content.decode()
    back = io.BytesIO(f"{item.number},已退票,账户销户\n".encode())
    back.name = "a.csv"
    for _twice in range(2):
        back.seek(0)
        assert client.post(f"{where}answer/", {"answer": back}).status_code == 302
        found = balances(party)
        assert (found["available"], found["paid"]) == (item.amount_fen, 0)
    item.refresh_from_db()
    assert (item.state, item.reason) == ("failed", "账户销户")
    again = draft_payout(period_id=batch.period_id, actor=company.finance)
    assert [one.amount_fen for one in again.items.all()] == [item.amount_fen]
    assert all(finding.ok for finding in run_checks(only=["I1", "I2", "I3"])), invariants


def test_a_file_that_answers_twice_for_one_transfer_is_refused(company: Company) -> None:
    batch = exported(company)
    [item] = batch.items.all()
    twice = f"{item.number},成功\n{item.number},失败,户名不符\n".encode()
    with pytest.raises(Refused, match="2"):
        read_answer(twice, batch)
    assert read_answer(f"{item.number},成功\n{item.number},成功\n".encode(), batch)


def test_a_draft_of_a_period_that_was_opened_again_is_not_approved(company: Company) -> None:
    batch = draft_payout(period_id=closed(company).pk, actor=company.finance)
    other = colleague(company)
    reopen_period(period_id=batch.period_id, reason="漏单", actor=other)
    with pytest.raises(Refused) as refused:
        approve_payout(batch_id=batch.pk, actor=other)
    assert refused.value.code == "payout.not_closed"
    assert balances(installer_party(company.installer))["transit"] == 0


def test_debts_since_the_period_are_set_off_and_later_earnings_stay(company: Company) -> None:
    period = closed(company)
    party = installer_party(company.installer)
    adjust(party, 9_000, key="later")
    batch = draft_payout(period_id=period.pk, actor=company.finance)
    assert batch.items.get().amount_fen == 50_000
    discard_payout(batch_id=batch.pk, actor=company.finance)
    adjust(party, -20_000, key="debt")
    batch = draft_payout(period_id=period.pk, actor=company.finance)
    assert batch.items.get().amount_fen == 39_000
    adjust(party, -1, key="debt:2")
    with pytest.raises(Refused) as refused:
        approve_payout(batch_id=batch.pk, actor=colleague(company))
    assert refused.value.code == "payout.uncovered"
    assert balances(party)["transit"] == 0


def test_the_banks_file_pays_the_account_that_was_approved_whoever_changes_it_since(
    company: Company,
) -> None:
    period, party = closed(company), installer_party(company.installer)

    def keep(holder: str, number: str) -> None:
        keep_account(
            party_id=party.pk, holder=holder, bank="工行", number=number, actor=company.finance
        )

    keep('=HYPERLINK("x")', NUMBER)
    batch = draft_payout(period_id=period.pk, actor=company.finance)
    keep("别人", "6228480000000000018")
    approve_payout(batch_id=batch.pk, actor=colleague(company))
    mark_exported(batch_id=batch.pk, actor=company.finance)
    first = bank_csv(batch)
    keep("又一人", "6228480000000000026")
    assert first == bank_csv(mark_exported(batch_id=batch.pk, actor=company.finance))
    rows = list(csv.reader(io.StringIO(first.decode("utf-8-sig"))))
    [item] = batch.items.all()
    assert ("6222021" in item.number_sealed, item.last_digits) == (False, "0123")
    assert tuple(rows[0]) == HEAD
    assert rows[1] == [
        "1", '\'=HYPERLINK("x")', "6222021234567890123\t", "工行", "500.00",
        f"结算 {batch.period}", item.number,
    ]  # fmt: skip
    settle_items(batch_id=batch.pk, results={item.pk: PAID}, actor=company.finance)
    assert len(bank_csv(batch).splitlines()) == 1


def test_the_banks_answer_is_read_by_number_and_refused_with_the_line_of_a_stranger(
    company: Company,
) -> None:
    batch = exported(company)
    [item] = batch.items.all()
    good = f"业务编号,结果,原因\r\n{item.number},成功,\r\n".encode("gb18030")
    assert read_answer(good, batch) == {item.pk: PAID}
    bad = f"{item.number},失败,户名不符\n".encode()
    assert read_answer(bad, batch) == {item.pk: Answer("户名不符")}
    nonsense = (b"", b"\xff\xfe\x00", b"x,y\n", b"PK\x03\x04", b"\x00" * 9, b'"' + b"x" * 140_000)
    for content in (b"PO-999999-1,ok\n", *nonsense, b"," * (MAX_ANSWER_BYTES + 1)):
        with pytest.raises(Refused):
            read_answer(content, batch)


def test_a_word_the_bank_invents_refuses_the_file_and_what_is_under_way_stays_so(
    company: Company,
) -> None:
    batch = exported(company)
    [item] = batch.items.all()
    cases: dict[str, dict[int, Answer]] = {
        "交易成功": {item.pk: PAID}, "支付成功,已入账": {item.pk: PAID}, "PAID": {item.pk: PAID},
        "退票,户名不符": {item.pk: Answer("户名不符", is_return=True)},
        "已退回": {item.pk: Answer("已退回", is_return=True)},
        "处理中": {}, "待处理,排队": {},
    }  # fmt: skip
    for answer, expected in cases.items():
        assert read_answer(f"{item.number},{answer}\n".encode(), batch) == expected
    for word in ("交易完毕", ""):
        with pytest.raises(Refused) as refused:
            read_answer(f"业务编号,结果\n{item.number},{word}\n".encode(), batch)
        assert ("2" in str(refused.value), word in str(refused.value)) == (True, True)


def test_an_account_number_is_sealed_for_its_payee_and_never_stored_in_the_clear(
    company: Company,
) -> None:
    party = installer_party(company.installer)
    kept = keep_account(
        party_id=party.pk, holder="李", bank="工行", number=NUMBER, actor=company.finance
    )
    assert str(kept).endswith("0123")
    row = PayeeAccount.objects.filter(pk=kept.pk).values().get()
    assert "6222021234567890123" not in str(row)
    assert account_number(kept) == "6222021234567890123"
    for wrong in ("123", "62x2021234567890", ""):
        with pytest.raises(Refused):
            keep_account(
                party_id=party.pk, holder="李", bank="工行", number=wrong, actor=company.finance
            )


def test_no_item_of_nothing_or_less_can_be_stored(company: Company) -> None:
    batch = exported(company)
    party = unit_party(company.world.east)
    with pytest.raises(IntegrityError), transaction.atomic():
        PayoutItem.objects.create(batch=batch, party=party, amount_fen=-1)


def test_the_pages_lead_from_a_draft_to_paid(company: Company, client: Any) -> None:
    period = closed(company)
    other = colleague(company)

    def post(user: User, path: str, **fields: Any) -> Any:
        client.force_login(user)
        headers = {} if "answer" in fields else {"HX-Request": "true"}
        return client.post(f"/settlement/payouts/{path}", fields, headers=headers)

    assert post(company.finance, "draft/").status_code == 204
    batch = PayoutBatch.objects.get(period=period)
    words = client.get("/settlement/payouts/").content.decode()
    assert batch.number in words
    assert post(company.finance, f"{batch.pk}/approve/").status_code == 422
    assert post(other, f"{batch.pk}/approve/").status_code == 204
    file = post(other, f"{batch.pk}/export/")
    assert (file.status_code, file["Cache-Control"]) == (200, "no-store")
    page = client.get(f"/settlement/payouts/{batch.pk}/").content.decode()
    assert "6222021234567890123" not in page
    assert "0123" in page
    number = batch.items.get().number
    assert post(other, f"{batch.pk}/answer/", number=number, reason="").status_code == 422
    answer = io.BytesIO(f"{number},成功\n".encode())
    answer.name = "a.csv"
    assert post(other, f"{batch.pk}/answer/", answer=answer).status_code == 302
    assert batch.items.get().state == "confirmed"
    outsider = UserFactory(role=Role.FINANCE, unit=company.world.east)
    client.force_login(outsider)
    assert client.get(f"/settlement/payouts/{batch.pk}/").status_code == 404
    assert batch.number not in client.get("/settlement/payouts/").content.decode()
    client.force_login(company.installer.user)
    typed = {"holder": "李建国", "bank": "农行", "number": "6228 4800 0000 0000 018"}
    assert client.post("/m/bank-account/", typed).status_code == 302
    shown = client.get("/m/bank-account/").content.decode()
    assert ("0018" in shown, "62284800" in shown) == (True, False)


@pytest.mark.commits
def test_of_two_drafts_of_different_periods_at_once_one_is_made_and_approved_once(
    company: Company,
) -> None:
    before = period_of(clock.business_day().replace(day=1) - timedelta(days=1))
    adjust(installer_party(company.installer), 20_000, day=before.ends_on, key="before")
    for state in ("locked", "closed"):
        StatementPeriod.objects.filter(pk=before.pk).update(state=state)
    period, schema = closed(company), connection.schema_name
    outcomes: list[Any] = []

    def draft() -> None:
        try:
            with schema_context(schema):
                outcomes.append(draft_payout(period_id=period.pk, actor=company.finance))
        except Refused as refused:
            outcomes.append(refused)
        finally:
            connections.close_all()

    other = Thread(target=draft)
    with transaction.atomic():
        made = draft_payout(period_id=before.pk, actor=company.finance)
        other.start()
        assert wait_until(somebody_waits, 30)
    other.join()
    [late] = outcomes
    assert (late.code, late.status) == ("payout.draft_waits", 409)
    assert list(PayoutBatch.objects.all()) == [made]

    def approve(actor: User) -> Any:
        return lambda: approve_payout(batch_id=made.pk, actor=actor)

    approved = in_threads(*(approve(colleague(company)) for _ in range(2)))
    assert {type(one) for one in approved} == {Conflict, PayoutBatch}
    left = balances(installer_party(company.installer))
    assert (left["available"], left["transit"]) == (30_000, 20_000)


def test_the_workbook_for_the_bank_holds_the_same_transfers_as_texts(company: Company) -> None:
    batch = exported(company)
    PayoutItem.objects.update(holder="=HYPERLINK(1)")
    sheet = load_workbook(io.BytesIO(bank_xlsx(batch))).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    plain = list(csv.reader(io.StringIO(bank_csv(batch).decode("utf-8-sig"))))
    assert rows[0] == list(HEAD) == plain[0]
    assert rows[1][2] == NUMBER.replace(" ", "") == plain[1][2].strip()
    assert rows[1][4] == plain[1][4]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}


def drafted(company: Company, period: StatementPeriod) -> PayoutBatch:
    return draft_payout(period_id=period.pk, actor=company.finance)


def paid_out(company: Company, batch: PayoutBatch) -> None:
    approve_payout(batch_id=batch.pk, actor=colleague(company))
    mark_exported(batch_id=batch.pk, actor=company.finance)
    results = {item.pk: PAID for item in batch.items.all()}
    settle_items(batch_id=batch.pk, results=results, actor=company.finance)


def test_a_draft_marks_accounts_that_are_new_or_changed_since_the_last_payout(
    company: Company, client: Any
) -> None:
    period, party = closed(company), installer_party(company.installer)
    client.force_login(company.finance)

    def marks(batch: PayoutBatch) -> tuple[str, int]:
        page = client.get(reverse("settlement:payout-detail", args=[batch.pk]))
        return page.content.decode(), page.context["changed"]

    first = drafted(company, period)
    text, changed = marks(first)
    assert (changed, "新账户" in text, company.finance.display_name in text) == (1, True, True)
    first.items.update(amount_fen=10_000)  # the rest is left for the drafts that follow
    paid_out(company, first)
    assert "新账户" not in marks(first)[0]
    kept = {"party_id": party.pk, "holder": "李建国", "bank": "工行", "actor": company.finance}
    keep_account(number=NUMBER, **kept)  # the same again is no change
    second = drafted(company, period)
    assert marks(second)[1] == 0
    discard_payout(batch_id=second.pk, actor=company.finance)
    other = colleague(company)
    with clock.moved_to(clock.now() + timedelta(hours=1)):
        keep_account(number="6222 0000 1111 2222 333", **kept | {"actor": other})
    third = drafted(company, period)
    text, changed = marks(third)
    assert (changed, "账户已于" in text, other.display_name in text) == (1, True, True)


def test_a_payee_is_told_when_somebody_else_changes_where_the_money_goes(
    company: Company, client: Any
) -> None:
    party = installer_party(company.installer)
    me = company.installer.user
    kept = {"party_id": party.pk, "holder": "李建国", "bank": "工行", "number": NUMBER}
    keep_account(**kept, actor=me)
    assert not StaffNotice.objects.exists()
    keep_account(**kept, actor=company.finance)
    assert not StaffNotice.objects.exists()
    keep_account(**kept | {"number": "6222 0000 1111 2222 333"}, actor=company.finance)
    notice = StaffNotice.objects.get()
    assert (notice.user, notice.code) == (me, "account_changed")
    client.force_login(me)
    today = client.get(reverse("workorders-phone:today")).content.decode()
    assert "工行 ···· 2333" in today
    unit = unit_party(company.installer.outlet)
    keep_account(**kept | {"party_id": unit.pk, "bank": "农行"}, actor=company.finance)
    assert StaffNotice.objects.count() == 1  # the first one takes nothing away from them
    keep_account(**kept | {"party_id": unit.pk}, actor=company.finance)
    assert StaffNotice.objects.exclude(pk=notice.pk).get().user == company.manager
    client.force_login(company.manager)
    told = client.get(reverse("workorders:notice-list"))
    assert "工行 ···· 0123" in told.content.decode()
