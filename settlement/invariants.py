"""What must always be true of settlements, the ledger and the statements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from common.invariants import invariant
from common.outbox.models import OPEN, OutboxRow
from settlement.disputes.flow import HOLDING
from settlement.engine.result import check_line
from settlement.explaining import engine_line
from settlement.models import (
    Dispute,
    JournalEntry,
    PayoutItem,
    Posting,
    RecomputeDifference,
    RecomputeRun,
    Release,
    Settlement,
    SettlementAdjustment,
    SettlementLine,
    Statement,
)
from settlement.models import StatementPeriod as Period
from settlement.statements.files import is_whole
from workorders.models import WorkOrder

ACTIVE = Settlement.Status.ACTIVE
_GUARDED = (
    "settlement_posting",
    "settlement_journalentry",
    "settlement_settlementline",
    "settlement_rulesetversion",
    "settlement_periodreopening",
    "settlement_periodline",
    "settlement_disputestep",
    "settlement_disputeevidence",
    "settlement_disputephoto",
    "settlement_billline",
    "settlement_billaction",
)


@invariant("I1", "The postings of every entry sum to 0")
def entries_balance() -> Iterator[str]:
    """One grouped scan of the postings."""
    sums = Posting.objects.values("entry_id").annotate(total=Sum("amount_fen"))
    for row in sums.exclude(total=0).order_by("entry_id"):
        yield f"entry {row['entry_id']} is out by {row['total']} fen"


@invariant("I2", "All postings of a company sum to 0")
def company_balances() -> Iterator[str]:
    """One sum."""
    total = Posting.objects.aggregate(total=Sum("amount_fen"))["total"] or 0
    if total:
        yield f"the ledger is out by {total} fen"


@invariant(
    "I4", "A completed order has one active settlement or a visible problem, no other has one"
)
def orders_are_settled() -> Iterator[str]:
    """Orders whose events are still on their way are left out."""
    coming = _on_the_way()
    counted = WorkOrder.objects.annotate(
        active=Count("settlements", filter=Q(settlements__status=ACTIVE))
    ).exclude(pk__in=coming)
    complete = Q(completed_at__isnull=False)
    unsettled = counted.filter(complete, active=0, settlement_problem=None)
    for number in unsettled.values_list("number", flat=True):
        yield f"order {number} is completed and neither settled nor a problem"
    for number in counted.filter(active__gt=1).values_list("number", flat=True):
        yield f"order {number} has more than one active settlement"
    for number in counted.filter(~complete, active__gt=0).values_list("number", flat=True):
        yield f"order {number} is not completed and has an active settlement"


def _on_the_way() -> list[int]:
    rows = OutboxRow.objects.filter(OPEN, handler__startswith="settlement.handlers.")
    found = rows.values_list("payload__order_id", flat=True)
    return [int(order_id) for order_id in found if order_id is not None]


@invariant("I5", "An active settlement's lines are what was paid, and the installer's their part")
def lines_sum_up() -> Iterator[str]:
    """Lines against the settlement's own totals, by installer, and releases against the part."""
    lines = (
        Settlement.objects.filter(status=ACTIVE)
        .annotate(
            total=Sum("lines__amount_fen"),
            mine=Sum("lines__amount_fen", filter=Q(lines__party_role="installer")),
        )
        .filter(~Q(total=F("paid_fen")) | ~Q(mine=F("gross_fen")))
    )
    for pk, total, paid in lines.values_list("pk", "total", "paid_fen"):
        yield f"settlement {pk}: its lines sum to {total} fen, paid were {paid} fen"
    releases = (
        Settlement.objects.filter(status=ACTIVE)
        .annotate(planned=Sum("releases__amount_fen"))
        .exclude(planned=None)
        .exclude(planned=F("gross_fen"))
    )
    for pk, planned, gross in releases.values_list("pk", "planned", "gross_fen"):
        yield f"settlement {pk}: {planned} fen are planned for release, {gross} fen are due"


@invariant("I5", "What is planned for one of several people is what their lines sum to")
def shares_have_their_milestones() -> Iterator[str]:
    """Releases against lines by person, of the settlements somebody shares."""
    shared = SettlementLine.objects.filter(
        because__has_key="who",
        party_role="installer",
        settlement__status=ACTIVE,
        settlement__releases__isnull=False,
    )
    ids = list(shared.values_list("settlement_id", flat=True).distinct())
    lines = SettlementLine.objects.filter(settlement__in=ids, party_role="installer")
    planned = Release.objects.filter(settlement__in=ids)
    due = _by_payee(lines)
    for key, fen in _by_payee(planned).items():
        want = due.pop(key, 0)
        if want != fen:
            yield f"settlement {key[0]}, party {key[1]}: {fen} fen are planned, {want} fen are due"
    for (pk, party_id), want in due.items():
        if want:
            yield f"settlement {pk}, party {party_id}: nothing is planned, {want} fen are due"


