"""Slots that higher packages fill on pages of lower ones: navigation, tabs, parts of a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from common.access import Perm, allowed

Label = str | Promise
Render = Callable[[HttpRequest, Any], SafeString]


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One entry of the top bar or the phone's tab bar."""

    label: Label
    url_name: str
    icon: str
    perm: Perm
    order: int
    prefix: str | tuple[str, ...] = ""
    key: str = ""
    tenant_kind: str = "company"
    unless: Perm | None = None  # who has it reaches this place through another entry


@dataclass(frozen=True, slots=True)
class NavItem:
    """An entry made ready for one request."""

    label: str
    url: str
    icon: str
    active: bool
    key: str = ""
    badge: str = ""


@dataclass(slots=True)
class _Slots:
    navigation: list[NavEntry] = field(default_factory=list)
    phone: list[NavEntry] = field(default_factory=list)
    panels: dict[str, list[tuple[int, Perm | None, Render]]] = field(default_factory=dict)


_slots = _Slots()


def add_navigation(entry: NavEntry) -> None:
    """Put an entry into the desk's top bar; called in an app's ready()."""
    _slots.navigation.append(entry)
    _slots.navigation.sort(key=lambda item: item.order)


def add_phone_tab(entry: NavEntry) -> None:
    """Put an entry into the phone's tab bar; called in an app's ready()."""
    _slots.phone.append(entry)
    _slots.phone.sort(key=lambda item: item.order)


def add_panel(slot: str, render: Render, *, order: int = 100, perm: Perm | None = None) -> None:
    """Show `render(request, subject)` in a slot such as "work-order" of a lower package's page."""
    _slots.panels.setdefault(slot, []).append((order, perm, render))
    _slots.panels[slot].sort(key=lambda item: item[0])


def panels(slot: str, request: HttpRequest, subject: Any) -> list[SafeString]:
    """Return the rendered panels of a slot that this user may see, in order; empty ones left out."""
    found = [
        render(request, subject)
        for _order, perm, render in _slots.panels.get(slot, [])
        if perm is None or allowed(request.user, perm)
    ]
    return [html for html in found if html]


def _items(request: HttpRequest, entries: list[NavEntry]) -> list[NavItem]:
    kind = getattr(getattr(request, "tenant", None), "kind", "company")
    shown = [
        entry
        for entry in entries
        if entry.tenant_kind == kind
        and allowed(request.user, entry.perm)
        and not (entry.unless and allowed(request.user, entry.unless))
    ]
    # The page belongs to the entry that says most of its address: one is marked, never two.
    nearest = max((_reach(entry, request.path) for entry in shown), default=0)
    return [
        NavItem(
            label=str(entry.label),
            url=reverse(entry.url_name),
            icon=entry.icon,
            active=0 < nearest == _reach(entry, request.path),
            key=entry.key,
        )
        for entry in shown
    ]


def _reach(entry: NavEntry, path: str) -> int:
    prefixes = entry.prefix if isinstance(entry.prefix, tuple) else (entry.prefix,)
    return max(
        (
            len(own)
            for prefix in prefixes
            if path.startswith(own := prefix or reverse(entry.url_name))
        ),
        default=0,
    )


def site_navigation(request: HttpRequest) -> list[NavItem]:
    """Return the top bar for this request."""
    return _items(request, _slots.navigation)


def phone_tabs(request: HttpRequest) -> list[NavItem]:
    """Return the phone's tab bar for this request; none for who may open one order alone."""
    if getattr(request, "kq_one_order", False):
        return []
    return _items(request, _slots.phone)
