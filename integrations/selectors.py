"""Questions about connections, what they brought, and what went wrong."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from common.clock import wall_now
from integrations.models import Connection, InboundEvent, SentCard, SyncRun, Webhook
from integrations.reaching import SHOPS
from integrations.services.pulling import COMPARE, OVERLAP, PULL

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from accounts.models import User

LATE = timedelta(minutes=15)
SHOWN_RUNS = 24
SHOWN_EVENTS = 50
_PULL_S = 300
_UNSETTLED = Q(events__state__in=[InboundEvent.State.DEAD, InboundEvent.State.PARKED])


@dataclass(frozen=True, slots=True)
class Health:
    """How a connection is, as a word with icon and colour."""

    css: str
    icon: str
    word: str | Promise


OFF = Health("x-st-on-hold", "player-pause", _("Off"))
FAILING = Health("x-st-overdue", "alert-triangle", _("Failing"))
LAGGING = Health("x-st-waiting", "clock", _("Late"))
FRESH = Health("x-st-assigned", "hourglass", _("Not read yet"))
WELL = Health("x-st-on-site", "circle-check", _("Connected"))


@dataclass(frozen=True, slots=True)
class ConnectionCard:
    """One connection as its card shows it; `lags` are minutes, the oldest reading first."""

    connection: Connection
    health: Health
    unsettled: int
    lags: list[int]
    next_run_at: datetime | None

    @property
    def lag_min(self) -> int:
        """Minutes between the last two readings."""
        return self.lags[-1]

    @property
    def is_shop(self) -> bool:
        """Whether orders come from it."""
        return self.connection.platform in SHOPS


def webhooks() -> QuerySet[Webhook]:
    """Return the company's webhooks by their codes."""
    return Webhook.objects.order_by("code")


def hooks_in_use() -> list[tuple[str, str]]:
    """Return code and name of the webhooks that flows may call now."""
    return list(Webhook.objects.filter(is_active=True).values_list("code", "name"))


def blank_webhook() -> Webhook:
    """Return a webhook that is not stored yet."""
    return Webhook()


def visible_connections(*, actor: User) -> QuerySet[Connection]:
    """Return the connections of the units the actor sees."""
    found = Connection.objects.select_related("sold_by").order_by("platform", "name", "pk")
    return found if actor.sees_everything else found.filter(sold_by__in=actor.units)


def connection_cards(*, actor: User) -> list[ConnectionCard]:
    """Return every visible connection with its health, in two queries however many there are."""
    found = list(visible_connections(actor=actor).annotate(unsettled=Count("events", _UNSETTLED)))
    runs: dict[int, list[SyncRun]] = defaultdict(list)
    recent = SyncRun.objects.filter(
        connection__in=found, kind=PULL, started_at__gte=wall_now() - timedelta(hours=3)
    )
    for run in recent.order_by("started_at"):
        runs[run.connection_id].append(run)
    return [card_of(one, unsettled=one.unsettled, runs=runs[one.pk]) for one in found]


def card_of(connection: Connection, *, unsettled: int, runs: list[SyncRun]) -> ConnectionCard:
    """Return a connection as its card shows it."""
    reads = connection.is_active and connection.platform in SHOPS
    return ConnectionCard(
        connection=connection,
        health=_health(connection),
        unsettled=unsettled,
        lags=[_lag_min(run) for run in runs[-SHOWN_RUNS:]],
        next_run_at=_next_slot() if reads else None,
    )


def stamp_of(cards: list[ConnectionCard]) -> str:
    """Return what changes when the cards do."""
    parts = [
        f"{card.connection.pk}:{card.connection.last_pull_at}:{card.connection.last_event_at}:"
        f"{card.connection.failures_in_a_row}:{card.unsettled}:{card.health.css}"
        for card in cards
    ]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def runs_of(connection: Connection) -> QuerySet[SyncRun]:
    """Return the readings of a shop, the newest first."""
    return SyncRun.objects.filter(connection=connection).order_by("-started_at", "-pk")


def events_of(connection: Connection, *, state: str = "") -> QuerySet[InboundEvent]:
    """Return what a platform told us, the newest first; `state` narrows it down."""
    found = InboundEvent.objects.filter(connection=connection).order_by("-received_at", "-pk")
    return found.filter(state=state) if state in InboundEvent.State.values else found


def visible_events(*, actor: User) -> QuerySet[InboundEvent]:
    """Return the events of the connections the actor sees."""
    mine = visible_connections(actor=actor)
    return InboundEvent.objects.select_related("connection").filter(connection__in=mine)


def failed_cards(connection: Connection) -> QuerySet[SentCard]:
    """Return the cards that never reached their member, the newest first."""
    return SentCard.objects.filter(connection=connection, state="failed").order_by("-sent_at")


@dataclass(frozen=True, slots=True)
class StateTab:
    """A choice of what to see of the events."""

    url: str
    label: str | Promise
    active: bool
    count: int | str = ""


def state_tabs(connection: Connection, *, chosen: str) -> list[StateTab]:
    """Return the tabs over the events, each with how many there are."""
    rows = InboundEvent.objects.filter(connection=connection).values_list("state")
    counts = dict(rows.annotate(Count("pk")).order_by())
    found = InboundEvent.State
    return [
        StateTab("?", _("All"), chosen not in found.values),
        *(
            StateTab(f"?state={one.value}", one.label, chosen == one, counts.get(one, 0))
            for one in found
        ),
    ]


def platform_name(platform: str) -> str:
    """Return what people call a platform."""
    return str(Connection.Platform(platform).label)


def unsettled_of(connection: Connection) -> int:
    """Return how many events wait for a person."""
    waiting = [InboundEvent.State.DEAD, InboundEvent.State.PARKED]
    return InboundEvent.objects.filter(connection=connection, state__in=waiting).count()


def recent_pulls(connection: Connection) -> list[SyncRun]:
    """Return the last pulls, the oldest first."""
    return list(runs_of(connection).exclude(kind=COMPARE)[:SHOWN_RUNS])[::-1]


def _health(connection: Connection) -> Health:
    if not connection.is_active:
        return OFF
    if connection.failures_in_a_row:
        return FAILING
    if connection.platform not in SHOPS:
        return WELL
    if connection.last_pull_at is None:
        return FRESH
    return LAGGING if wall_now() - connection.last_pull_at > LATE else WELL


def _lag_min(run: SyncRun) -> int:
    # A pull starts where the last good one ended, less the overlap: so long was nothing read.
    since = run.started_at - (run.window_starts_at + OVERLAP)
    return max(0, int(since.total_seconds()) // 60)


def _next_slot() -> datetime:
    seconds = int(wall_now().timestamp())
    return datetime.fromtimestamp(seconds - seconds % _PULL_S + _PULL_S, UTC)
