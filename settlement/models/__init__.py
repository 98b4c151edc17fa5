"""Rule sets, settlements with their lines, the ledger, periods and statements."""

from settlement.models.adjustment import SettlementAdjustment
from settlement.models.agreed import AgreedPay
from settlement.models.allowance import Allowance, AllowanceLine
from settlement.models.batch import StatementBatch
from settlement.models.bill import BillAction, BillLimit, BillLine, BillPosition, PlatformBill
from settlement.models.bonus import PeriodLine
from settlement.models.currency import ExchangeRate, ForeignPayment
from settlement.models.dispute import (
    Dispute,
    DisputeEvidence,
    DisputePhoto,
    DisputeReportCopy,
    DisputeReview,
    DisputeStep,
    DisputeTerm,
)
from settlement.models.draft import RuleDraft, RuleDraftChange
from settlement.models.heat import AreaHeat
from settlement.models.ledger import JournalEntry, LedgerAccount, Party, Posting
from settlement.models.payout import PayeeAccount, PayoutBatch, PayoutItem
from settlement.models.period import PeriodReopening, PeriodSetting, StatementPeriod
from settlement.models.plan import DelayTerms, RegionBudget
from settlement.models.problem import SettlementProblem
from settlement.models.quotation import Quotation, QuotationLine, QuotationOrder
from settlement.models.recompute import RecomputeDifference, RecomputeRun
from settlement.models.replay import Replay, ReplayOrder
from settlement.models.rule_hit import RuleAlarm, RuleHit, RuleHitMark
from settlement.models.ruleset import RuleSet, RuleSetVersion
from settlement.models.settlement import Estimate, Release, Settlement, SettlementLine
from settlement.models.sharing import PayeeWallet, Share, SharingFund
from settlement.models.statement import Statement, StatementCopy, StatementPart, StatementRun
from settlement.models.surcharge import PriceSurcharge

__all__ = [
    "AgreedPay",
    "Allowance",
    "AllowanceLine",
    "AreaHeat",
    "BillAction",
    "BillLimit",
    "BillLine",
    "BillPosition",
    "DelayTerms",
    "Dispute",
    "DisputeEvidence",
    "DisputePhoto",
    "DisputeReportCopy",
    "DisputeReview",
    "DisputeStep",
    "DisputeTerm",
    "Estimate",
    "ExchangeRate",
    "ForeignPayment",
    "JournalEntry",
    "LedgerAccount",
    "Party",
    "PayeeAccount",
    "PayeeWallet",
    "PayoutBatch",
    "PayoutItem",
    "PeriodLine",
    "PeriodReopening",
    "PeriodSetting",
    "PlatformBill",
    "Posting",
    "PriceSurcharge",
    "Quotation",
    "QuotationLine",
    "QuotationOrder",
    "RecomputeDifference",
    "RecomputeRun",
    "RegionBudget",
    "Release",
    "Replay",
    "ReplayOrder",
    "RuleAlarm",
    "RuleDraft",
    "RuleDraftChange",
    "RuleHit",
    "RuleHitMark",
    "RuleSet",
    "RuleSetVersion",
    "Settlement",
    "SettlementAdjustment",
    "SettlementLine",
    "SettlementProblem",
    "Share",
    "SharingFund",
    "Statement",
    "StatementBatch",
    "StatementCopy",
    "StatementPart",
    "StatementPeriod",
    "StatementRun",
]
