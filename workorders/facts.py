"""Which facts of a site may be recorded by people, and how their values are written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.errors import Refused

YES, NO = "yes", "no"
ENDED_EMPTY = "ended_empty"

FLAGS: Mapping[str, str] = {
    "rain": gettext_noop("Rain during the visit"),
    "night": gettext_noop("Work at night"),
    "fault_own": gettext_noop("Rework through own fault"),
    "fault_first": gettext_noop("Rework through the fault of the first installer"),
}
NUMBERS: Mapping[str, tuple[str, int]] = {
    "floor": (gettext_noop("Floor without a lift"), 99),
    "field_days": (gettext_noop("Days away from home"), 60),
}
CODES: Mapping[str, str] = {
    "clerk": gettext_noop("Sale credited to (code of the guide)"),
}
COUNTED: Mapping[str, str] = {
    "empty_trip": gettext_noop("Empty trip"),
    ENDED_EMPTY: gettext_noop("Ended as an empty trip"),
    "reschedule": gettext_noop("Rescheduled"),
    "quote_fen": gettext_noop("Quotation"),
}
"""Written by transitions of the flow, never by hand."""

_FLAG_WORDS: Mapping[str, str] = {"yes": YES, "y": YES, "是": YES, "no": NO, "n": NO, "否": NO}
"""What people type for a flag in either language of the product."""

FactValue = bool | int | str
_CODE = re.compile(r"[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff_.-]{0,29}")


@dataclass(frozen=True, slots=True)
class CheckedFact:
    """A fact fit for storing: its label's msgid and the value as text."""

    msgid: str
    value: str


def choices() -> list[tuple[str, str]]:
    """Return (kind, label) of everything a person may record."""
    labels = {**FLAGS, **{kind: label for kind, (label, _most) in NUMBERS.items()}, **CODES}
    return [(kind, _(label)) for kind, label in labels.items()]


def label_of(kind: str) -> str:
    """Return a kind's name in the reader's language; an unknown kind names itself."""
    numbers = {key: label for key, (label, _most) in NUMBERS.items()}
    return _({**FLAGS, **numbers, **CODES, **COUNTED}.get(kind, kind))


def check_fact(kind: str, value: str) -> CheckedFact:
    """Return the fact as it is stored: "yes" or "no" for flags, digits for numbers, codes as typed.

    Raises Refused for an unknown kind and for a value the kind does not have.
    """
    typed = value.strip().lower()
    if kind in FLAGS:
        flag = _FLAG_WORDS.get(typed)
        if flag is None:
            raise Refused("fact.value", _("Answer with yes or no"))
        return CheckedFact(FLAGS[kind], flag)
    if kind in CODES:
        code = value.strip()
        if not _CODE.fullmatch(code):
            raise Refused("fact.value", _("Enter a code of 1 to 30 letters, digits or characters"))
        return CheckedFact(CODES[kind], code)
    if kind not in NUMBERS:
        raise Refused("fact.kind", _("There is no such fact"))
    label, most = NUMBERS[kind]
    if not (typed.isascii() and typed.isdigit() and int(typed) <= most):
        raise Refused("fact.value", _("Enter a whole number from 0 to %(most)s") % {"most": most})
    return CheckedFact(label, str(int(typed)))


def value_words(kind: str, value: str) -> str:
    """Return a stored value as it is read: a flag in the reader's language, all else as stored."""
    if kind in FLAGS or kind == ENDED_EMPTY:
        return _("yes") if value == YES else _("no")
    return value


def read_value(kind: str, value: str) -> FactValue:
    """Return a stored value as a flag, a code or a number."""
    if kind in CODES:
        return value
    return value == YES if kind in FLAGS or kind == ENDED_EMPTY else int(value)
