"""What the causes of a change are called, and what is meant by each."""

from __future__ import annotations

from django.utils.translation import gettext as _


def cause_words(code: str) -> tuple[str, str]:
    """Return the name and the meaning of a cause."""
    return {
        "volume": (
            _("Volume"),
            _("More or fewer orders, at the average of the period before"),
        ),
        "rule": (
            _("Rules and prices"),
            _("Same item and city under another version of the rules: another average per order"),
        ),
        "mix": (
            _("Mix and places"),
            _("Other items and cities than before, with the roundings of the other causes"),
        ),
        "facts": (
            _("Jobs themselves"),
            _("Same item, city and rules: distance, time, grade, materials of the orders"),
        ),
        "charges": (_("Extra charges"), _("Extra charges customers confirmed on site")),
        "bonuses": (
            _("Bonuses and allowances"),
            _("Bonuses on a whole period, allowances for days of support"),
        ),
        "adjustments": (
            _("Adjustments"),
            _("Adjustments, disputes, corrections after recomputing, platform bills"),
        ),
        "rest": (_("Rest"), _("Everything that belongs to none of the other causes")),
    }[code]
