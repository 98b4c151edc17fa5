"""One component while it is compiled: its common fields, and what it looks up."""

from collections.abc import Callable, Mapping
from typing import Any

from settlement.engine.adjusting import Adjust, adjusted
from settlement.engine.facts import JobFacts, fact_kind
from settlement.engine.on_site import CHARGED, ON_SITE, counted, counting, left_out
from settlement.engine.reading import N_, Section
from settlement.engine.result import LineRow
from settlement.engine.scope import FACT, Scope, adder
from settlement.engine.table_reading import read_condition, read_table
from settlement.engine.tables import Lookup, Row, Table, Unknown, lookup

Because = Mapping[str, Any]
# rule, num, den, because: a share of the component's base
Rate = tuple[str, int, int, Because]
# rule, base, num, den, because: an amount of its own; num and den None for a flat amount
Price = tuple[str, int, int | None, int | None, Because]

NO_RULE = "no_rule"
WHOLE_BP = 10_000


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
        # Said or not, "skip" computes the same. Only where it is said does the check take the silence
        # as meant; without it the check asks about every case no row takes.
        self.skip_no_match = section.choice("no_match", ("skip", "flag"), "skip") == "skip"
        self.slot = scope.slots.get(self.code, 0)
        self.words: list[str] = []
        self.base_slot = 0
        self.total: Callable[[list[int]], int] | None = None  # of a base that is no single amount
        self.terms: tuple[list[int], list[int]] = [], []  # slots of the base
        self.needs: list[int] = []
        self.reads: list[str] = []
        # Where the rows of this component stand; and the region that set one of its own fields.
        self.rows_at: tuple[str, ...] = ("components", self.code)
        self.own_region: dict[str, str] = {}
        for steps, name in scope.touched.items():
            if steps[:2] == self.rows_at and steps[2] != "rows":
                self.own_region = {"region": name}
        self.when = self._condition()
        self.adjust = self._adjustment()
        if self.party and self.party not in scope.parties:
            section.wrong(N_("the party %(party)s is not declared"), "party", party=self.party)

    def fact(self, key: str, default: str | None = None) -> str:
        """Return the name of a numeric fact this component measures."""
        name = self.section.text(key, default) if default else self.section.text(key)
        name = name.removeprefix(FACT)
        if name and fact_kind(name) not in {"number", "any"}:
            self.section.wrong(N_("%(fact)s is not a fact that can be counted"), key, fact=name)
            return "quantity"
        self.reads += counted(name)
        return name or "quantity"

    def use_base(self) -> None:
        """Read the base; before rates are built, since their reasons name it."""
        raw = self.section.any("base")
        plus, minus = ([], []) if raw is None else self.scope.terms(raw, self.section)
        names = raw if isinstance(raw, list) else [raw]
        self.words = [_signed(self.scope, name) for name in names if isinstance(name, str)]
        if self.scope.leaves_out:
            self._leave_out(plus, minus)
        self.needs += [*plus, *minus]
        self.terms = plus, minus
        if len(plus) == 1 and not minus:
            self.base_slot = plus[0]
        elif plus or minus:
            name = f"{self.code}:base"
            self.scope.slots[name] = self.base_slot = len(self.scope.slots)
            self.total = adder(plus, minus)

    def _leave_out(self, plus: list[int], minus: list[int]) -> None:
        """Take from the base what is paid on site and not meant for this component."""
        scope, content = self.scope, self.scope.content(plus, minus)
        of_it = content[ON_SITE]
        charged = scope.slot_of(CHARGED, self.section) if of_it else None
        own = scope.slots[scope.own_charges] if scope.own_charges else None
        names = {slot: name for name, slot in scope.slots.items()}
        # A sum has a name of its own, which says what is meant better than what it is made of.
        whole = any(names[slot] in scope.sums for slot in plus)
        for slot, times in left_out(self.kind, self.party, content, charged, own).items():
            (minus if times > 0 else plus).extend([slot] * abs(times))
            if not whole:
                sign = "-" if times > 0 else ""
                self.words += [_signed(scope, sign + names[slot])] * abs(times)

    def because(self, **more: Any) -> Because:
        """Return the reason every line of this component starts with."""
        of = {"of": self.words} if self.words else {}
        return {"how": self.kind, **of, **self.own_region, **more}

    def row_set_by(self, row: Row, take: str) -> dict[str, str]:
        """Return the reason when a region set what a row of this component's table gives."""
        if not self.scope.touched:
            return {}
        return self.scope.set_by(*self.rows_at, "rows", row.id, take)

    def share_bp(self, bp: int) -> int:
        """Return the basis points to add: a multiplying component adds only what it is above one."""
        return bp - WHOLE_BP if self.mode == "multiply" or self.kind == "coefficient" else bp

    @property
    def idle_at_zero(self) -> bool:
        """Whether an amount of 0 leaves no trace, so that a rate of 0 need not be computed."""
        return not self.always and self.adjust is None

    def rate(self, rule: str, bp: int, because: Because) -> Rate | None:
        """Return the rate of a row or bracket; None when it certainly gives no line."""
        num = self.share_bp(bp)
        if num == 0 and self.idle_at_zero:
            return None
        return rule, num, WHOLE_BP, because

    def table(self) -> Table | None:
        """Return the decision table the component uses: named, or its own rows."""
        if self.section.has("rows"):
            return read_table(self.section, self.code)
        name = self.section.text("table")
        if name not in self.scope.tables:
            self.section.wrong(N_("there is no table %(name)s"), "table", name=name)
            return None
        self.rows_at = ("tables", name)
        return self.scope.tables[name]

    def from_table(self, table: Table, take: str, answer: Callable[[Row, Because], Any]) -> Lookup:
        """Return a look-up giving answer(first row that applies, why), None, or Unknown."""
        self.reads += table.inputs
        no_match = None if self.skip_no_match else Unknown((NO_RULE,))

        def look(values: tuple[Any, ...]) -> Any:
            found = table.find(values)
            if isinstance(found, Unknown):
                return None if self.skip_unknown else found
            if not found:
                return no_match
            hit = found[0]
            label = {"label": hit.row.label} if hit.row.label else {}
            more = {**label, **self.row_set_by(hit.row, take)}
            return answer(hit.row, self.because(facts=hit.facts, **more))

        return lookup(table.inputs, look)

    def require_numbers(self, table: Table, take: str) -> None:
        """Refuse a table that does not give a whole number in the column this component takes."""
        for row in table.rows:
            if type(row.gives.get(take)) is not int:
                self.section.wrong(
                    N_("row %(row)s needs a whole number in %(take)s"), row=row.id, take=take
                )

    def refuse_bounds(self) -> None:
        """Refuse bounds where a component writes several lines: which one would they hold for?"""
        if self.adjust is not None:
            self.section.wrong(N_("bounds and the mode max need a component with one line"))

    def measure(self, name: str) -> Callable[[JobFacts, list[str]], int | None]:
        """Return a reader of a numeric fact that notes when it is not known."""
        read, skip = counting(name), self.skip_unknown

        def value_of(facts: JobFacts, notes: list[str]) -> int | None:
            value: int | None = read(facts)
            if value is None and not skip:
                notes.append(name)
            return value

        return value_of

    def nothing(
        self, _f: JobFacts, _amounts: list[int], _lines: list[LineRow], _notes: list[str]
    ) -> None:
        """The step of a component with an error, which is never run."""

    def _condition(self) -> Table | None:
        table = read_condition(self.section, self.code)
        self.reads += table.inputs if table else ()
        return table

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


def _signed(scope: Scope, name: str) -> str:
    bare = name.removeprefix("-")
    return ("−" if bare != name else "") + scope.label(bare)
