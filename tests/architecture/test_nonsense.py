"""No address answers nonsense with a fault, whatever stands in its query or in its form."""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.http import QueryDict

from common.access_check import walk
from tests.architecture.doors import may_open, methods, rows_of_company, url_of

ROOT = Path(__file__).resolve().parents[2]
PACKAGE_OF = {
    route: pattern.callback.__module__.partition(".")[0]
    for route, pattern in walk(settings.ROOT_URLCONF)
}
_NAMES = (
    (".", "*.py", r"\.(?:GET|POST|FILES)(?:\.get(?:list)?\(|\[)\s*\"([a-z_]+)\""),
    (".", "*.py", r"^    ([a-z_]+) = forms\."),
    ("templates", "*.html", r" name=\"([a-z_]+)\""),
)
NONSENSE = {
    "twenty digits": "9" * 20,
    "the last day of the calendar": "9999-12-31",
    "a digit that counts nothing": "²",
    "an emoji and a turned direction": "\u202e😀" * 40,
}


@cache
def names_of(package: str) -> tuple[str, ...]:
    """Every name of an entry that the package's views, forms or templates know."""
    found: set[str] = set()
    for folder, files, pattern in _NAMES:
        for path in (ROOT / folder / package).rglob(files):
            found |= set(re.findall(pattern, path.read_text(), re.MULTILINE))
    return tuple(sorted(found - {"csrfmiddlewaretoken", "_idempotency_key"}))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names that were asked of a query or form since it was emptied."""
    found: set[str] = set()
    one, every, whole = QueryDict.__getitem__, QueryDict.getlist, QueryDict.lists

    def getitem(self: QueryDict, name: str) -> Any:
        found.add(name)
        return one(self, name)

    def getlist(self: QueryDict, name: str, default: Any = None) -> Any:
        found.add(name)
        return every(self, name, default)

    def lists(self: QueryDict) -> Any:
        # The house looks through every form for U+0000 and takes its fingerprint; Django repeats it.
        if not sys._getframe(1).f_globals["__name__"].startswith(("common.", "django.")):
            found.update(self)
        return whole(self)

    monkeypatch.setattr(QueryDict, "lists", lists)
    monkeypatch.setattr(QueryDict, "__getitem__", getitem)
    monkeypatch.setattr(QueryDict, "getlist", getlist)
    return found


def test_no_address_answers_nonsense_with_a_fault(stage, door, read):
    faults = []
    for route, row in rows_of_company():
        user = next(user for role, user in stage.alpha.near.items() if may_open(row, role))
        url = url_of(route, row, stage.alpha.objects)
        names = names_of(PACKAGE_OF[route])
        for method in methods(row) if "sends" not in row else ():
            for kind, value in NONSENSE.items():
                read.clear()
                status = door.ask(
                    user, method, url, entries=dict.fromkeys(names, value)
                ).status_code
                if status >= 500:
                    faults.append((method, url, kind, status))
                if read.isdisjoint(names):
                    # Nobody looked at any entry: no other value of it would be looked at either.
                    break
    assert faults == []


def test_no_address_answers_a_zero_character_with_a_fault(stage, door):
    wrong = []
    for route, row in rows_of_company():
        user = next(user for role, user in stage.alpha.near.items() if may_open(row, role))
        url = url_of(route, row, stage.alpha.objects)
        entries = dict.fromkeys(names_of(PACKAGE_OF[route]), "\x00")
        for method in methods(row) if "sends" not in row else ():
            status = door.ask(user, method, url, entries=entries).status_code
            if status >= 500:
                wrong.append((method, url, status))
    assert wrong == []
