"""How the amount of an offer's line came about, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common.formatting import money, visible
from settlement.engine.explain import explain
from settlement.engine.result import Line
from settlement.engine.words import decimal
from settlement.quotations.pricing import LEFT_OUT, ONE, SERVICE, SURCHARGE
from settlement.quotations.surcharging import SERVICE_PRICE, SO_FAR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from settlement.quotations.pricing import PricedLine


def line_words(line: PricedLine) -> str:
    """Say how the amount of a line came about, with its own numbers."""
    why = line.because
    counted = f"{decimal(line.quantity_milli, ONE)} {line.unit}".strip()
    words = {"count": counted, "price": money(line.unit_fen), "amount": money(line.amount_fen)}
    if why.get("how") == SERVICE:
        return f"{_list_words(why)}{_(': ')}{counted} × {words['price']} = {words['amount']}"
    if why.get("how") == LEFT_OUT:
        would = {"would": money(why["would_fen"]), "reason": visible(why["reason"])}
        return _("left out, would be %(would)s: %(reason)s") % would
    if why.get("how") == SURCHARGE:
        return _surcharge_words(why)
    if line.unit_fen is None:
        said = _("agreed amount %(amount)s") % {"amount": money(why.get("whole_fen"))}
    elif why.get("how") == "charge":
        said = f"{counted} × {words['price']} = {money(why.get('whole_fen'))}"
    else:
        said = f"{counted} × {words['price']} = {words['amount']}"
    if why.get("how") == "charge" and why["whole_fen"] > why["most_fen"]:
        said += _("; limited to %(most)s by the tariff") % {"most": money(why["most_fen"])}
    return said


def _list_words(why: Mapping[str, Any]) -> str:
    if not why["region"]:
        return _("Price list of headquarters, version %(version)s") % {"version": why["version"]}
    return _("Price list of %(region)s (headquarters: %(core)s)") % {
        "region": why["region"],
        "core": money(why["core_fen"]),
    }


def _surcharge_words(why: Mapping[str, Any]) -> str:
    bases = {SERVICE_PRICE: _("Service price"), SO_FAR: _("Price so far")}
    line = Line(**why["line"])
    because = dict(line.because)
    if "of" in because:
        because["of"] = [bases.get(name, name) for name in because["of"]]
    said = explain(line._replace(because=because), _)
    if not why["region"]:
        return said
    return _("%(region)s: %(words)s") % {"region": why["region"], "words": said}
