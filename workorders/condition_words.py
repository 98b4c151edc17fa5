"""A condition of a flow as people say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from network.divisions import division
from network.order_types import order_type_names
from workorders.flow.words import FACTS, MARKS, NUMBER_FACTS
from workorders.templatetags.channels import channel_name

if TYPE_CHECKING:
    from workorders.flow import Condition


def condition_words(condition: Condition) -> str:
    """Return “Region: 浙江省, 江苏省” or “Paid (yuan): at least 500”; an unknown code reads as itself."""
    fact = condition.fact
    label = _(FACTS.get(fact) or NUMBER_FACTS.get(fact) or fact)
    parts = []
    if condition.any_of:
        parts.append(_listed(fact, condition.any_of))
    if condition.none_of:
        parts.append(_("none of %(values)s") % {"values": _listed(fact, condition.none_of)})
    if condition.at_least is not None:
        parts.append(_("at least %(number)s") % {"number": _plain(condition.at_least)})
    if condition.below is not None:
        parts.append(_("below %(number)s") % {"number": _plain(condition.below)})
    return _("%(label)s: %(values)s") % {"label": label, "values": _("; ").join(parts)}


def _listed(fact: str, codes: tuple[str, ...]) -> str:
    return _(", ").join(_named(fact, code) for code in codes)


def _named(fact: str, code: str) -> str:
    if fact == "region":
        place = division(code)
        return place.name if place else code
    if fact == "order_type":
        return order_type_names().get(code, code)
    if fact == "mark":
        return _(MARKS[code]) if code in MARKS else code
    return channel_name(code) if fact == "channel" else code


def _plain(milli: int) -> str:
    whole, rest = divmod(milli, 1000)
    return f"{whole}.{rest:03d}".rstrip("0") if rest else str(whole)