def _by_payee(rows: QuerySet[Any]) -> dict[tuple[int, int], int]:
    sums = rows.order_by().values_list("settlement_id", "payee_id").annotate(Sum("amount_fen"))
    return {(pk, party): int(fen) for pk, party, fen in sums}


@invariant("I5", "Every stored amount follows from its own operands")
def lines_follow_from_operands() -> Iterator[str]:
    """Each line derived again with nothing but what stands in it."""
    for row in SettlementLine.objects.order_by("pk").iterator(chunk_size=2000):
        if not check_line(engine_line(row)):
            yield f"line {row.seq} of settlement {row.settlement_id}: {row.amount_fen} fen do not follow"


@invariant("I5", "What an order's ledger entries give a party is the sum of its active lines")
def ledger_equals_lines() -> Iterator[str]:
    """Lines and net postings by (order, party); a reversed settlement nets to nothing."""
    due: dict[tuple[int, int], int] = {}
    lines = SettlementLine.objects.filter(settlement__status=ACTIVE).exclude(payee=None)
    for order_id, party_id, fen in (
        lines.values_list("settlement__work_order_id", "payee_id")
        .annotate(total=Sum("amount_fen"))
        .iterator()
    ):
        due[order_id, party_id] = int(fen)
    for order_id, party_id, fen in _decided():
        due[order_id, party_id] = due.get((order_id, party_id), 0) + fen
    posted = Posting.objects.filter(entry__work_order__isnull=False).exclude(
        account__kind="clearing"
    )
    for order_id, party_id, fen in (
        posted.values_list("entry__work_order_id", "account__party_id")
        .annotate(total=Sum("amount_fen"))
        .iterator()
    ):
        want = due.pop((order_id, party_id), 0)
        if want != fen:
            yield f"order {order_id}, party {party_id}: lines {want} fen, ledger {fen} fen"
    for (order_id, party_id), want in due.items():
        if want:
            yield f"order {order_id}, party {party_id}: lines {want} fen, ledger nothing"


def _decided() -> Iterator[tuple[int, int, int]]:
    """What adjustments and upheld disputes gave their payees and took from the payers."""
    rows = SettlementAdjustment.objects.exclude(entry=None)
    for order_id, payee, payer, fen in rows.values_list(
        "work_order_id", "payee_id", "payer_id", "amount_fen"
    ):
        yield order_id, payee, fen
        yield order_id, payer, -fen


@invariant("I5", "An upheld dispute has its adjustment, and every adjustment its entry")
def adjustments_are_posted() -> Iterator[str]:
    """Disputes by their adjustment; adjustments by what their entry gave the payee."""
    lost = Dispute.objects.filter(decided_fen__gt=0, adjustment=None)
    for number in lost.values_list("number", flat=True):
        yield f"dispute {number} was upheld and gave nothing"
    posted = (
        Posting.objects.filter(entry=OuterRef("entry_id"), account__party=OuterRef("payee_id"))
        .values("entry_id")
        .annotate(total=Sum("amount_fen"))
        .values("total")
    )
    rows = SettlementAdjustment.objects.exclude(entry=None).annotate(total=Subquery(posted))
    for pk, total in rows.exclude(total=F("amount_fen")).values_list("pk", "total"):
        yield f"adjustment {pk}: posted {total} fen"


@invariant("I5", "Held money belongs to an open dispute or to a retention with its day")
def held_money_has_an_exit() -> Iterator[str]:
    """Held balances by party against open disputes and parts that wait for their day."""
    want: dict[int, int] = {}
    for party_id, fen in Dispute.objects.exclude(held_fen=0).values_list(
        "claimant_party_id", "held_fen"
    ):
        want[party_id] = want.get(party_id, 0) + fen
    waiting = Release.objects.filter(
        settlement__status=ACTIVE, released_at=None, due_on__isnull=False
    ).values_list(Coalesce("payee", "settlement__installer__party"), "amount_fen")
    for party_id, fen in waiting:
        want[party_id] = want.get(party_id, 0) + fen
    held = Posting.objects.filter(account__kind="held").values_list("account__party_id")
    for party_id, total in held.annotate(total=Sum("amount_fen")):
        due = want.pop(party_id, 0)
        if int(total) != due:
            yield f"party {party_id} holds {total} fen, disputes and retentions explain {due}"
    for party_id, due in want.items():
        if due:
            yield f"party {party_id} holds nothing, disputes and retentions explain {due} fen"
    ended = Dispute.objects.exclude(held_fen=0).exclude(state__in=HOLDING)
    for number in ended.values_list("number", flat=True):
        yield f"dispute {number} is answered and still holds money"


