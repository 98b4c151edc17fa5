"""The phone loads of Bootstrap what pages use, and nothing is missing of it."""

from __future__ import annotations

import pytest

from common.phone_styles import classes_named, used_rules

SHEET = (
    '@charset "UTF-8";/*! licence */:root{--a:1}[data-bs-theme=dark]{--a:2}.btn,.nav{color:red}'
    "/* no */.btn:not(.nav,.tab){top:0}@media (min-width:9px){.row>*{left:0}.btn{top:1px}}"
    "@media print{.tab{top:2px}}@keyframes turn{to{top:0}}a{top:3px}"
)


def test_rules_of_unnamed_classes_and_the_dark_theme_are_left_out():
    assert used_rules(SHEET, frozenset({"btn"})) == (
        '@charset "UTF-8";/*! licence */:root{--a:1}.btn{color:red}'
        "@media (min-width:9px){.btn{top:1px}}@keyframes turn{to{top:0}}a{top:3px}\n"
    )


@pytest.mark.parametrize(
    ("page", "code", "named"),
    [
        ('<b class="btn {% if a %}mb-2{% endif %} x-{{ kind }}">', "", {"btn", "mb-2"}),
        ("<b class=\"{{ a|default:'w-100' }}\">", "", {"w-100"}),
        ("", "box.classList.add('d-none')", {"d-none"}),
    ],
)
def test_classes_are_found_in_attributes_conditions_and_scripts(page, code, named):
    assert named <= classes_named([page], [code])
