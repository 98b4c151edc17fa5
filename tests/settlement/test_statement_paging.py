"""A long statement is read page by page; its pages together are the statement."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from django.core.paginator import Paginator
from django.db import connection

from common.formatting import money
from settlement.models import Statement
from settlement.services.parties import installer_party
from settlement.services.settling import reverse_settlement, settle_work_order
from settlement.statements.paging import read_pages
from settlement.statements.reading import read_sheet
from settlement.statements.selectors import current_statements
from settlement.views.statement_pages import LINES_SHOWN
from tests.settlement.company import Company, settled
from tests.settlement.statement_cast import adjust, computed, locked, more_lines
from tests.settlement.test_bonuses import BONUS  # noqa: F401  (the bonus of `rewarding`)
from tests.settlement.test_bonuses import rewarding as rewarding

if TYPE_CHECKING:
    from collections.abc import Iterator

ENTRIES, EACH = 9, 50


@contextmanager
def rows_read() -> Iterator[list[tuple[str, int]]]:
    """What each query of a block was, and how many rows it brought."""
    found: list[tuple[str, int]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        found.append((sql, context["cursor"].rowcount))
        return answer

    with connection.execute_wrapper(note):
        yield found


def lines_in(found: list[tuple[str, int]]) -> int:
    """How many lines of settlements came with their words."""
    return sum(n for sql, n in found if 'settlementline"."because"' in sql)


def facts_in(found: list[tuple[str, int]]) -> int:
    """Of how many settlements the facts came."""
    return sum(n for sql, n in found if 'settlement_settlement"."facts"' in sql)


def stated(company: Company) -> Statement:
    return current_statements().get(party=installer_party(company.installer))


@pytest.fixture
def long(company: Company) -> Statement:
    """A statement of 450 lines and those of one order."""
    slip = settled(company)
    for _n in range(ENTRIES):
        more_lines(slip, installer_party(company.installer), EACH)
    computed(company.finance)
    return stated(company)


def test_the_pages_together_are_the_statement(long: Statement) -> None:
    sheet = read_sheet(party=long.party, period=long.run.period)
    head, lines = read_pages(long)
    assert len(lines) == len(sheet.lines) == long.lines > ENTRIES * EACH
    pages = Paginator(lines, LINES_SHOWN)
    read = [line for n in pages.page_range for line in pages.page(n).object_list]
    assert read == list(sheet.lines)
    assert (head.total_fen, head.orders, head.sha256) == (
        sheet.total_fen, sheet.orders, sheet.sha256,
    )  # fmt: skip
    assert (head.balances, head.moves, head.is_behind) == (sheet.balances, sheet.moves, False)


def test_a_page_reads_the_lines_and_facts_of_its_own_entries(
    long: Statement, company: Company, client: Any
) -> None:
    client.force_login(company.finance)
    address = f"/settlement/statements/{long.number}/"
    client.get(address)  # what a process keeps for good is read once
    asked = {}
    for number in (1, 3, 5):
        with rows_read() as found:
            answer = client.get(address, {"page": number})
        words = answer.content.decode()
        assert words.count('id="line-') <= LINES_SHOWN
        assert money(long.total_fen) in words
        # Entries that a page's ends cut are read whole, and no other.
        assert 0 < lines_in(found) <= LINES_SHOWN + 2 * EACH
        assert 0 < facts_in(found) <= LINES_SHOWN // EACH + 2
        asked[number] = len(found)
    assert len(set(asked.values())) == 1


def test_a_long_statement_asks_no_more_often_than_a_short_one(
    company: Company, client: Any
) -> None:
    slip = settled(company)
    computed(company.finance)
    client.force_login(company.finance)
    address = f"/settlement/statements/{stated(company).number}/"
    client.get(address)
    with rows_read() as few:
        client.get(address)
    for _n in range(ENTRIES):
        more_lines(slip, installer_party(company.installer), EACH)
    computed(company.finance)
    with rows_read() as many:
        client.get(address)
    assert len(many) == len(few)


def test_a_statement_behind_the_ledger_says_so_and_shows_what_stands_there_now(
    company: Company, client: Any
) -> None:
    settled(company)
    computed(company.finance)
    before = stated(company)
    assert not read_pages(before)[0].is_behind
    adjust(before.party, 1_234)
    head, lines = read_pages(before)
    assert (head.is_behind, head.sha256) == (True, "")
    assert head.total_fen == before.total_fen + 1_234 == sum(one.amount_fen for one in lines[0:999])
    client.force_login(company.finance)
    words = client.get(f"/settlement/statements/{before.number}/").content.decode()
    assert before.sha256 not in words
    assert money(head.total_fen) in words


def test_bonuses_and_what_was_taken_back_stand_where_the_sheet_has_them(
    rewarding: Company,
) -> None:
    settled(rewarding)
    settled(rewarding, "E2")
    gone = settled(rewarding, "E3")
    reverse_settlement(order_id=gone.work_order_id, reason="test")
    settle_work_order(order_id=gone.work_order_id)
    locked(rewarding.finance)
    statement = stated(rewarding)
    sheet = read_sheet(party=statement.party, period=statement.run.period)
    _head, lines = read_pages(statement)
    assert "PVOL" in {line.code for line in sheet.lines}
    assert {line.taken_back for line in sheet.lines} == {True, False}
    for first_line in range(len(lines)):
        end = first_line + 2
        assert lines[first_line:end] == list(sheet.lines[first_line:end])
