"""The order of the packages and where their files are."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# A package imports and points only to what stands before it; the last two stand side by side.
ORDER = (
    "common",
    "tenants",
    "network",
    "accounts",
    "catalog",
    "customers",
    "workorders",
    "inventory",
    "settlement",
    "dispatch",
    "integrations",
    "dashboards",
)
PACKAGES = tuple(name for name in (*ORDER, "config") if (ROOT / name).is_dir())


def package_of(module: str) -> str:
    """Return the package a dotted module name belongs to."""
    return module.split(".")[0]


def source_files() -> list[Path]:
    """Return every Python file of the product, migrations and tests left out."""
    found = (path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))
    return sorted(path for path in found if "migrations" not in path.parts)
