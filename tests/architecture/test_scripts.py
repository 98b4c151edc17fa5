"""Every script that is shipped is one that Chromium 80 reads, and asks it for nothing newer.

No such browser is at hand: a strict parser of ECMAScript 2017 (with object spread) stands in. Of what
came later Chromium 80 knows `?.` and `??`, which are written in older words before parsing.
"""

from __future__ import annotations

import re
from pathlib import Path

import django_htmx
import esprima
import pytest
from esprima.scanner import Scanner

STATIC = Path(__file__).parents[2] / "static"
HTMX = Path(django_htmx.__file__).parent / "static" / "django_htmx"
SHIPPED = [
    *sorted((STATIC / "js").glob("*.js")),
    *sorted((STATIC / "vendor").rglob("*.js")),
    HTMX / "htmx-2.min.js",
]
NEWER_METHODS = (
    "replaceAll", "at", "findLast", "findLastIndex", "replaceChildren", "toSorted", "toReversed",
    "hasOwn", "checkVisibility", "showPicker", "groupBy", "toSpliced",
)  # fmt: skip
NEWER_NAMES = ("structuredClone", "WeakRef", "AggregateError", "scheduler")


def older(text: str) -> str:
    """The same script without the two forms Chromium 80 knows and the parser does not."""
    return re.sub(r"\?\.(?=[\[(])", "", re.sub(r"\?\.(?=[A-Za-z_$])", ".", text)).replace(
        "??", "||"
    )


def named(path: Path) -> str:
    return path.name


@pytest.fixture(autouse=True)
def any_expression(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let regular expressions be: the parser tries them in Python, which knows no `[^]`."""
    monkeypatch.setattr(Scanner, "testRegExp", lambda _self, _pattern, _flags: None)


@pytest.mark.parametrize("path", SHIPPED, ids=named)
def test_a_shipped_script_parses_as_what_chromium_80_reads(path: Path) -> None:
    esprima.parseScript(older(path.read_text("utf-8")))


@pytest.mark.parametrize("path", SHIPPED, ids=named)
def test_a_shipped_script_calls_nothing_that_came_after_chromium_80(path: Path) -> None:
    text = path.read_text("utf-8")
    calls = rf"\.({'|'.join(NEWER_METHODS)})\("
    assert not re.findall(calls, text)
    assert not re.findall(rf"\b(?<!\.)({'|'.join(NEWER_NAMES)})\b(?!\s*:)", text)


@pytest.mark.parametrize(
    "newer",
    ["a ??= b", "a ||= 1", "class A { #b = 1 }", "class A { b = 1 }", "class A { static { a() } }"],
)
def test_what_came_later_is_seen(newer: str) -> None:
    with pytest.raises(esprima.Error):
        esprima.parseScript(older(newer))
    esprima.parseScript(older("let a = {...b}; a?.b?.[0]?.(1) ?? c; async () => { await d; }"))
