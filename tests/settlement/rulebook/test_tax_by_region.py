"""A tax whose rate differs by region is made in the editor, from the menu to the line it gives."""

from __future__ import annotations

from typing import Any

from settlement.engine.evaluate import settle
from settlement.engine.facts import JobFacts
from settlement.engine.lint import check_rules
from settlement.engine.rules import compile_rules
from settlement.rulebook.parts import raw_of
from tests.settlement.rulebook.test_editor_pages import as_read, desk, save

__all__ = ["desk"]
OWN = {"_source": "own", "table_shown": "1", "form_shown": "1"}


def test_a_tax_gets_rates_by_region_from_scratch(desk: Any, draft: Any, company: Any) -> None:
    region = company.world.hangzhou
    address = f"/settlement/rules/drafts/{draft.pk}/parts/"
    added = {"revision": draft.revision, "part": "general", "op": "add:c", "kind": "tax"}
    desk.post(address, added)
    draft.refresh_from_db()
    code = draft.body["components"][-1]["code"]
    part = f"c.{code}"
    page = save(desk, draft, part, _source="fixed", rate_bp="6%").content.decode()
    assert 'name="_source"' in page
    draft.refresh_from_db()
    assert raw_of(draft.body, part)["rate_bp"] == 600

    page = save(desk, draft, part, **{**OWN, "way": "extracted", "party": "tax"})
    draft.refresh_from_db()
    assert 'name="o:0:rate_bp"' in page.content.decode()
    save(desk, draft, part, **OWN, op="row-add:0", col_add=as_read("region at any level"))
    draft.refresh_from_db()
    cells = {"label:0": "杭州", "c:0:region_path": region.code, "o:0:rate_bp": "3%",
             "label:1": "其他", "c:1:region_path": "", "o:1:rate_bp": "6%"}  # fmt: skip
    save(desk, draft, part, **OWN, **cells)
    draft.refresh_from_db()
    tax = raw_of(draft.body, part)
    assert [(row["when"], row["rate_bp"]) for row in tax["rows"]] == [
        ({"region_path": region.code}, 300), ({}, 600),
    ]  # fmt: skip
    assert tax["way"] == "extracted"
    assert "rate_bp" not in tax
    assert not [found for found in check_rules(draft.body) if found.level == "fault"]

    head = {"format": 1, "version": "1", "effective_from": "2026-01-01", "parties": ["tax"]}
    rules = compile_rules({**head, "components": [tax]})
    for path, due in ((("CN", region.code), 300), (("CN",), 583)):
        outcome = settle(rules, JobFacts(paid_fen=10_300, region_path=path))
        assert [(line.code, line.amount_fen) for line in outcome.lines] == [(code, due)]
