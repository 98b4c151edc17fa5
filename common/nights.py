"""When a company's nightly work is done: in its own hour of the Chinese night, not with all others."""

from __future__ import annotations

import zlib

from common import clock
from common.schema import current_schema

FIRST_HOUR, HOURS = 1, 4
"""From one until five o'clock in China nobody books and few look."""


def hour_of_night(schema: str) -> int:
    """Return a company's hour, the same every night; companies are spread over all of them."""
    return FIRST_HOUR + zlib.crc32(schema.encode()) % HOURS


def is_hour_of_night() -> bool:
    """Whether it is the present company's hour now, by the real clock."""
    return clock.china(clock.wall_now()).hour == hour_of_night(current_schema())
