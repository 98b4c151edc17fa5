"""Files stay short enough to be read, and are named after what they hold."""

import ast
from statistics import median

import pytest

from tests.architecture.packages import ROOT, source_files

HARD_LIMIT = 500
MEDIAN_LIMIT = 80
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "misc.py", "tools.py", "common.py", "base.py"}
FORBIDDEN_WORDS = ("TO" + "DO", "FIX" + "ME", "X" * 3 + ":", "NotImplemented" + "Error")


def length(path):
    return len(path.read_text(encoding="utf-8").splitlines())


def names(paths):
    return [str(path.relative_to(ROOT)) for path in paths]


def test_no_file_is_longer_than_the_hard_limit():
    tests = list((ROOT / "tests").rglob("*.py"))
    assert names(path for path in [*source_files(), *tests] if length(path) > HARD_LIMIT) == []


def test_the_median_file_is_short():
    lengths = [length(path) for path in source_files() if length(path) > 1]
    assert median(lengths) < MEDIAN_LIMIT


def test_no_file_is_named_after_nothing():
    assert names(path for path in source_files() if path.name in FORBIDDEN_NAMES) == []


def test_tests_in_a_browser_stand_where_the_run_in_a_browser_looks_for_them():
    # Joined, so that this file does not name the mark itself.
    mark = ".".join(("mark", "browser"))
    tests = (ROOT / "tests").rglob("test_*.py")
    marked = [path for path in tests if mark in path.read_text("utf-8")]
    astray = [path for path in marked if "e2e" not in path.parts]
    assert len(astray) < len(marked)
    assert [path for path in astray if not path.name.endswith("_in_browser.py")] == []


def test_every_module_says_in_a_sentence_what_it_is_for():
    modules = {path: ast.parse(path.read_text(encoding="utf-8")) for path in source_files()}
    silent = [path for path, tree in modules.items() if tree.body and not ast.get_docstring(tree)]
    assert names(silent) == []


@pytest.mark.parametrize("word", FORBIDDEN_WORDS)
def test_nothing_is_left_for_later(word):
    assert names(p for p in source_files() if word in p.read_text(encoding="utf-8")) == []
