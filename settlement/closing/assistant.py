"""What the closing assistant shows of a period: how far it is, and what to look at before going on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import clock
from common.access import Perm
from common.formatting import when
from common.language import DEFAULT
from common.pdf.render import pdf_obstacle
from settlement.bonuses.selectors import BonusOutlook, bonus_outlook
from settlement.models import PeriodReopening, Settlement, StatementPeriod, StatementRun
from settlement.statements.checks import KINDS, Check, Findings, find
from settlement.statements.parts import NO_PARTS, PartsMade, parts_of_run
from settlement.statements.progress import RunProgress, progress_of
from settlement.statements.run import lock_is_stuck
from settlement.statements.selectors import current_run

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from accounts.models import User

State = StatementPeriod.State


class Advice(NamedTuple):
    """What to do about a kind of finding, and the page to do it on (needs the permission)."""

    words: Promise
    url_name: str = ""
    query: str = ""
    perm: Perm | None = None


_ADVICE = {
    "earlier": Advice(gettext_lazy("Lock them first, the oldest before the others."),
                      "settlement:run-list"),
    "broken": Advice(gettext_lazy("Ask those who run the system; nothing is paid before that.")),
    "unproven": Advice(gettext_lazy("Load the page again in a minute; if it stays, compute again.")),
    "unbalanced": Advice(gettext_lazy("Ask those who run the system; nothing is paid before that.")),
    "differs": Advice(gettext_lazy("Compute again; if it stays, ask those who run the system.")),
    "disputes": Advice(gettext_lazy("Decide them, or lock: the answer is booked in the next period."),
                       "settlement:dispute-list", perm=Perm.DISPUTE_DECIDE),
    "adjustments": Advice(gettext_lazy("Approve or refuse them, or lock: what is approved later is booked later."),
                          "settlement:adjustment-list", "state=waiting", Perm.SETTLEMENT_VIEW),
    "recomputes": Advice(gettext_lazy("Approve or reject them, or lock: the differences are booked later."),
                         "settlement:recompute-list", perm=Perm.SETTLEMENT_CORRECT),
    "unsettled": Advice(gettext_lazy("Add the missing rule, price or fact, then settle them again."),
                        "settlement:slip-list", perm=Perm.SETTLEMENT_VIEW),
    "provisional": Advice(gettext_lazy("Supply the fact, or lock: the rest comes as a correction."),
                          "settlement:slip-list", "state=provisional", Perm.SETTLEMENT_VIEW),
    "bounded": Advice(gettext_lazy("Compare them with the timeline; correct the times where the phone is right.")),
    "bills": Advice(gettext_lazy("Accept, link or raise them; what is accepted later is booked later."),
                    "settlement:bill-list", perm=Perm.BILL_MATCH),
    "negative": Advice(gettext_lazy("Nothing to do: the debt is set off against later earnings.")),
    "failed": Advice(gettext_lazy("Start them again, or skip what is settled otherwise."),
                     "outbox:task-list", perm=Perm.TASK_MANAGE),
    "characters": Advice(gettext_lazy("Nothing to do, or write the name differently.")),
    "bank": Advice(gettext_lazy("Add their accounts; until then their money stays available."),
                   "settlement:payout-list", perm=Perm.PAYOUT_MAKE),
    "payee": Advice(gettext_lazy("Add what is missing."), "accounts:installer-list",
                    perm=Perm.PEOPLE_VIEW),
}  # fmt: skip


_STOPPED = {
    "period.blocked": gettext_lazy("The lock stopped: what stands in the list forbids it."),
    "period.order": gettext_lazy("The lock stopped: an earlier period is open again."),
    "period.moving": gettext_lazy("The lock stopped: the statements do not equal the ledger yet. Lock again."),
}  # fmt: skip


class ShownCheck(NamedTuple):
    """A finding with what to do about it; `url` is empty when this person has no page for it.

    `examples` are pairs of words and the address where that one is put right, empty without one.
    """

    check: Check
    advice: str
    url: str
    examples: list[tuple[str, str]]


class Step(NamedTuple):
    """A step of closing: done, now or later, with what is known about it."""

    key: str
    label: str
    state: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class Assistant:
    """A period on its way to being closed."""

    period: StatementPeriod
    run: StatementRun | None
    progress: RunProgress | None
    checks: list[ShownCheck]
    clear: list[str]
    steps: list[Step]
    files: int
    files_made: int
    parts: PartsMade
    obstacle: str
    bonuses: BonusOutlook | None
    reopenings: list[PeriodReopening]
    may_reopen: bool

    @property
    def blocked(self) -> bool:
        """Whether a finding forbids locking."""
        return any(one.check.blocks for one in self.checks)

    @property
    def may_lock(self) -> bool:
        """Whether the form to lock it is shown."""
        reviewed = self.run is not None and self.run.state == StatementRun.State.REVIEW
        return self.period.state == State.OPEN and reviewed and not self.locking

    @property
    def locking(self) -> bool:
        """Whether the background makes the last statements anew and then locks."""
        return self.run is not None and self.run.is_locking

    @property
    def lock_waits(self) -> bool:
        """Whether the page waits for the lock; one that does not move is not waited for."""
        return self.run is not None and self.run.is_locking and not lock_is_stuck(self.run)

    @property
    def lock_share(self) -> int:
        """Statements made anew for the lock in percent."""
        run = self.run
        return 100 * run.lock_done // run.lock_total if run and run.lock_total else 0

    @property
    def lock_stopped(self) -> str:
        """Why a lock that was asked for stopped; empty when none did."""
        if self.run is None or not self.run.lock_stopped or self.period.state != State.OPEN:
            return ""
        return str(_STOPPED.get(self.run.lock_stopped, _STOPPED["period.moving"]))

    @property
    def makes_files(self) -> bool:
        """Whether files of final statements are still being made."""
        waits = self.period.state == State.LOCKED and self.files_made < self.files
        return waits and not self.obstacle

    @property
    def files_share(self) -> int:
        """Files made in percent."""
        return 100 * self.files_made // self.files if self.files else 100

    @property
    def stamp(self) -> str:
        """Changes when a polling page has something new to show."""
        run = self.run
        locking = f"{run.pk}-{run.lock_turn}-{run.lock_done}" if run else "0"
        return f"{self.period.state}-{locking}-{self.files_made}-{self.parts.done}"


def assistant(*, period: StatementPeriod, actor: User) -> Assistant:
    """Return how far a period is, with its checklist as the rows stand now while it is open."""
    run = current_run(period)
    progress = progress_of(run) if run else None
    checks: list[ShownCheck] = []
    waits = run is not None and run.is_locking
    if run and period.state == State.OPEN and run.state == StatementRun.State.REVIEW and not waits:
        found = find(period, Findings.read(run.checks))
        checks = [_shown(one, period, actor) for one in found]
    files, made = _files(run)
    return Assistant(
        period=period,
        run=run,
        progress=progress,
        checks=checks,
        clear=_clear(checks) if run else [],
        steps=_steps(period, run, files, made),
        files=files,
        files_made=made,
        parts=parts_of_run(run.pk, DEFAULT) if run and made < files else NO_PARTS,
        obstacle=pdf_obstacle() if made < files else "",
        bonuses=bonus_outlook(period) if period.state == State.OPEN and run and not waits else None,
        reopenings=list(period.reopenings.select_related("reopened_by", "locked_by", "closed_by")),
        may_reopen=_may_reopen(period, actor),
    )


def _shown(check: Check, period: StatementPeriod, actor: User) -> ShownCheck:
    advice = _ADVICE.get(check.code, Advice(gettext_lazy("Look at it before you go on.")))
    url = ""
    if advice.url_name and (advice.perm is None or actor.has(advice.perm)):
        url = _address(advice.url_name)
        if url and advice.query:
            url += f"?{advice.query}&period={period.pk}"
    return ShownCheck(check, str(advice.words), url, _examples(check, actor))


def _examples(check: Check, actor: User) -> list[tuple[str, str]]:
    """Orders with doubtful times lead to their correction, for whoever may propose one."""
    found: dict[str, int] = {}
    may_correct = actor.has(Perm.SETTLEMENT_CORRECT) and actor.sees_everything
    if check.code == "bounded" and may_correct:
        numbers = Q(work_order__number__in=check.examples, status=Settlement.Status.ACTIVE)
        slips = Settlement.objects.filter(numbers)
        found = dict(slips.values_list("work_order__number", "pk"))
    return [
        (
            words,
            reverse("settlement:recompute-visits", args=[found[words]]) if words in found else "",
        )
        for words in check.examples
    ]


def _address(url_name: str) -> str:
    """The page's address; empty when this installation has no such page."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def _clear(checks: list[ShownCheck]) -> list[str]:
    found = {one.check.code for one in checks}
    return [str(kind.sentence) for code, kind in KINDS.items() if code not in found]


