"""What an order's new money changes for each payee, and by which components most; plain Python."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from settlement.engine.result import Outcome
    from settlement.engine.rules import Compiled
    from settlement.shadow import Part

SHOWN = 6
"""Components kept as the cause of a difference, the largest first."""
Codes = dict[str, int]
"""Fen of one payee by component."""
_NOTHING: Codes = {}
_as_json = json.JSONEncoder(ensure_ascii=False).encode


class Change(NamedTuple):
    """One payee's part before and after: the component that changed most, and all that did."""

    party_id: int
    old_fen: int
    new_fen: int
    cause: str
    label: str
    because: str


def stored_codes(stored: Sequence[Part]) -> dict[int, Codes]:
    """Return what an order brought, by payee and component."""
    found: dict[int, Codes] = {}
    for _pk, _role, party_id, code, _label, fen in stored:
        if party_id in found:
            codes = found[party_id]
            codes[code] = codes[code] + fen if code in codes else fen
        elif party_id is not None:
            found[party_id] = {code: fen}
    return found


def new_codes(outcome: Outcome) -> dict[str, Codes]:
    """Return what an order would bring, by payee as the rules name it and component."""
    found: dict[str, Codes] = {}
    for _seq, code, party, _rule, _base, _num, _den, fen, because in outcome.money:
        if "who" in because:
            party = f"{party}:{because['who']}"
        if party in found:
            codes = found[party]
            codes[code] = codes[code] + fen if code in codes else fen
        else:
            found[party] = {code: fen}
    return found


def changes(
    stored: Sequence[Part], fresh: Mapping[str, Codes], to: Mapping[str, int], rules: Compiled
) -> Iterator[Change]:
    """Yield the payees whose sum changes; names nobody stands behind have no money."""
    old, new = stored_codes(stored), _by_party(fresh, to)
    for party_id in old | new:
        before, after = old.get(party_id, _NOTHING), new.get(party_id, _NOTHING)
        was, now = sum(before.values()), sum(after.values())
        if was != now:
            yield Change(party_id, was, now, *_cause(before, after, stored, rules))


def _by_party(fresh: Mapping[str, Codes], to: Mapping[str, int]) -> dict[int, Codes]:
    found: dict[int, Codes] = {}
    for name, codes in fresh.items():
        party_id = to.get(name)
        if party_id is None:
            continue
        known = found.get(party_id)
        if known is None:
            found[party_id] = codes
        else:
            # One payee in two parts, such as a shop that is also the branch.
            both = known | codes
            for code in known.keys() & codes.keys():
                both[code] = known[code] + codes[code]
            found[party_id] = both
    return found


def _cause(
    before: Codes, after: Codes, stored: Sequence[Part], rules: Compiled
) -> tuple[str, str, str]:
    """What changed for one payee, the largest change first: its code, label and all as JSON."""
    changed = [
        (-abs(now - was), code, was, now)
        for code, now in after.items()
        if (was := before.get(code, 0)) != now
    ]
    if not before.keys() <= after.keys():
        changed += [
            (-abs(was), code, was, 0) for code, was in before.items() if was and code not in after
        ]
    changed.sort()
    labels = [
        rules.label_of(code)
        if code in after
        else next(part[4] for part in stored if part[3] == code)
        for _size, code, _was, _now in changed[:SHOWN]
    ]
    shown = [
        f"[{_words(code, label)},{was},{now}]"
        for (_size, code, was, now), label in zip(changed, labels, strict=False)
    ]
    return changed[0][1], labels[0][:60], f'{{"lines":[{",".join(shown)}]}}'


@lru_cache(maxsize=4096)
def _words(code: str, label: str) -> str:
    return f"{_as_json(code)},{_as_json(label)}"
