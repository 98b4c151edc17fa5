"""The process that forgets nothing: feeds, sweeps, schedules, copies and purges, for ever."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from django.db import Error as DatabaseFailure
from django.db import connection
from django_tenants.utils import get_public_schema_name, schema_context

from common.outbox import doorbell
from common.outbox.feeding import connection_is_gone, feed_dirty
from common.outbox.purge import purge_tenant
from common.outbox.schedule import Scheduler
from common.tasks import active_schemas

if TYPE_CHECKING:
    from threading import Event as Signal

log = logging.getLogger(__name__)

IDLE_S = 1.0
SHORTEST_S = 0.05
SWEEP_EVERY_S = 30.0
PURGE_EVERY_S = 60.0
PURGES_PER_TURN = 5
TENANTS_EVERY_S = 5.0
RECONNECT_S = 2.0
_LOCK = 0x6B757161
"""Advisory lock of the relay that works while others stand by; an optimisation, nothing more."""


class Every:
    """Says yes once per interval."""

    def __init__(self, interval_s: float) -> None:
        self._interval_s = interval_s
        self._next = 0.0

    def come(self) -> bool:
        """Return True when the interval has passed since the last yes."""
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + self._interval_s
        return True


class Relay:
    """One relay; several do no harm, because leases, keys and in-flight notes decide."""

    def __init__(self) -> None:
        self.scheduler = Scheduler()
        self._active: frozenset[str] = frozenset()
        self._leading = False
        self._tenants = Every(TENANTS_EVERY_S)
        self._sweep = Every(SWEEP_EVERY_S)
        self._purge = Every(PURGE_EVERY_S)
        self._to_purge: list[str] = []

    def run(self, stop: Signal) -> None:
        """Work until `stop` is set; a database or Redis that goes away is waited for."""
        while not stop.is_set():
            try:
                pause_s = self.turn()
            except DatabaseFailure as error:
                log.warning("database does not answer, trying again: %s", error)
                self._reset()
                pause_s = RECONNECT_S
            except doorbell.NOT_REACHED as error:
                log.warning("Redis does not answer, trying again: %s", error)
                pause_s = RECONNECT_S
            except Exception:
                log.exception("the round failed, the next one may not")
                pause_s = RECONNECT_S
            stop.wait(pause_s)
        self._reset()

    def turn(self) -> float:
        """Do one round and return the seconds to wait before the next."""
        if not self._lead():
            return IDLE_S
        if self._tenants.come():
            self._active = frozenset(active_schemas())
        self.scheduler.tick(self._active)
        # Every tenant is looked at, whoever rang: this is what makes Redis forgettable.
        if doorbell.was_emptied():
            doorbell.mark_all_dirty(sorted(self._active), 0)
        elif self._sweep.come():
            doorbell.mark_all_dirty(sorted(self._active), SWEEP_EVERY_S)
        feed_dirty(self._active)
        self._purge_some()
        wait_s = doorbell.next_dirty_s()
        return IDLE_S if wait_s is None else min(IDLE_S, max(SHORTEST_S, wait_s))

    def _purge_some(self) -> None:
        """Purge a few tenants per round, each about once a minute."""
        if not self._to_purge and self._purge.come():
            self._to_purge = sorted(self._active, reverse=True)
        for _turn in range(min(PURGES_PER_TURN, len(self._to_purge))):
            schema = self._to_purge.pop()
            try:
                with schema_context(schema):
                    purge_tenant()
            except DatabaseFailure:
                log.exception("purging %s failed", schema)
                if connection_is_gone():
                    raise

    def _lead(self) -> bool:
        if not self._leading:
            with schema_context(get_public_schema_name()), connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
                self._leading = bool(cursor.fetchone()[0])
        return self._leading

    def _reset(self) -> None:
        """Drop the connection, and with it the lock."""
        self._leading = False
        connection.close()
