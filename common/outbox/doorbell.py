"""Tells worker and relay at once that there is work; Redis may forget all of it at any time."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from celery import current_app
from celery.exceptions import CeleryError
from django.conf import settings
from kombu.exceptions import KombuError
from redis import Redis
from redis.exceptions import RedisError

from common.tasks import SCHEMA_HEADER

if TYPE_CHECKING:
    from datetime import datetime

log = logging.getLogger(__name__)

IN_FLIGHT_CAP = 8
"""Rows of one tenant and queue that may wait at the workers at the same time."""
FLIGHT_S = 30
"""After so long without a sign a row counts as lost on the way and is announced again."""
QUEUE_CAP = 500
"""With so many messages waiting, the relay sends no more: nobody is taking them."""
SILENT_S = 2.0
_DIRTY = "kuaqu:outbox:dirty"
_MARK = "kuaqu:outbox:known"
_TASK = "common.outbox.tasks.run_row"

NOT_REACHED = (RedisError, KombuError, CeleryError, OSError)

RowRef = tuple[int, str]


class _Pause:
    """A broker that did not answer is left alone for a moment, so that no request waits twice."""

    until = 0.0


@lru_cache(maxsize=1)
def _redis() -> Redis:
    return Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.25)


def _flight(schema: str, queue: str) -> str:
    return f"kuaqu:outbox:flight:{schema}:{queue}"


def ring(schema: str, rows: Iterable[RowRef], *, at: datetime | None = None) -> None:
    """Announce (row id, queue) pairs of a tenant; never raises, never waits long.

    With `at` in the future only the relay is told. A tenant with many rows under way gets its
    mark and no messages: the relay then feeds its rows in turn with those of the others.
    """
    if time.monotonic() < _Pause.until:
        return
    start = max(time.time(), at.timestamp() if at else 0.0)
    try:
        mark_dirty(schema, start)
        if start > time.time():
            return
        by_queue: dict[str, list[int]] = {}
        for row_id, queue in rows:
            by_queue.setdefault(queue, []).append(row_id)
        for queue, row_ids in by_queue.items():
            send(schema, queue, row_ids)
    except NOT_REACHED as error:
        _Pause.until = time.monotonic() + SILENT_S
        log.warning("the doorbell does not ring, the relay will find the work: %s", error)


def send(schema: str, queue: str, row_ids: list[int]) -> int:
    """Send messages for rows not yet under way, up to the tenant's cap; returns how many.

    Raises one of NOT_REACHED when Redis or the broker does not answer.
    """
    redis, now, flight = _redis(), time.time(), _flight(schema, queue)
    with redis.pipeline(transaction=False) as pipe:
        pipe.zremrangebyscore(flight, "-inf", now)
        pipe.zcard(flight)
        room = IN_FLIGHT_CAP - cast("int", pipe.execute()[1])
    sent = 0
    for row_id in row_ids:
        if sent >= room:
            break
        if not redis.zadd(flight, {str(row_id): now + FLIGHT_S}, nx=True):
            continue
        try:
            _publish(schema, queue, row_id)
        except NOT_REACHED:
            redis.zrem(flight, row_id)
            raise
        sent += 1
    if sent:
        redis.expire(flight, FLIGHT_S * 2)
    return sent


def _publish(schema: str, queue: str, row_id: int) -> None:
    current_app.send_task(
        _TASK, (row_id,), queue=queue, headers={SCHEMA_HEADER: schema}, retry=False
    )


def landed(schema: str, queue: str, row_id: int) -> None:
    """Note that the row is no longer under way; the tenant may have another one sent."""
    try:
        _redis().zrem(_flight(schema, queue), row_id)
    except RedisError as error:
        log.warning("in-flight note of row %s kept: %s", row_id, error)


def taken(schema: str, queue: str, row_id: int, for_s: float) -> None:
    """Note that a worker has the row: when it dies, the row is sent again after so many seconds."""
    try:
        _redis().zadd(_flight(schema, queue), {str(row_id): time.time() + for_s}, xx=True)
    except RedisError as error:
        log.warning("row %s not noted as taken: %s", row_id, error)


def look_again(schema: str, queue: str, row_id: int, at: float) -> None:
    """Have the relay look at a row anew at a Unix time, and send it when it may start then."""
    try:
        _redis().zadd(_flight(schema, queue), {str(row_id): at}, xx=True)
        mark_dirty(schema, at)
    except RedisError as error:
        log.warning("row %s waits for the sweep: %s", row_id, error)


def mark_dirty(schema: str, at: float) -> None:
    """Ask the relay to look at a tenant at a Unix time, or earlier when asked so before."""
    _redis().zadd(_DIRTY, {schema: at}, lt=True)


def mark_all_dirty(schemas: Collection[str], within_s: float) -> None:
    """Ask the relay to look at every tenant, spread evenly over the coming seconds."""
    now, step_s = time.time(), within_s / max(1, len(schemas))
    marks = {schema: now + number * step_s for number, schema in enumerate(schemas)}
    if marks:
        _redis().zadd(_DIRTY, marks, lt=True)


def was_emptied() -> bool:
    """Return True once after Redis lost what it held: a mark that stays there is gone."""
    return bool(_redis().set(_MARK, 1, nx=True))


def take_dirty(limit: int) -> list[str]:
    """Take up to `limit` tenants whose time has come off the list, the longest waiting first."""
    redis = _redis()
    found = redis.zrangebyscore(_DIRTY, "-inf", time.time(), start=0, num=limit)
    return [name.decode() for name in cast("list[bytes]", found) if redis.zrem(_DIRTY, name)]


def next_dirty_s() -> float | None:
    """Return the seconds until the next tenant's time comes (0 when it has), None without any."""
    found = cast("list[tuple[bytes, float]]", _redis().zrange(_DIRTY, 0, 0, withscores=True))
    return max(0.0, found[0][1] - time.time()) if found else None


def queue_is_full(queue: str) -> bool:
    """Return True when the broker holds more messages than the workers will take soon."""
    return _redis().llen(queue) >= QUEUE_CAP
