"""Describes a process to be kept running."""

from __future__ import annotations

import signal
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from common.machine.account import Account


@dataclass(frozen=True)
class Service:
    """One process: ``name`` is also the name of its log; ``stop_signal`` asks it to end orderly.

    ``grace_s`` is how long it may take to end, ``slowest_restart_s`` limits the back-off. What others
    need while they end (PostgreSQL, Redis) says ``stops_last``.
    """

    name: str
    command: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    account: Account | None = None
    stop_signal: int = signal.SIGTERM
    grace_s: float = 10.0
    slowest_restart_s: float = 30.0
    stops_last: bool = False
