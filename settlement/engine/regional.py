"""What regions change of headquarters' rules: what is permitted, what each set, one body of both.

A body lists in `permits` the places regions may change, as paths (engine.paths) in which `*`
stands for any one step, and in `overrides` the values of each region: `{code: {path: value}}`.
`region_names` keeps the names of those regions, so that an explanation can say whose value it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from settlement.engine.paths import ORDER, applied, join, key_of, split, value_at
from settlement.engine.reading import N_, RuleError

PERMITS, OVERRIDES, NAMES = "permits", "overrides", "region_names"
ANY = "*"
# What a rule is called and whom it pays stays headquarters', whatever a pattern says.
STRUCTURE = {"id", "code", "label", "kind", "party", "rule", "format", ORDER}
Values = Mapping[str, Any]


def hq_part(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return headquarters' own rules: the body without what regions set."""
    return {key: value for key, value in body.items() if key not in (OVERRIDES, NAMES)}


def plain_part(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rules alone, without what regions may change or do."""
    return {key: value for key, value in hq_part(body).items() if key != PERMITS}


def own_values(body: Mapping[str, Any]) -> Mapping[str, Values]:
    """Return what each region sets, by its code."""
    found = body.get(OVERRIDES, {})
    return found if isinstance(found, Mapping) else {}


def patterns_of(body: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    """Return the steps of each permitted pattern."""
    listed = body.get(PERMITS, [])
    return tuple(tuple(split(p)) for p in listed if isinstance(p, str) and p.startswith("/"))


def is_permitted(path: str, patterns: Sequence[Sequence[str]]) -> bool:
    """Whether one of the patterns covers the path."""
    steps = split(path)
    if not steps or steps[-1] in STRUCTURE:
        return False
    return any(
        len(steps) == len(pattern)
        and all(wanted in (ANY, step) for wanted, step in zip(pattern, steps, strict=True))
        for pattern in patterns
    )


def permitted_values(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return headquarters' value of every place regions may change, in the order of the body."""
    found: dict[str, Any] = {}
    rules = plain_part(body)
    for pattern in patterns_of(body):
        for steps, value in _matching(rules, pattern, ()):
            if steps[-1] not in STRUCTURE and is_value(value):
                found[join(steps)] = value
    return found


def is_value(value: Any) -> bool:
    """Whether a region could set this: a number, a text, yes or no, or a list of numbers."""
    if isinstance(value, list):
        return bool(value) and all(type(each) is int for each in value)
    return isinstance(value, int | str)


def same_kind(value: Any, like: Any) -> bool:
    """Whether a value could stand where the other one stands."""
    if isinstance(like, list):
        return is_value(value) and isinstance(value, list) and len(value) == len(like)
    return type(value) is type(like)


def faults_of(body: Mapping[str, Any]) -> list[RuleError]:
    """Return what is wrong with the permits and with the values of regions, all at once."""
    errors = _permit_faults(body)
    regions, named = body.get(OVERRIDES, {}), body.get(NAMES, {})
    if not isinstance(named, Mapping):
        errors.append(RuleError(f"rules.{NAMES}", N_("a table of fields is needed here"), {}))
    if not isinstance(regions, Mapping) or not all(
        isinstance(v, Mapping) for v in regions.values()
    ):
        message = N_("values of regions are written as region, path and value")
        return [*errors, RuleError(f"rules.{OVERRIDES}", message, {})]
    rules, patterns = plain_part(body), patterns_of(body)
    for code, values in regions.items():
        for path, value in values.items():
            message = _fault(rules, patterns, path, value)
            if message:
                errors.append(RuleError(f"rules.{OVERRIDES}.{code}", message, {"path": path}))
    return errors


def merged(
    body: Mapping[str, Any],
    own: Mapping[str, Values],
    above: Mapping[str, Sequence[str]],
    names: Mapping[str, str],
) -> dict[str, Any]:
    """Return one body of headquarters' rules and what each region sets.

    `above` names the regions over each one, the widest first: what they set counts below them as
    well, since the engine looks at the nearest region alone. Without any values: headquarters'
    body as it is.
    """
    result = hq_part(body)
    flat: dict[str, dict[str, Any]] = {}
    for code in sorted(own):
        inherited: dict[str, Any] = {}
        for each in above.get(code, ()):
            inherited |= own.get(each, {})
        values = {**inherited, **own[code]}
        if values != inherited:
            flat[code] = dict(sorted(values.items()))
    if flat:
        result[OVERRIDES] = flat
        result[NAMES] = {code: names.get(code, code) for code in flat}
    return result


def own_of(
    overrides: Mapping[str, Values], above: Mapping[str, Sequence[str]], code: str
) -> dict[str, Any]:
    """Return what one region sets itself, without what it has from the regions above it."""
    inherited: dict[str, Any] = {}
    for each in above.get(code, ()):
        inherited |= overrides.get(each, {})
    return {
        path: value
        for path, value in overrides.get(code, {}).items()
        if path not in inherited or inherited[path] != value
    }


def variant_body(body: Mapping[str, Any], values: Values) -> dict[str, Any]:
    """Return the rules as they count in a region that sets these values."""
    return applied(plain_part(body), values)


def _permit_faults(body: Mapping[str, Any]) -> list[RuleError]:
    listed = body.get(PERMITS, [])
    if not isinstance(listed, list):
        return [RuleError(f"rules.{PERMITS}", N_("a list is needed here"), {})]
    message = N_("%(path)r is not a path such as /grids/price/fen/*")
    return [
        RuleError(f"rules.{PERMITS}[{n}]", message, {"path": path})
        for n, path in enumerate(listed)
        if not isinstance(path, str) or not path.startswith("/")
    ]


def _fault(
    rules: Mapping[str, Any], patterns: Sequence[Sequence[str]], path: str, value: Any
) -> str:
    now = value_at(rules, path) if isinstance(path, str) else None
    if now is None:
        return N_("there is nothing at %(path)s")
    if not is_permitted(path, patterns) or not is_value(now):
        return N_("headquarters does not let regions change %(path)s")
    if not same_kind(value, now):
        return N_("the value at %(path)s is of another kind than headquarters'")
    return ""


def _matching(
    value: Any, pattern: Sequence[str], so_far: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not pattern:
        yield so_far, value
        return
    wanted, *rest = pattern
    for key, inner in _entries(value):
        if wanted in (ANY, key):
            yield from _matching(inner, rest, (*so_far, key))


def _entries(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, list):
        yield from ((key, each) for each in value if (key := key_of(each)) is not None)
