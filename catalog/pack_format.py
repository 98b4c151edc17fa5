"""Reads industry packs from data files and refuses wrong ones with the path of every error."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

from catalog.checked_table import CheckedTable, Errors
from catalog.pack_shapes import (
    LONGEST_ADDRESS,
    Change,
    MappingHint,
    MaterialNeed,
    Named,
    Pack,
    PackItem,
    PackMaterial,
    PackOverride,
    PackStep,
    PhotoNeed,
    SkillNeed,
    diff,
)
from network.order_types import ORDER_TYPES

__all__ = [
    "Change",
    "MappingHint",
    "MaterialNeed",
    "Named",
    "Pack",
    "PackError",
    "PackItem",
    "PackMaterial",
    "PackOverride",
    "PackStep",
    "PhotoNeed",
    "SkillNeed",
    "diff",
    "read_pack",
    "shipped_packs",
]

MATERIAL_KINDS = frozenset({"consumable", "part"})
FULL_BP = 10_000
HIGHEST_RANK = 4


class PackError(ValueError):
    """A file that is no pack; `errors` lists (path, reason) of everything wrong with it."""

    def __init__(self, errors: Iterable[tuple[str, str]]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(f"{path}: {reason}" for path, reason in self.errors))


def shipped_packs() -> tuple[Path, ...]:
    """The pack files that come with the product, in the order of their names."""
    return tuple(sorted((Path(__file__).parent / "packs").glob("*.toml")))


def read_pack(source: str | Path) -> Pack:
    """Read a pack from a file's path or from TOML text; PackError lists every error with its path."""
    try:
        text = source.read_text(encoding="utf-8") if isinstance(source, Path) else source
        body = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise PackError([("", f"cannot be read: {error}")]) from error
    except tomllib.TOMLDecodeError as error:
        raise PackError([("", f"is not valid TOML: {error}")]) from error
    errors: Errors = []
    table = CheckedTable(body, "", errors)
    table.only(*Pack.__dataclass_fields__)
    pack = Pack(
        code=table.text("code"),
        name=table.text("name"),
        version=table.text("version"),
        industry=table.text("industry"),
        skills=tuple(Named(row.text("code"), row.text("name")) for row in table.tables("skills")),
        certificates=tuple(
            Named(row.text("code"), row.text("name")) for row in table.tables("certificates")
        ),
        materials=tuple(_read_material(row) for row in table.tables("materials")),
        items=tuple(_read_item(row) for row in table.tables("items", needed=True)),
        overrides=tuple(_read_override(row) for row in table.tables("overrides")),
        mappings=tuple(_read_mapping(row) for row in table.tables("mappings")),
    )
    _check_codes(pack, errors)
    if errors:
        raise PackError(errors)
    return pack


def _read_material(row: CheckedTable) -> PackMaterial:
    row.only(*PackMaterial.__dataclass_fields__)
    kind = row.text("kind")
    if kind and kind not in MATERIAL_KINDS:
        row.wrong("kind", "must be consumable or part")
    return PackMaterial(
        row.text("code"), row.text("name"), row.text("unit"), kind, row.whole("unit_price_fen")
    )


def _read_needs(row: CheckedTable) -> tuple[MaterialNeed, ...]:
    return tuple(
        MaterialNeed(need.text("code"), need.whole("milli")) for need in row.tables("materials")
    )


def _read_step(row: CheckedTable, seq: int) -> PackStep:
    row.only("name", "minutes", "required", "instruction", "photos", "materials", "safety", "video")
    return PackStep(
        seq=seq,
        name=row.text("name"),
        minutes=row.whole("minutes", low=1),
        required=row.flag("required", True),
        instruction=row.text("instruction"),
        photos=tuple(
            PhotoNeed(photo.text("name"), photo.whole("count", low=1), photo.text("example"))
            for photo in row.tables("photos")
        ),
        materials=_read_needs(row),
        safety=row.texts("safety"),
        video=_read_video(row),
    )


