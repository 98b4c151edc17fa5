"""What finance should know before a period is locked; some findings forbid it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, Sum
from django.utils.translation import gettext_lazy as _

from common import clock
from common.outbox.models import OutboxRow
from settlement.bills.matching import EXCEPTIONS
from settlement.disputes.flow import OPEN as OPEN_DISPUTES
from settlement.models import (
    BillPosition,
    Dispute,
    JournalEntry,
    LedgerAccount,
    Party,
    Posting,
    RecomputeDifference,
    RecomputeRun,
    Settlement,
    SettlementAdjustment,
    SettlementLine,
    StatementPeriod,
)
from settlement.payouts.amounts import without_account
from workorders.bounded_times import BOUNDED
from workorders.flow import Meaning
from workorders.models import TimelineEvent, WorkOrder

if TYPE_CHECKING:
    from django.db.models import QuerySet

SHOWN = 8
"""Examples kept with a finding; the count says how many there are."""


class Kind(NamedTuple):
    """A kind of finding: whether it forbids locking, and what it says."""

    blocks: bool
    sentence: Any


KINDS = {
    "earlier": Kind(True, _("Earlier periods that are still open; periods are locked in order")),
    "broken": Kind(True, _("Books that contradict themselves (invariants)")),
    "unproven": Kind(True, _("Books that are still being proven (invariants)")),
    "unbalanced": Kind(True, _("Entries whose postings do not sum to zero")),
    "differs": Kind(True, _("Payees whose lines do not equal the ledger")),
    "disputes": Kind(False, _("Disputes without a final answer; what they hold stays held")),
    "adjustments": Kind(
        False, _("Adjustments that wait for approval; approved later they are booked later")
    ),
    "recomputes": Kind(
        False, _("Recomputes of this period that are not posted; their differences come later")
    ),
    "unsettled": Kind(
        False, _("Completed orders without a settlement; they go into a later period")
    ),
    "provisional": Kind(False, _("Orders with lines that still wait for a fact")),
    "bounded": Kind(
        False, _("Orders with times that their phone tells otherwise; see their timelines")
    ),
    "bills": Kind(False, _("Platform bills that do not agree with the books")),
    "negative": Kind(False, _("Payees who owe; the debt is carried into the next period")),
    "failed": Kind(False, _("Failed tasks in the background")),
    "characters": Kind(False, _("Characters the PDF font does not have; they are printed as 〓")),
    "bank": Kind(False, _("Payees with money to be paid and no bank account")),
    "payee": Kind(False, _("Payees with missing details (phone)")),
}


class Check(NamedTuple):
    """One finding: its kind, how often, and the first examples."""

    code: str
    times: int
    examples: tuple[str, ...]

    @property
    def blocks(self) -> bool:
        """Whether it forbids locking."""
        return KINDS[self.code].blocks

    @property
    def sentence(self) -> str:
        """What was found."""
        return str(KINDS[self.code].sentence)


@dataclass(slots=True)
class Findings:
    """What a run keeps in its `checks`: finished checks, and what chunks found on their way.

    `postings` counts the postings each party's statement rests on: they only grow, so another
    count says that the statement is out of date. `broken` holds what the invariants found; before
    `proven_at` its emptiness says nothing, which is a finding of its own.
    """

    checks: list[Check] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    characters: dict[str, list[str]] = field(default_factory=dict)
    postings: dict[int, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    proven_at: str = ""

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Findings:
        """Return stored findings."""
        return cls(
            checks=[
                Check(code, count, tuple(examples))
                for code, count, examples in stored.get("checks", [])
                if code in KINDS
            ],
            differing=list(stored.get("differing", [])),
            characters={key: list(names) for key, names in stored.get("characters", {}).items()},
            postings={int(party): n for party, n in stored.get("postings", {}).items()},
            broken=list(stored.get("broken", [])),
            proven_at=str(stored.get("proven_at", "")),
        )

    def plain(self) -> dict[str, Any]:
        """Return the findings as they are stored."""
        return {
            "checks": [[one.code, one.times, list(one.examples)] for one in self.checks],
            "differing": self.differing,
            "characters": {key: names[:SHOWN] for key, names in self.characters.items()},
            "postings": {str(party): n for party, n in self.postings.items()},
            "broken": self.broken,
            "proven_at": self.proven_at,
        }

    def note_differing(self, payee: str) -> None:
        """Keep a payee whose lines do not equal the ledger; once."""
        if payee not in self.differing:
            self.differing.append(payee)

    def note_character(self, character: str, payee: str) -> None:
        """Keep a character the font lacks with who needs it; once."""
        names = self.characters.setdefault(character, [])
        if payee not in names:
            names.append(payee)

    @property
    def blocking(self) -> list[Check]:
        """The findings that forbid locking."""
        return [one for one in self.checks if one.blocks]


def find(period: StatementPeriod, findings: Findings) -> list[Check]:
    """Return everything found for the period, what forbids locking first; about twenty queries."""
    words = {
        "broken": findings.broken,
        "unproven": [] if findings.proven_at else [str(period)],
        "differs": findings.differing,
        "characters": [
            f"{character} (U+{ord(character):04X}) {', '.join(names[:SHOWN])}"
            for character, names in sorted(findings.characters.items())
        ],
    }
    found = [Check(code, len(names), tuple(names[:SHOWN])) for code, names in words.items()]
    for code, look in _LOOKS.items():
        rows, column = look(period)
        if count := rows.count():
            found.append(Check(code, count, _examples(rows.values_list(column, flat=True))))
    order = list(KINDS)
    return sorted((one for one in found if one.times), key=lambda one: order.index(one.code))


def _examples(values: QuerySet[Any, Any]) -> tuple[str, ...]:
    return tuple(str(value) for value in values[:SHOWN])


_Look = tuple["QuerySet[Any]", str]


def _earlier(period: StatementPeriod) -> _Look:
    earlier = StatementPeriod.objects.filter(
        starts_on__lt=period.starts_on, state=StatementPeriod.State.OPEN
    )
    return earlier.order_by("starts_on"), "starts_on"


def _unbalanced(period: StatementPeriod) -> _Look:
    entries = JournalEntry.objects.filter(period=period).annotate(sum=Sum("postings__amount_fen"))
    return entries.exclude(sum=0).order_by("pk"), "source_key"


def _unsettled(period: StatementPeriod) -> _Look:
    _start, end = clock.day_span(period.ends_on)
    active = Settlement.objects.filter(work_order=OuterRef("pk"), status="active")
    orders = WorkOrder.objects.filter(
        ~Exists(active), completed_at__lt=end, meaning__in=[Meaning.IN_REVIEW, Meaning.DONE]
    )
    return orders.order_by("pk"), "number"


def _provisional(period: StatementPeriod) -> _Look:
    waiting = SettlementLine.objects.filter(settlement=OuterRef("pk"), provisional=True)
    found = Settlement.objects.filter(Exists(waiting), period=period, status="active")
    return found.order_by("pk"), "work_order__number"


def _bounded(period: StatementPeriod) -> _Look:
    """Orders settled here whose phone said another time than counts, until somebody corrected it."""
    told = TimelineEvent.objects.filter(work_order=OuterRef("work_order"), code=BOUNDED)
    mended = TimelineEvent.objects.filter(
        work_order=OuterRef("work_order"), code="visits_corrected"
    )
    found = Settlement.objects.filter(Exists(told), ~Exists(mended), period=period, status="active")
    return found.order_by("pk"), "work_order__number"


def _negative(period: StatementPeriod) -> _Look:
    in_debt = (
        Posting.objects.filter(
            account__kind=LedgerAccount.Kind.AVAILABLE,
            account__party__kind__in=[Party.Kind.INSTALLER, Party.Kind.UNIT],
            entry__period__starts_on__lte=period.starts_on,
        )
        .values("account__party_id")
        .annotate(balance=Sum("amount_fen"))
        .filter(balance__lt=0)
        .values("account__party_id")
    )
    return Party.objects.filter(pk__in=in_debt).order_by("pk"), "name"


def _failed(_period: StatementPeriod) -> _Look:
    dead = OutboxRow.objects.filter(dead_at__isnull=False, done_at=None)
    return dead.order_by("pk"), "topic"


def _payee(period: StatementPeriod) -> _Look:
    paid = Party.objects.filter(accounts__postings__entry__period=period)
    no_phone = Q(kind=Party.Kind.INSTALLER, installer__user__phone="")
    return paid.filter(no_phone | Q(name="")).distinct().order_by("pk"), "name"


def _disputes(_period: StatementPeriod) -> _Look:
    """Disputes nobody has answered for good; their money is held and leaves with the answer."""
    return Dispute.objects.filter(state__in=OPEN_DISPUTES).order_by("pk"), "number"


def _adjustments(period: StatementPeriod) -> _Look:
    """Adjustments of work done until the period's end that nobody has decided."""
    waiting = SettlementAdjustment.objects.filter(
        state=SettlementAdjustment.State.WAITING, settlement__done_on__lte=period.ends_on
    )
    return waiting.order_by("pk"), "work_order__number"


