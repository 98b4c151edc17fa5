"""The shapes of an industry pack: what a pack file holds once it has been read and found right."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

LONGEST_ADDRESS = 300
"""Of a video, in characters."""


@dataclass(frozen=True, slots=True)
class Named:
    """A skill or a certificate."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class PackMaterial:
    """A consumable or a part; price in fen per unit."""

    code: str
    name: str
    unit: str
    kind: str
    unit_price_fen: int


@dataclass(frozen=True, slots=True)
class MaterialNeed:
    """A default quantity in thousandths of the unit; 0 = used often, measured on site."""

    code: str
    milli: int


@dataclass(frozen=True, slots=True)
class PhotoNeed:
    """Photos a step asks for, with words that say what a good one shows."""

    name: str
    count: int
    example: str


@dataclass(frozen=True, slots=True)
class PackStep:
    """One step of an item; `seq` counts from 1. `video` is an https address, "" for none."""

    seq: int
    name: str
    minutes: int
    required: bool
    instruction: str
    photos: tuple[PhotoNeed, ...]
    materials: tuple[MaterialNeed, ...]
    safety: tuple[str, ...]
    video: str = ""


@dataclass(frozen=True, slots=True)
class SkillNeed:
    """A skill and the least grade rank in it (1 trainee, 2 junior, 3 middle, 4 senior)."""

    skill: str
    rank: int


@dataclass(frozen=True, slots=True)
class PackItem:
    """A service item; `list_price_fen` is the customer's price for one `unit`.

    `flow` is the key of a published flow, "" for that of the order type. `order_type` is one of
    ORDER_TYPES, "" where the flow or else the region of the site decides.
    """

    code: str
    name: str
    category: str
    unit: str
    flow: str
    list_price_fen: int
    skills: tuple[SkillNeed, ...]
    certificates: tuple[str, ...]
    hints: tuple[str, ...]
    steps: tuple[PackStep, ...]
    order_type: str = ""

    @property
    def labor_minutes(self) -> int:
        """All steps together: an item's labour is never stated apart from its steps."""
        return sum(step.minutes for step in self.steps)

    def as_body(self) -> dict[str, Any]:
        """The item as plain JSON values, ready to be stored in an immutable version."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self), ensure_ascii=False))
        if not self.order_type:
            # Items from before there were order types keep their fingerprint.
            del plain["order_type"]
        _without_empty_videos(plain)
        return plain | {"labor_minutes": self.labor_minutes}

    @property
    def sha256(self) -> str:
        """Fingerprint of the item's content: equal content, equal fingerprint."""
        return _fingerprint(self.as_body())


@dataclass(frozen=True, slots=True)
class PackOverride:
    """What an area does differently: divisions by code, months empty = all year."""

    item: str
    area: str
    divisions: tuple[str, ...]
    months: tuple[int, ...]
    minutes_bp: int
    extra_minutes: int
    materials: tuple[MaterialNeed, ...]
    note: str


@dataclass(frozen=True, slots=True)
class MappingHint:
    """Which products ask for an item: codes beginning with a prefix, titles with a keyword."""

    item: str
    prefixes: tuple[str, ...]
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """A whole pack; every code named inside exists inside."""

    code: str
    name: str
    version: str
    industry: str
    skills: tuple[Named, ...]
    certificates: tuple[Named, ...]
    materials: tuple[PackMaterial, ...]
    items: tuple[PackItem, ...]
    overrides: tuple[PackOverride, ...]
    mappings: tuple[MappingHint, ...]

    @property
    def sha256(self) -> str:
        """Fingerprint of the whole pack."""
        plain = asdict(self)
        for item in plain["items"]:
            _without_empty_videos(item)
        return _fingerprint(plain)


class Change(StrEnum):
    """What an import would do to an item."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


def diff(pack: Pack, existing: Mapping[str, str]) -> dict[str, Change]:
    """Each item's code with what an import would do; `existing` maps codes to sha256."""
    return {item.code: _change(item, existing.get(item.code)) for item in pack.items}


def _change(item: PackItem, known: str | None) -> Change:
    if known is None:
        return Change.NEW
    return Change.UNCHANGED if known == item.sha256 else Change.CHANGED


def _without_empty_videos(item: Mapping[str, Any]) -> None:
    """Steps from before there were videos keep their fingerprint."""
    for step in item["steps"]:
        if not step["video"]:
            del step["video"]


def _fingerprint(plain: Mapping[str, Any]) -> str:
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
