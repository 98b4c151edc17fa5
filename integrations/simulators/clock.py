"""The simulators' own clock, which a test or a demonstration can move."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def _real_now() -> datetime:
    return datetime.now(UTC)


class MovableClock:
    """Real time plus a shift, or a time that stands still until it is moved."""

    def __init__(self, standing_at: datetime | None = None) -> None:
        self._read: Callable[[], datetime] = _real_now if standing_at is None else lambda: standing
        standing = standing_at or _real_now()
        self._shift = timedelta()

    def now(self) -> datetime:
        """The present moment of all platforms, aware UTC, in whole seconds as they show it."""
        return (self._read() + self._shift).replace(microsecond=0)

    def move(self, seconds: int) -> None:
        """Shift the present by so many seconds, backwards when negative."""
        self._shift += timedelta(seconds=seconds)