def _recomputes(period: StatementPeriod) -> _Look:
    """Runs with differences of this period that are not in the books; and such as still compute."""
    states = RecomputeRun.State
    differs = RecomputeDifference.objects.filter(
        run=OuterRef("pk"), settlement__period=period, skipped=""
    )
    found = RecomputeRun.objects.filter(
        Q(state=states.COMPUTING)
        | Q(Exists(differs), state=states.REVIEW)
        | Q(Exists(differs.filter(entry=None)), state=states.APPLYING)
    )
    return found.order_by("pk"), "reason"


def _bills(period: StatementPeriod) -> _Look:
    open_ones = BillPosition.objects.filter(state__in=EXCEPTIONS, belongs_on__lte=period.ends_on)
    return open_ones.order_by("-at_stake_fen", "pk"), "order_number"


def _bank(period: StatementPeriod) -> _Look:
    return without_account(period), "name"


_LOOKS: dict[str, Callable[[StatementPeriod], _Look]] = {
    "disputes": _disputes,
    "adjustments": _adjustments,
    "recomputes": _recomputes,
    "bills": _bills,
    "earlier": _earlier,
    "unbalanced": _unbalanced,
    "unsettled": _unsettled,
    "provisional": _provisional,
    "bounded": _bounded,
    "negative": _negative,
    "failed": _failed,
    "payee": _payee,
    "bank": _bank,
}
