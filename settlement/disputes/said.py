"""What a step says besides its title: kept as codes and names, worded in the reader's language.

Older steps carry sentences in the language of who wrote them: they are shown as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from settlement.models import DisputeReview

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import User

Department = DisputeReview.Department
Opinion = DisputeReview.Opinion
_NOBODY = "-"


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
    department, _colon, rest = text.partition(":")
    opinion, _colon, reason = rest.partition(":")
    if department not in Department.values or opinion not in Opinion.values:
        return text
    parts = (Department(department).label, Opinion(opinion).label, reason)
    return _(": ").join(str(part) for part in parts)
