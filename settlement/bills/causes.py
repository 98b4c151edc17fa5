"""Why bill and books differ, in words, and the choices of the queue."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from settlement.bills.selectors import months
from settlement.bills.shops import billed_shops
from settlement.models import BillPosition

CAUSES = {
    "fee": gettext_lazy("Another fee than the contract's"),
    "rounding": gettext_lazy("Rounding"),
    "refund_there": gettext_lazy("Refund on the bill, not known here"),
    "refund_here": gettext_lazy("Refund here, not on the bill"),
    "partial": gettext_lazy("Less paid than ordered"),
    "overpaid": gettext_lazy("More paid than ordered"),
    "adjusted": gettext_lazy("Adjusted by the platform"),
    "payees": gettext_lazy("Payees get another sum than is left"),
    "twice": gettext_lazy("The same payment twice"),
    "unknown": gettext_lazy("No such order here"),
    "unbilled": gettext_lazy("Usual delay has passed"),
    "unsettled": gettext_lazy("Not settled here yet"),
    "not_due": gettext_lazy("Not due on the bill yet"),
    "by_price": gettext_lazy("Service within the goods' price"),
    "linked": gettext_lazy("Counted for another order"),
}


def filter_choices() -> dict[str, Any]:
    """Return the choices of the queue's filters."""
    return {
        "state": [
            ("open", _("Exceptions")),
            ("", _("All")),
            *((s.value, s.label) for s in BillPosition.State),
        ],
        "shop": [("", _("All")), *billed_shops()],
        "cause": [("", _("All")), *CAUSES.items()],
        "month": [("", _("All")), *((f"{m:%Y-%m}", f"{m:%Y-%m}") for m in months())],
    }
