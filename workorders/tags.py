"""The tags of a work order: how many, how long, and how two who change them at once both count."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_TAGS = 12
LONGEST_TAG = 20


def tags_of(text: str) -> tuple[str, ...]:
    """Return the tags somebody typed, separated by spaces, each once."""
    return tuple(dict.fromkeys(text.split()))


def is_tag(text: str) -> bool:
    """Whether a text is one tag: short, and without a space, which separates tags."""
    return 0 < len(text) <= LONGEST_TAG and text.split() == [text]


def as_tag(text: str) -> str:
    """Return a text as one tag: flows from before this was checked have spaces in theirs."""
    return "".join(text.split())[:LONGEST_TAG]


def changed_tags(
    now: Iterable[str], *, seen: Iterable[str], wanted: Iterable[str]
) -> tuple[str, ...]:
    """Return the tags after a person who saw some wanted others.

    Only what they added and took away is: what came in between stays.
    """
    seen, wanted = set(seen), tuple(wanted)
    kept = [tag for tag in now if tag in wanted or tag not in seen]
    return tuple(dict.fromkeys([*kept, *(tag for tag in wanted if tag not in seen)]))
