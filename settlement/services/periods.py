"""Statement periods: as long as the company wants them; money lands in the first open one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from common import clock
from common.errors import Refused, refuse_unless
from common.journal import record
from common.schema import current_schema
from settlement.models import PeriodSetting, StatementPeriod
from settlement.spans import MONTHLY, Span, whole_span

if TYPE_CHECKING:
    from accounts.models import User

_DAY = timedelta(days=1)


def period_of(day: date) -> StatementPeriod:
    """Return the period a day lies in, made when it is the first to need it."""
    found = _found(day)
    if found is None:
        alone()
        found = _found(day) or StatementPeriod.objects.create(**span_of(day)._asdict())
    return found


def span_of(day: date) -> Span:
    """Return the days of the period around a day without one: whole, or what neighbours leave."""
    settings = list(PeriodSetting.objects.order_by("from_day"))
    now = [one for one in settings if one.from_day <= day]
    following = [one.from_day - _DAY for one in settings if one.from_day > day]
    span = whole_span(now[-1].kind if now else MONTHLY, day)
    span = span.within(now[-1].from_day if now else None, following[0] if following else None)
    periods = StatementPeriod.objects.order_by("starts_on")
    before, after = (
        periods.filter(ends_on__lt=day).last(),
        periods.filter(starts_on__gt=day).first(),
    )
    return span.within(
        before.ends_on + _DAY if before else None, after.starts_on - _DAY if after else None
    )


def kind_on(day: date) -> str:
    """Return the kind of periods that is set for a day."""
    found = PeriodSetting.objects.filter(from_day__lte=day).order_by("from_day").last()
    return found.kind if found else MONTHLY


def first_free_day() -> date:
    """Return the first day no period covers yet: another length may begin on it at the earliest."""
    last: date | None = StatementPeriod.objects.aggregate(last=Max("ends_on"))["last"]
    return last + _DAY if last else clock.business_day()


@transaction.atomic
def set_period_kind(*, kind: str, from_day: date, actor: User) -> PeriodSetting:
    """Let periods be weeks, half months or months from a day on; existing ones stay as they are.

    A setting from the same day or a later one is replaced. Refused when a period covers the day
    already, when nothing would change, or for people who do not see the whole company.
    """
    if not actor.sees_everything:
        raise Refused("period.headquarters", _("Only headquarters decides how long periods are"))
    refuse_unless(kind in PeriodSetting.Kind.values, "period.kind", _("Choose one of the lengths"))
    alone()
    free = first_free_day()
    sentence = _("Periods exist up to %(last)s; another length may begin on %(free)s or later")
    words = {"last": (free - _DAY).isoformat(), "free": free.isoformat()}
    refuse_unless(from_day >= free, "period.covered", sentence % words)
    PeriodSetting.objects.filter(from_day__gte=from_day).delete()
    same = _("Periods are of that length already")
    refuse_unless(kind_on(from_day) != kind, "period.same_kind", same)
    setting = PeriodSetting.objects.create(
        kind=kind, from_day=from_day, set_by=actor, set_at=clock.now()
    )
    record(actor, "period.kind_set", setting, kind=kind, from_day=from_day.isoformat())
    return setting


def open_period_for(day: date) -> StatementPeriod:
    """Return the day's period, or the next open one when it is locked, held for posting.

    Periods are locked in order: what belongs before the last locked one lands after it, also where
    that one was never opened. The row is share-locked until the transaction ends: a lock of the
    period waits for postings on their way, and postings that come after it find it locked.
    """
    last = _last_locked_day()
    if last is not None and day <= last:
        day = last + _DAY
    while True:
        period = period_of(day)
        if state_held(period) == StatementPeriod.State.OPEN:
            return period
        day = period.ends_on + _DAY


def state_held(period: StatementPeriod) -> str:
    """Return a period's state and share its row until the transaction ends: it stays that way."""
    table = connection.ops.quote_name(StatementPeriod._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT state FROM {table} WHERE id = %s FOR SHARE", [period.pk])  # noqa: S608 - the table name is ours
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def _found(day: date) -> StatementPeriod | None:
    return StatementPeriod.objects.filter(starts_on__lte=day, ends_on__gte=day).first()


def closing_alone() -> None:
    """Let nobody else lock, close or open a period again until the transaction ends; taken first.

    Each of these looks at the periods around its own, whose rows it does not hold. Apart from the
    making of periods, which postings wait for while they hold a period.
    """
    alone("closing")


def alone(at: str = "periods") -> None:
    """Let nobody else do the same until the transaction ends: make a period, set their length."""
    with connection.cursor() as cursor:
        name = f"{current_schema()}:{at}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 5310))", [name])


def _last_locked_day() -> date | None:
    locked = StatementPeriod.objects.exclude(state=StatementPeriod.State.OPEN)
    last: date | None = locked.aggregate(last=Max("ends_on"))["last"]
    return last
