"""Locking a period: once, by one person, with statements that equal the ledger of that moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, Refused, refuse_unless
from common.journal import record
from common.outbox import announce
from settlement.bonuses.posting import post_bonuses
from settlement.headquarters import refuse_outsiders
from settlement.models import Party, Statement, StatementPeriod, StatementRun
from settlement.services.periods import closing_alone
from settlement.statements.batch import drop_batches
from settlement.statements.checks import Findings, find
from settlement.statements.events import PeriodLocked
from settlement.statements.payees import payee_ids, posted
from settlement.statements.run import drop_file, make_statement, refuse_locked

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def lock_period(*, period_id: int, typed: str, actor: User) -> StatementPeriod:
    """Lock an open period whose latest run was reviewed; the same person again: no change.

    `typed` is the period's name, such as 2026-11. The period's row is locked first: postings on
    their way (they hold it shared) come in, later ones go into the next period. Payees whose
    postings came after the run get their statements anew; files made in review said that they were
    drafts and go. Conflict names who was faster; Refused
    for a wrong name, an earlier period still open, no reviewed run, or a finding that forbids it.
    """
    refuse_outsiders(actor)
    closing_alone()
    period = StatementPeriod.objects.select_for_update().get(pk=period_id)
    if period.state != StatementPeriod.State.OPEN and period.locked_by_id == actor.pk:
        return period
    refuse_locked(period)
    refuse_unless(
        typed.strip() == str(period),
        "period.typed",
        _("To lock it, type the period as it is written here: %(period)s") % {"period": period},
    )
    _refuse_out_of_order(period)
    run = _reviewed_run(period)
    drop_batches(run)
    post_bonuses(period)
    _bring_up_to_date(run)
    _drop_drafts(run)
    changed = StatementPeriod.objects.filter(pk=period.pk, state=StatementPeriod.State.OPEN).update(
        state=StatementPeriod.State.LOCKED, locked_by=actor, locked_at=clock.now()
    )
    if not changed:
        raise Conflict("period.locked", _("Somebody else has just locked this period"))
    run.state = StatementRun.State.LOCKED
    run.save(update_fields=["state", "checks", "payees", "payees_done"])
    record(actor, "period.locked", period, run=run.pk, statements=run.payees)
    announce(PeriodLocked(period.pk, run.pk))
    period.refresh_from_db()
    return period


def _refuse_out_of_order(period: StatementPeriod) -> None:
    earlier = StatementPeriod.objects.filter(
        starts_on__lt=period.starts_on, state=StatementPeriod.State.OPEN
    )
    if first := earlier.order_by("starts_on").first():
        sentence = _("Periods are locked in order: %(period)s is still open")
        raise Refused("period.order", sentence % {"period": first})


def _reviewed_run(period: StatementPeriod) -> StatementRun:
    run = period.runs.select_for_update(of=("self",)).order_by("pk").last()
    if run is None or run.state != StatementRun.State.REVIEW:
        raise Refused("period.not_reviewed", _("Compute the statements first, then look at them"))
    run.period = period
    return run


def outdated(run: StatementRun) -> set[int]:
    """Return the ids of payees whose statement in the run is missing or behind the ledger."""
    findings = Findings.read(run.checks)
    stated = set(run.statements.values_list("party_id", flat=True))
    behind = {
        party
        for party, found in posted(run.period).items()
        if findings.postings.get(party) != found.postings
    }
    return behind | (set(payee_ids(run.period)) - stated)


def _bring_up_to_date(run: StatementRun) -> None:
    """Make what is behind anew, look again at everything, and compare all totals a last time."""
    findings = Findings.read(run.checks)
    findings.differing.clear()
    for party in Party.objects.filter(pk__in=outdated(run)).order_by("pk"):
        make_statement(run, party, findings)
    findings.checks = find(run.period, findings)
    run.checks = findings.plain()
    run.payees = run.payees_done = run.statements.count()
    if findings.blocking:
        names = _("; ").join(one.sentence + _(": ") + str(one.times) for one in findings.blocking)
        raise Refused("period.blocked", _("Not possible yet. %(found)s") % {"found": names})
    if _said(run) != {pk: found[1:] for pk, found in posted(run.period).items()}:
        raise Refused("period.moving", _("The statements do not equal the ledger; compute again"))


def _drop_drafts(run: StatementRun) -> None:
    """Take the files made in review off the statements; a file on its way is waited for."""
    made = [one for one in run.statements.select_for_update().order_by("pk") if one.pdf]
    for statement in made:
        drop_file(statement)
    Statement.objects.bulk_update(made, ["pdf", "pdf_sha256"])


def _said(run: StatementRun) -> dict[int, tuple[int, int]]:
    """Total and released fen by party, of the statements that rest on postings of the period."""
    rows = run.statements.values_list("party_id", "total_fen", "released_fen")
    moved = set(posted(run.period))
    return {pk: (total, released) for pk, total, released in rows if pk in moved}
