"""Lets no inbound event wait unseen, and old ones go."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, IntegerField, OuterRef, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from common.clock import wall_now
from common.outbox.models import OPEN, OutboxRow
from integrations.events import OrderListed, PushReceived
from integrations.models import InboundEvent, SyncRun

LATEST = timedelta(minutes=4)
KEEP_EVENTS = timedelta(days=30)
KEEP_RUNS = timedelta(days=14)
_BATCH = 1000
_TOPICS = (PushReceived.topic(), OrderListed.topic())


@transaction.atomic
def bury_forgotten() -> int:
    """Mark as failed what is four minutes old, not done, and no longer worked on."""
    rows = OutboxRow.objects.filter(OPEN, topic__in=_TOPICS).annotate(
        event_id=Cast(KT("payload__event_id"), IntegerField())
    )
    old = InboundEvent.objects.filter(
        Q(state=InboundEvent.State.NEW), received_at__lt=wall_now() - LATEST
    )
    forgotten = old.filter(~Exists(rows.filter(event_id=OuterRef("pk"))))
    return forgotten.update(
        state=InboundEvent.State.DEAD,
        done_at=wall_now(),
        error=_("The work for it was given up; see the failed tasks"),
    )


@transaction.atomic
def forget_old() -> int:
    """Delete a batch of settled events and of runs that nobody will ask for any more."""
    now = wall_now()
    events = InboundEvent.objects.filter(
        state__in=[InboundEvent.State.DONE, InboundEvent.State.IGNORED],
        received_at__lt=now - KEEP_EVENTS,
    )
    runs = SyncRun.objects.filter(started_at__lt=now - KEEP_RUNS)
    gone = 0
    for found in (events, runs):
        batch = list(found.values_list("pk", flat=True)[:_BATCH])
        gone += found.model.objects.filter(pk__in=batch).delete()[0] if batch else 0
    return gone
