"""The shares of a split, fixed or by a table of its own: one list of parties fits both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from settlement.engine.money import allocate
from settlement.rulebook.table_form import free_id
from settlement.rulebook.typed import WHOLE_BP

SHARES = "shares_bp"
Raw = dict[str, Any]


def first_shares(raw: Mapping[str, Any]) -> Raw:
    """Return the table a split begins with: one row for every job, with the shares of before."""
    weights = [share.get("bp", 0) for share in raw.get("shares", ())]
    if sum(weights) != WHOLE_BP:
        weights = list(allocate(WHOLE_BP, [1] * len(weights))) if weights else []
    row = {"id": free_id(str(raw["code"]), []), "when": {}, SHARES: weights}
    return {"hit": "FIRST", "rows": [row]}


def fit_shares(new: Raw, raw: Mapping[str, Any]) -> None:
    """Keep parties and percentages together when the list, or where they come from, changed."""
    shares = [dict(share) for share in new.get("shares", ())]
    before: Sequence[Mapping[str, Any]] = raw.get("shares", ())
    if "table" not in new and "rows" not in new:
        rows = raw.get("rows") or [{}]
        for at, share in enumerate(shares):
            given = rows[0].get(SHARES, ())
            share.setdefault("bp", given[at] if at < len(given) else 0)
    else:
        for share in shares:
            share.pop("bp", None)
    if "rows" in new and "rows" in raw:
        old = [share.get("code") for share in before]
        codes = [share.get("code") for share in shares]
        new["rows"] = [{**row, SHARES: _moved(row.get(SHARES), old, codes)} for row in new["rows"]]
    new["shares"] = shares


def _moved(weights: Any, old: Sequence[Any], codes: Sequence[Any]) -> Any:
    """Return a row's percentages in the order of the parties now; who came new gets nothing."""
    if not isinstance(weights, list) or len(weights) != len(old) or old == codes:
        return weights
    if len(old) == len(codes) and set(old) != set(codes):
        return weights
    known = dict(zip(old, weights, strict=True))
    return [known.get(code, 0) for code in codes]
