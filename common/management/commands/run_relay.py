"""Runs the relay with the scheduler until SIGTERM or Ctrl-C."""

from __future__ import annotations

import signal
from threading import Event as Signal
from typing import Any

from django.core.management.base import BaseCommand

from common.outbox.relay import Relay


class Command(BaseCommand):
    """`manage.py run_relay`: feeds the workers; run at least one, two for safety."""

    help = "Feed the workers with due outbox rows of every tenant, and run the scheduler"
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Work until told to stop; the round in progress is finished first."""
        stop = Signal()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_ignored: stop.set())
        self.stdout.write("Relay started")
        self.stdout.flush()
        Relay().run(stop)
        self.stdout.write("Relay stopped")
