"""What must always be true of a company's tables: each app adds its checks, one command runs them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

EXAMPLES = 20
"""Violations shown per check; the rest is only counted."""

Check = Callable[[], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Invariant:
    """One check: its short code, what it claims, and how to find what contradicts it."""

    code: str
    claim: str
    check: Check


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found in one schema; `violations` are English sentences."""

    code: str
    claim: str
    count: int
    violations: tuple[str, ...]
    took_ms: int

    @property
    def ok(self) -> bool:
        """Whether nothing contradicts the claim."""
        return self.count == 0


_of_tenants: list[Invariant] = []
_of_platform: list[Invariant] = []


def invariant(code: str, claim: str, *, platform: bool = False) -> Callable[[Check], Check]:
    """Register a check in an app's `invariants` module; it yields one sentence per violation.

    It runs with a tenant's schema active, or once in public when it is the platform's. A code may
    have several checks.
    """

    def keep(check: Check) -> Check:
        found = _of_platform if platform else _of_tenants
        found.append(Invariant(code, claim, check))
        found.sort(key=lambda each: int(each.code.removeprefix("I")))
        return check

    return keep


def run_checks(*, platform: bool = False, only: Iterable[str] = ()) -> list[Finding]:
    """Run the checks in the active schema, in the order of their codes."""
    wanted = set(only)
    chosen = _of_platform if platform else _of_tenants
    return [_run(each) for each in chosen if not wanted or each.code in wanted]


def _run(each: Invariant) -> Finding:
    began = time.monotonic()
    found = list(each.check())
    took = int((time.monotonic() - began) * 1000)
    return Finding(each.code, each.claim, len(found), tuple(found[:EXAMPLES]), took)
