"""A payment in another currency that several orders share is converted once and loses no fen."""

from __future__ import annotations

from decimal import Decimal

from common.invariants import run_checks
from settlement.currencies.converting import at_the_rate
from settlement.currencies.outdated import outdated_by
from settlement.engine.currency import PaidIn, fen_of, paid_fen_of
from settlement.engine.facts import restored
from settlement.engine.money import cut_fen
from settlement.explaining import engine_line, why_of
from settlement.models import Settlement
from settlement.services.settling import resettle_work_order
from tests.settlement.company import Company
from tests.settlement.currencies.cast import rate, stated
from tests.settlement.test_follow_on_money import active, begun, finish, leave
from tests.workorders import walking
from workorders.services.evidence import mark_step

MINOR, RATE, CORRECTED = 12_347, "7.0014", "7.0028"
"""Of these the pieces, each converted for itself, sum to a fen more and a fen less than the whole."""


def three_orders(company: Company) -> list[Settlement]:
    """One item of three orders, paid USD 123.47 for all of them."""
    rate(company, RATE)
    order = begun(company)
    stated(company, order, minor=MINOR)
    second = walking.arrive(leave(company, order, 2, 3), company.world)
    one = finish(company, order)
    mark_step(order_id=second.pk, seq=2, actor=company.installer.user)
    third = leave(company, second, 3)
    two, three = finish(company, second), finish(company, third)
    return [one, two, three]


def test_pieces_converted_each_for_itself_would_lose_or_find_a_fen() -> None:
    cuts = [(0, 10, 55), (10, 50, 55), (50, 55, 55)]
    for each in (RATE, CORRECTED):
        whole = PaidIn("USD", MINOR, "2026-11-03", each)
        alone = [paid_fen_of(whole._replace(minor=cut_fen(MINOR, *cut))) or 0 for cut in cuts]
        cut = [paid_fen_of(whole._replace(cut=part)) or 0 for part in cuts]
        assert sum(alone) != paid_fen_of(whole)
        assert sum(cut) == paid_fen_of(whole)


def test_three_orders_share_the_converted_payment_to_the_fen(company: Company) -> None:
    settlements = three_orders(company)
    assert sum(each.paid_fen for each in settlements) == fen_of(MINOR, "USD", Decimal(RATE))
    assert all(each.facts["paid_in"][1] == MINOR for each in settlements)
    found = run_checks(only=["I1", "I2", "I3", "I4", "I5"])
    assert [words for each in found for words in each.violations] == []


def test_a_corrected_rate_finds_all_of_them_and_loses_none_either(company: Company) -> None:
    settlements = three_orders(company)
    right = rate(company, CORRECTED)
    assert outdated_by([right]) == {right.pk: 3}
    again = [at_the_rate(restored(each.facts), right).paid_fen or 0 for each in settlements]
    assert sum(again) == fen_of(MINOR, "USD", Decimal(CORRECTED))
    for each in settlements:
        resettle_work_order(order_id=each.work_order_id)
        assert active(each.work_order) == each  # at the rate of then, and the same part


def test_the_line_names_the_whole_payment_and_the_part_of_it(company: Company) -> None:
    one = three_orders(company)[0]
    channel = one.lines.get(code="CHANNEL")
    said = " ".join(why_of(engine_line(channel), {}, restored(one.facts)))
    assert "USD 123.47" in said
    assert f"{one.paid_fen / 100:,.2f}" in said


def test_parts_settled_before_the_whole_was_kept_stay_as_they_were() -> None:
    older = ["USD", 2_245, "2026-11-03", RATE, "2026-11-03", "SAFE", 7]
    facts = restored({"paid_in": older, "paid_fen": 15_718})
    assert list(facts.plain()["paid_in"]) == older
    assert paid_fen_of(facts.paid_in) == 15_718
