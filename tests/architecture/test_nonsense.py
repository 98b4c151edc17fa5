"""No address answers nonsense with a fault, whatever stands in its query or in its form."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

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
    "a zero character": "\x00",
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


@pytest.mark.parametrize("value", NONSENSE.values(), ids=NONSENSE)
def test_no_address_answers_nonsense_with_a_fault(stage, door, value):
    faults = []
    for route, row in rows_of_company():
        user = next(user for role, user in stage.alpha.near.items() if may_open(row, role))
        url = url_of(route, row, stage.alpha.objects)
        entries = dict.fromkeys(names_of(PACKAGE_OF[route]), value)
        for method in methods(row) if "sends" not in row else ():
            status = door.ask(user, method, url, entries=entries).status_code
            if status >= 500:
                faults.append((method, url, status))
    assert faults == []
