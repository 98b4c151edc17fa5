"""Alarms of rows that fire at another rate than foreseen: raised, answered, over by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict
from common.journal import record
from settlement.headquarters import refuse_outsiders
from settlement.models import RuleAlarm, RuleSetVersion
from settlement.monitor.drift import Rate, has_drifted
from settlement.monitor.expecting import expected_of
from settlement.monitor.selectors import seen_rates, watched_versions, window_of

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User


@transaction.atomic
def raise_alarms(*, on: date) -> list[RuleAlarm]:
    """Compare the last days of every version in use with what is expected; return new alarms.

    A row that is back within its bounds ends its alarm, also one nobody answered.
    """
    raised = []
    for version in watched_versions(on=on):
        raised += _alarms_of(version, on)
    return raised


def _alarms_of(version: RuleSetVersion, on: date) -> list[RuleAlarm]:
    known = expected_of(version)
    if not known.rates:
        return []
    foreseen = known.rates
    seen = seen_rates(version, window_of(on))
    never = Rate(0, known.orders)
    standing = {(each.code, each.rule): each for each in _standing(version)}
    raised = []
    for key in sorted({*foreseen, *seen.hits} if known.knows_all else foreseen):
        now, expected = seen.rate(key), foreseen.get(key, never)
        alarm = standing.get(key)
        if not has_drifted(now, expected):
            if alarm is not None and now.orders:
                _end(alarm, on)
            continue
        if alarm is None:
            alarm = RuleAlarm(version=version, code=key[0], rule=key[1], since=on)
            raised.append(alarm)
        alarm.last_on = on
        alarm.hits, alarm.orders = now
        alarm.expected_hits, alarm.expected_orders = expected
        alarm.save()
    return raised


def _end(alarm: RuleAlarm, on: date) -> None:
    alarm.state = RuleAlarm.State.OVER
    alarm.last_on = on
    alarm.save(update_fields=["state", "last_on"])


def _standing(version: RuleSetVersion) -> list[RuleAlarm]:
    found = RuleAlarm.objects.select_for_update().filter(version=version)
    return list(found.exclude(state=RuleAlarm.State.OVER))


@transaction.atomic
def answer_alarm(*, alarm_id: int, cause: str, note: str, actor: User) -> RuleAlarm:
    """Record what somebody of headquarters found, since a version's alarm concerns all regions.

    Refused for others; Conflict when another person did so before.
    """
    refuse_outsiders(actor)
    alarm = RuleAlarm.objects.select_for_update(of=("self",)).get(pk=alarm_id)
    if alarm.state != RuleAlarm.State.OPEN:
        raise Conflict("alarm.answered", _("This alarm has been answered or is over already"))
    alarm.state = RuleAlarm.State.ANSWERED
    alarm.cause, alarm.note = cause, note
    alarm.answered_by, alarm.answered_at = actor, clock.now()
    alarm.save(update_fields=["state", "cause", "note", "answered_by", "answered_at"])
    record(actor, "rule_alarm.answered", alarm, cause=cause)
    return alarm
