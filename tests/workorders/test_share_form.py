"""Parts that do not sum to 100 % are said at the field, and every typed number stays."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from workorders.forms.shares import BY_PERCENT, BY_STEPS, SharesForm


def typed(first: str, second: str, way: str = BY_PERCENT) -> SharesForm:
    people: Any = [
        SimpleNamespace(
            part=SimpleNamespace(share_bp=None, installer_id=number),
            installer=SimpleNamespace(user=SimpleNamespace(display_name=name)),
        )
        for number, name in ((1, "王师傅"), (2, "李师傅"))
    ]
    return SharesForm({"way": way, "share_1": first, "share_2": second}, people=people)


@pytest.mark.parametrize(
    ("first", "second", "total"), [("60", "50", "110"), ("33.33", "", "33.33")]
)
def test_a_wrong_sum_is_said_at_the_last_part_and_nothing_typed_is_lost(
    first: str, second: str, total: str
) -> None:
    form = typed(first, second)
    assert not form.is_valid()
    assert list(form.errors) == ["share_2"]
    assert total in form.errors["share_2"][0]
    assert (form["share_1"].value(), form["share_2"].value()) == (first, second)


def test_parts_that_fit_and_finished_steps_pass() -> None:
    fits = typed("33.33", "66.67")
    assert (fits.is_valid(), fits.shares()) == (True, {1: 3_333, 2: 6_667})
    steps = typed("60", "50", way=BY_STEPS)
    assert (steps.is_valid(), steps.shares()) == (True, None)
