"""One concept has one word wherever people read Chinese: the one the glossary gives."""

from __future__ import annotations

import pytest

from tests.architecture.packages import ROOT

INSTEAD = {"环节": "阶段"}
"""Words that were in use beside the glossary's."""
READ = sorted(
    path
    for pattern in ("locale/**/*.po", "templates/**/*.html", "*/library/**/*.toml",
                    "*/presets/*.toml", "*/packs/*.toml", "static/js/*.js", "docs/*.md")
    for path in ROOT.glob(pattern)
)  # fmt: skip


@pytest.mark.parametrize(("other", "word"), INSTEAD.items())
def test_the_glossarys_word_is_the_only_one(other: str, word: str) -> None:
    assert word in (ROOT / "docs/glossary.md").read_text("utf-8")
    assert len(READ) > 300
    found = [str(p.relative_to(ROOT)) for p in READ if other in p.read_text("utf-8")]
    assert found == []
