"""Switches variants of flows on for a time; they end by the clock, or earlier by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock, formatting
from common.errors import Conflict, refuse_unless
from common.journal import record
from common.transactions import transactional
from workorders.flow_switches import switchable
from workorders.models import FlowSwitch
from workorders.services.turns import take_turn

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from accounts.models import User

LONGEST_DAYS = 366


@transactional
def switch_on(
    *,
    modes: Iterable[tuple[str, str]],
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    actor: User,
) -> list[FlowSwitch]:
    """Let new orders follow variants, each (flow's key, variant), from one moment until another.

    Running orders keep what they follow. Raises Refused for a variant that cannot be switched on
    and for times that make no sense, Conflict where it is switched on already in that time.
    """
    wanted = sorted(set(modes))
    refuse_unless(wanted, "switch.nothing", _("Choose at least one mode"))
    _check_times(starts_at, ends_at)
    refuse_unless(reason.strip(), "switch.reason", _("Say why, so that others know"))
    known = {(each.key, each.variant) for each in switchable()}
    now = clock.now()
    made = []
    for key, variant in wanted:
        refuse_unless(
            (key, variant) in known,
            "switch.unknown",
            _("One of these modes is not published any more: load the page anew"),
        )
        made.append(_switch(key, variant, max(starts_at, now), ends_at, reason.strip(), actor))
    return made


@transactional
def end_switch(*, switch: FlowSwitch, actor: User) -> FlowSwitch:
    """End a switch now; one that has not begun never does. Ended before: no effect."""
    found = FlowSwitch.objects.select_for_update().get(pk=switch.pk)
    now = clock.now()
    if found.ends_at > now:
        found.ends_at = max(found.starts_at, now)
        found.save(update_fields=["ends_at"])
        record(actor, "flow.switched_off", found, key=found.key, variant=found.variant)
    return found


def _check_times(starts_at: datetime, ends_at: datetime) -> None:
    refuse_unless(
        ends_at > max(starts_at, clock.now()),
        "switch.order",
        _("The end must lie after the start and in the future"),
    )
    refuse_unless(
        (ends_at - starts_at).days <= LONGEST_DAYS,
        "switch.long",
        _("A mode is for a time: at most a year. For longer, publish it as the flow itself"),
    )


def _switch(
    key: str, variant: str, starts_at: datetime, ends_at: datetime, reason: str, actor: User
) -> FlowSwitch:
    take_turn("flow-switch", key, variant)
    same = FlowSwitch.objects.select_for_update().filter(key=key, variant=variant)
    other = same.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).first()
    if other is not None:
        sentence = _("This mode is switched on already until %(until)s: end that one first")
        raise Conflict("switch.again", sentence % {"until": formatting.full_time(other.ends_at)})
    made = FlowSwitch.objects.create(
        key=key,
        variant=variant,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason[:200],
        switched_by=actor,
        switched_at=clock.now(),
    )
    record(actor, "flow.switched_on", made, key=key, variant=variant, reason=made.reason)
    return made
