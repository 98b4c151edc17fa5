"""From a suggestion into the rules: what a city's installers get, raised in the city's own draft."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, Refused, See
from common.formatting import money
from settlement.engine.money import share_fen
from settlement.engine.paths import join
from settlement.engine.regional import hq_part
from settlement.models import RuleSet
from settlement.proposals.merging import inherited_value, own_by_region
from settlement.proposals.region_drafts import open_draft, save_region_values
from settlement.proposals.regions import region_tree
from settlement.services.rules_in_force import latest_version, version_in_force
from settlement.suggestions.reckoning import WHOLE_YUAN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User
    from catalog.models import ServiceItem
    from settlement.models import RuleDraft
    from settlement.suggestions.selectors import SuggestionShown


@transaction.atomic
def draft_pay(*, row: SuggestionShown, actor: User) -> RuleDraft:
    """Raise an item's price in the city's draft by what second visits nobody paid for cost.

    The price table of rules is what installers are paid; what customers pay is the price list. The
    draft takes the reason along and counts once a second person has approved it. Refused where
    every visit is paid or rules name no price of the item; Conflict where the draft sets another.
    """
    known = row.reckoned
    if known.unpaid_fen <= 0:
        raise Refused("suggestion.paid", _("Every second visit is paid for; the rules can stay"))
    version = version_in_force(industry=row.item.industry, on=clock.business_day())
    if version is None:
        raise Refused("rules.none", _("Headquarters has not published these rules yet"))
    rule_set = RuleSet.objects.select_for_update().get(pk=version.rule_set_id)
    path, today = _place(rule_set, row)
    raised = _raised(today, known.installer_fen + known.unpaid_fen, known.installer_fen)
    draft = open_draft(rule_set, row.city)
    if draft is not None and draft.body.get(path, {}).get("now", raised) != raised:
        raise _other_value(rule_set, row)
    saved = save_region_values(
        rule_set_id=rule_set.pk, region=row.city, revision=draft.revision if draft else 0,
        values={path: raised}, note=_reason(row), actor=actor,
    )  # fmt: skip
    if saved is None:
        raise Refused("suggestion.small", _("To the whole yuan the price stays as it is"))
    return saved


def _place(rule_set: RuleSet, row: SuggestionShown) -> tuple[str, Any]:
    """Return where the item's price stands in the rules, and what counts in the city today."""
    latest = latest_version(rule_set)
    body: Mapping[str, Any] = hq_part(latest.body) if latest else {}
    path = _row_path(body, row.item)
    if latest is None or path is None:
        sentence = _(
            "The rules name no price of “%(item)s” alone: let headquarters add a row to the price"
            " table first"
        )
        raise Refused("suggestion.no_row", sentence % {"item": row.item.name})
    tree = region_tree()
    own, above = own_by_region(latest, tree), [*tree.above[row.city.code], row.city.code]
    return path, inherited_value(body, own, above, path)


def _row_path(body: Mapping[str, Any], item: ServiceItem) -> str | None:
    """Return the first price of the item itself; that of its category is everybody's there."""
    for component in body.get("components", ()):
        name = component.get("grid") if component.get("kind") == "price" else None
        grid = body.get("grids", {}).get(name) or {}
        if "service_item" in grid.get("rows_by", ()) and item.code in grid.get("fen", {}):
            return join(("grids", str(name), "fen", item.code))
    return None


def _raised(value: Any, num: int, den: int) -> Any:
    """Return a price, or one for each column, times num/den to the whole yuan."""
    if isinstance(value, list):
        return [_raised(each, num, den) for each in value]
    return share_fen(value * num, 1, den * WHOLE_YUAN) * WHOLE_YUAN


def _reason(row: SuggestionShown) -> str:
    known = row.reckoned
    sentence = _(
        "Suggested from %(orders)s orders: installers got %(part)s, second visits nobody paid for"
        " cost %(unpaid)s an order"
    )
    return sentence % {
        "orders": known.orders, "part": money(known.installer_fen),
        "unpaid": money(known.unpaid_fen),
    }  # fmt: skip


def _other_value(rule_set: RuleSet, row: SuggestionShown) -> Conflict:
    url = reverse("settlement:region-values", args=[rule_set.pk, row.city.pk])
    sentence = _(
        "The draft of %(region)s sets another price of “%(item)s” already; change it there"
    )
    words = {"region": row.city.name, "item": row.item.name}
    return Conflict("suggestion.drafted", sentence % words, see=See(_("Open the draft"), url))
