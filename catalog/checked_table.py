"""Reads values out of a data file's tables and notes every error with its path instead of stopping."""

from collections.abc import Iterator, Mapping
from typing import Any

Errors = list[tuple[str, str]]


class CheckedTable:
    """One table of a data file; each reader returns a usable value and notes what was wrong.

    `errors` is shared by all tables of a file and holds (path, reason) pairs.
    """

    __slots__ = ("_row", "errors", "path")

    def __init__(self, row: Mapping[str, Any], path: str, errors: Errors) -> None:
        self._row = row
        self.path = path
        self.errors = errors

    def wrong(self, key: str, reason: str) -> None:
        """Note an error of this table under one of its keys."""
        self.errors.append((f"{self.path}.{key}".lstrip("."), reason))

    def only(self, *keys: str) -> None:
        """Note keys that mean nothing here: a misspelt one would be lost in silence."""
        for key in sorted(set(self._row) - set(keys)):
            self.wrong(key, "is not known here")

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not blank, or the default when the key is missing."""
        value = self._row.get(key, default)
        if isinstance(value, str) and (value.strip() or value == default):
            return value
        self.wrong(key, "must be a text")
        return ""

    def whole(self, key: str, default: int | None = None, *, low: int = 0) -> int:
        """A whole number not below `low`, or the default when the key is missing."""
        value = self._row.get(key, default)
        if type(value) is int and value >= low:
            return value
        self.wrong(key, f"must be a whole number, at least {low}")
        return low

    def whole_or_none(self, key: str, *, low: int = 0) -> int | None:
        """A whole number not below `low`, or None when the key is missing."""
        return None if self._row.get(key) is None else self.whole(key, low=low)

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self._row.get(key, default)
        if isinstance(value, bool):
            return value
        self.wrong(key, "must be true or false")
        return default

    def texts(self, key: str, known: frozenset[str] | None = None) -> tuple[str, ...]:
        """A list of texts, all of them in `known` when that is given; empty when missing."""
        values = self._row.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            self.wrong(key, "must be a list of texts")
            return ()
        for value in values:
            if known is not None and value not in known:
                self.wrong(key, f"{value} is not one of {', '.join(sorted(known))}")
        return tuple(values)

    def text_or_texts(self, key: str) -> tuple[str, ...]:
        """At least one text, written alone or as a list."""
        value = self._row.get(key)
        if isinstance(value, str) and value:
            return (value,)
        values = self.texts(key)
        if not values:
            self.wrong(key, "must name at least one")
        return values

    def months(self, key: str) -> tuple[int, ...]:
        """A list of months 1 to 12; empty when missing."""
        values = self._row.get(key, [])
        if isinstance(values, list) and all(
            type(each) is int and 1 <= each <= 12 for each in values
        ):
            return tuple(values)
        self.wrong(key, "must be a list of months from 1 to 12")
        return ()

    def tables(self, key: str, *, needed: bool = False) -> Iterator["CheckedTable"]:
        """The tables of a list, each with its own path."""
        rows = self._row.get(key, [])
        if not isinstance(rows, list) or (needed and not rows):
            self.wrong(key, "must be a list of tables" + (" with at least one" if needed else ""))
            return
        for at, row in enumerate(rows):
            path = f"{self.path}.{key}[{at}]".lstrip(".")
            if isinstance(row, Mapping):
                yield CheckedTable(row, path, self.errors)
            else:
                self.errors.append((path, "must be a table"))
