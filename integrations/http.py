"""The process's own platform clients: patient for pulls, brisk where somebody waits."""

from __future__ import annotations

import logging
from functools import lru_cache
from time import sleep

from django.conf import settings

from common.outbox import going_out, still_out
from integrations.client import READ_S, RETRY_DELAYS_S, CallRecord, HttpClient
from integrations.egress import HostPort, parse_egress_allow

BRISK_READ_S = 5.0
MAP_READ_S = 2.0

log = logging.getLogger(__name__)


def platform_client(*, brisk: bool = False) -> HttpClient:
    """Return the shared client.

    `brisk` gives up on an answer after five seconds, not ten, and repeats nothing: somebody waits,
    or whoever asks has a time of their own for the next try.
    """
    return _client(egress_allow(), BRISK_READ_S if brisk else READ_S)


def map_client() -> HttpClient:
    """Return the client of map platforms: two seconds for an answer, for the estimate is there."""
    return _client(egress_allow(), MAP_READ_S)


def egress_allow() -> frozenset[HostPort]:
    """Return the host and port pairs that may be called although they are not public."""
    return parse_egress_allow(",".join(settings.EGRESS_ALLOW))


@lru_cache(maxsize=8)
def _client(allow: frozenset[HostPort], read_s: float) -> HttpClient:
    return HttpClient(
        egress_allow=allow,
        journal=note_call,
        leave=going_out,
        wait=sleep,
        read_s=read_s,
        repeats=len(RETRY_DELAYS_S) if read_s == READ_S else 0,
    )


def note_call(call: CallRecord) -> None:
    """Keep one attempt in the log, and the errand's row for another while."""
    still_out()
    log.info(
        "%s %s %s attempt %d: %s %s %d ms %d bytes",
        call.platform,
        call.operation,
        call.host,
        call.attempt,
        call.http_status,
        call.outcome,
        call.duration_ms,
        call.answer_bytes,
    )
