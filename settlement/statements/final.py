"""The moment of the lock itself: statements that equal the ledger, then no posting any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, Refused
from common.journal import record
from common.outbox import announce
from settlement.bonuses.posting import post_bonuses
from settlement.models import (
    Party,
    Statement,
    StatementCopy,
    StatementPart,
    StatementPeriod,
    StatementRun,
)
from settlement.statements.batch import drop_batches
from settlement.statements.checks import Findings, find
from settlement.statements.events import PeriodLocked
from settlement.statements.kept import drop_copies, drop_file
from settlement.statements.payees import payee_ids, posted
from settlement.statements.run import make_statement

if TYPE_CHECKING:
    from accounts.models import User


def lock_now(period: StatementPeriod, run: StatementRun, *, actor: User) -> None:
    """Lock a period whose row and reviewed run are held by the transaction.

    What is still behind is made anew here, where no posting can come in between; files made in
    review said that they were drafts and go. Refused for a finding that forbids it.
    """
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


def refuse_blocked(findings: Findings) -> None:
    """Raise Refused with everything found that forbids locking."""
    if findings.blocking:
        names = _("; ").join(one.sentence + _(": ") + str(one.times) for one in findings.blocking)
        raise Refused("period.blocked", _("Not possible yet. %(found)s") % {"found": names})


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
    refuse_blocked(findings)
    if _said(run) != {pk: found[1:] for pk, found in posted(run.period).items()}:
        raise Refused("period.moving", _("The statements do not equal the ledger; compute again"))


def _drop_drafts(run: StatementRun) -> None:
    """Take the files made in review off the statements; a file on its way is waited for."""
    made = [one for one in run.statements.select_for_update().order_by("pk") if one.pdf]
    for statement in made:
        drop_file(statement)
    Statement.objects.bulk_update(made, ["pdf", "pdf_sha256"])
    drop_copies(StatementCopy.objects.filter(statement__run=run))
    StatementPart.objects.filter(statement__run=run).delete()


def _said(run: StatementRun) -> dict[int, tuple[int, int]]:
    """Total and released fen by party, of the statements that rest on postings of the period."""
    rows = run.statements.values_list("party_id", "total_fen", "released_fen")
    moved = set(posted(run.period))
    return {pk: (total, released) for pk, total, released in rows if pk in moved}
