"""What an entry of an earlier holder says, as it is stored: one shape for each kind."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

from workorders.models import LateEntry

Kind = LateEntry.Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class LateArrival:
    """An arrival: by position (WGS-84, metres), by a code that was not used up, or by word."""

    kind: ClassVar[str] = Kind.CHECK_IN
    lon: float | None = None
    lat: float | None = None
    accuracy_m: int | None = None
    from_site_m: int | None = None
    is_far: bool = False
    by_code: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LateCharge:
    """A charge nobody agreed to in time; without an amount where the company has no price for it."""

    kind: ClassVar[str] = Kind.CHARGE
    code: str = ""
    quantity: int = 1
    amount_fen: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LateConsent:
    """The customer's signature under a charge of this order."""

    kind: ClassVar[str] = Kind.CONSENT
    charge: int = 0
    code: str = ""
    amount_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LateAnswer:
    """What the customer answered to a question on the phone."""

    kind: ClassVar[str] = Kind.ANSWER
    question: str = ""
    agrees: bool = False
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LateForm:
    """Answers to a form of a frozen flow; `unread` holds what was no answer, by label, as typed."""

    kind: ClassVar[str] = Kind.FORM
    form: str = ""
    flow_version: int = 0
    values: dict[str, Any] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LateSignature:
    """A signature: all of it stands with the picture."""

    kind: ClassVar[str] = Kind.SIGNATURE


LateContents = LateArrival | LateCharge | LateConsent | LateAnswer | LateForm | LateSignature
_SHAPES: dict[str, type[LateContents]] = {
    shape.kind: shape
    for shape in (LateArrival, LateCharge, LateConsent, LateAnswer, LateForm, LateSignature)
}
_TYPES: dict[str, tuple[type, ...]] = {
    "lon": (float, int), "lat": (float, int), "accuracy_m": (int,), "from_site_m": (int,),
    "is_far": (bool,), "by_code": (bool,), "reason": (str,), "code": (str,), "quantity": (int,),
    "amount_fen": (int,), "charge": (int,), "question": (str,), "agrees": (bool,),
    "remark": (str,), "form": (str,), "flow_version": (int,), "values": (dict,), "unread": (dict,),
}  # fmt: skip


def stored(contents: LateContents) -> dict[str, Any]:
    """Return contents as JSON, in the shape `contents_of` reads."""
    return asdict(contents)


def contents_of(entry: LateEntry) -> LateContents:
    """Return what a stored entry says; what is missing or no such value reads as not said."""
    shape = _SHAPES[entry.kind]
    known: dict[str, Any] = {
        name: value
        for name, value in entry.contents.items()
        if name in shape.__dataclass_fields__ and isinstance(value, _TYPES[name])
    }
    return shape(**known)
