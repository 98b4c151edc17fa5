"""Milestones that could not be kept to: of other payees' money, of more than is earned, or for ever."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from settlement.engine.paths import split
from settlement.engine.proving.finding import FAULT, Finding
from settlement.engine.reading import N_
from settlement.engine.regional import OVERRIDES, own_values
from settlement.engine.result import WORKER
from settlement.engine.stages import WARRANTY

LONGEST_DAYS = 3_650
OF_THE_INSTALLER = N_(
    "only the installer's money waits for milestones: choose the installer; everybody else is paid at once"
)
NOT_EARNED = N_(
    "%(name)s cannot be in the base: milestones divide lines of the installer, each once and whole"
)
TWICE = N_("two milestones have the code %(code)s: each needs its own, by which its money is known")
NO_DAYS = N_("nothing reaches the end of the warranty but its days: say how many after completion")
TOO_LONG = N_("%(days)s days are longer than ten years")


def release_findings(body: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield faults of the milestones of a body that compiles.

    They stand here and not where bodies are compiled: rules published before have to settle on.
    """
    for number, raw in enumerate(body["components"]):
        if raw["kind"] == "release":
            yield from _findings(f"rules.components[{number}]", raw, body)
    for code, values in own_values(body).items():
        for path, value in values.items():
            if split(path)[-1] == "after_days" and value > LONGEST_DAYS:
                where = f"rules.{OVERRIDES}.{code}: {path}"
                yield Finding(FAULT, where, TOO_LONG, {"days": value}, {})


def _findings(path: str, raw: Mapping[str, Any], body: Mapping[str, Any]) -> Iterator[Finding]:
    if raw["party"] != WORKER:
        yield Finding(FAULT, f"{path}.party", OF_THE_INSTALLER, {}, {})
    else:
        labels = {each["code"]: each.get("label", each["code"]) for each in body["components"]}
        for name in _not_earned(raw["base"], body):
            params = {
                "name": labels.get(name) or body.get("sums", {}).get(name, {}).get("label", name)
            }
            yield Finding(FAULT, f"{path}.base", NOT_EARNED, params, {})
    codes: set[str] = set()
    for at, row in enumerate(raw["milestones"]):
        where, days = f"{path}.milestones[{at}]", row.get("after_days")
        if row["code"] in codes:
            yield Finding(FAULT, f"{where}.code", TWICE, {"code": row["code"]}, {})
        codes.add(row["code"])
        if row["stage"] == WARRANTY and days is None:
            yield Finding(FAULT, f"{where}.after_days", NO_DAYS, {}, {})
        if days is not None and days > LONGEST_DAYS:
            yield Finding(FAULT, f"{where}.after_days", TOO_LONG, {"days": days}, {})


def _not_earned(base: object, body: Mapping[str, Any]) -> list[str]:
    """Return what of a base is no line of the installer, or stands in it less or more than once."""
    found: Counter[str] = Counter()
    _expand(base, 1, body.get("sums", {}), found)
    lines = {
        each["code"]
        for each in body["components"]
        if each.get("party") == WORKER and each["kind"] not in ("release", "split")
    }
    return [name for name, times in found.items() if times and (times != 1 or name not in lines)]


def _expand(base: object, sign: int, sums: Mapping[str, Any], found: Counter[str]) -> None:
    for each in base if isinstance(base, list) else [base]:
        name = str(each).removeprefix("-")
        own = -sign if name != each else sign
        if name in sums:
            _expand(sums[name]["of"], own, sums, found)
        else:
            found[name] += own
