"""The city levels a company may give: the codes rules name, with the words people use."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from network.divisions.city_levels import cities_with_levels


def city_levels() -> list[tuple[str, str]]:
    """Return (code, Chinese name) of the known levels, the dearest first."""
    known = {level.code: level for _city, level in cities_with_levels()}
    ranked = sorted(known.values(), key=lambda level: (-level.cost_level, level.code))
    return [(level.code, f"{level.name} ({level.code})") for level in ranked]


def city_level_choices() -> list[tuple[str, object]]:
    """Return the choices of a form: inherited first."""
    return [("", _("Inherited")), *city_levels()]
