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
from settlement.suggestions.reckoning import LEAST_ORDERS, WHOLE_YUAN
from settlement.suggestions.selectors import suggestion_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from accounts.models import User
    from catalog.models import ServiceItem
    from network.models import Region
    from settlement.models import RuleDraft, RuleSetVersion
    from settlement.suggestions.selectors import SuggestionShown


@transaction.atomic
def draft_suggested(*, item: ServiceItem, city: Region, actor: User) -> RuleDraft:
    """Raise an item's price in a city's draft as `draft_pay` does, by what counts for it today.

    Only orders settled by the version that would be raised count: what was paid before a raise is
    no reason for the next one. Refused while they suggest nothing, as after each new version.
    """
    _rule_set, latest = _rules_of(item)
    row = suggestion_of(item_id=item.pk, city_id=city.pk, actor=actor, version_id=latest.pk)
    if row is None:
        sentence = _(
            "The latest rules (%(version)s) have not settled %(least)s orders of this service in"
            " the city yet: what older rules paid is no reason to raise them"
        )
        words = {"version": latest.number, "least": LEAST_ORDERS}
        raise Refused("suggestion.new_rules", sentence % words)
    return draft_pay(row=row, actor=actor)


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
    rule_set, latest = _rules_of(row.item)
    path, today = _place(latest, row)
    raised = _raised(today, known.installer_fen + known.unpaid_fen, known.installer_fen)
    if raised == today:
        raise _too_small()
    draft = open_draft(rule_set, row.city)
    if draft is not None and draft.body.get(path, {}).get("now", raised) != raised:
        raise _other_value(rule_set, row)
    saved = save_region_values(
        rule_set_id=rule_set.pk, region=row.city, revision=draft.revision if draft else 0,
        values={path: raised}, note=_reason(row), actor=actor,
    )  # fmt: skip
    if saved is None:
        raise _too_small()
    return saved


def _too_small() -> Refused:
    return Refused("suggestion.small", _("To the whole yuan the price stays as it is"))


def _rules_of(item: ServiceItem) -> tuple[RuleSet, RuleSetVersion]:
    """Return an item's rules, locked until the draft is written, and what a draft starts from."""
    version = version_in_force(industry=item.industry, on=clock.business_day())
    if version is None:
        raise Refused("rules.none", _("Headquarters has not published these rules yet"))
    rule_set = RuleSet.objects.select_for_update().get(pk=version.rule_set_id)
    return rule_set, latest_version(rule_set) or version


def _place(latest: RuleSetVersion, row: SuggestionShown) -> tuple[str, Any]:
    """Return where the item's price stands in the rules, and what counts in the city today."""
    body: Mapping[str, Any] = hq_part(latest.body)
    path = _row_path(body, row.item)
    if path is None:
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
    """Return a price, or one for each column, times num/den to the whole yuan; never less."""
    if isinstance(value, list):
        return [_raised(each, num, den) for each in value]
    return max(value, share_fen(value * num, 1, den * WHOLE_YUAN) * WHOLE_YUAN)


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
