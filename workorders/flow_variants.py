"""Variants as the company makes them: the library's that fit a flow, and for whom one is, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from workorders.flow.overlays import read_applies
from workorders.flow_condition_words import condition_words
from workorders.flow_drafting import Misfit, edited_or_misfit
from workorders.flow_library import overlays

if TYPE_CHECKING:
    from workorders.flow.bodies import Body
    from workorders.flow.overlays import Applies, Overlay
    from workorders.flow.shape import Condition
    from workorders.flow_choices import FlowChoices


def fitting(body: Body) -> list[Overlay]:
    """Return the library's variants whose edits a flow can take."""
    return [overlay for overlay in overlays().values() if _fits(body, overlay)]


def applies_table(applies: Applies) -> dict[str, Any]:
    """Return whom a variant is for as it is stored."""
    table: dict[str, Any] = {"when": [_condition(each) for each in applies.when]}
    return table | {"months": list(applies.months), "on_demand": applies.on_demand}


def is_for_somebody(applies: Mapping[str, Any]) -> bool:
    """Whether a variant says for whom it is: otherwise every order would follow it."""
    read = read_applies(applies)
    return bool(read.when or read.months or read.on_demand)


def applies_words(applies: Mapping[str, Any], choices: FlowChoices) -> str:
    """Return for whom a variant is as one clause; "" when it says nothing."""
    months = applies.get("months", [])
    parts = [condition_words(applies.get("when", ()), choices)]
    if months:
        named = "、".join(str(month) for month in months)
        parts.append(_("in the months %(months)s") % {"months": named})
    if applies.get("on_demand"):
        parts.append(_("only while it is switched on"))
    return "；".join(part for part in parts if part)


def _fits(body: Body, overlay: Overlay) -> bool:
    return not isinstance(edited_or_misfit(body, overlay.edits), Misfit)


def _condition(condition: Condition) -> dict[str, Any]:
    found: dict[str, Any] = {"fact": condition.fact}
    for name in ("any_of", "none_of"):
        if getattr(condition, name):
            found[name] = list(getattr(condition, name))
    for name in ("at_least", "below"):
        if getattr(condition, name) is not None:
            found[name] = getattr(condition, name)
    return found
