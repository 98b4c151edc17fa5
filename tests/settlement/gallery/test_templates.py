"""Every template: no fault, its example to the fen, everything paid is handed out."""

import pytest

from settlement.engine.evaluate import settle
from settlement.engine.explain import explain
from settlement.engine.lint import check_rules
from settlement.engine.result import check_line
from settlement.engine.rules import compile_rules
from settlement.gallery.reading import FOLDER, Template, template_by_key, templates

ALL = pytest.mark.parametrize("template", templates(), ids=lambda each: str(each.key))


def test_the_gallery_holds_templates_of_many_trades() -> None:
    assert len(templates()) >= 24
    assert len({each.trade for each in templates()}) >= 10
    assert {path.stem for path in FOLDER.glob("*.toml")} == {each.key for each in templates()}
    assert template_by_key("nobody") is None


@ALL
def test_a_template_has_no_fault_and_says_what_it_does(template: Template) -> None:
    assert [str(each) for each in check_rules(template.body) if each.level == "fault"] == []
    assert len(template.text) > 20
    assert template.shows


@ALL
def test_the_example_of_a_template_comes_out_to_the_fen(template: Template) -> None:
    outcome = settle(compile_rules(template.body), template.facts)
    assert outcome.flags == ()
    assert tuple((line.code, line.amount_fen) for line in outcome.lines) == template.lines
    reached = [line for line in outcome.releases if line.because["reached"]]
    assert tuple((line.code, line.amount_fen) for line in reached) == template.released
    assert outcome.total_fen == template.facts.paid_fen
    for line in (*outcome.lines, *outcome.releases):
        assert check_line(line)
        assert "%(" not in explain(line, str)


@ALL
@pytest.mark.parametrize("paid_fen", [0, 1, 9_999, 1_234_567])
def test_a_template_hands_out_whatever_was_paid(template: Template, paid_fen: int) -> None:
    facts = template.facts.plain() | {"paid_fen": paid_fen}
    outcome = settle(compile_rules(template.body), type(template.facts)(**facts))
    assert outcome.total_fen == paid_fen
