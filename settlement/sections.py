"""The parts of settlement, in the order their switch shows them; each with who may open it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

from common.access import Perm

if TYPE_CHECKING:
    from django.utils.functional import Promise


class Section(NamedTuple):
    """One entry of the switch."""

    key: str
    label: Promise
    url_name: str
    perm: Perm


SECTIONS = (
    Section("statements", _("Statements"), "settlement:run-list", Perm.STATEMENT_VIEW),
    Section("payouts", _("Payouts"), "settlement:payout-list", Perm.PAYOUT_MAKE),
    Section("bills", _("Reconciliation"), "settlement:bill-list", Perm.BILL_MATCH),
    Section("slips", _("Slips"), "settlement:slip-list", Perm.SETTLEMENT_VIEW),
    Section("disputes", _("Disputes"), "settlement:dispute-list", Perm.DISPUTE_REVIEW),
    Section("adjustments", _("Adjustments"), "settlement:adjustment-list", Perm.SETTLEMENT_VIEW),
    Section("held", _("Held money"), "settlement:held-list", Perm.SETTLEMENT_VIEW),
    Section("recompute", _("Recompute"), "settlement:recompute-list", Perm.SETTLEMENT_CORRECT),
    Section("rates", _("Exchange rates"), "settlement:rate-list", Perm.SETTLEMENT_CORRECT),
    Section("quotations", _("Quotations"), "settlement:quotation-list", Perm.QUOTE_MAKE),
    Section("rules", _("Rules"), "settlement:rule-list", Perm.RULES_VIEW),
)
