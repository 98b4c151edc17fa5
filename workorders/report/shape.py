"""What a service report says, as values: words are made from them in the reader's language."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One arrival; `at` is ISO and UTC, degrees are WGS-84 as text."""

    pk: int
    by: str
    at: str
    method: str
    lon: str | None
    lat: str | None
    accuracy_m: int | None
    from_site_m: int | None
    is_far: bool
    reason: str
    received_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A finished step of the item."""

    seq: int
    name: str
    by: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A filled-in form; `answers` holds label and words by language, `signatures` those it asks for."""

    pk: int
    name: str
    stage: str
    by: str
    at: str
    answers: dict[str, list[list[str]]]
    signatures: tuple[Signed, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A photo with who said where and when, and what was odd of it; `sha256` of what came in."""

    pk: int
    kind: str
    label: str
    at: str
    time_source: str
    lon: str | None
    lat: str | None
    from_site_m: int | None
    place_source: str
    is_far: bool
    is_old: bool
    is_again: bool
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A material that was used, in thousandths of its unit."""

    name: str
    unit: str
    quantity_milli: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What the customer was asked to pay beyond the order, and how they answered."""

    pk: int
    code: str
    quantity: int
    unit: str
    amount_fen: int
    reason: str
    state: str
    is_declined: bool
    way: str
    answered_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Who signed under the work, or in a form; `strokes` as `workorders.strokes` keeps them.

    Of a form it has the field's `label` and `by`, who handed it in.
    """

    pk: int
    name: str
    relation: str
    at: str
    strokes: dict[str, Any] | None
    sha256: str
    label: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that is frozen of an order; names and numbers of the customer are masked already."""

    number: str
    company: str
    outlet: str
    installer: str
    helpers: list[str]
    customer: str
    phone: str
    district: str
    address: str
    lon: str | None
    lat: str | None
    precision: str
    item: str
    item_version: int
    quantity: int
    ordered_at: str
    window_from: str | None
    window_to: str | None
    assigned_at: str | None
    started_at: str | None
    ended_at: str
    is_completed: bool
    end_reason: str
    visits: tuple[Visit, ...]
    steps: tuple[Step, ...]
    forms: tuple[Form, ...]
    photos: tuple[Photo, ...]
    materials: tuple[Material, ...]
    charges: tuple[Charge, ...]
    signature: Signed | None
    started_received_at: str | None = None
    ended_received_at: str | None = None
    accepted_at: str | None = None
    accepted_received_at: str | None = None

    def stored(self) -> dict[str, Any]:
        """Return the facts as JSON keeps them; what nobody noted before is left out while it is none."""
        kept: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        _leave_out(kept, Facts)
        for visit in kept["visits"]:
            _leave_out(visit, Visit)
        for form in kept["forms"]:
            _leave_out(form, Form)
        if kept["signature"]:
            _leave_out(kept["signature"], Signed)
        return kept


def _leave_out(part: dict[str, Any], made: Any) -> None:
    """Take out what came to the report later and is none here: such fields have a default of None."""
    for each in fields(made):
        if each.default is None and part[each.name] is None:
            del part[each.name]


_LISTS = {
    "visits": Visit, "steps": Step, "photos": Photo, "materials": Material, "charges": Charge,
}  # fmt: skip


def read_facts(kept: dict[str, Any]) -> Facts:
    """Return the facts that `stored` wrote; TypeError for what it never wrote."""
    lists = {name: tuple(made(**each) for each in kept[name]) for name, made in _LISTS.items()}
    signed = Signed(**kept["signature"]) if kept["signature"] else None
    forms = tuple(_read_form(each) for each in kept["forms"])
    return Facts(**{**kept, **lists, "forms": forms, "signature": signed})


def _read_form(kept: dict[str, Any]) -> Form:
    signed = kept.get("signatures")
    return Form(
        **{**kept, "signatures": tuple(Signed(**each) for each in signed) if signed else None}
    )


def fingerprint(kept: dict[str, Any]) -> str:
    """Return the sha256 of stored facts, the same whatever the order of their keys."""
    text = json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
