"""Every address that takes a file stands in a table of attacks: a new one without a row fails here."""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.architecture.packages import ROOT
from tests.workorders.upload_doors import DOORS

OTHERS = {
    "workorders:import-start": "tests/workorders/test_uploads.py::test_a_file_of_orders_that",
    "network:tier-import": "tests/network/test_tiers.py::test_a_file_that_cannot_be_read",
    "settlement:payout-answer": "tests/settlement/test_payouts.py::test_a_word_the_bank_invents",
    "settlement:dispute-claim-send": "tests/settlement/disputes/test_dispute_uploads.py::test_what",
    "settlement-phone:dispute-send": "tests/settlement/disputes/test_dispute_uploads.py::test_what",
    "catalog:item-add": "tests/catalog/test_own_videos.py::test_what_is_no_small_mp4",
    "catalog:item-edit": "tests/catalog/test_own_videos.py::test_what_is_no_small_mp4",
    "workorders:flow-save": "tests/workorders/test_form_examples.py::test_what_is_no_picture",
    "settlement:bill-read": "tests/settlement/bills/test_reading_files.py::test_what_is_no_bill",
}
"""Doors for tables and for pictures of other packages: the test that attacks each."""


def named(patterns: Any, space: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from named(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern) and pattern.callback is not None:
            yield f"{space}{pattern.name}", inspect.unwrap(pattern.callback)


def reads_files(function: Callable[..., Any], depth: int = 2) -> bool:
    """Whether a view, or a function of its module that it calls, looks at what was uploaded."""
    if not inspect.isfunction(function):
        return False
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    if any(isinstance(node, ast.Attribute) and node.attr == "FILES" for node in ast.walk(tree)):
        return True
    module = sys.modules[function.__module__]
    called = {node.func.id for node in ast.walk(tree)
              if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}  # fmt: skip
    own = [getattr(module, name, None) for name in called]
    return depth > 0 and any(
        reads_files(each, depth - 1)
        for each in own
        if inspect.isfunction(each) and each.__module__ == function.__module__
    )


def test_every_door_for_files_is_attacked_somewhere():
    found = {
        name for name, view in named(get_resolver("config.urls").url_patterns) if reads_files(view)
    }
    assert found == {door.url for door in DOORS.values()} | set(OTHERS)
    assert len(found) > 15


def test_the_tests_named_for_other_doors_are_there():
    for place in OTHERS.values():
        path, _colons, test = place.partition("::")
        assert f"def {test}" in (ROOT / path).read_text("utf-8"), place
