"""From a suggestion into the rules: what a city's installers get, raised in the city's own draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, Refused, See
from common.formatting import money
from settlement.engine.words import percent
from settlement.models import RuleSet
from settlement.proposals.region_drafts import open_draft, save_region_values
from settlement.services.rules_in_force import latest_version, version_in_force
from settlement.suggestions.limits import MOST_RAISE_BP, PERIOD_DAYS, WHOLE_BP
from settlement.suggestions.raises import PayHistory, raised_words
from settlement.suggestions.reckoning import LEAST_ORDERS
from settlement.suggestions.selectors import suggestion_of

if TYPE_CHECKING:
    from accounts.models import User
    from catalog.models import ServiceItem
    from network.models import Region
    from settlement.models import RuleDraft, RuleSetVersion
    from settlement.suggestions.raises import PayStanding
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
    """Raise an item's price in the city's draft by what installers were not paid for.

    That are second visits, changed appointments and parts beyond the usual that the company did not
    supply (decision 18).

    The price table of rules is what installers are paid; what customers pay is the price list. The
    draft takes the reason along and counts once a second person has approved it. The raise is measured
    against the price at the start of the period and limited by its cap (`raises.py`). Refused where
    all of it is paid, an earlier raise pays for it or the cap is reached, or rules name no price
    of the item; Conflict where the draft sets another.
    """
    known = row.reckoned
    if known.owed_fen <= 0:
        sentence = _(
            "Second visits, changed appointments and parts are paid for; the rules can stay"
        )
        raise Refused("suggestion.paid", sentence)
    rule_set, _latest = _rules_of(row.item)
    standing = PayHistory(row.item.industry).standing(row.item, row.city)
    if standing is None:
        sentence = _(
            "The rules name no price of “%(item)s” alone: let headquarters add a row to the price"
            " table first"
        )
        raise Refused("suggestion.no_row", sentence % {"item": row.item.name})
    times = known.installer_fen + known.owed_fen, known.installer_fen
    raised = standing.raised(*times)
    if raised == standing.today:
        raise _nothing_to_raise(standing, capped=standing.is_capped(*times))
    draft = open_draft(rule_set, row.city)
    if draft is not None and draft.body.get(standing.path, {}).get("now", raised) != raised:
        raise _other_value(rule_set, row)
    note = _reason(row, standing, capped=standing.is_capped(*times))
    saved = save_region_values(
        rule_set_id=rule_set.pk, region=row.city, revision=draft.revision if draft else 0,
        values={standing.path: raised}, note=note, actor=actor,
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


def _nothing_to_raise(standing: PayStanding, *, capped: bool) -> Refused:
    """Say that an earlier raise is as far as this goes; without one, that it rounds to nothing."""
    if standing.change is None:
        return _too_small()
    if capped:
        sentence = _("%(raised)s: within %(days)s days suggestions raise it by %(most)s at most")
        words = {"most": percent(MOST_RAISE_BP, WHOLE_BP)}
        code = "suggestion.capped"
    else:
        sentence = _("%(raised)s: measured against the price before, that pays for all of it")
        words, code = {}, "suggestion.raised"
    words |= {"raised": raised_words(standing), "days": str(PERIOD_DAYS)}
    return Refused(code, sentence % words)


def _reason(row: SuggestionShown, standing: PayStanding, *, capped: bool) -> str:
    known, limit = row.reckoned, ""
    sentence = _(
        "Suggested from %(orders)s orders: installers got %(part)s an order; nobody paid for"
        " %(owed)s"
    )
    reason = sentence % {
        "orders": known.orders, "part": money(known.installer_fen), "owed": row.owed_words,
    }  # fmt: skip
    if capped:
        limit = _("Limited to %(most)s within %(days)s days") % {
            "most": percent(MOST_RAISE_BP, WHOLE_BP), "days": PERIOD_DAYS,
        }  # fmt: skip
    return _("; ").join(each for each in (raised_words(standing), limit, reason) if each)


def _other_value(rule_set: RuleSet, row: SuggestionShown) -> Conflict:
    url = reverse("settlement:region-values", args=[rule_set.pk, row.city.pk])
    sentence = _(
        "The draft of %(region)s sets another price of “%(item)s” already; change it there"
    )
    words = {"region": row.city.name, "item": row.item.name}
    return Conflict("suggestion.drafted", sentence % words, see=See(_("Open the draft"), url))
