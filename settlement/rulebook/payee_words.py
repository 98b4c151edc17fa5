"""What whom rules can pay is called: the roles of an order, suppliers and single units."""

from __future__ import annotations

from django.utils.translation import gettext as _

from settlement.rule_sheets import party_word
from settlement.services.parties import LONGEST, ROLES, SUPPLIER, UNIT, single_units, suppliers

MOST_UNITS = 200
"""Units offered by name, the highest first; beyond them nobody finds one in a list."""


def party_words() -> dict[str, str]:
    """Return whom rules can pay: the roles of an order, then suppliers and units by their names."""
    words = {role: party_word(role) for role in ROLES}
    for code, name in suppliers().exclude(code="").order_by("name").values_list("code", "name"):
        words[f"{SUPPLIER}{code}"] = _("supplier %(code)s") % {"code": name}
    units = single_units().filter(is_active=True).order_by("path")
    for code, name in units.values_list("code", "name")[:MOST_UNITS]:
        words[f"{UNIT}{code}"] = _("always %(unit)s") % {"unit": name}
    return {role: word for role, word in words.items() if len(role) <= LONGEST}
