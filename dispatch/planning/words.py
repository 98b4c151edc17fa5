"""Reasons of a plan in the reader's language: why this person, why not that one, why nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.certificates import CERTIFICATE_NAMES
from accounts.models import Skill
from common.formatting import yuan
from dispatch.engine.explain import PARTS, sentence
from dispatch.engine.online import Reason
from network.models import Region

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dispatch.engine.online import Candidate


def names_for(regions: Iterable[str]) -> dict[str, str]:
    """What people call the codes in reasons: trades, certificates and these regions."""
    wanted = [code for code in regions if code]
    places = Region.objects.filter(code__in=wanted).values_list("code", "name")
    return CERTIFICATE_NAMES | dict(Skill.objects.values_list("code", "name")) | dict(places)


def why_words(stored: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> list[str]:
    """The stored reasons of an assignment as sentences."""
    return [
        sentence(Reason(each["code"], _params(each)), _, names)
        for each in stored
        if each["code"] != "load"
    ]


def why_not_words(answer: Candidate, names: Mapping[str, str]) -> list[str]:
    """Why somebody cannot, or could and how."""
    return [sentence(each, _, names) for each in answer.reasons if each.code != "load"]


def part_words(parts: Mapping[str, int]) -> list[tuple[str, str]]:
    """The parts of a score that count something, each with its amount in yuan."""
    return [
        (_(PARTS[code]) if code in PARTS else code, signed(fen))
        for code, fen in sorted(parts.items(), key=lambda each: each[1])
        if fen
    ]


def signed(fen: int) -> str:
    """An amount with its sign."""
    return f"{'−' if fen < 0 else '+'}¥{yuan(abs(fen))}"


def _params(stored: Mapping[str, Any]) -> dict[str, int | str]:
    return {name: value for name, value in stored.items() if name != "code"}
