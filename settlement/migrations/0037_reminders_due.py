"""Reminders for disputes that were open before there were any: at half of what they wait.

In batches; one whose half is over already is reminded at the next look at the clock, one that was
reminded since its last move keeps what it has. Going back leaves the moments: nothing reads them.
"""

from django.db import migrations
from django.db.models import Max, Q
from django.utils import timezone

OPEN = ("submitted", "counterparty_review", "accepted", "escalated", "overdue", "undecided")
BATCH = 500
QUIET = ("remind", "opinion")
"""Steps that begin no new state."""


def set_reminders(apps, schema_editor):
    dispute = apps.get_model("settlement", "Dispute")
    waiting = dispute.objects.filter(remind_at=None, state__in=OPEN, due_at__gt=timezone.now())
    after = 0
    while True:
        began = Max("steps__at", filter=~Q(steps__move__in=QUIET))
        reminded = Max("steps__at", filter=Q(steps__move="remind"))
        rows = waiting.filter(pk__gt=after).annotate(began=began, reminded=reminded)
        batch = list(rows.order_by("pk")[:BATCH])
        if not batch:
            return
        after = batch[-1].pk
        unknown = [one for one in batch if one.reminded is None or one.reminded < _since(one)]
        for one in unknown:
            one.remind_at = _since(one) + (one.due_at - _since(one)) / 2
        dispute.objects.bulk_update(unknown, ["remind_at"])


def _since(one):
    return one.began or one.filed_at


class Migration(migrations.Migration):
    dependencies = [("settlement", "0036_paper_languages")]

    operations = [migrations.RunPython(set_reminders, migrations.RunPython.noop, elidable=True)]
