"""Why an order of a plan has no place, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.marking import N_

if TYPE_CHECKING:
    from dispatch.models import PlannedVisit

LEFT = {
    "skill": N_("%(count)s without the skill"),
    "grade": N_("%(count)s of too low a grade"),
    "certificate_missing": N_("%(count)s without the certificate"),
    "certificate_expired": N_("%(count)s whose certificate has expired"),
    "region": N_("%(count)s who do not serve the region"),
    "radius": N_("%(count)s who live too far away"),
    "no_shift": N_("%(count)s not at work in that time"),
    "window": N_("%(count)s without free time when the customer wants it"),
    "cap": N_("%(count)s with a full day"),
    "displaced": N_("%(count)s taken by more urgent orders"),
    "nobody": N_("Nobody works there on that day"),
    "no_place": N_("The address is not on the map: assign it by hand"),
    "no_territory": N_("None of the chosen outlets serves its region"),
    "by_hand": N_("Taken out of the plan by hand"),
}


def left_words(row: PlannedVisit) -> list[str]:
    """Why nobody has it: how many people failed by which rule, most people first."""
    found = sorted(row.failed.items(), key=lambda each: -each[1])
    return [
        _(LEFT.get(code, N_("%(count)s for another reason"))) % {"count": n} for code, n in found
    ]
