"""The library of flows that comes with the product: blocks, whole flows by trade, and variants.

Nothing of it is published by itself; a company copies what it wants into a draft.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workorders.flow.blocks import Block, read_block
from workorders.flow.overlays import Overlay, read_overlay
from workorders.flow.recipes import Recipe, read_recipe
from workorders.flow_versions import presets

if TYPE_CHECKING:
    from workorders.flow.bodies import Body

LIBRARY = Path(__file__).parent / "library"


@cache
def bases() -> Mapping[str, Mapping[str, Any]]:
    """Return the bodies flows of the library extend, by key: the presets and the library's own."""
    return presets() | {body["key"]: body for body in _files("bases")}


@cache
def blocks() -> Mapping[str, Block]:
    """Return the library's blocks by key, in the order of their files."""
    found = (read_block(body, _host(body)) for body in _files("blocks"))
    return {block.key: block for block in found}


@cache
def recipes() -> Mapping[str, Recipe]:
    """Return the library's flows by key."""
    return {recipe.key: recipe for recipe in map(read_recipe, _files("flows"))}


@cache
def overlays() -> Mapping[str, Overlay]:
    """Return the library's variants by key."""
    return {overlay.key: overlay for overlay in map(read_overlay, _files("overlays"))}


def block_bodies() -> Mapping[str, Mapping[str, Any]]:
    """Return the blocks by key as edits take them."""
    return {key: block.body for key, block in blocks().items()}


def fitting_overlays(key: str) -> tuple[Overlay, ...]:
    """Return the variants made for the trade of a flow of the library; KeyError for an unknown key."""
    industry = recipes()[key].industry
    return tuple(overlay for overlay in overlays().values() if overlay.suits(industry))


def flow_body(key: str) -> Body:
    """Return the whole body of a flow of the library; KeyError for an unknown key."""
    recipe = recipes()[key]
    return recipe.body(bases()[recipe.extends], block_bodies())


def _host(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """A block is tried in the flow it names as its host: installation where it names none."""
    return bases()[str(body.get("host", "installation"))]


def _files(folder: str) -> list[dict[str, Any]]:
    """Read all tables `[[entry]]` of a folder's files, in the order of their names."""
    found: list[dict[str, Any]] = []
    for path in sorted((LIBRARY / folder).glob("*.toml")):
        found += tomllib.loads(path.read_text("utf-8")).get("entry", [])
    return found
