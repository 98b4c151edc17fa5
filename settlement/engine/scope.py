"""What a component can refer to while a rule body is compiled: amounts, sums, facts, tables."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter

from settlement.engine.facts import JobFacts, fact_kind, reader
from settlement.engine.on_site import Content, of_fact
from settlement.engine.reading import N_, Section
from settlement.engine.result import LineRow
from settlement.engine.tables import Grid, Table

# A step reads facts and earlier amounts (fen by slot), writes its own, and appends lines; a name
# in the last list means "this could not be known": a fact, or one of evaluate.FLAGS.
Step = Callable[[JobFacts, list[int], list[LineRow], list[str]], None]
Base = Callable[[JobFacts, list[int], list[str]], int]
FACT = "fact:"
# Places a region set, by their steps (engine.paths), with the region's name.
Touched = Mapping[tuple[str, ...], str]


@dataclass(frozen=True, slots=True)
class Piece:
    """One compiled step with what it depends on."""

    code: str  # "" for a sum or a fact that is only loaded
    party: str
    kind: str
    slot: int
    step: Step
    needs: tuple[int, ...]  # slots
    reads: tuple[str, ...]  # facts
    when: Table | None  # the condition: any of its rows
    skip_unknown: bool  # whether an unknown condition counts as not met


@dataclass(slots=True)
class Scope:
    """Slots and names known so far; grows while components are compiled in declared order."""

    parties: tuple[str, ...]
    tables: Mapping[str, Table]
    grids: Mapping[str, Grid]
    sums: Mapping[str, Section]
    labels: Mapping[str, str]  # of components and sums
    slots: dict[str, int]  # every component; sums and facts are added when first used
    ready: set[str] = field(default_factory=set)
    pieces: list[Piece] = field(default_factory=list)
    opening: list[str] = field(default_factory=list)  # sums being resolved, against circles
    touched: Touched = field(default_factory=dict)
    contents: dict[int, Content] = field(default_factory=dict)  # by slot, of facts and sums
    terms_of: dict[int, tuple[list[int], list[int]]] = field(default_factory=dict)  # sums by slot
    waits: Counter[int] = field(default_factory=Counter)  # what the plan holds: times by slot
    own_charges: str = ""  # the component that pays extra charges where no rule does
    leaves_out: bool = True  # whether jobs may have extra charges that bases leave out

    def slot_of(self, name: str, section: Section) -> int | None:
        """Return the slot of an earlier component, a sum or a fact; None after an error."""
        if name in self.ready:
            return self.slots[name]
        if name.startswith(FACT):
            return self._load_fact(name, section)
        if name in self.sums and name not in self.opening:
            return self._sum_up(name)
        if name in self.slots or name in self.opening:
            section.wrong(N_("%(name)s comes later and cannot be a base here"), name=name)
        else:
            section.wrong(N_("%(name)s is no component, sum or fact of this rule set"), name=name)
        return None

    def terms(self, raw: object, section: Section) -> tuple[list[int], list[int]]:
        """Return (added, subtracted) slots of a base such as ["fact:paid_fen", "-VAT"]."""
        names = raw if isinstance(raw, list) else [raw]
        plus: list[int] = []
        minus: list[int] = []
        for name in names:
            if not isinstance(name, str) or not name.strip("-"):
                section.wrong(N_("a base is a name or a list of names, not %(raw)r"), raw=raw)
                continue
            slot = self.slot_of(name.removeprefix("-"), section)
            if slot is not None:
                (minus if name.startswith("-") else plus).append(slot)
        return plus, minus

    def content(self, plus: list[int], minus: list[int]) -> Content:
        """Return how much of these slots is money paid on site, and what was paid out of it."""
        found = Content()
        for slot in plus:
            found.update(self.contents.get(slot, {}))
        for slot in minus:
            found.subtract(self.contents.get(slot, {}))
        return found

    def set_by(self, *steps: str) -> dict[str, str]:
        """Return the reason a line has when a region set the value at a place; mostly none."""
        name = self.touched.get(steps)
        return {} if name is None else {"region": name}

    def taken_apart(self, plus: list[int], minus: list[int]) -> Counter[int]:
        """Return how often each component and fact is in these slots, named sums taken apart."""
        found: Counter[int] = Counter()
        for slots, sign in ((plus, 1), (minus, -1)):
            for slot in slots:
                inner = (
                    self.taken_apart(*self.terms_of[slot]) if slot in self.terms_of else {slot: 1}
                )
                for each, times in inner.items():
                    found[each] += sign * times
        return found

    def label(self, name: str) -> str:
        """Return the tenant's word for a component or sum; facts keep their name."""
        return self.labels.get(name, name)

    def _load_fact(self, name: str, section: Section) -> int | None:
        fact = name.removeprefix(FACT)
        if fact_kind(fact) not in {"number", "any"}:
            section.wrong(N_("%(fact)s is not a fact with an amount"), fact=fact)
            return None
        slot, read = self._new_slot(name), reader(fact)
        self.contents[slot] = of_fact(name)

        def step(
            facts: JobFacts, amounts: list[int], _lines: list[LineRow], notes: list[str]
        ) -> None:
            value = read(facts)
            if value is None:
                notes.append(fact)
            else:
                amounts[slot] = value

        self._add(slot, step, (), (fact,))
        return slot

    def _sum_up(self, name: str) -> int:
        section = self.sums[name]
        self.opening.append(name)
        plus, minus = self.terms(section.any("of"), section)
        self.opening.pop()
        slot = self._new_slot(name)
        self.contents[slot] = self.content(plus, minus)
        self.terms_of[slot] = plus, minus
        self._add(slot, sum_step(slot, plus, minus), (*plus, *minus), ())
        return slot

    def _new_slot(self, name: str) -> int:
        self.slots[name] = slot = len(self.slots)
        self.ready.add(name)
        return slot

    def _add(self, slot: int, step: Step, needs: tuple[int, ...], reads: tuple[str, ...]) -> None:
        self.pieces.append(Piece("", "", "sum", slot, step, needs, reads, None, False))


def sum_step(slot: int, plus: list[int], minus: list[int]) -> Step:
    """Return the step that writes a named sum; two amounts and one less others come most often."""
    if len(plus) == 2 and not minus:
        one, two = plus

        def add_two(_f: JobFacts, amounts: list[int], _l: list[LineRow], _n: list[str]) -> None:
            amounts[slot] = amounts[one] + amounts[two]

        return add_two
    total = adder(plus, minus)

    def add_up(_f: JobFacts, amounts: list[int], _l: list[LineRow], _n: list[str]) -> None:
        amounts[slot] = total(amounts)

    return add_up


def adder(plus: list[int], minus: list[int]) -> Callable[[list[int]], int]:
    """Return a function that adds up slots; neighbours are summed as slices, which is fastest."""
    taken = picker(minus)
    if len(plus) == 1:
        (only,) = plus
        if not minus:
            return lambda amounts: amounts[only]
        return lambda amounts: amounts[only] - sum(taken(amounts))
    if not minus and len(plus) > 2:
        first, *others = plus
        low, high = min(others), max(others) + 1
        if sorted(others) == list(range(low, high)):
            return lambda amounts: amounts[first] + sum(amounts[low:high])
    added = picker(plus)
    return lambda amounts: sum(added(amounts)) - sum(taken(amounts))


def picker(slots: list[int]) -> Callable[[list[int]], tuple[int, ...]]:
    """Return a function that picks slots as a tuple, for any number of them."""
    if len(slots) > 1:
        return itemgetter(*slots)
    return lambda amounts: tuple([amounts[slot] for slot in slots])
