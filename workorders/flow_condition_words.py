"""Conditions as a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from workorders.flow.numbers import number_text

if TYPE_CHECKING:
    from workorders.flow_choices import FlowChoices


def condition_words(conditions: Iterable[Mapping[str, Any]], choices: FlowChoices) -> str:
    """Return stored conditions in words, joined; "" for none."""
    return "；".join(_one(each, choices) for each in conditions)


def _one(condition: Mapping[str, Any], choices: FlowChoices) -> str:
    fact = condition["fact"]
    name = dict(choices.facts).get(fact, fact)
    parts = []
    for how, sentence in (
        ("any_of", _("%(fact)s is %(values)s")),
        ("none_of", _("%(fact)s is not %(values)s")),
    ):
        if condition.get(how):
            labels = [choices.label(fact, code) for code in condition[how]]
            parts.append(sentence % {"fact": name, "values": " / ".join(labels)})
    for how, sign in (("at_least", "≥"), ("below", "<")):
        if condition.get(how) is not None:
            parts.append(f"{name} {sign} {number_text(condition[how])}")
    return "；".join(parts)
