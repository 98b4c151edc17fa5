"""What kind of service an order is for, and which kind comes first in a part of the country."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import Promise

INSTALLATION = "installation"
REPAIR = "repair"
ORDER_TYPES: Mapping[str, str | Promise] = {
    INSTALLATION: _("Installation"),
    REPAIR: _("Repair"),
    "maintenance": _("Maintenance"),
    "survey": _("Site survey"),
    "exchange": _("Return or exchange"),
    "complaint": _("Complaint"),
}
_NORTH = ("华北", "东北", "西北")
_SOUTH = ("华南", "西南")


def usual_order_type(big_region: str) -> str:
    """Return what comes first in a big region: in the north installation, in the south repair.

    "" where neither is usual.
    """
    if big_region in _NORTH:
        return INSTALLATION
    return REPAIR if big_region in _SOUTH else ""


def order_type_names() -> dict[str, str]:
    """Return what people call the order types, by code."""
    return {code: str(name) for code, name in ORDER_TYPES.items()}
