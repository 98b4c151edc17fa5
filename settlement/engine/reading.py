"""Reads the parts of a rule body and collects every error with the path to its place."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from common.marking import N_ as N_  # told on to every part that names an error

_MISSING: Any = object()


class RuleError(NamedTuple):
    """One thing wrong with a rule body: where, and what (an English msgid with parameters)."""

    path: str
    message: str
    params: Mapping[str, object]

    def __str__(self) -> str:
        return f"{self.path}: {self.message % self.params}"


class RulesError(ValueError):
    """A rule body that cannot be used; `errors` lists everything found."""

    def __init__(self, errors: Sequence[RuleError]) -> None:
        super().__init__("\n".join(map(str, errors)))
        self.errors = tuple(errors)


class Section:
    """A mapping of the body being read: typed fields, unknown fields refused by done()."""

    def __init__(self, raw: object, path: str, errors: list[RuleError]) -> None:
        self.path = path
        self.errors = errors
        self.raw: Mapping[str, Any] = raw if isinstance(raw, Mapping) else {}
        self._used: set[str] = set()
        if not isinstance(raw, Mapping):
            self.wrong(N_("a table of fields is needed here"))

    def wrong(self, message: str, at: str = "", **params: object) -> None:
        """Collect an error at a field of this section."""
        self.errors.append(RuleError(f"{self.path}.{at}" if at else self.path, message, params))

    def has(self, key: str) -> bool:
        """Whether the field stands in the body."""
        return key in self.raw

    def any(self, key: str, default: Any = _MISSING) -> Any:
        """Return a field as it stands."""
        self._used.add(key)
        if key in self.raw:
            return self.raw[key]
        if default is _MISSING:
            self.wrong(N_("the field %(key)s is missing"), key=key)
            return None
        return default

    def text(self, key: str, default: Any = _MISSING) -> str:
        """Return a non-empty text field ("" after an error)."""
        value = self.any(key, default)
        if isinstance(value, str) and (value or value == default):
            return value
        if value is not None or self.has(key):
            self.wrong(N_("a text is needed, not %(value)r"), key, value=value)
        return ""

    def number(self, key: str, default: Any = _MISSING, least: int | None = None) -> int:
        """Return an integer field (0 after an error); floats are never accepted."""
        value = self.any(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            if value is not None or self.has(key):
                self.wrong(N_("a whole number is needed, not %(value)r"), key, value=value)
            return 0
        if least is not None and value < least:
            self.wrong(
                N_("must be at least %(least)d, not %(value)d"), key, least=least, value=value
            )
            return least
        return value

    def choice(self, key: str, options: Sequence[str], default: Any = _MISSING) -> str:
        """Return one of the options (the first after an error)."""
        value = self.any(key, default)
        if value in options:
            return str(value)
        if value is not None or self.has(key):
            known = ", ".join(options)
            self.wrong(N_("%(value)r is none of: %(known)s"), key, value=value, known=known)
        return options[0]

    def sections(self, key: str, default: Any = _MISSING) -> "list[Section]":
        """Return a list of tables."""
        value = self.any(key, default)
        if not isinstance(value, list):
            if value is not None:
                self.wrong(N_("a list is needed here"), key)
            return []
        return [Section(v, f"{self.path}.{key}[{i}]", self.errors) for i, v in enumerate(value)]

    def named(self, key: str) -> "dict[str, Section]":
        """Return the tables of an optional table of tables, by name."""
        value = self.any(key, {})
        if not isinstance(value, Mapping):
            self.wrong(N_("a table of fields is needed here"), key)
            return {}
        return {n: Section(v, f"{self.path}.{key}.{n}", self.errors) for n, v in value.items()}

    def done(self) -> None:
        """Refuse fields nobody asked for: a misspelt field would silently change money."""
        for key in self.raw:
            if key not in self._used:
                self.wrong(N_("unknown field"), key)


def first_float(value: object, path: str) -> str | None:
    """Return the path of the first number with a fraction, which money rules never hold."""
    if isinstance(value, float):
        return path
    items: Sequence[tuple[object, object]] = ()
    if isinstance(value, Mapping):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    for key, inner in items:
        found = first_float(inner, f"{path}.{key}")
        if found:
            return found
    return None
