"""The platforms' ways of writing a moment, read into aware UTC and written back."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

from integrations.errors import MappingError

# China has kept +08:00 without daylight saving since 1992; the platforms send naive text in it.
CHINA = timezone(timedelta(hours=8))
_TEXT = "%Y-%m-%d %H:%M:%S"
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def from_china(value: object, path: str) -> datetime:
    """UTC moment of naive China text "2026-01-02 09:00:00"; raises MappingError."""
    if not isinstance(value, str):
        raise MappingError(path, "time.not_text", value)
    try:
        moment = datetime.strptime(value, _TEXT).replace(tzinfo=CHINA).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise MappingError(path, "time.malformed", value) from error
    return _plausible(moment, path)


def from_china_or_none(value: object, path: str) -> datetime | None:
    """The same, where the platform leaves the field out or empty while nothing has happened yet."""
    return None if value in (None, "") else from_china(value, path)


def china_seconds(value: object, path: str) -> int:
    """Epoch seconds of naive China text; 0 for a moment a platform left out or wrote otherwise."""
    try:
        return int(from_china(value, path).timestamp())
    except MappingError:
        return 0


def from_epoch_s(value: object, path: str) -> datetime:
    """UTC moment of epoch seconds, as number or digits."""
    return _from_epoch(value, path, per_second=1)


def from_epoch_ms(value: object, path: str) -> datetime:
    """UTC moment of epoch milliseconds, as number or digits."""
    return _from_epoch(value, path, per_second=1000)


def from_text_or_ms(value: object, path: str) -> datetime:
    """UTC moment of a Tmall service `Date`, which arrives as China text or as milliseconds."""
    if isinstance(value, str) and not value.isdecimal():
        return from_china(value, path)
    return from_epoch_ms(value, path)


def to_china(moment: datetime) -> str:
    """Naive China text of an aware moment, to whole seconds."""
    return moment.astimezone(CHINA).strftime(_TEXT)


def windows(start: datetime, end: datetime, step: timedelta) -> Iterator[tuple[datetime, datetime]]:
    """Consecutive windows of at most `step` that cover start..end without a gap."""
    while start < end:
        stop = min(start + step, end)
        yield start, stop
        start = stop


def _from_epoch(value: object, path: str, *, per_second: int) -> datetime:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,16}", value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise MappingError(path, "time.not_epoch", value)
    try:
        moment = _EPOCH + timedelta(milliseconds=value * 1000 // per_second)
    except OverflowError as error:
        raise MappingError(path, "time.malformed", value) from error
    return _plausible(moment, path)


def _plausible(moment: datetime, path: str) -> datetime:
    if not _EARLIEST <= moment < _LATEST:
        raise MappingError(path, "time.implausible", moment.isoformat())
    return moment
