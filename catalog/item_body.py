"""Reads the frozen body of an item version back into the shape packs are written in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catalog.pack_format import MaterialNeed, PackItem, PackStep, PhotoNeed, SkillNeed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from catalog.models import ServiceItemVersion

ItemBody = PackItem
KEPT = 2_000
_read: dict[str, ItemBody] = {}


def body_of_version(version: ServiceItemVersion) -> ItemBody:
    """Return the body of a stored version; versions never change, so equal ones are read once."""
    found = _read.get(version.sha256)
    if found is None:
        while len(_read) >= KEPT:
            _read.pop(next(iter(_read)), None)  # another thread may have been faster
        found = _read[version.sha256] = read_body(version.body)
    return found


def read_body(body: Mapping[str, Any]) -> ItemBody:
    """Return the body's steps, photos, materials, skills and certificates as frozen records."""
    return PackItem(
        code=body["code"],
        name=body["name"],
        category=body["category"],
        unit=body["unit"],
        flow=body["flow"],
        list_price_fen=body["list_price_fen"],
        skills=tuple(SkillNeed(need["skill"], need["rank"]) for need in body["skills"]),
        certificates=tuple(body["certificates"]),
        hints=tuple(body["hints"]),
        steps=tuple(_step(step) for step in body["steps"]),
        order_type=body.get("order_type", ""),
    )


def _step(step: Mapping[str, Any]) -> PackStep:
    return PackStep(
        seq=step["seq"],
        name=step["name"],
        minutes=step["minutes"],
        required=step["required"],
        instruction=step["instruction"],
        photos=tuple(PhotoNeed(p["name"], p["count"], p["example"]) for p in step["photos"]),
        materials=tuple(MaterialNeed(m["code"], m["milli"]) for m in step["materials"]),
        safety=tuple(step["safety"]),
        video=step.get("video", ""),
    )
