"""What the documents point at is there: links, pictures, files, make targets and commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PLACES = {path.name for path in ROOT.iterdir() if path.is_dir() and path.name[0] != "."}
# What exists only while the product runs, or on the machine that runs it.
ELSEWHERE = ("/", ".run/", "http", "m/", "logs/")
TARGETS = set(re.findall(r"^([a-z]+)(?: [a-z ]+)?:", (ROOT / "Makefile").read_text(), re.MULTILINE))
TARGETS |= set(re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.M)[1].split())


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_of_a_document_leads_somewhere(document):
    words = document.read_text()
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", words)
    lost = [
        link
        for link in links
        if not link.startswith("http") and not (document.parent / link).exists()
    ]
    assert lost == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_target_and_command_a_document_names_exists(document):
    words = document.read_text()
    lost = []
    for quoted in re.findall(r"`([\w./{},*-]+)`", words):
        if "/" not in quoted or quoted.startswith(ELSEWHERE):
            continue
        if quoted.split("/")[0].rstrip("*") in PLACES and not _there(quoted):
            lost.append(quoted)
    lost += [f"make {name}" for name in re.findall(r"`make ([a-z]+)", words) if name not in TARGETS]
    commands = re.findall(r"manage(?:\.py|\s+DO=\")\s?([a-z_]+)", words)
    lost += [name for name in commands if name not in get_commands()]
    assert lost == []


HOW_TOS = sorted((ROOT / "docs" / "how-to").glob("*.md"))
# Of the wire, the shell and other people's libraries; or names the reader is to choose.
NOT_OURS = {"my_kind", "read_…", "python"}


@pytest.mark.parametrize("document", HOW_TOS, ids=lambda path: path.name)
def test_every_name_of_code_and_file_a_how_to_asks_for_exists(document):
    words = document.read_text()
    names = set(re.findall(r"`(?:\w+\.)*([a-z]+_\w+)(?:\(|`)", words)) - NOT_OURS
    files = set(re.findall(r"`([a-z_]+\.(?:py|toml))`", words))
    lost = [name for name in names if not re.search(rf"\b{name}\b", _code())]
    lost += [name for name in files if not any(_sources(name))]
    assert sorted(lost) == []


@cache
def _code() -> str:
    return "\n".join(p.read_text() for kind in ("*.py", "*.toml") for p in _sources(kind))


def _sources(pattern: str) -> Iterator[Path]:
    yield from ROOT.glob(pattern)
    for place in sorted(PLACES - {"tests", "bench"}):
        yield from (ROOT / place).rglob(pattern)


def _there(quoted: str) -> bool:
    opened = re.search(r"\{([^}]*)\}", quoted)
    if opened:
        return all(_there(quoted.replace(opened[0], one)) for one in opened[1].split(","))
    return any(ROOT.glob(quoted.rstrip("/")))


def test_every_class_the_glossary_names_is_one():
    words = (ROOT / "docs" / "glossary.md").read_text()
    named = {part for quoted in re.findall(r"`([^`]+)`", words) for part in quoted.split(".")}
    code = "\n".join(
        path.read_text()
        for place in PLACES - {"tests", "bench"}
        for path in (ROOT / place).rglob("*.py")
    )
    classes = set(re.findall(r"^ *class (\w+)", code, re.MULTILINE))
    assert {name for name in named if re.fullmatch(r"(?:[A-Z][a-z]+)+", name)} <= classes
