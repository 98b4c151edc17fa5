"""The list somebody came from, so that its orders can be gone through one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.sessions.backends.base import SessionBase

_KEY = "order_list"


class Neighbours(NamedTuple):
    """The numbers of the orders before and after one in its list; "" where there is none."""

    before: str
    after: str


def remember_list(session: SessionBase, numbers: Iterable[str]) -> None:
    """Keep the numbers of the orders a list shows."""
    shown = list(numbers)
    if session.get(_KEY) != shown:
        session[_KEY] = shown


def neighbours(session: SessionBase, number: str) -> Neighbours:
    """Return the neighbours of an order in the list shown last; none where it is not in it."""
    numbers = session.get(_KEY, [])
    if number not in numbers:
        return Neighbours("", "")
    at = numbers.index(number)
    return Neighbours(numbers[at - 1] if at else "", next(iter(numbers[at + 1 :]), ""))
