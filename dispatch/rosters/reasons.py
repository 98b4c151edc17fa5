"""Why nobody was found for a shift, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.marking import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

REASONS = {
    "leave": N_("%(n)s on leave"),
    "planned": N_("%(n)s planned already"),
    "rest": N_("%(n)s would rest too short"),
    "row": N_("%(n)s would work too many days in a row"),
    "week": N_("%(n)s would work too long in the week"),
    "overlap": N_("%(n)s planned already"),
}


def reason_words(reasons: Sequence[tuple[str, int]]) -> str:
    """Return why nobody was found, as "2 on leave, 1 would rest too short"."""
    if not reasons:
        return _("Nobody works here")
    return "，".join(str(_(REASONS[code])) % {"n": n} for code, n in reasons)