@invariant("I5", "A posted recompute gave each payee the difference that was approved")
def differences_are_posted() -> Iterator[str]:
    """Approved rows against the postings of their entries; none is left open at the end."""
    posted = (
        Posting.objects.filter(entry=OuterRef("entry_id"), account__party=OuterRef("party_id"))
        .values("entry_id")
        .annotate(total=Sum("amount_fen"))
        .values("total")
    )
    rows = RecomputeDifference.objects.exclude(entry=None).annotate(total=Subquery(posted))
    wrong = rows.exclude(total=F("new_fen") - F("old_fen"))
    for pk, order_id, total in wrong.values_list("pk", "work_order_id", "total"):
        yield f"difference {pk} of order {order_id}: posted {total} fen"
    missed = RecomputeDifference.objects.filter(
        run__state=RecomputeRun.State.APPLIED, entry=None, skipped=""
    )
    for pk, order_id in missed.values_list("pk", "work_order_id"):
        yield f"difference {pk} of order {order_id} was approved and not posted"


@invariant("I5", "What a recompute's differences name is there")
def differences_name_rows() -> Iterator[str]:
    """Every key of a difference against the table it points to: no constraint watches them."""
    for field in ("run", "settlement", "work_order", "version", "party"):
        model: Any = RecomputeDifference._meta.get_field(field).related_model
        there = model._default_manager.filter(pk=OuterRef(f"{field}_id"))
        rows = RecomputeDifference.objects.exclude(**{f"{field}_id": None})
        for pk, key in rows.filter(~Exists(there)).values_list("pk", f"{field}_id"):
            yield f"difference {pk} names {field} {key}, which is not there"


@invariant("I6", "Guards of the database refuse every change of what was posted")
def guards_stand() -> Iterator[str]:
    """The triggers of the append-only tables are there and switched on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = current_schema() AND t.tgenabled <> 'D' AND c.relname = ANY(%s)",
            [[*_GUARDED, "settlement_statementperiod"]],
        )
        standing = set(cursor.fetchall())
    wanted = {(t, name) for t in _GUARDED for name in ("append_only", "append_only_truncate")}
    wanted |= {("settlement_posting", "balanced"), ("settlement_statementperiod", "step_by_step")}
    for table, name in sorted(wanted - standing):
        yield f"the guard {name} of {table} is missing or switched off"


@invariant("I3", "Money on its way to banks is what payouts without an answer carry")
def transit_is_carried() -> Iterator[str]:
    """The accounts of money on its way, by party, against the items that wait for the bank."""
    waiting = PayoutItem.objects.filter(state=PayoutItem.State.TRANSIT).values_list("party_id")
    carried = {party: int(fen) for party, fen in waiting.annotate(total=Sum("amount_fen"))}
    rows = Posting.objects.filter(account__kind="transit").values_list("account__party_id")
    for party, fen in rows.annotate(total=Sum("amount_fen")):
        if carried.pop(party, 0) != fen:
            yield f"party {party}: {fen} fen are on their way without a transfer of that sum"
    for party, fen in carried.items():
        yield f"party {party}: a transfer of {fen} fen is not on its way in the ledger"


@invariant("I7", "Nothing is posted into a period after it was locked")
def locked_periods_rest() -> Iterator[str]:
    """Entries against the moment their period was locked."""
    late = JournalEntry.objects.filter(
        ~Q(period__state=Period.State.OPEN), posted_at__gt=F("period__locked_at")
    )
    for entry in late.select_related("period"):
        yield f"entry {entry.pk} was posted into {entry.period} after it was locked"


@invariant("I7", "A locked statement's total is what its payee's postings of the period sum to")
def statements_equal_ledger() -> Iterator[str]:
    """The last locked run of each period against the postings of the period by party."""
    locked = Period.objects.exclude(state=Period.State.OPEN)
    runs = locked.annotate(last=Max("runs", filter=Q(runs__state="locked"))).exclude(last=None)
    for period_id, run_id in runs.values_list("pk", "last"):
        posted: dict[int, Any] = dict(
            Posting.objects.filter(entry__period_id=period_id)
            .values_list("account__party_id")
            .annotate(total=Sum("amount_fen"))
        )
        rows = Statement.objects.filter(run_id=run_id)
        for number, party_id, total in rows.values_list("number", "party_id", "total_fen"):
            if posted.get(party_id, 0) != total:
                yield f"statement {number}: {total} fen, ledger {posted.get(party_id, 0)} fen"


@invariant("I8", "One line of a shop's order has one work order")
def lines_open_once() -> Iterator[str]:
    """Work orders grouped by what shops call their line."""
    keys = (
        "line__order__platform",
        "line__order__shop_key",
        "line__order__number",
        "line__line_id",
    )
    for row in WorkOrder.objects.values(*keys).annotate(n=Count("pk")).filter(n__gt=1):
        yield f"{' '.join(str(row[key]) for key in keys)} has {row['n']} work orders"


@invariant("I15", "Every statement's file is there as it was made")
def statement_files_are_whole() -> Iterator[str]:
    """Files against the fingerprints kept with them."""
    made = Statement.objects.exclude(pdf="").only("number", "pdf", "pdf_sha256")
    for statement in made.iterator():
        if not is_whole(statement):
            yield f"statement {statement.number}: its file is missing or is another one"
