"""Which variants can be switched on, which are, by whom and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from common import clock
from common.remembering import remembered
from workorders.flow_versions import published_flow_names
from workorders.models import FlowSwitch, FlowVersion

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from django.db.models import QuerySet

_LISTED = 50


@dataclass(frozen=True, slots=True)
class Mode:
    """A published variant that counts only while it is switched on."""

    key: str
    variant: str
    name: str
    flow_name: str


@dataclass(frozen=True, slots=True)
class SwitchView:
    """A switch with the names of what it is about; `state` is "now", "later" or "over"."""

    switch: FlowSwitch
    name: str
    flow_name: str
    state: str


@dataclass(frozen=True, slots=True)
class Banner:
    """What is switched on now, and a text that changes with it."""

    modes: tuple[SwitchView, ...]
    stamp: str


def switched_on(key: str, at: datetime) -> frozenset[str]:
    """Return the variants of a flow that are switched on at a moment; one query."""
    rows = _switches_on(key, clock.business_day(at))
    return frozenset(variant for variant, start, end in rows if start <= at < end)


@remembered(lambda key, day: (key, day))
def _switches_on(key: str, day: date) -> list[tuple[str, datetime, datetime]]:
    """Return (variant, from, until) of the switches of a flow that touch a Chinese day."""
    start, end = clock.day_span(day)
    rows = FlowSwitch.objects.filter(key=key, starts_at__lt=end, ends_at__gt=start)
    return list(rows.values_list("variant", "starts_at", "ends_at"))


def switch_for(key: str, variant: str, at: datetime) -> FlowSwitch | None:
    """Return the switch by which an order opened at a moment came to a variant; None for none."""
    rows = FlowSwitch.objects.filter(key=key, variant=variant, starts_at__lte=at, ends_at__gt=at)
    return rows.select_related("switched_by").order_by("starts_at", "pk").first()


def flow_switches() -> QuerySet[FlowSwitch]:
    """Return every switch of the company."""
    return FlowSwitch.objects.all()


def switchable() -> list[Mode]:
    """Return the variants of all flows that somebody may switch on, by flow and name."""
    flows = published_flow_names()
    rows = FlowVersion.objects.exclude(variant="").filter(key__in=flows)
    newest = rows.defer("body", "edits").order_by("key", "variant", "-number")
    found = [
        Mode(row.key, row.variant, row.name, flows[row.key])
        for row in newest.distinct("key", "variant")
        if not row.withdrawn and row.applies.get("on_demand")
    ]
    return sorted(found, key=lambda mode: (mode.flow_name, mode.name))


def running_switches() -> list[SwitchView]:
    """Return what is switched on now, what ends first in front; one query while nothing is."""
    now = clock.now()
    rows = FlowSwitch.objects.filter(starts_at__lte=now, ends_at__gt=now)
    return _views(rows.select_related("switched_by").order_by("ends_at", "pk"))


def mode_banner() -> Banner:
    """Return what is told to those who dispatch; one query while nothing is switched on."""
    modes = running_switches()
    stamp = "-".join(f"{each.switch.pk}.{int(each.switch.ends_at.timestamp())}" for each in modes)
    return Banner(tuple(modes), stamp)


def all_switches() -> list[SwitchView]:
    """Return the newest 50 switches, also those that are over or to come."""
    rows = FlowSwitch.objects.select_related("switched_by").order_by("-ends_at", "-pk")
    return _views(rows[:_LISTED])


def _views(rows: Iterable[FlowSwitch]) -> list[SwitchView]:
    switches = list(rows)
    if not switches:
        return []
    flows, now = published_flow_names(), clock.now()
    variants = FlowVersion.objects.filter(variant__in={each.variant for each in switches})
    names = {
        (key, variant): name
        for key, variant, name in variants.order_by("number").values_list("key", "variant", "name")
    }
    return [
        SwitchView(
            each,
            names.get((each.key, each.variant), each.variant),
            flows.get(each.key, each.key),
            "over" if each.ends_at <= now else "now" if each.starts_at <= now else "later",
        )
        for each in switches
    ]
