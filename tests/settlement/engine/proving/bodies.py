"""Bodies of one table or one ladder, and what the check says about them."""

from typing import Any

from settlement.engine.lint import check_rules
from settlement.engine.proving.finding import Finding
from tests.settlement.engine.bodies import body_of


def table(hit: str, *rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A body with one table of amounts."""
    part = {"code": "T", "kind": "table", "hit": hit, "rows": list(rows), **more}
    return body_of({"components": [part]})


def row(name: str, **when: Any) -> dict[str, Any]:
    """A row that gives a fen."""
    return {"id": name, "when": when, "amount_fen": 1}


def said(body: dict[str, Any], level: str) -> list[tuple[str, dict[str, Any]]]:
    """Sentences and examples of one level, in order."""
    found: list[Finding] = check_rules(body)
    return [
        (each.message % each.params, dict(each.example)) for each in found if each.level == level
    ]
