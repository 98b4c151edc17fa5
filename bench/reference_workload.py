"""Settles orders of the reference workload: `settle ORDERS.jsonl` prints one JSON object per order."""

import json
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from settlement.engine.evaluate import settle  # noqa: E402 - the script finds the package first
from settlement.engine.facts import JobFacts, MaterialUse  # noqa: E402 - as above
from settlement.engine.result import Line, Outcome  # noqa: E402 - as above
from settlement.engine.rules import Compiled, compile_rules  # noqa: E402 - as above

CONTRACTS = Path(__file__).resolve().parent / "data" / "reference"
STAGES: Mapping[str, tuple[str, ...]] = {
    "open": (),
    "debug": ("debug",),
    "accepted": ("debug", "accepted"),
}
REQUIRED: Mapping[str, type] = {
    "done_on": str, "month": int, "category": str, "qty": int, "city": str, "site": str,
    "warehouse_direct": bool, "distance_m": int, "rain": bool, "night": bool, "urgent": bool,
    "high_work": bool, "grade": str, "home_branch": str, "field_days": int,
    "rework_own_fault": bool, "stage": str, "channel": str, "paid_fen": int,
    "installer_month_orders": int,
}  # fmt: skip
# Lines whose first operand is a count and whose second is a price: printed the other way round.
COUNT_FIRST = ("TRANSPORT", "MAT")


class OrderError(ValueError):
    """An order that is not of this shape; the text says what is wrong with it."""


def contracts() -> list[Compiled]:
    """Return the published versions, oldest first."""
    bodies = [tomllib.loads(path.read_text("utf-8")) for path in CONTRACTS.glob("*.toml")]
    return sorted((compile_rules(body) for body in bodies), key=lambda c: c.effective_from)


def version_for(versions: Sequence[Compiled], done_on: str) -> Compiled:
    """Return the version with the latest effective_from not after the day of completion."""
    for compiled in reversed(versions):
        if compiled.effective_from <= done_on:
            return compiled
    raise OrderError(f"no version is in force on {done_on}")


def facts_of(order: Mapping[str, Any], compiled: Compiled) -> JobFacts:
    """Return the facts of one order; OrderError names the field that is wrong."""
    _check_shape(order)
    place = compiled.places.get(order["city"])
    stages = STAGES.get(order["stage"])
    if place is None or stages is None:
        unknown = f"city {order['city']}" if place is None else f"stage {order['stage']}"
        raise OrderError(f"unknown {unknown}")
    return JobFacts(
        done_on=order["done_on"],
        month=order["month"],
        category=order["category"],
        quantity=order["qty"],
        city=order["city"],
        site_kind=order["site"],
        warehouse_direct=order["warehouse_direct"],
        distance_m=order["distance_m"],
        rain=order["rain"],
        night=order["night"],
        urgent=order["urgent"],
        high_work=order["high_work"],
        grade=order["grade"],
        home_branch=order["home_branch"],
        field_days=order["field_days"],
        materials=tuple([MaterialUse("", *use) for use in order.get("materials") or ()]),
        rating_x10=order.get("rating_x10"),
        rework=order["rework_own_fault"],
        fault_own=order["rework_own_fault"],
        stages=stages,
        channel=order["channel"],
        paid_fen=order["paid_fen"],
        installer_month_orders=order["installer_month_orders"],
        **place,
    )


def _check_shape(order: Mapping[str, Any]) -> None:
    for name, wanted in REQUIRED.items():
        if type(order.get(name)) is not wanted:
            raise OrderError(f"{name} must be {wanted.__name__}, not {order.get(name)!r}")
    rating = order.get("rating_x10")
    if rating is not None and type(rating) is not int:
        raise OrderError(f"rating_x10 must be int or null, not {rating!r}")
    for use in order.get("materials") or ():
        if not isinstance(use, list) or [type(value) for value in use] != [int, int]:
            raise OrderError(f"materials are [milli-units, fen], not {use!r}")


def printed(order_id: object, outcome: Outcome) -> dict[str, Any]:
    """Return the outcome in the workload's shape; releases stand after the lines they release."""
    if outcome.flags:
        gaps = {name for line in outcome.lines for name in line.because.get("unknown", ())}
        raise OrderError(f"cannot be settled: {', '.join([*outcome.flags, *sorted(gaps)])}")
    reached = [line for line in outcome.releases if line.because["reached"]]
    lines = sorted([*outcome.lines, *reached], key=lambda line: line.seq)
    return {
        "id": order_id,
        "rule_version": outcome.version,
        "lines": [_printed_line(line) for line in lines],
    }


def _printed_line(line: Line) -> dict[str, Any]:
    base, rate = line.base_fen, line.rate_num
    if line.code.startswith(COUNT_FIRST):
        base, rate = rate, base
    return {
        "code": line.code,
        "rule": line.rule,
        "base": base,
        "rate": rate,
        "amount_fen": line.amount_fen,
    }


def settled(source: Iterator[str], versions: Sequence[Compiled]) -> Iterator[str | OrderError]:
    """Yield one JSON text, or what is wrong, per non-empty input line, in input order."""
    for number, text in enumerate(source, start=1):
        if not text.strip():
            continue
        try:
            order = json.loads(text)
            if not isinstance(order, dict):
                raise OrderError("an order is a JSON object")
            compiled = version_for(versions, str(order.get("done_on")))
            result = printed(order.get("id"), settle(compiled, facts_of(order, compiled)))
        except (OrderError, json.JSONDecodeError) as error:
            yield OrderError(f"line {number}: {error}")
        else:
            yield json.dumps(result, ensure_ascii=False)


def main(arguments: Sequence[str]) -> int:
    """Print the settled orders; faults go to standard error, and the exit code is 1 if any."""
    if len(arguments) != 2 or arguments[0] != "settle":
        sys.stderr.write("usage: reference_workload.py settle ORDERS.jsonl\n")
        return 2
    code = 0
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # stdout of a script
    with Path(arguments[1]).open(encoding="utf-8") as source:
        for answer in settled(source, contracts()):
            if isinstance(answer, OrderError):
                sys.stderr.write(f"{answer}\n")
                code = 1
            else:
                sys.stdout.write(f"{answer}\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
