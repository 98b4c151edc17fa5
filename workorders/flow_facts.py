"""What is known of an order, as the branches, tasks, triggers and variants of its flow ask for it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from common import clock
from network.models import Region
from network.selectors import region_chain
from workorders.flow.answers import read_answers
from workorders.flow.reading_conditions import ANSWER
from workorders.flow.words import FACTS, NUMBER_FACTS
from workorders.flow_versions import read_version
from workorders.models import CheckIn, FormAnswers, SiteFact, WorkOrder

if TYPE_CHECKING:
    from customers.models import Address

Value = frozenset[str] | int
_PER_YUAN = 10
"""A fen is ten thousandths of a yuan."""


class OrderFacts(Mapping[str, Value]):
    """An order's facts by the names of FACTS, NUMBER_FACTS and `answer.FIELD`.

    Each is looked up when it is asked for and then kept: an order whose flow asks nothing costs no
    query. What is not known is not there. Works for an order that is not stored yet. `quote_fen` is
    a quotation that is being made.
    """

    def __init__(self, order: WorkOrder, *, quote_fen: int | None = None) -> None:
        self._order = order
        self._known: dict[str, Value | None] = {}
        if quote_fen is not None:
            self._known["quote_yuan"] = quote_fen * _PER_YUAN
        self._rows: dict[str, str] | None = None
        self._answers: Mapping[str, Value] | None = None

    def __getitem__(self, name: str) -> Value:
        if name not in self._known:
            self._known[name] = self._found(name)
        value = self._known[name]
        if value is None:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        names = [*FACTS, *NUMBER_FACTS, *self._answered()]
        return (name for name in names if name in self)

    def __len__(self) -> int:
        return sum(1 for _name in self)

    def _found(self, name: str) -> Value | None:
        if name.startswith(ANSWER):
            return self._answered().get(name)
        if name in _CODES:
            return frozenset(_CODES[name](self._order)) or None
        if name == "site_fact":
            return frozenset(f"{kind}:{value}" for kind, value in self._facts().items()) or None
        if name == "quote_yuan":
            quoted = self._facts().get("quote_fen")
            return None if quoted is None else int(quoted) * _PER_YUAN
        return _NUMBERS[name](self._order) if name in _NUMBERS else None

    def load(self, rows: Mapping[str, str] | None, answers: Iterable[FormAnswers] | None) -> None:
        """Take what was looked up for several orders at once; None for what was not."""
        if rows is not None:
            self._rows = dict(rows)
        if answers is not None:
            self._answers = _read(answers)

    def region_depth(self, code: str) -> int:
        """Return how small the site's region or division of a code is, 0 where it lies in none."""
        region = self._order.site_region
        levels = {row.code: row.level for row in (region_chain(region) if region else ())}
        if code in levels:
            return 1 + list(Region.Level).index(Region.Level(levels[code]))
        return division_depth(code) if code in _divisions(self._order.address) else 0

    def _facts(self) -> dict[str, str]:
        """The recorded facts of the site by kind, as stored; of two the later observed counts."""
        if self._rows is None:
            rows = SiteFact.objects.filter(work_order=self._order.pk).order_by("observed_at", "pk")
            self._rows = dict(rows.values_list("kind", "value")) if self._order.pk else {}
        return self._rows

    def _answered(self) -> Mapping[str, Value]:
        """The newest answer to each field of the flow's forms."""
        if self._answers is None:
            rows = FormAnswers.objects.filter(work_order=self._order.pk).order_by("filled_at", "pk")
            self._answers = _read(rows.select_related("flow_version") if self._order.pk else ())
        return self._answers


def facts_of(orders: Iterable[WorkOrder], names: Collection[str]) -> dict[int, OrderFacts]:
    """Return the facts of several stored orders by their keys; `names` are those that are asked for.

    What is recorded in rows of its own is read once for all of them.
    """
    found = {order.pk: OrderFacts(order) for order in orders}
    rows: dict[int, dict[str, str]] = {pk: {} for pk in found}
    answers: dict[int, list[FormAnswers]] = {pk: [] for pk in found}
    needs_rows = not {"site_fact", "quote_yuan"}.isdisjoint(names)
    needs_answers = any(name.startswith(ANSWER) for name in names)
    if needs_rows:
        facts = SiteFact.objects.filter(work_order__in=found).order_by("observed_at", "pk")
        for pk, kind, value in facts.values_list("work_order", "kind", "value"):
            rows[pk][kind] = value
    if needs_answers:
        filled = FormAnswers.objects.filter(work_order__in=found).order_by("filled_at", "pk")
        for row in filled.select_related("flow_version"):
            answers[row.work_order_id].append(row)
    for pk, each in found.items():
        each.load(rows[pk] if needs_rows else None, answers[pk] if needs_answers else None)
    return found


def _read(rows: Iterable[FormAnswers]) -> Mapping[str, Value]:
    """The answers to each field, the oldest filling first."""
    found: dict[str, Value] = {}
    for row in rows:
        form = read_version(row.flow_version).form(row.form)
        if form is not None:
            found |= read_answers(form, row.values, {}).facts()
    return found


def _regions(order: WorkOrder) -> list[str]:
    """The site's price region and those above it, and the administrative divisions it lies in.

    What comes with the product names divisions: regions have the codes a company gave them.
    """
    chain = region_chain(order.site_region) if order.site_region else ()
    return [*(region.code for region in chain), *_divisions(order.address)]


def division_depth(code: str) -> int:
    """Return how small an administrative division is, on the scale of the regions' levels."""
    if len(code) > 6:
        return 5
    return 2 if code.endswith("0000") else 3 if code.endswith("00") else 4


def _divisions(address: Address) -> list[str]:
    code = address.division_code
    return [code, f"{code[:4]}00", f"{code[:2]}0000"] if len(code) >= 6 else []


def _marks(order: WorkOrder) -> list[str]:
    marks = {
        "urgent": order.urgent,
        "high_work": order.high_work,
        "warehouse_direct": order.warehouse_direct,
        "highway": order.site_kind == WorkOrder.SiteKind.HIGHWAY,
        "remote": order.site_kind == WorkOrder.SiteKind.REMOTE,
        "rework": order.looks_like_rework,
    }
    return [name for name, is_so in marks.items() if is_so]


def _one(text: str) -> list[str]:
    return [text] if text else []


_CODES: Mapping[str, Callable[[WorkOrder], list[str]]] = {
    # Orders from before there were order types: their items named them by the flow.
    "order_type": lambda order: _one(order.order_type or order.item_version.flow_key),
    "item": lambda order: _one(order.item_version.item.code),
    "category": lambda order: _one(order.item_version.item.category),
    "region": _regions,
    "customer_level": lambda order: _one(order.customer.member_level),
    "channel": lambda order: _one(order.line.order.platform),
    "tag": lambda order: list(order.tags),
    "mark": _marks,
}


def _visits(order: WorkOrder) -> int:
    """On how many days somebody was on site."""
    arrivals = CheckIn.objects.filter(work_order=order.pk).values_list("at", flat=True)
    return 1000 * len({clock.business_day(at) for at in arrivals})


def _reschedules(order: WorkOrder) -> int:
    return 1000 * SiteFact.objects.filter(work_order=order.pk, kind="reschedule").count()


_NUMBERS: Mapping[str, Callable[[WorkOrder], int | None]] = {
    "paid_yuan": lambda order: order.paid_fen * _PER_YUAN,
    "distance_km": lambda order: order.distance_m,
    "quantity": lambda order: order.quantity * 1000,
    "visits": _visits,
    "reschedules": _reschedules,
}
