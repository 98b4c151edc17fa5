"""Look-ups answered once inside a block in which their answer does not change."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from common.schema import current_schema

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")
_answers: ContextVar[dict[Hashable, Any] | None] = ContextVar("remembered", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Remember the answers of `@remembered` look-ups until the block ends.

    For long work of one process over settings that few people edit: what is edited meanwhile
    counts from the next block on. A request or a single handler asks the database every time.
    """
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


@contextmanager
def remembering_on() -> Iterator[None]:
    """As `remembering`; inside such a block its answers go on being used."""
    if remembers():
        yield
    else:
        with remembering():
            yield


def remembers() -> bool:
    """Whether answers are remembered around here: then one by one is cheaper than many at once."""
    return _answers.get() is not None


def remembered(
    key: Callable[Asked, Hashable],
) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """Let a look-up be remembered; `key` says which of its questions are the same."""

    def wrap(ask: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
        @wraps(ask)
        def answer(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
            known = _answers.get()
            if known is None:
                return ask(*args, **kwargs)
            question = (current_schema(), ask.__module__, ask.__qualname__, key(*args, **kwargs))
            if question not in known:
                known[question] = ask(*args, **kwargs)
            found: Answer = known[question]
            return found

        return answer

    return wrap
