"""A circuit breaker per host: after repeated failures nobody waits for a dead platform."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from time import monotonic

from integrations.errors import Kind, PlatformError

FAILURES_TO_OPEN = 5
OPEN_S = 30


@dataclass(slots=True)
class _Circuit:
    failures: int = 0
    opened_at: float | None = None
    probing: bool = False


class Breaker:
    """Counts failures in a row; open for 30 s after five, then one call may try."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._circuits: dict[str, _Circuit] = {}
        self._lock = Lock()

    def admit(self, host: str) -> None:
        """Let a call to the host through, or raise PlatformError with the seconds to wait."""
        with self._lock:
            circuit = self._circuits.setdefault(host, _Circuit())
            if circuit.opened_at is None:
                return
            left_s = OPEN_S - (self._now() - circuit.opened_at)
            if left_s > 0 or circuit.probing:
                raise PlatformError(
                    "breaker.open",
                    f"{host} failed {circuit.failures} times in a row",
                    Kind.RETRY,
                    retry_after_s=max(1, round(left_s)),
                )
            circuit.probing = True

    def succeeded(self, host: str) -> None:
        """The host answered: forget its failures."""
        with self._lock:
            self._circuits[host] = _Circuit()

    def failed(self, host: str) -> None:
        """The host did not answer properly; the fifth time in a row opens its circuit."""
        with self._lock:
            circuit = self._circuits.setdefault(host, _Circuit())
            circuit.failures += 1
            circuit.probing = False
            if circuit.failures >= FAILURES_TO_OPEN:
                circuit.opened_at = self._now()