def _read_video(row: CheckedTable) -> str:
    """Only https: the phone's page may not be sent anywhere else, nor to a script."""
    video = row.text("video", "")
    if video and not (video.startswith("https://") and len(video) <= LONGEST_ADDRESS):
        row.wrong("video", f"must be an https address of at most {LONGEST_ADDRESS} characters")
        return ""
    return video


def _read_item(row: CheckedTable) -> PackItem:
    row.only(*PackItem.__dataclass_fields__)
    return PackItem(
        code=row.text("code"),
        name=row.text("name"),
        category=row.text("category"),
        unit=row.text("unit"),
        flow=row.text("flow", ""),
        list_price_fen=row.whole("list_price_fen"),
        skills=tuple(_read_skill_need(need) for need in row.tables("skills")),
        certificates=row.texts("certificates"),
        hints=row.texts("hints"),
        steps=tuple(
            _read_step(step, at + 1) for at, step in enumerate(row.tables("steps", needed=True))
        ),
        order_type=_read_order_type(row),
    )


def _read_order_type(row: CheckedTable) -> str:
    order_type = row.text("order_type", "")
    if order_type and order_type not in ORDER_TYPES:
        row.wrong("order_type", f"must be one of {', '.join(ORDER_TYPES)}")
    return order_type


def _read_skill_need(row: CheckedTable) -> SkillNeed:
    rank = row.whole("rank", low=1)
    if rank > HIGHEST_RANK:
        row.wrong("rank", f"must be at most {HIGHEST_RANK}")
    return SkillNeed(row.text("skill"), rank)


def _read_override(row: CheckedTable) -> PackOverride:
    row.only(*PackOverride.__dataclass_fields__)
    return PackOverride(
        item=row.text("item"),
        area=row.text("area"),
        divisions=row.text_or_texts("divisions"),
        months=row.months("months"),
        minutes_bp=row.whole("minutes_bp", FULL_BP, low=1),
        extra_minutes=row.whole("extra_minutes", 0),
        materials=_read_needs(row),
        note=row.text("note", ""),
    )


def _read_mapping(row: CheckedTable) -> MappingHint:
    row.only(*MappingHint.__dataclass_fields__)
    return MappingHint(row.text("item"), row.texts("prefixes"), row.texts("keywords"))


def _check_codes(pack: Pack, errors: Errors) -> None:
    """Every code is used once and every code named exists: an import never meets a dangling one."""
    items = {item.code for item in pack.items}
    known = {
        "items": [item.code for item in pack.items],
        "materials": [material.code for material in pack.materials],
        "skills": [skill.code for skill in pack.skills],
        "certificates": [certificate.code for certificate in pack.certificates],
    }
    for place, codes in known.items():
        errors += [(place, f"the code {c} is used twice") for c in codes if codes.count(c) > 1]
    for place, code, group in _named_codes(pack):
        if code and code not in known[group]:
            errors.append((place, f"{code} is not among this pack's {group}"))
    for at, mapping in enumerate(pack.mappings):
        if mapping.item in items and not (mapping.prefixes or mapping.keywords):
            errors.append((f"mappings[{at}]", "needs a prefix or a keyword"))


def _named_codes(pack: Pack) -> Iterable[tuple[str, str, str]]:
    for at, item in enumerate(pack.items):
        place = f"items[{at}]"
        yield from ((f"{place}.skills", need.skill, "skills") for need in item.skills)
        yield from ((f"{place}.certificates", code, "certificates") for code in item.certificates)
        for step in item.steps:
            where = f"{place}.steps[{step.seq - 1}].materials"
            yield from ((where, need.code, "materials") for need in step.materials)
    for at, override in enumerate(pack.overrides):
        yield f"overrides[{at}].item", override.item, "items"
        where = f"overrides[{at}].materials"
        yield from ((where, need.code, "materials") for need in override.materials)
    yield from (
        (f"mappings[{at}].item", mapping.item, "items") for at, mapping in enumerate(pack.mappings)
    )
