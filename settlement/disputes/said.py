"""What a step says besides its title: kept as codes and names, worded in the reader's language.

Older steps carry sentences in the language of who wrote them. Those the house wrote are known
again and said in the reader's; the words of people are shown as they are.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from settlement.models import DisputeReview

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import User

Department = DisputeReview.Department
Opinion = DisputeReview.Opinion
_NOBODY = "-"


class Voided(models.TextChoices):
    """Why a dispute ended with what it speaks of; a step keeps the code."""

    SETTLEMENT = (
        "settlement_reversed",
        gettext_lazy("The settlement was taken back; the job is settled anew"),
    )
    BONUS = (
        "bonus_reversed",
        gettext_lazy("The bonus was taken back; it is reckoned anew when the period is locked"),
    )
    ENTRY = (
        "entry_reversed",
        gettext_lazy("The entry was taken back; what it corrected is reckoned anew"),
    )


def asked_text(departments: Sequence[str]) -> str:
    """Return what a step keeps of the departments that are asked."""
    return ",".join(departments)


def opinion_text(review: DisputeReview) -> str:
    """Return what a step keeps of a department's opinion and its reason."""
    return f"{review.department}:{review.opinion}:{review.text}"


def reminder_text(people: Sequence[User]) -> str:
    """Return what a step keeps of who was reminded."""
    return "\n".join(person.display_name for person in people) or _NOBODY


def said_words(move: str, text: str) -> str:
    """Return what a step says, as people read it."""
    if move == "remind":
        return _("Nobody may act on it") if text == _NOBODY else _(", ").join(text.split("\n"))
    if move == "ask":
        names = text.split(",")
        known = set(names) <= set(Department.values)
        return _(", ").join(str(Department(one).label) for one in names) if known else text
    if move == "void":
        return str(Voided(code).label) if (code := _voided_as().get(text)) else text
    department, _colon, rest = text.partition(":")
    opinion, _colon, reason = rest.partition(":")
    if department not in Department.values or opinion not in Opinion.values:
        return text
    parts = (Department(department).label, Opinion(opinion).label, reason)
    return _(": ").join(str(part) for part in parts)


@cache
def _voided_as() -> dict[str, str]:
    """The code each text of a void step stands for: itself, or its sentence in any language."""
    found = {code: code for code in Voided.values}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {str(reason.label): reason.value for reason in Voided}
    return found
