"""A run over all payees of a period: chunk by chunk in the background, with progress."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict
from common.formatting import NO_VALUE, full_time
from common.journal import record
from common.outbox import announce
from common.pdf.fonts import missing_characters
from settlement.closing.events import BooksToProve
from settlement.headquarters import refuse_outsiders
from settlement.models import Party, Statement, StatementCopy, StatementPeriod, StatementRun
from settlement.statements.checks import Findings, find
from settlement.statements.events import StatementRunAdvanced
from settlement.statements.kept import drop_copies, drop_files
from settlement.statements.ledger_entries import LinesDiffer
from settlement.statements.payees import payee_ids
from settlement.statements.reading import read_sheet

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User
    from settlement.statements.sheet import Sheet

CHUNK = 25
_WERE_FINAL = (StatementRun.State.LOCKED, StatementRun.State.SUPERSEDED)
STUCK_AFTER = timedelta(minutes=10)
"""A run that made no statement for so long is given up when somebody starts a new one."""


@transaction.atomic
def start_run(*, period_id: int, actor: User) -> StatementRun:
    """Start a run over all payees of an open period; a run under way is returned as it is.

    Refused unless the actor sees the whole company; Conflict when the period is locked or somebody
    is having it locked. Drafts older than the run before this one are thrown away; that one stays
    for the comparison.
    """
    refuse_outsiders(actor)
    period = StatementPeriod.objects.select_for_update().get(pk=period_id)
    refuse_locked(period)
    latest = period.runs.order_by("pk").last()
    if latest and latest.state == StatementRun.State.COMPUTING:
        if not is_stuck(latest):
            return latest
        period.runs.filter(pk=latest.pk).update(state=StatementRun.State.FAILED)
    if latest and latest.is_locking:
        if not lock_is_stuck(latest):
            refuse_locking(latest)
        period.runs.filter(pk=latest.pk).update(lock_stopped="period.anew")
    _drop_old_drafts(period)
    run = StatementRun.objects.create(
        period=period,
        payees=len(payee_ids(period)),
        checks=Findings().plain(),
        started_by=actor,
        started_at=clock.now(),
    )
    record(actor, "statement_run.started", run, period=str(period))
    announce(StatementRunAdvanced(run.pk, 0), key=f"statement-run:{run.pk}:0")
    return run


def refuse_locked(period: StatementPeriod) -> None:
    """Raise Conflict naming who locked the period when it is not open any more."""
    if period.state == StatementPeriod.State.OPEN:
        return
    sentence = _("%(who)s has locked %(period)s already (%(at)s)")
    words = who_and_when(period.locked_by, period.locked_at)
    raise Conflict("period.locked", sentence % (words | {"period": period}))


def refuse_locking(run: StatementRun) -> None:
    """Raise Conflict naming who is having the run's period locked."""
    if run.is_locking:
        sentence = _("%(who)s is having %(period)s locked (since %(at)s)")
        words = who_and_when(run.lock_asked_by, run.lock_asked_at)
        raise Conflict("period.locking", sentence % (words | {"period": run.period}))


def lock_is_stuck(run: StatementRun) -> bool:
    """Whether a lock under way has not moved for ten minutes: it may be asked for anew."""
    return run.lock_moved_at is not None and clock.now() - run.lock_moved_at > STUCK_AFTER


def who_and_when(who: User | None, at: datetime | None) -> dict[str, str]:
    """Return the words `who` and `at` for a sentence about what a person did."""
    return {
        "who": who.display_name if who else NO_VALUE,
        "at": full_time(at) if at else NO_VALUE,
    }


def is_stuck(run: StatementRun) -> bool:
    """Whether a computing run has not moved for ten minutes."""
    made = run.statements.order_by("pk").last()
    since = max(run.started_at, made.made_at) if made else run.started_at
    return clock.now() - since > STUCK_AFTER


def _drop_old_drafts(period: StatementPeriod) -> None:
    kept = period.runs.exclude(state=StatementRun.State.FAILED).order_by("-pk").first()
    # Statements that were final once stay for good, also when the period was opened again.
    old = Statement.objects.filter(run__period=period).exclude(run__state__in=_WERE_FINAL)
    if kept:
        old = old.exclude(run=kept)
    for statement in old.exclude(pdf=""):
        drop_files(statement)
    drop_copies(StatementCopy.objects.filter(statement__in=old))
    old.delete()


@transaction.atomic
def advance_run(*, run_id: int, after_party_id: int) -> StatementRun:
    """Make the statements of the next chunk of payees and announce the next, or finish the run.

    Safe to repeat: a payee's statement of a run is made once.
    """
    run = StatementRun.objects.select_for_update().select_related("period").get(pk=run_id)
    if run.state != StatementRun.State.COMPUTING:
        return run
    chosen = payee_ids(run.period, after=after_party_id)[:CHUNK]
    findings = Findings.read(run.checks)
    for party in Party.objects.filter(pk__in=chosen).order_by("pk"):
        make_statement(run, party, findings)
    run.payees_done = run.statements.count() + len(findings.differing)
    if len(chosen) < CHUNK:
        findings.checks = find(run.period, findings)
        run.payees = run.payees_done
        run.state = StatementRun.State.REVIEW
        run.finished_at = clock.now()
        announce(BooksToProve(run.pk), key=f"books:{run.pk}")
    else:
        announce(
            StatementRunAdvanced(run.pk, chosen[-1]), key=f"statement-run:{run.pk}:{chosen[-1]}"
        )
    run.checks = findings.plain()
    run.save(update_fields=["payees", "payees_done", "state", "finished_at", "checks"])
    return run


def make_statement(run: StatementRun, party: Party, findings: Findings) -> Statement | None:
    """Store the payee's statement in the run, or replace the one there; None when it cannot be.

    A statement whose lines do not equal the ledger is never stored: the payee stands among the
    findings instead, and the period cannot be locked.
    """
    try:
        sheet = read_sheet(party=party, period=run.period)
    except LinesDiffer:
        findings.note_differing(party.name)
        return None
    for character in missing_characters(words_of(sheet)):
        findings.note_character(character, party.name)
    findings.postings[party.pk] = sheet.postings
    statement = run.statements.filter(party=party).first() or Statement(run=run, party=party)
    if statement.sha256 != sheet.sha256:
        drop_files(statement)
    take_figures(statement, sheet)
    statement.save()
    return statement


def take_figures(statement: Statement, sheet: Sheet) -> None:
    """Write a sheet's figures onto its statement, unsaved."""
    statement.number = sheet.number
    statement.orders = sheet.orders
    statement.lines = len(sheet.lines)
    statement.total_fen = sheet.total_fen
    statement.released_fen = sheet.released_fen
    statement.sha256 = sheet.sha256
    statement.made_at = clock.now()


def words_of(sheet: Sheet) -> str:
    """Return every word of a sheet that a person or a tenant wrote."""
    words = {sheet.party.name}
    for line in sheet.lines:
        words |= {
            line.order_number,
            line.place,
            line.item,
            line.label,
            line.rule_words,
            line.version,
        }
    return "".join(words)
