"""Price lists against what a company sells: what a component has to price and its list does not."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from settlement.engine.proving.asked import meant_for
from settlement.engine.proving.finding import GAP, Finding
from settlement.engine.proving.gaps import Cells
from settlement.engine.proving.ground import CATEGORY, ITEM, Ground
from settlement.engine.proving.values import samples
from settlement.engine.reading import N_, Section
from settlement.engine.table_reading import read_grid
from settlement.engine.tables import Grid, codes_in

Job = Mapping[str, Any]
ANY = "*"


def price_findings(body: Mapping[str, Any], ground: Ground) -> Iterator[Finding]:
    """Yield what the price lists of a valid body leave without a price: at most two findings each.

    Items on sale without a row, all in one, and values of the columns' fact (or of rows that stand
    for places) that have none. What the conditions of all components using a list exclude is not
    asked; a list with a row for everything else leaves no item out.
    """
    for name, raw in body.get("grids", {}).items():
        users = [
            each
            for each in body["components"]
            if each["kind"] == "price" and each.get("grid") == name
        ]
        where = [cells for each in users for cells in meant_for(each)]
        if where:
            grid = read_grid(Section(raw, name, []), name)
            yield from _List(f"rules.grids.{name}", grid, where, ground).findings()


class _List:
    def __init__(self, path: str, grid: Grid, where: Sequence[Cells], ground: Ground) -> None:
        self.path, self.grid, self.where, self.ground = path, grid, where, ground
        self.rows = {row for row, _column in grid.cells}

    def findings(self) -> Iterator[Finding]:
        if ANY not in self.rows:
            if {ITEM, CATEGORY} & set(self.grid.rows_by):
                yield from self._items()
            else:
                yield from self._values(self.grid.rows_by[0], self._has_row)
        if self.grid.column_by and ANY not in self.grid.columns:
            yield from self._values(self.grid.column_by, self._has_column)

    def _items(self) -> Iterator[Finding]:
        spots = [spot for spot in self._spots() if not self._has_row(spot)]
        # A condition looks at the place and at the item apart: the first place it lets pass is that
        # of every item, so that items and places are gone through once and not each with each.
        near = [(self._first(spots, cells), cells) for cells in self.where]
        asked = sorted(((at, cells) for at, cells in near if at is not None), key=itemgetter(0))
        found: dict[str, Job] = {}
        for item, category in self.ground.items.items():
            sold = {ITEM: item, CATEGORY: category}
            if self._has_row(sold):
                continue
            for at, cells in asked:
                if _passes(cells, sold):
                    found[item] = self._shown({**spots[at], **sold}, cells)
                    break
        if found:
            message = N_("items on sale without a price here (%(n)s): %(items)s")
            params = {"n": str(len(found)), "items": ", ".join(found)}
            yield Finding(GAP, self.path, message, params, next(iter(found.values())))

    def _first(self, spots: Sequence[Job], cells: Cells) -> int | None:
        """Return which of the places a condition lets pass first."""
        return next((at for at, spot in enumerate(spots) if _passes(cells, spot)), None)

    def _spots(self) -> list[Job]:
        """Return where a job can be, as far as rows stand for places too; one without facts if not."""
        others = [fact for fact in self.grid.rows_by if fact not in (ITEM, CATEGORY)]
        spots = [{fact: each.get(fact) for fact in others} for each in self.ground.places]
        known = [spot for spot in spots if any(value is not None for value in spot.values())]
        return list({tuple(each.values()): each for each in known}.values()) or [{}]

    def _values(self, fact: str, has: Callable[[Job], bool]) -> Iterator[Finding]:
        """Yield one finding that names the values of a fact for which there is no price."""
        found: dict[Any, Job] = {}
        places = self.ground.places or [{}]
        jobs = places if fact in places[0] else [{fact: v} for v in self.ground.values(fact)]
        for job in jobs:
            value = job.get(fact)
            if value is None or value in found or has(job):
                continue
            shown = self._asked(job)
            if shown is not None:
                found[value] = shown
        if found:
            message = N_("no price where %(fact)s is %(codes)s (%(n)s)")
            codes = [str(codes_in(each)[0]) for each in found]
            params = {"fact": fact, "n": str(len(found)), "codes": ", ".join(codes)}
            yield Finding(GAP, self.path, message, params, next(iter(found.values())))

    def _has_row(self, job: Job) -> bool:
        rows_by = self.grid.rows_by
        return any(key in self.rows for fact in rows_by for key in codes_in(job.get(fact)))

    def _has_column(self, job: Job) -> bool:
        codes = codes_in(job.get(self.grid.column_by or ""))
        return any(code in self.grid.columns for code in codes)

    def _asked(self, job: Job) -> Job | None:
        """Return a job with what a condition that lets it pass asks for; None where none does."""
        passing = (cells for cells in self.where if _passes(cells, job))
        return next((self._shown(job, cells) for cells in passing), None)

    def _shown(self, job: Job, cells: Cells) -> Job:
        """Return what the list looks at of a job, with what a condition asks for besides."""
        facts = [*self.grid.inputs, *cells]
        shown = {fact: job[fact] for fact in facts if job.get(fact) is not None}
        for fact, test in cells.items():
            if fact not in shown:
                values = samples(fact, [test], ground=self.ground)
                fitting = [value for value in values if test.matches(value)]
                shown |= {fact: fitting[0]} if fitting else {}
        return {fact: list(v) if isinstance(v, tuple) else v for fact, v in shown.items()}


def _passes(cells: Cells, job: Job) -> bool:
    """Whether a condition lets a job pass as far as the job is known."""
    return all(test.matches(job[fact]) for fact, test in cells.items() if job.get(fact) is not None)
