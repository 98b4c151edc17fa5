"""Counts the orders each row fired in, day by day, from the lines that are stored anyway."""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import Max

from settlement.models import JournalEntry, RuleHit, RuleHitMark, Settlement

_LATE_COMMITS = 500
_KEEP_LINES = ["release", "retention"]
"""Kinds of entries that move money already settled: they change no line that could be counted."""
_COUNTED = """
WITH touched AS (
    SELECT DISTINCT s.version_id, s.done_on FROM {settlement} s
    WHERE s.work_order_id IN (
        SELECT e.work_order_id FROM {entry} e
        WHERE e.id > %s AND e.work_order_id IS NOT NULL AND e.kind <> ALL(%s)
    )
), gone AS (
    DELETE FROM {hit} h USING touched t WHERE h.version_id = t.version_id AND h.day = t.done_on
    RETURNING h.id
), active AS (
    SELECT s.id, s.version_id, s.done_on FROM {settlement} s
    JOIN touched t ON t.version_id = s.version_id AND t.done_on = s.done_on
    WHERE s.status = 'active'
)
SELECT a.version_id, a.done_on, '' AS code, '' AS rule, count(*) AS orders
FROM active a GROUP BY 1, 2
UNION ALL
SELECT a.version_id, a.done_on, l.code, l.rule, count(DISTINCT a.id)
FROM active a JOIN {line} l ON l.settlement_id = a.id GROUP BY 1, 2, 3, 4
"""


@transaction.atomic
def count_hits() -> int:
    """Count again the days on which something was settled or taken back since the last time.

    Every settlement and every reversal posts a ledger entry, so entries tell which days changed; a
    release changes none.
    Counting a day anew cannot count anything twice; entries committed late are looked at again.
    Returns how many rows were written.
    """
    mark, _created = RuleHitMark.objects.select_for_update().get_or_create(pk=1)
    newest = JournalEntry.objects.aggregate(newest=Max("pk"))["newest"] or 0
    names = {
        "settlement": Settlement._meta.db_table,
        "line": Settlement._meta.get_field("lines").related_model._meta.db_table,
        "entry": JournalEntry._meta.db_table,
        "hit": RuleHit._meta.db_table,
    }
    quoted = {key: connection.ops.quote_name(name) for key, name in names.items()}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED.format(**quoted), [mark.entry_id - _LATE_COMMITS, _KEEP_LINES])
        found = cursor.fetchall()
    RuleHit.objects.bulk_create(
        RuleHit(version_id=version, day=day, code=code, rule=rule, orders=orders)
        for version, day, code, rule, orders in found
    )
    mark.entry_id = newest
    mark.save(update_fields=["entry_id"])
    return len(found)


@transaction.atomic
def count_all_again() -> int:
    """Forget every count and make them anew."""
    RuleHit.objects.all().delete()
    RuleHitMark.objects.all().delete()
    return count_hits()
