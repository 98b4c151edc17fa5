"""Stored flows: which version an order starts with, and reading the version it keeps."""

from __future__ import annotations

import json
import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workorders.flow import Flow, read_flow
from workorders.models import FlowVersion

if TYPE_CHECKING:
    from collections.abc import Collection

    from workorders.models import WorkOrder

_PRESETS = Path(__file__).parent / "presets"


@cache
def presets() -> dict[str, dict[str, Any]]:
    """Return the bodies of the flows every company starts with, by key."""
    bodies = [tomllib.loads(path.read_text("utf-8")) for path in sorted(_PRESETS.glob("*.toml"))]
    return {body["key"]: body for body in bodies}


def published_flow_names() -> dict[str, str]:
    """Return the names of the flows new orders can follow, by key: the company's and the presets."""
    rows = FlowVersion.objects.filter(variant="").order_by("key", "-number").distinct("key")
    names: dict[str, str] = {key: body["name"] for key, body in presets().items()}
    for key, name, withdrawn in rows.values_list("key", "name", "withdrawn"):
        names[key] = "" if withdrawn else name
    return {key: name for key, name in names.items() if name}


def flow_of(order: WorkOrder) -> Flow:
    """Return the flow the order started with, whatever was published since."""
    return read_version(order.flow_version)


def flows_by_id(ids: Collection[int]) -> dict[int, Flow]:
    """Return stored flows by the ids of their versions, each loaded once; one query."""
    return {pk: read_version(each) for pk, each in FlowVersion.objects.in_bulk(ids).items()}


def read_version(version: FlowVersion) -> Flow:
    """Return a stored flow; equal bodies are read once a process, and once for a record in hand."""
    flow: Flow | None = version.__dict__.get("_flow")
    if flow is None:
        flow = _read(json.dumps(version.body, sort_keys=True, ensure_ascii=False))
        version.__dict__["_flow"] = flow
    return flow


@lru_cache(maxsize=64)
def _read(body: str) -> Flow:
    return read_flow(json.loads(body))
