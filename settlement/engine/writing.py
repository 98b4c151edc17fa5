"""The two ways a component writes its line: a share of its base, or an amount of its own.

Steps run once per line of every job, so each keeps what it needs in local names. Most lines are
looked up: there the look-up stands in the step itself, since a call fewer per line is a sixteenth
of a job's time.
"""

from collections.abc import Callable
from typing import Any

from settlement.engine.facts import JobFacts
from settlement.engine.money import share_fen
from settlement.engine.part import Part, Price, Rate
from settlement.engine.result import LineRow
from settlement.engine.scope import Step
from settlement.engine.tables import NEW, Lookup, Unknown

# Both give None when there is no line, and note what is not known.
RateOf = Callable[[JobFacts, list[str]], Rate | None]
PriceOf = Callable[[JobFacts, list[str]], Price | None]


def fixed_share(part: Part, rate: Rate) -> Step:
    """Return the step for one line that is a fixed share of the base."""
    return computed_share(part, lambda _facts, _notes: rate)


def computed_share(part: Part, rate_of: RateOf) -> Step:
    """Return the step for one line whose share of the base is computed from the facts."""
    base_slot, total, adjust = part.base_slot, part.total, part.adjust
    code, party, slot, always = part.code, part.party, part.slot, part.always

    def step(facts: JobFacts, amounts: list[int], lines: list[LineRow], notes: list[str]) -> None:
        rate = rate_of(facts, notes)
        if rate is None:
            return
        rule, num, den, because = rate
        base = amounts[base_slot] if total is None else total(amounts)
        amount = share_fen(base, num, den)
        if adjust is not None:
            amount, because = adjust(amount, because, amounts)
        if amount or always:
            amounts[slot] = amount
            lines.append((len(lines) + 1, code, party, rule, base, num, den, amount, because))

    return step


def looked_up_share(part: Part, rates: Lookup) -> Step:
    """Return the step for one line whose share of the base (a Rate) is looked up."""
    base_slot, total, adjust = part.base_slot, part.total, part.adjust
    code, party, slot, always = part.code, part.party, part.slot, part.always
    read, recall, learn = rates

    def step(facts: JobFacts, amounts: list[int], lines: list[LineRow], notes: list[str]) -> None:
        rate = recall(read(facts), NEW)
        if rate is NEW:
            rate = learn(facts)
        if rate is None:
            return
        if rate.__class__ is Unknown:
            notes.extend(rate.names)
            return
        rule, num, den, because = rate
        base = amounts[base_slot] if total is None else total(amounts)
        amount = share_fen(base, num, den)
        if adjust is not None:
            amount, because = adjust(amount, because, amounts)
        if amount or always:
            amounts[slot] = amount
            lines.append((len(lines) + 1, code, party, rule, base, num, den, amount, because))

    return step


def computed_price(part: Part, price_of: PriceOf) -> Step:
    """Return the step for one line with an amount of its own, computed from the facts."""
    code, party, slot = part.code, part.party, part.slot
    adjust, always = part.adjust, part.always

    def step(facts: JobFacts, amounts: list[int], lines: list[LineRow], notes: list[str]) -> None:
        price = price_of(facts, notes)
        if price is None:
            return
        rule, base, num, den, because = price
        shown, amount = (None, base) if den is None else (base, share_fen(base, num or 0, den))
        if adjust is not None:
            amount, because = adjust(amount, because, amounts)
        if amount or always:
            amounts[slot] = amount
            lines.append((len(lines) + 1, code, party, rule, shown, num, den, amount, because))

    return step


def looked_up_price(part: Part, prices: Lookup) -> Step:
    """Return the step for one line with an amount of its own (a Price) that is looked up."""
    code, party, slot = part.code, part.party, part.slot
    adjust, always = part.adjust, part.always
    read, recall, learn = prices

    def step(facts: JobFacts, amounts: list[int], lines: list[LineRow], notes: list[str]) -> None:
        price = recall(read(facts), NEW)
        if price is NEW:
            price = learn(facts)
        if price is None:
            return
        if price.__class__ is Unknown:
            notes.extend(price.names)
            return
        rule, base, num, den, because = price
        shown, amount = (None, base) if den is None else (base, share_fen(base, num or 0, den))
        if adjust is not None:
            amount, because = adjust(amount, because, amounts)
        if amount or always:
            amounts[slot] = amount
            lines.append((len(lines) + 1, code, party, rule, shown, num, den, amount, because))

    return step


def asked(answers: Lookup) -> Callable[[JobFacts, list[str]], Any]:
    """Return a look-up as a computation: its answer, or None and a note of what is not known."""
    read, recall, learn = answers

    def answer(facts: JobFacts, notes: list[str]) -> Any:
        found = recall(read(facts), NEW)
        if found is NEW:
            found = learn(facts)
        if found.__class__ is not Unknown:
            return found
        notes.extend(found.names)
        return None

    return answer
