"""Both explanations of an order hold every line once, and add up to what they explain."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Installer
from settlement.engine.evaluate import settle
from settlement.engine.facts import restored
from settlement.engine.result import Line
from settlement.engine.rules import compile_rules
from settlement.proposals.replay_report import tally_of
from settlement.replays.pairing import pairs_of
from settlement.replays.report import both_explanations, replay_order, sums_by_payee
from settlement.services.publishing import publish_rules
from tests.factories import InstallerFactory
from tests.settlement.company import INDUSTRY, Company, preset
from tests.settlement.conftest import company
from tests.settlement.replays.test_replays import RATE, finished
from tests.settlement.test_crew import done, on_site
from workorders.services.crew import add_helper
from workorders.services.evidence import mark_step

__all__ = ["company"]


def line(code: str, rule: str, fen: int, who: int | None = None) -> Line:
    because: dict[str, Any] = {} if who is None else {"who": who}
    return Line(1, code, "installer", rule, None, None, None, fen, because)


def shown(before: list[Line], after: list[Line]) -> list[tuple[int | None, int | None]]:
    return [
        (old and old.amount_fen, new and new.amount_fen) for old, new in pairs_of(before, after)
    ]


@pytest.mark.parametrize(
    ("before", "after", "pairs"),
    [
        # brackets: each meets itself, a new one stands alone
        ([("V", "V@0", 1), ("V", "V@5", 2)], [("V", "V@0", 3), ("V", "V@5", 4), ("V", "V@9", 5)],
         [(1, 3), (2, 4), (None, 5)]),
        # a row that is gone does not shift the others
        ([("T", "a", 1), ("T", "b", 2)], [("T", "b", 3)], [(1, None), (2, 3)]),
        # another row fires instead: they meet
        ([("T", "a", 1)], [("T", "b", 2)], [(1, 2)]),
        # the same row twice, and another component
        ([("T", "a", 1), ("T", "a", 2)], [("T", "a", 3), ("N", "n", 4)],
         [(1, 3), (2, None), (None, 4)]),
    ],
)  # fmt: skip
def test_every_line_of_both_sides_stands_in_one_pair(before, after, pairs):
    old, new = [line(*each) for each in before], [line(*each) for each in after]
    assert shown(old, new) == pairs


def test_people_who_share_a_component_keep_their_own_lines():
    old = [line("BASE", "r", 10, 1), line("BASE", "r", 20, 2)]
    new = [line("BASE", "r", 25, 2), line("BASE", "r", 15, 1)]
    assert shown(old, new) == [(10, 15), (20, 25)]


def rules_with_several_lines() -> dict[str, Any]:
    body = preset(version="2026.2")
    rows = [{"id": f"K{n}", "when": {}, "amount_fen": 100 * n} for n in (1, 2, 3)]
    collect = {
        "code": "KIT", "label": "各项补贴", "kind": "table", "party": "installer", "hit": "COLLECT",
        "gives": "amount", "rows": rows,
    }  # fmt: skip
    gross = body["sums"]["gross"]
    body["sums"] = {**body["sums"], "gross": {**gross, "of": [*gross["of"], "KIT"]}}
    at = [each["code"] for each in body["components"]].index("RELEASE")
    body["components"] = [*body["components"][:at], collect, *body["components"][at:]]
    return body


def test_the_page_of_an_order_adds_up_to_the_totals_it_explains(company: Company) -> None:
    body = rules_with_several_lines()
    publish_rules(key=INDUSTRY, industry=INDUSTRY, body=body, actor=None)
    helper: Installer = InstallerFactory(
        outlet=company.installer.outlet, grade=company.installer.grade, rating_x10=40
    )
    order = on_site(company)
    add_helper(order_id=order.pk, installer=helper, actor=company.world.dispatcher)
    mark_step(order_id=order.pk, seq=1, actor=helper.user)
    settlement = done(order, company)
    replay = finished(company, RATE)
    row = replay_order(replay, replay.orders.get().pk)
    assert row is not None
    pairs = both_explanations(row)
    assert len([pair for pair in pairs if pair.label == "各项补贴"]) == 6  # three rows, two people
    outcome = settle(compile_rules(replay.body), restored(settlement.facts))
    sums = sums_by_payee(pairs)
    assert sum(each.before_fen for each in sums) == settlement.paid_fen
    assert sum(each.after_fen for each in sums) == outcome.total_fen
    people = [each for each in sums if "·" in each.name]
    assert len(people) == 2
    assert sum(each.before_fen for each in people) == settlement.gross_fen
    assert sum(each.after_fen for each in people) == outcome.totals["installer"]
    [mine] = [each for each in people if each.name.endswith(row.payee.name)]
    assert (mine.before_fen, mine.after_fen) == (row.before_fen, row.after_fen)
    tally = tally_of(replay)
    assert tally.payees[str(row.payee_id)] == [row.before_fen, row.after_fen]
    assert tally.roles["installer"] == [settlement.gross_fen, outcome.totals["installer"]]