def _files(run: StatementRun | None) -> tuple[int, int]:
    if run is None or run.state != StatementRun.State.LOCKED:
        return 0, 0
    sums = run.statements.aggregate(files=Count("pk"), made=Count("pk", filter=~Q(pdf="")))
    return int(sums["files"]), int(sums["made"])


def _steps(period: StatementPeriod, run: StatementRun | None, files: int, made: int) -> list[Step]:
    reviewed = run is not None and run.state != StatementRun.State.COMPUTING
    is_locked, is_closed = period.state != State.OPEN, period.state == State.CLOSED
    made_all = is_locked and made >= files
    done = [reviewed, is_locked, made_all, is_closed]
    now = done.index(False) if False in done else len(done)
    locked_at, closed_at = (
        when(moment, now=clock.now()) if moment else ""
        for moment in (period.locked_at, period.closed_at)
    )
    payees = _("%(n)s payees") % {"n": run.payees} if run else ""
    labels = [
        ("compute", _("Compute the statements"), "", payees),
        ("lock", _("Check and lock"), str(period.locked_by or ""), locked_at),
        ("files", _("Make the PDFs"), f"{made} / {files}" if files else "", ""),
        ("close", _("Close the period"), str(period.closed_by or ""), closed_at),
    ]
    states = ["done"] * now + ["now"] + ["later"] * len(labels)
    return [
        Step(key, label, state, value, note)
        for (key, label, value, note), state in zip(labels, states, strict=False)
    ]


def _may_reopen(period: StatementPeriod, actor: User) -> bool:
    """Whether the form to open it again is shown: a third person, nothing later locked."""
    if period.state == State.OPEN or not actor.has(Perm.PERIOD_REOPEN):
        return False
    later = StatementPeriod.objects.filter(starts_on__gt=period.starts_on)
    return (
        actor.sees_everything
        and actor.pk not in {period.locked_by_id, period.closed_by_id}
        and not later.exclude(state=State.OPEN).exists()
    )
