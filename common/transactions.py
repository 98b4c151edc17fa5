"""The transaction of a service: its own, or a step of a larger one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

Given = ParamSpec("Given")
Result = TypeVar("Result")
_undivided: ContextVar[bool] = ContextVar("undivided", default=False)


def transactional(service: Callable[Given, Result]) -> Callable[Given, Result]:
    """Run a service in one transaction, like `transaction.atomic`; without a savepoint of its own
    inside `undivided()`.
    """

    @wraps(service)
    def run(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        with transaction.atomic(savepoint=not _undivided.get()):
            return service(*args, **kwargs)

    return run


@contextmanager
def undivided(*, state: bool = True) -> Iterator[None]:
    """One transaction of many services: the failure of any undoes all, so none keeps a savepoint."""
    token = _undivided.set(state)
    try:
        with transaction.atomic():
            yield
    finally:
        _undivided.reset(token)
