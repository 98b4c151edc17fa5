"""What a request needs Redis for: when it is away, people read a sentence and what to do.

Redis holds nothing that must last. What can go on without it goes on: work waits in the outbox for
the relay, network limits let everybody pass. What cannot is refused with a 503, never guessed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from redis.exceptions import RedisError

from common.errors import Sentence, Unavailable

log = logging.getLogger(__name__)


@contextmanager
def needing_broker(sentence: Sentence) -> Iterator[None]:
    """Run what reads or writes the cache; Unavailable with the sentence when Redis is away."""
    try:
        yield
    except RedisError as error:
        log.warning("Redis is away: %s", error)
        raise Unavailable("broker.away", sentence) from error
