"""Reads what a form of the editor was posted with; wrong entries are kept with their sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from settlement.rulebook.typed import TypedError

if TYPE_CHECKING:
    from django.http import QueryDict

MOST_LETTERS = 80
Option = tuple[str, str]


@dataclass
class Entry:
    """One field as the page draws it."""

    name: str
    label: str
    widget: str
    value: Any = ""
    options: Sequence[Option] = ()
    example: str = ""
    help: str = ""
    error: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ident(self) -> str:
        """The id of the element."""
        return "e-" + "".join(c if c.isalnum() else "-" for c in self.name)


class Posted:
    """The entries of a post, and what was wrong with them by the name of the entry."""

    def __init__(self, post: QueryDict) -> None:
        self.post = post
        for name, values in post.lists():
            if any("\x00" in str(value) for value in values):
                # PostgreSQL stores no U+0000. Copied only then: every key that is typed comes here.
                self.post = self.post if self.post is not post else post.copy()
                self.post.setlist(name, [str(value).replace("\x00", "") for value in values])
        self.errors: dict[str, str] = {}

    def has(self, name: str) -> bool:
        """Whether the form had this entry at all: what was not shown is left as it is."""
        return name in self.post

    def text(self, name: str, most: int = MOST_LETTERS) -> str:
        """Return a text without outer blanks."""
        value = str(self.post.get(name, "")).strip()
        if len(value) > most:
            self.errors[name] = _("At most %(most)d letters") % {"most": most}
        return value[:most]

    def read(self, name: str, reader: Callable[[str], Any]) -> Any:
        """Return what the reader makes of an entry; None for an empty or a wrong one."""
        value = str(self.post.get(name, "")).strip()
        if not value:
            return None
        try:
            return reader(value)
        except TypedError as error:
            self.errors[name] = str(error)
            return None

    def choice(self, name: str, known: Sequence[str], default: str) -> str:
        """Return one of the known answers."""
        value = str(self.post.get(name, default))
        return value if value in known else default

    def all(self, name: str) -> list[str]:
        """Return every value of an entry that is there several times."""
        return [str(value) for value in self.post.getlist(name)]

    @property
    def op(self) -> list[str]:
        """The button that was pressed, in its steps: what, where."""
        return str(self.post.get("op", "")).split(":")


def place_of(typed: str) -> int | None:
    """Return the place in a list that a page named, None for what names none."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else None


def put(raw: dict[str, Any], key: str, value: Any) -> None:
    """Set a field of a body, or take it away when there is no value."""
    if value is None or value == "":
        raw.pop(key, None)
    else:
        raw[key] = value


def moved(entries: list[Any], at: int, step: int) -> None:
    """Move an entry one place up (−1) or down (+1), where there is one."""
    if 0 <= at < len(entries) and 0 <= at + step < len(entries):
        entries.insert(at + step, entries.pop(at))
