"""Small rule bodies and facts for tests, from the tables a golden case or the handbook writes."""

from collections.abc import Mapping
from typing import Any

from settlement.engine.evaluate import settle
from settlement.engine.facts import restored
from settlement.engine.result import Outcome
from settlement.engine.rules import compile_rules

PARTIES = ["installer", "channel", "tax", "hq", "branch", "agent", "dealer"]
FRAME = {"format": 1, "version": "1", "effective_from": "2025-01-01", "parties": PARTIES}


def body_of(case: Mapping[str, Any]) -> dict[str, Any]:
    """Return a whole body: the case's tables and components, which pay the installer by default."""
    components = [
        {"party": "installer", **part} if part.get("kind") != "split" else dict(part)
        for part in case["components"]
    ]
    parts = {name: case[name] for name in ("parties", "sums", "tables", "grids") if name in case}
    return {**FRAME, **parts, "components": components}


def outcome_of(case: Mapping[str, Any]) -> Outcome:
    """Settle the case's facts with the case's rules."""
    return settle(compile_rules(body_of(case)), restored(case.get("facts", {})))


def flat(code: str, amount_fen: int, **more: Any) -> dict[str, Any]:
    """Return a flat component: the simplest base for another one."""
    return {"code": code, "kind": "flat", "amount_fen": amount_fen, **more}
