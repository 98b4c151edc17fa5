"""A dispute over an entry ends with the entry: nothing is paid for what counts no more."""

from __future__ import annotations

import pytest
from django.utils import translation

from common.errors import Refused
from settlement.bills import actions
from settlement.disputes.filing import Claim, file_dispute
from settlement.ledger import balances
from settlement.models import Dispute, JournalEntry, Settlement
from settlement.services.parties import installer_party, unit_party
from settlement.services.settling import reverse_settlement, settle_work_order
from settlement.statements.reading import read_sheet
from tests.factories import UserFactory
from tests.settlement.bills.test_reconciling import differing
from tests.settlement.company import Company
from tests.settlement.disputes.test_any_line import silent
from tests.settlement.disputes.test_disputes import broken, paid_job
from tests.settlement.recompute.cast import approved, dearer, proposed
from tests.settlement.statement_cast import period_now


def corrected(company: Company) -> tuple[Settlement, JournalEntry]:
    """A paid job whose price was raised afterwards, and the entry of the difference."""
    first = paid_job(company)
    approved(company, proposed(company, dearer()))
    return first, JournalEntry.objects.get(kind="difference")


def doubted(company: Company, entry: JournalEntry, fen: int = 500) -> Dispute:
    return file_dispute(
        kind="entry",
        pk=entry.pk,
        claim=Claim(fen, 10, "补少了"),
        party=installer_party(company.installer),
        actor=company.installer.user,
    )


def test_a_claim_over_a_correction_is_not_paid_on_top_of_the_new_settlement(
    company: Company,
) -> None:
    first, entry = corrected(company)
    dispute = doubted(company, entry)
    assert dispute.held_fen == 500
    reverse_settlement(order_id=first.work_order_id, reason="test")
    me = installer_party(company.installer)
    assert set(balances(me).values()) == {0}
    again = settle_work_order(order_id=first.work_order_id)
    assert again is not None
    silent(dispute)
    dispute.refresh_from_db()
    assert (dispute.state, dispute.held_fen) == ("closed", 0)
    assert sum(balances(me).values()) == again.gross_fen
    with pytest.raises(Refused):
        doubted(company, entry)
    assert broken() == []


def test_an_order_whose_correction_is_doubted_is_not_corrected_again_meanwhile(
    company: Company,
) -> None:
    _first, entry = corrected(company)
    doubted(company, entry)
    run = approved(company, proposed(company, dearer("3", by=2_000)))
    assert set(run.differences.values_list("skipped", flat=True)) == {"disputed"}
    assert JournalEntry.objects.filter(kind="difference").count() == 1


def test_a_claim_over_a_bills_difference_ends_when_its_acceptance_is_taken_back(
    company: Company,
) -> None:
    found = differing(company)
    top = company.world.east
    before = balances(unit_party(top))
    action = actions.accept_difference(
        position_id=found.pk, reason="合同改了", bearer_id=top.pk, actor=company.finance
    )
    assert action is not None
    assert action.entry_id is not None
    dispute = file_dispute(
        kind="entry",
        pk=action.entry_id,
        claim=Claim(300, 10, "不该我们承担"),
        party=unit_party(top),
        actor=UserFactory(unit=top),
    )
    actions.take_back_acceptance(action_id=action.pk, reason="弄错了", actor=company.finance)
    silent(dispute)
    dispute.refresh_from_db()
    assert (dispute.state, dispute.held_fen) == ("closed", 0)
    assert balances(unit_party(top)) == before
    assert broken() == []


def test_a_statement_says_of_an_acceptance_and_of_its_return_why_each_was_made(
    company: Company,
) -> None:
    found, top = differing(company), company.world.east
    action = actions.accept_difference(
        position_id=found.pk, reason="合同改了", bearer_id=top.pk, actor=company.finance
    )
    assert action is not None
    actions.take_back_acceptance(action_id=action.pk, reason="弄错了", actor=company.finance)
    sheet = read_sheet(party=unit_party(top), period=period_now())
    with translation.override("en"):
        said = {
            line.taken_back: " ".join(line.why)
            for line in sheet.lines
            if found.order_number in line.label
        }
    assert said == {False: "Why: 合同改了", True: "Why: 弄错了"}
