"""Says in one sentence where wheels do not bring PostgreSQL and Redis."""

from __future__ import annotations

import os
import platform
import sys

from common.machine.sentences import say

NEWEST_WITH_WHEELS = (3, 12)
OLDEST_GLIBC = (2, 34)


def servers_come_from_wheels(
    system: str, machine: str, glibc: tuple[int, ...], python: tuple[int, ...]
) -> bool:
    """Whether PostgreSQL and Redis install as wheels on such a platform."""
    return (
        system == "Linux"
        and machine == "x86_64"
        and glibc >= OLDEST_GLIBC
        and python[:2] <= NEWEST_WITH_WHEELS
    )


def glibc_version(text: str) -> tuple[int, ...]:
    """Turn ``2.36`` into ``(2, 36)``; another C library (musl) gives ``(0,)``."""
    parts = [int(part) for part in text.split(".") if part.isdigit()]
    return tuple(parts) or (0,)


def announce_platform() -> None:
    """Print the one sentence when this machine needs servers of its own."""
    library, version = platform.libc_ver()
    glibc = glibc_version(version) if library == "glibc" else (0,)
    if servers_come_from_wheels(
        platform.system(), platform.machine(), glibc, tuple(sys.version_info[:2])
    ):
        return
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return
    say(
        "This is not x86_64 Linux with glibc ≥ 2.34 and Python 3.11 or 3.12: put postgres (≥ 15) and "
        "redis-server (≥ 6.2) on PATH, or set DATABASE_URL and REDIS_URL.",
        "本机不是 x86_64 Linux（glibc ≥ 2.34，Python 3.11 或 3.12）：请把 postgres（≥ 15）与 "
        "redis-server（≥ 6.2）放进 PATH，或设置 DATABASE_URL 与 REDIS_URL。",
    )
