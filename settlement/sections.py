"""The parts of settlement in two levels, in the order their switch shows them; who may open each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

from common.access import Perm

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.utils.functional import Promise


class Section(NamedTuple):
    """One entry of the second level."""

    key: str
    label: Promise
    url_name: str
    perm: Perm


class Group(NamedTuple):
    """One entry of the first level; it leads to the first of its parts a person may open."""

    key: str
    label: Promise
    parts: tuple[Section, ...]


class Shown(NamedTuple):
    """The switch for one person: groups they may open, and the parts of the one being looked at."""

    groups: tuple[Group, ...]
    here: Group | None


GROUPS = (
    Group(
        "books",
        _("Books and payments"),
        (
            Section("statements", _("Statements"), "settlement:run-list", Perm.STATEMENT_VIEW),
            Section("payouts", _("Payouts"), "settlement:payout-list", Perm.PAYOUT_MAKE),
            Section("bills", _("Reconciliation"), "settlement:bill-list", Perm.BILL_MATCH),
            Section("held", _("Held money"), "settlement:held-list", Perm.SETTLEMENT_VIEW),
            Section("rates", _("Exchange rates"), "settlement:rate-list", Perm.SETTLEMENT_CORRECT),
        ),
    ),
    Group(
        "orders",
        _("Orders' money"),
        (
            Section("slips", _("Slips"), "settlement:slip-list", Perm.SETTLEMENT_VIEW),
            Section(
                "deviations",
                _("Against the estimate"),
                "settlement:deviation-list",
                Perm.STATEMENT_RUN,
            ),
            Section(
                "adjustments", _("Adjustments"), "settlement:adjustment-list", Perm.SETTLEMENT_VIEW
            ),
            Section("delays", _("Delay penalties"), "settlement:delay-list", Perm.SETTLEMENT_VIEW),
            Section(
                "recompute", _("Recompute"), "settlement:recompute-list", Perm.SETTLEMENT_CORRECT
            ),
        ),
    ),
    Group(
        "disputes",
        _("Disputes"),
        (
            Section("disputes", _("Cases"), "settlement:dispute-list", Perm.DISPUTE_REVIEW),
            Section(
                "dispute-statistics",
                _("Which rules cause them"),
                "settlement:dispute-statistics",
                Perm.DISPUTE_REVIEW,
            ),
        ),
    ),
    Group(
        "prices",
        _("Prices"),
        (
            Section("quotations", _("Quotations"), "settlement:quotation-list", Perm.QUOTE_MAKE),
            Section("surcharges", _("Surcharges"), "settlement:surcharge-list", Perm.QUOTE_MAKE),
            Section("heat", _("Busy areas"), "settlement:heat-list", Perm.RULES_VIEW),
            Section(
                "suggestions",
                _("Suggested prices"),
                "settlement:suggestion-list",
                Perm.DASHBOARD_BOSS,
            ),
            Section("plan", _("Price plan"), "settlement:price-plan", Perm.DASHBOARD_BOSS),
        ),
    ),
    Group(
        "rules",
        _("Rules"),
        (
            Section("rules", _("Rule sets"), "settlement:rule-list", Perm.RULES_VIEW),
            Section(
                "proposals", _("Proposals and look-up"), "settlement:proposal-list", Perm.RULES_VIEW
            ),
            Section("gallery", _("Template gallery"), "settlement:template-list", Perm.RULES_VIEW),
        ),
    ),
)


def sections_for(may: Callable[[Perm], bool], *, here: str) -> Shown:
    """Return the two levels as this person may use them; `here` is a part's key."""
    found = []
    for group in GROUPS:
        parts = tuple(part for part in group.parts if may(part.perm))
        if parts:
            found.append(group._replace(parts=parts))
    at = next((group for group in found if here in {part.key for part in group.parts}), None)
    return Shown(tuple(found), at)
