"""The flows an item can name: those the company has published, as a higher package tells them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.errors import refuse_unless

if TYPE_CHECKING:
    from catalog.pack_shapes import PackItem

_asked: list[Callable[[], Mapping[str, str]]] = []


def offer_flows(names: Callable[[], Mapping[str, str]]) -> None:
    """Say where the names of the published flows come from; called in an app's ready()."""
    _asked[:] = [names]


def flow_names() -> dict[str, str]:
    """Return the names of the company's published flows by key."""
    return {key: name for names in _asked for key, name in names().items()}


def check_flow(body: PackItem) -> None:
    """Raise Refused("item.flow") for an item whose flow nobody has published."""
    if not body.flow:
        return
    known = flow_names()
    sentence = _("No flow “%(key)s” is published: publish it first, or choose one of %(names)s")
    words = {"key": body.flow, "names": _(", ").join(known.values())}
    refuse_unless(body.flow in known, "item.flow", sentence % words)
