"""Closing a locked period for good, and opening the last one again: once, by one person each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, Refused, refuse_unless
from common.journal import record
from common.outbox import announce
from common.pdf.render import pdf_obstacle
from settlement.bonuses.posting import take_back_bonuses
from settlement.closing.events import PeriodClosed, PeriodReopened
from settlement.headquarters import refuse_outsiders
from settlement.models import PeriodReopening, StatementPeriod, StatementRun
from settlement.services.periods import closing_alone
from settlement.statements.run import who_and_when

if TYPE_CHECKING:
    from accounts.models import User

State = StatementPeriod.State


@transaction.atomic
def close_period(*, period_id: int, actor: User) -> StatementPeriod:
    """Close a locked period whose statements all have their files; the same person again: no change.

    Conflict names who was faster. Refused while the period is open, an earlier one is not closed,
    or files are missing.
    """
    refuse_outsiders(actor)
    closing_alone()
    period = StatementPeriod.objects.select_for_update().get(pk=period_id)
    if period.state == State.CLOSED:
        if period.closed_by_id == actor.pk:
            return period
        sentence = _("%(who)s has closed %(period)s already (%(at)s)")
        words = who_and_when(period.closed_by, period.closed_at)
        raise Conflict("period.closed", sentence % (words | {"period": period}))
    refuse_unless(period.state == State.LOCKED, "period.open", _("Lock the period first"))
    _refuse_before_earlier(period)
    _refuse_without_files(period)
    period.state, period.closed_by, period.closed_at = State.CLOSED, actor, clock.now()
    period.save(update_fields=["state", "closed_by", "closed_at"])
    record(actor, "period.closed", period, period=str(period))
    announce(PeriodClosed(period.pk))
    return period


def _refuse_before_earlier(period: StatementPeriod) -> None:
    earlier = StatementPeriod.objects.filter(starts_on__lt=period.starts_on)
    if first := earlier.exclude(state=State.CLOSED).order_by("starts_on").first():
        sentence = _("Periods are closed in order: %(period)s is not closed yet")
        raise Refused("period.order", sentence % {"period": first})


def _refuse_without_files(period: StatementPeriod) -> None:
    run = period.runs.filter(state=StatementRun.State.LOCKED).order_by("pk").last()
    missing = run.statements.filter(pdf="").count() if run else 0
    if not missing:
        return
    if obstacle := pdf_obstacle():
        raise Refused("pdf.libraries", obstacle)
    sentence = _("%(n)s PDFs are still missing; close the period when they are made")
    raise Refused("period.files", sentence % {"n": missing})


@transaction.atomic
def reopen_period(*, period_id: int, reason: str, actor: User) -> PeriodReopening:
    """Open the last locked or closed period again; its statements are superseded, never edited.

    Only a person who neither locked nor closed it may, and says why. Refused for an open period
    (somebody was faster: Conflict) and for one that a later locked one rests on.
    """
    refuse_outsiders(actor)
    closing_alone()
    period = StatementPeriod.objects.select_for_update().get(pk=period_id)
    if period.state == State.OPEN:
        raise Conflict("period.open", _("%(period)s is open already") % {"period": period})
    refuse_unless(
        actor.pk not in {period.locked_by_id, period.closed_by_id},
        "period.same_person",
        _("You locked or closed this period yourself: a third person has to open it again"),
    )
    why = " ".join(reason.split())[:300]
    refuse_unless(why, "period.reason", _("Say why the period is opened again"))
    _refuse_under_later(period)
    reopening = PeriodReopening.objects.create(
        period=period,
        reason=why,
        was=period.state,
        locked_by=period.locked_by,
        locked_at=period.locked_at,
        closed_by=period.closed_by,
        closed_at=period.closed_at,
        reopened_by=actor,
        reopened_at=clock.now(),
    )
    period.state, period.reopening = State.OPEN, reopening
    period.locked_by = period.locked_at = period.closed_by = period.closed_at = None
    period.save()
    take_back_bonuses(period)
    period.runs.filter(state=StatementRun.State.LOCKED).update(state=StatementRun.State.SUPERSEDED)
    record(actor, "period.reopened", period, reason=why, was=reopening.was)
    announce(PeriodReopened(period.pk, reopening.pk))
    return reopening


def _refuse_under_later(period: StatementPeriod) -> None:
    later = StatementPeriod.objects.filter(starts_on__gt=period.starts_on)
    if last := later.exclude(state=State.OPEN).order_by("starts_on").last():
        sentence = _("Open %(period)s first: its opening balances rest on this period")
        raise Refused("period.order", sentence % {"period": last})
