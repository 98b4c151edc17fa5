"""One component while it is compiled: its common fields, and the two ways to write a line."""

from collections.abc import Callable, Mapping
from typing import Any

from settlement.engine.facts import JobFacts, fact_kind, reader
from settlement.engine.money import share_fen
from settlement.engine.reading import N_, Section
from settlement.engine.result import Line
from settlement.engine.scope import FACT, Scope, Step, adder
from settlement.engine.table_reading import build_table, read_table
from settlement.engine.tables import Row, Table, Unknown, remembered

Because = Mapping[str, Any]
# rule, num, den, because: a share of the component's base
Rate = tuple[str, int, int, Because]
RateOf = Callable[[JobFacts, list[str]], Rate | None]
# rule, base, num, den, because: an amount of its own; num and den None for a flat amount
Price = tuple[str, int, int | None, int | None, Because]
PriceOf = Callable[[JobFacts, list[str]], Price | None]
Adjust = Callable[[int, Because, list[int]], tuple[int, Because]]

NO_RULE = "no_rule"
WHOLE_BP = 10_000
make_line = tuple.__new__  # skips NamedTuple's argument handling on the hottest call there is


class Part:
    """A component of the body, its slot, condition and base."""

    def __init__(self, section: Section, scope: Scope) -> None:
        self.section, self.scope = section, scope
        self.code = section.text("code")
        self.kind = section.text("kind")
        self.label = section.text("label", self.code)
        self.party = section.text("party", "")
        self.rule = section.text("rule", self.code)
        self.mode = section.choice("mode", ("add", "multiply", "max"), "add")
        self.always = section.choice("emit", ("nonzero", "always"), "nonzero") == "always"
        self.skip_unknown = (
            section.choice("unknown", ("provisional", "skip"), "provisional") == "skip"
        )
        self.skip_no_match = section.choice("no_match", ("skip", "flag"), "skip") == "skip"
        self.slot = scope.slots.get(self.code, 0)
        self.words: list[str] = []
        self.base_slot = 0
        self.total: Callable[[list[int]], int] | None = None  # of a base that is no single amount
        self.needs: list[int] = []
        self.reads: list[str] = []
        self.when = self._condition()
        self.adjust = self._adjustment()
        if self.party and self.party not in scope.parties:
            section.wrong(N_("the party %(party)s is not declared"), "party", party=self.party)

    def applies(self, facts: JobFacts) -> bool:
        """Whether the condition certainly holds."""
        return self.when is None or self.when(facts) is True

    def fact(self, key: str, default: str | None = None) -> str:
        """Return the name of a numeric fact this component measures."""
        name = self.section.text(key, default) if default else self.section.text(key)
        name = name.removeprefix(FACT)
        if name and fact_kind(name) not in {"number", "any"}:
            self.section.wrong(N_("%(fact)s is not a fact that can be counted"), key, fact=name)
            return "quantity"
        self.reads.append(name)
        return name or "quantity"

    def use_base(self) -> None:
        """Read the base; before rates are built, since their reasons name it."""
        raw = self.section.any("base")
        plus, minus = ([], []) if raw is None else self.scope.terms(raw, self.section)
        names = raw if isinstance(raw, list) else [raw]
        self.needs += [*plus, *minus]
        self.words = [_signed(self.scope, name) for name in names if isinstance(name, str)]
        if len(plus) == 1 and not minus:
            self.base_slot = plus[0]
        elif plus or minus:
            name = f"{self.code}:base"
            self.scope.slots[name] = self.base_slot = len(self.scope.slots)
            self.total = adder(plus, minus)

    def because(self, **more: Any) -> Because:
        """Return the reason every line of this component starts with."""
        return {"how": self.kind, **({"of": self.words} if self.words else {}), **more}

    def share_bp(self, bp: int) -> int:
        """Return the basis points to add: a multiplying component adds only what it is above one."""
        return bp - WHOLE_BP if self.mode == "multiply" or self.kind == "coefficient" else bp

    def table(self) -> Table | None:
        """Return the decision table the component uses: named, or its own rows."""
        if self.section.has("rows"):
            return read_table(self.section, self.code)
        name = self.section.text("table")
        if name not in self.scope.tables:
            self.section.wrong(N_("there is no table %(name)s"), "table", name=name)
            return None
        return self.scope.tables[name]

    def from_table(
        self, table: Table, answer: Callable[[Row, Because], Any]
    ) -> Callable[[JobFacts, list[str]], Any]:
        """Return a look-up giving answer(first row that applies, why) or None, noting unknowns."""
        self.reads += table.inputs

        def look(values: tuple[Any, ...]) -> Any:
            found = table.find(values)
            if isinstance(found, Unknown):
                return found
            if not found:
                return None
            hit = found[0]
            label = {"label": hit.row.label} if hit.row.label else {}
            return answer(hit.row, self.because(facts=hit.facts, **label))

        find = remembered(table.inputs, look)
        skip_unknown, skip_no_match = self.skip_unknown, self.skip_no_match

        def rate_of(facts: JobFacts, notes: list[str]) -> Any:
            got = find(facts)
            if got.__class__ is Unknown:
                if not skip_unknown:
                    notes.extend(got.names)
                return None
            if got is None and not skip_no_match:
                notes.append(NO_RULE)
            return got

        return rate_of

    def require_numbers(self, table: Table, take: str) -> None:
        """Refuse a table that does not give a whole number in the column this component takes."""
        for row in table.rows:
            if type(row.gives.get(take)) is not int:
                self.section.wrong(
                    N_("row %(row)s needs a whole number in %(take)s"), row=row.id, take=take
                )

    def share_line(self, rule: str, base: int, num: int, den: int, because: Because) -> Line:
        """Return a finished line (seq 0) that is a share of the base."""
        amount = share_fen(base, num, den)
        return Line(0, self.code, self.party, rule, base, num, den, amount, because)

    def measure(self, name: str) -> Callable[[JobFacts, list[str]], int | None]:
        """Return a reader of a numeric fact that notes when it is not known."""
        read, skip = reader(name), self.skip_unknown

        def value_of(facts: JobFacts, notes: list[str]) -> int | None:
            value: int | None = read(facts)
            if value is None and not skip:
                notes.append(name)
            return value

        return value_of

    def gate(self) -> Callable[[JobFacts, list[str]], bool]:
        """Return the condition as a function that notes what it could not know."""
        when, skip = self.when, self.skip_unknown
        if when is None:
            return lambda _facts, _notes: True

        def passes(facts: JobFacts, notes: list[str]) -> bool:
            answer = when(facts)
            if answer.__class__ is Unknown:
                if not skip:
                    notes.extend(answer.names)
                return False
            return answer is True

        return passes

    def write_share(self, rate: Rate | None, rate_of: RateOf | None = None) -> Step:
        """Return the step for one line that is a share of the base; the rate is fixed or looked up."""
        base_slot, total, adjust = self.base_slot, self.total, self.adjust
        code, party, slot, always = self.code, self.party, self.slot, self.always
        gate = self.gate() if self.when is not None else None

        def step(facts: JobFacts, amounts: list[int], lines: list[Line], notes: list[str]) -> None:
            if gate is not None and not gate(facts, notes):
                return
            use = rate if rate_of is None else rate_of(facts, notes)
            if use is None:
                return
            rule, num, den, because = use
            base = amounts[base_slot] if total is None else total(amounts)
            amount = share_fen(base, num, den)
            if adjust is not None:
                amount, because = adjust(amount, because, amounts)
            if amount or always:
                amounts[slot] = amount
                lines.append(
                    make_line(
                        Line, (len(lines) + 1, code, party, rule, base, num, den, amount, because)
                    )
                )

        return step

    def write_price(self, price: Price | None, price_of: PriceOf | None = None) -> Step:
        """Return the step for one line that has an amount of its own: flat, or quantity × price."""
        gate = self.gate() if self.when is not None else None
        adjust, always = self.adjust, self.always
        code, party, slot = self.code, self.party, self.slot

        def step(facts: JobFacts, amounts: list[int], lines: list[Line], notes: list[str]) -> None:
            if gate is not None and not gate(facts, notes):
                return
            use = price if price_of is None else price_of(facts, notes)
            if use is None:
                return
            rule, base, num, den, because = use
            if num is None or den is None:
                shown, amount = None, base
            else:
                shown, amount = base, share_fen(base, num, den)
            if adjust is not None:
                amount, because = adjust(amount, because, amounts)
            if amount or always:
                amounts[slot] = amount
                lines.append(
                    make_line(
                        Line, (len(lines) + 1, code, party, rule, shown, num, den, amount, because)
                    )
                )

        return step

    def _condition(self) -> Callable[[JobFacts], bool | Unknown] | None:
        if not self.section.has("when"):
            return None
        raw = self.section.any("when")
        cases = raw if isinstance(raw, list) else [raw]
        rows = [
            Section({"when": c}, f"{self.section.path}.when", self.section.errors) for c in cases
        ]
        table = build_table(self.code, "FIRST", rows)
        self.reads += table.inputs

        def holds(values: tuple[Any, ...]) -> bool | Unknown:
            found = table.find(values)
            return found if isinstance(found, Unknown) else bool(found)

        return remembered(table.inputs, holds)

    def _adjustment(self) -> Adjust | None:
        section = self.section
        bounds = {
            key: section.number(key) for key in ("at_least_fen", "at_most_fen") if section.has(key)
        }
        over: list[int] = []
        if self.mode == "max":
            over, minus = self.scope.terms(section.any("over"), section)
            if minus:
                section.wrong(N_("a name to compare with has no minus sign"), "over")
            self.needs += over
        if not bounds and not over:
            return None
        return adjusted(bounds, over)


def adjusted(bounds: Mapping[str, int], over: list[int]) -> Adjust:
    """Return how a computed amount is bounded, then reduced by what stronger lines already gave."""
    least, most = bounds.get("at_least_fen"), bounds.get("at_most_fen")

    def adjust(amount: int, because: Because, amounts: list[int]) -> tuple[int, Because]:
        amount = amount if least is None else max(amount, least)
        amount = amount if most is None else min(amount, most)
        if not over:
            return amount, {**because, **bounds}
        given = sum([amounts[slot] for slot in over])
        return max(0, amount - given), {**because, **bounds, "over_fen": given}

    return adjust


def _signed(scope: Scope, name: str) -> str:
    bare = name.removeprefix("-")
    return ("−" if bare != name else "") + scope.label(bare)
