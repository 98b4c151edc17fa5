"""A form that moves money or claims work may be sent twice: it carries a key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NEEDS_KEY = {
    re.search(r"def (\w+)", found).group(1)
    for path in ROOT.glob("*/views/*.py")
    for found in re.findall(r"^@idempotent(?:\(.*\))?\ndef \w+", path.read_text(), re.MULTILINE)
}
NAMES = {
    name
    for path in ROOT.glob("*/urls*.py")
    for view, name in re.findall(r"\.(\w+),\s*name=\"([\w-]+)\"", path.read_text())
    if view in NEEDS_KEY
}
FORMS = [
    (path.relative_to(ROOT / "templates"), form)
    for path in sorted((ROOT / "templates").rglob("*.html"))
    for form in re.findall(r"<form\b.*?</form>", path.read_text(), re.DOTALL)
    if NAMES & set(re.findall(r"{% url '[\w-]+:([\w-]+)'", form[: form.index(">")]))
]


def test_the_views_that_need_a_key_are_found():
    assert {"period-lock", "run-start", "order-assign", "offer-claim", "import-confirm"} <= NAMES
    assert {"order-move", "problem-retry", "line-map", "order-enter", "job-photo"} <= NAMES
    assert len(FORMS) > 20


@pytest.mark.parametrize(("path", "form"), FORMS, ids=lambda each: str(each)[:60])
def test_a_form_that_takes_effect_once_carries_a_key_or_waits_in_the_outbox(path, form):
    assert "{% idempotency_field" in form or "data-outbox" in form, path
