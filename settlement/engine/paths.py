"""What differs between two rule bodies, place by place, and the same changes made again elsewhere.

A path reads like a JSON pointer whose list entries go by their `code` or `id`:
`/components/DIST/rate_bp`, `/tables/tier/rows/T-A/coef_bp`, `/grids/price/fen/HA-AC-15`. The order
of such a list is a place of its own, `/components/#`, whose value is the list of keys.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any, NamedTuple

ORDER = "#"
_KEYS = ("code", "id")


class Change(NamedTuple):
    """What stood at a place and what stands there now; None where there is nothing."""

    was: Any
    now: Any


def join(parts: Sequence[str]) -> str:
    """Return the path of some steps."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def split(path: str) -> list[str]:
    """Return the steps of a path."""
    return [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]


def changes(before: Any, after: Any) -> dict[str, Change]:
    """Return every place at which two bodies differ, by path."""
    return {join(parts): change for parts, change in _changes((), before, after)}


def value_at(body: Any, path: str) -> Any:
    """Return what stands at a path, None where there is nothing."""
    here = body
    for step in split(path):
        if step == ORDER and isinstance(here, list):
            return [key_of(each) for each in here]
        if isinstance(here, list):
            here = next((each for each in here if key_of(each) == step), None)
        elif isinstance(here, Mapping):
            here = here.get(step)
        else:
            return None
    return here


def applied(body: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of the body with the values at their paths; None takes a place away.

    A place inside something that is not there any more is left out. Orders come last, so that
    they find what was added.
    """
    result = deepcopy(dict(body))
    for path in sorted(wanted, key=lambda each: (each.endswith("/" + ORDER), each)):
        _put(result, split(path), deepcopy(wanted[path]))
    return result


def key_of(entry: Any) -> str | None:
    """Return the key a list entry goes by, None when it has none."""
    if isinstance(entry, Mapping):
        for name in _KEYS:
            if isinstance(entry.get(name), str):
                return str(entry[name])
    return None


def reordered(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether entries changed places, not only came and went."""
    return [key for key in before if key in after] != [key for key in after if key in before]


def _changes(
    path: tuple[str, ...], before: Any, after: Any
) -> Iterator[tuple[tuple[str, ...], Change]]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys([*before, *after]):
            yield from _changes((*path, name), before.get(name), after.get(name))
        return
    old, new = _keyed(before), _keyed(after)
    if old is None or new is None or not (old or new):
        yield path, Change(before, after)
        return
    for name in dict.fromkeys([*old, *new]):
        yield from _changes((*path, name), old.get(name), new.get(name))
    if _left(old, new) != [*new] or _left(new, old) != [*old]:
        yield (*path, ORDER), Change([*old], [*new])


def _left(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return the keys that taking away and adding at the end alone would leave."""
    return [*(name for name in old if name in new), *(name for name in new if name not in old)]


def _keyed(value: Any) -> dict[str, Any] | None:
    """Return a list's entries by their keys, None when they cannot be told apart by one."""
    if not isinstance(value, list):
        return None
    keys = [key_of(each) for each in value]
    if None in keys or len(set(keys)) < len(keys):
        return None
    return {str(key): each for key, each in zip(keys, value, strict=True)}


def _put(body: Any, steps: list[str], value: Any) -> None:
    *way, last = steps
    here = body
    for step in way:
        if isinstance(here, list):
            here = next((each for each in here if key_of(each) == step), None)
        elif isinstance(here, dict):
            here = here.get(step)
    if isinstance(here, dict):
        if value is None:
            here.pop(last, None)
        else:
            here[last] = value
    elif isinstance(here, list):
        _put_in_list(here, last, value)


def _put_in_list(entries: list[Any], key: str, value: Any) -> None:
    if key == ORDER:
        entries[:] = _ordered(entries, value or [])
        return
    at = next((n for n, each in enumerate(entries) if key_of(each) == key), None)
    if value is None:
        if at is not None:
            del entries[at]
    elif at is None:
        entries.append(value)
    else:
        entries[at] = value


def _ordered(entries: list[Any], keys: Sequence[str]) -> list[Any]:
    """Put entries in the order of keys; one the order does not know stays behind its neighbour."""
    wanted = {key: number for number, key in enumerate(keys)}
    known = sorted(
        (each for each in entries if key_of(each) in wanted), key=lambda e: wanted[key_of(e) or ""]
    )
    for at, entry in enumerate(entries):
        if key_of(entry) in wanted:
            continue
        before = key_of(entries[at - 1]) if at else None
        place = next((n for n, each in enumerate(known) if before and key_of(each) == before), None)
        known.insert(0 if not at else len(known) if place is None else place + 1, entry)
    return known
