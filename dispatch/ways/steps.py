"""The steps of a rule: how and to whom an order is given, how far, and for how long."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import refuse_unless

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST_STEPS = 4
MOST_MINUTES = 72 * 60
MOST_KM = 200


class How(TextChoices):
    """Whether somebody gets the order, several may reach for it, or a dispatcher confirms one."""

    ASSIGN = "assign", gettext_lazy("Assign to the best")
    OFFER = "offer", gettext_lazy("Offer in the grab pool")
    SUGGEST = "suggest", gettext_lazy("Suggest the best to a dispatcher")


class Whom(TextChoices):
    """Among whom."""

    ALL = "all", gettext_lazy("everybody who can")
    OUTLET = "outlet", gettext_lazy("people of the nearest outlet")
    NEAR = "near", gettext_lazy("people who live within the distance")
    FREE = "free", gettext_lazy("people who are free now within the distance")
    ON_CALL = "on_call", gettext_lazy("people on call now")
    FASTEST = "fastest", gettext_lazy("people of the outlet that responds fastest")


WAITING = (How.OFFER.value, How.SUGGEST.value)
"""Steps that last until somebody answers or their time is over."""
BY_DISTANCE = (Whom.NEAR.value, Whom.FREE.value)


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `minutes` counts for what waits for an answer, `km` where the people are chosen by distance."""

    how: str
    whom: str
    minutes: int = 0
    km: int = 0

    @property
    def words(self) -> str:
        """The step as people read it."""
        whom = str(Whom(self.whom).label)
        if self.whom in BY_DISTANCE:
            whom = _("%(whom)s (%(km)s km)") % {"whom": whom, "km": self.km}
        if self.how == How.ASSIGN:
            return _("Assign to the best: %(whom)s") % {"whom": whom}
        given = {"whom": whom, "minutes": self.minutes}
        if self.how == How.SUGGEST:
            return _("Suggest the best for %(minutes)s min: %(whom)s") % given
        return _("Grab pool for %(minutes)s min: %(whom)s") % given


def written(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """Return steps as they are stored; Refused for one that could never end or reach anybody."""
    found = list(steps)
    refuse_unless(found, "rule.steps", _("A rule has at least one step"))
    refuse_unless(len(found) <= MOST_STEPS, "rule.steps", _("A rule has at most four steps"))
    for step in found:
        offered = step.how in WAITING
        refuse_unless(
            not offered or 1 <= step.minutes <= MOST_MINUTES,
            "rule.minutes",
            _("An offer or a suggestion needs a time of 1 minute to 72 hours"),
        )
        refuse_unless(
            step.whom not in BY_DISTANCE or 1 <= step.km <= MOST_KM,
            "rule.km",
            _("People chosen by distance need one of 1 to 200 km"),
        )
    return [asdict(step) for step in found]


def read(stored: Iterable[Mapping[str, Any]]) -> list[Step]:
    """Return stored steps."""
    return [Step(**each) for each in stored]
