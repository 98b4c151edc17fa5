"""Settles a completed work order to the fen, and takes a settlement back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from common import clock
from common.journal import record
from common.outbox import announce
from common.transactions import transactional
from settlement.adjustments.moves import ADJUSTMENT
from settlement.disputes.ending import close_disputes_of, close_disputes_of_entries
from settlement.disputes.holding import ENTRY_KINDS as OF_DISPUTES
from settlement.engine.evaluate import settle
from settlement.engine.facts import restored
from settlement.events import SettlementReversed
from settlement.facts import facts_again, job_facts, refunded_facts
from settlement.ledger import reverse
from settlement.models import JournalEntry, RuleSetVersion, Settlement
from settlement.services.parties import gone
from settlement.services.problems import Problem, clear_problem, note_problem
from settlement.services.rules_in_force import compiled, version_in_force
from settlement.services.storing import Done, store
from workorders.flow import Meaning
from workorders.models import WorkOrder
from workorders.services.locking import order_held

if TYPE_CHECKING:
    from collections.abc import Iterable

    from settlement.engine.facts import JobFacts
    from settlement.engine.result import Outcome


class Computed(NamedTuple):
    """What an order is worth now, under which version; or why nobody can say."""

    version: RuleSetVersion | None
    outcome: Outcome | None
    problem: Problem | None
    done: Done | None = None


@transactional
def settle_work_order(*, order_id: int) -> Settlement | None:
    """Store the settlement of a completed order, its ledger entry and its releases; once.

    Returns the active settlement (the existing one on a repeat), or None when the order is not
    complete (any more) or cannot be settled yet; the reason then stands as a visible problem.
    """
    order = locked_order(order_id)
    return active_settlement(order) or _settle(order)


@transactional
def resettle_work_order(*, order_id: int) -> Settlement | None:
    """Bring an order's settlement in line with the order as it is now.

    Nothing is posted while the facts give what is settled already: they are kept, and the money
    with its disputes rests. Otherwise the settlement is reversed, and a completed order settled
    anew, by the same rules: other ones are a proposal that people decide on. Looks at the order
    and not at what was announced, so that events may arrive in any order.
    """
    order = locked_order(order_id)
    active = active_settlement(order)
    if active is None:
        return _settle(order)
    now = _computed(order, active)
    if now.outcome and active.facts_sha == now.outcome.facts_sha:
        return active
    if _stands(active, now, order):
        return keep_facts(active, now.outcome.facts) if now.outcome else active
    _reverse(active, reason="order changed")
    return _kept(order, now)


def _stands(active: Settlement, now: Computed, order: WorkOrder) -> bool:
    """Whether what is worth so much now is settled so already, line by line and to the same people."""
    if now.outcome is None or now.version is None or now.problem is not None:
        return False
    facts = now.outcome.facts
    of_then = (active.version_id, active.installer_id, active.done_on.isoformat())
    if of_then != (now.version.pk, order.installer_id, facts.done_on):
        return False
    before = restored(active.facts)
    if before.clerk != facts.clerk:
        # The one payee the rules do not name: somebody else may get the same amount.
        return False
    return settle(compiled(active.version), before).says_as(now.outcome)


def keep_facts(active: Settlement, facts: JobFacts) -> Settlement:
    """Keep what is known now of an order whose money rests: later rules are tried on it."""
    active.facts, active.facts_sha = facts.plain(), facts.fingerprint()
    active.save(update_fields=["facts", "facts_sha"])
    return active


@transactional
def reverse_settlement(*, order_id: int, reason: str) -> Settlement | None:
    """Take the active settlement of an order back by opposite entries; None when there is none.

    Nothing is edited: the settlement's own entry and those of its releases are each reversed.
    """
    active = active_settlement(locked_order(order_id))
    return _reverse(active, reason=reason) if active else None


def locked_order(order_id: int) -> WorkOrder:
    held = order_held(order_id)
    return held if held is not None else locked_orders([order_id])[order_id]


def locked_orders(order_ids: Iterable[int]) -> dict[int, WorkOrder]:
    """Return orders by id, locked one after the other as everywhere: by their ids."""
    # Two statements: after waiting for a lock the joined rows would be those of before.
    wanted = WorkOrder.objects.filter(pk__in=list(order_ids))
    list(wanted.select_for_update().order_by("pk").values_list("pk"))
    return wanted.select_related(
        "line__order", "item_version__item", "address", "customer", "site_region", "sold_by",
        "served_by", "settled_by__agent", "installer__user", "installer__outlet",
        "installer__grade",
    ).in_bulk()  # fmt: skip


def active_settlement(order: WorkOrder) -> Settlement | None:
    return order.settlements.filter(status=Settlement.Status.ACTIVE).first()


def _settle(order: WorkOrder) -> Settlement | None:
    return _kept(order, _computed(order))


def _kept(order: WorkOrder, computed: Computed) -> Settlement | None:
    version, outcome, problem, _done = computed
    if problem is not None:
        note_problem(order, problem, missing=_missing(outcome))
        return None
    if nobody := gone(outcome.payees if outcome else ()):
        note_problem(order, Problem.NO_PAYEE, missing=nobody)
        return None
    clear_problem(order)
    if version is None or outcome is None or computed.done is None:
        return None
    return store(order, version, outcome, computed.done)


def _computed(order: WorkOrder, active: Settlement | None = None) -> Computed:
    """Compute a completed order, like what is settled of the same work; all None without work."""
    if order.completed_at is None or order.installer is None:
        return _charges_alone(order, active) if active else Computed(None, None, None)
    done_on = clock.business_day(order.completed_at)
    if active and (active.installer_id, active.done_on) == (order.installer_id, done_on):
        version: RuleSetVersion | None = active.version
        settled = restored(active.facts)
        rank = settled.installer_month_orders
        facts = facts_again(
            settled,
            job_facts(order=order, installer=order.installer, rank=rank),
            recorded=lambda kind: order.facts.filter(kind=kind).exists(),
        )
    else:
        facts = job_facts(order=order, installer=order.installer)
        version = version_in_force(industry=order.item_version.item.industry, on=done_on)
    if version is None:
        return Computed(None, None, Problem.NO_RULES)
    return _outcome(version, facts, Done(order.installer, done_on))


def _outcome(version: RuleSetVersion, facts: JobFacts, done: Done) -> Computed:
    outcome = settle(compiled(version), facts)
    return Computed(version, outcome, problem_of(outcome, facts.paid_fen or 0), done)


def _charges_alone(order: WorkOrder, active: Settlement) -> Computed:
    """What is left of settled work the shop paid back: charges of the site, which nobody did."""
    facts = refunded_facts(restored(active.facts), order)
    if order.meaning != Meaning.CANCELLED.value or not facts.charges:
        return Computed(None, None, None)
    return _outcome(active.version, facts, Done(active.installer, active.done_on))


def problem_of(outcome: Outcome, paid_fen: int) -> Problem | None:
    if "no_price" in outcome.flags:
        return Problem.NO_PRICE
    if "no_rule" in outcome.flags:
        return Problem.NO_RULE
    if outcome.total_fen != paid_fen:
        return Problem.UNEVEN
    return None


def _missing(outcome: Outcome | None) -> list[str]:
    lines = outcome.lines if outcome else ()
    names = [str(name) for line in lines for name in line.because.get("unknown", ())]
    return list(dict.fromkeys(names))


def _reverse(active: Settlement, *, reason: str) -> Settlement:
    order_id = active.work_order_id
    close_disputes_of(active.pk)
    # What people decided survives: the money of a dispute or an adjustment has moved already and is
    # not computed again.
    open_entries = list(
        JournalEntry.objects.filter(work_order_id=order_id)
        .exclude(kind__in=["reversal", ADJUSTMENT, *OF_DISPUTES])
        .exclude(corrections__kind="reversal")
        .select_related("period")
        .order_by("pk")
    )
    close_disputes_of_entries(entry.pk for entry in open_entries)
    # Into the period it corrects while that is open: otherwise one statement would pay the order
    # twice and the next one take it back.
    for entry in open_entries:
        reverse(entry=entry, source_key=f"reverse:{entry.pk}", day=entry.period.starts_on)
    active.status = Settlement.Status.REVERSED
    active.save(update_fields=["status"])
    record(None, "settlement.reversed", active, reason=reason)
    announce(SettlementReversed(active.pk, order_id))
    return active
