"""Which variants a region's manager may design: those for regions they answer for, and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common.access import Perm, allowed
from common.errors import Forbidden
from network.selectors import managed_regions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User
    from workorders.models import FlowDraft, FlowVersion


def may_design(actor: User, designed: FlowDraft | FlowVersion | None) -> bool:
    """Whether somebody may change this draft, or copy this version into one.

    Headquarters may all. Who answers for regions may a variant that is for some of these alone.
    """
    if allowed(actor, Perm.FLOW_DESIGN):
        return True
    if designed is None or not designed.variant or not allowed(actor, Perm.FLOW_VARY):
        return False
    return is_for_own_regions(actor, designed.applies)


def is_for_own_regions(actor: User, applies: Mapping[str, Any]) -> bool:
    """Whether orders follow a variant only where the site lies in regions the actor answers for."""
    asked = [each for each in applies.get("when", ()) if each.get("fact") == "region"]
    own = set(managed_regions(actor=actor).values_list("code", flat=True))
    return any(each.get("any_of") and own.issuperset(each["any_of"]) for each in asked)


def narrowed(actor: User, applies: Mapping[str, Any]) -> dict[str, Any]:
    """Return whom a new variant is for: of headquarters' as it says, else in the own regions alone."""
    if allowed(actor, Perm.FLOW_DESIGN):
        return dict(applies)
    paths = dict(managed_regions(actor=actor).values_list("path", "code"))
    widest = [
        code
        for path, code in paths.items()
        if not any(path != other and path.startswith(other) for other in paths)
    ]
    if not widest:
        raise Forbidden("flow.no_region", _("You answer for no region, so no variant can be yours"))
    kept = [each for each in applies.get("when", ()) if each.get("fact") != "region"]
    return {**applies, "when": [{"fact": "region", "any_of": widest}, *kept]}


def check_may_design(actor: User, designed: FlowDraft | FlowVersion) -> None:
    """Raise Forbidden for what the actor may not design; see `may_design`."""
    if not may_design(actor, designed):
        sentence = _(
            "Of flows you may design variants for regions you answer for; headquarters designs the"
            " rest and publishes"
        )
        raise Forbidden("flow.not_yours", sentence)


def check_stays_own(actor: User, applies: Mapping[str, Any]) -> None:
    """Raise Forbidden where a variant of a region would become one for other regions too."""
    if allowed(actor, Perm.FLOW_DESIGN) or is_for_own_regions(actor, applies):
        return
    raise Forbidden(
        "flow.other_regions",
        _("The variant must stay for regions you answer for: keep the condition on the region"),
    )
