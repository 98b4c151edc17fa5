"""The compiled catalogue is always the one that was written last."""

from __future__ import annotations

import os
from pathlib import Path

import polib
import pytest

from common.translations import compile_all


def written(folder: Path, chinese: str, at_s: int) -> Path:
    """Save a catalogue of one message as if at a moment, in seconds since 1970."""
    path = folder / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="Order", msgstr=chinese))
    catalogue.save(str(path))
    os.utime(path, (at_s, at_s))
    return path.with_suffix(".mo")


@pytest.fixture
def folder(tmp_path, settings) -> Path:
    """An empty folder of catalogues."""
    settings.LOCALE_PATHS = [tmp_path]
    return tmp_path


def test_a_catalogue_saved_while_the_former_was_compiled_is_compiled_too(folder):
    written(folder, "订单", at_s=1_000)
    compile_all()
    compiled = written(folder, "工单", at_s=2_000)
    assert compile_all() == 1
    assert [entry.msgstr for entry in polib.mofile(str(compiled)) if entry.msgid] == ["工单"]


def test_a_catalogue_that_did_not_change_is_not_compiled_again(folder):
    written(folder, "订单", at_s=1_000)
    assert [compile_all(), compile_all()] == [1, 0]
