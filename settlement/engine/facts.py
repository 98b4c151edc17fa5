"""JobFacts: everything a rule may look at, as plain values; None means not known yet."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from operator import attrgetter
from typing import Any, NamedTuple

from settlement.engine.currency import PaidIn, paid_in_of, plain_paid
from settlement.engine.item_part import ItemPart


class VisitPart(NamedTuple):
    """Minutes of one visit on one calendar day (local time), already split at midnight."""

    day: str  # ISO date
    weekday: int  # 1 = Monday … 7 = Sunday
    day_kind: str  # "workday", "rest" or "holiday", as the public calendar says
    start_min: int  # minutes after local midnight
    end_min: int  # exclusive, at most 1440


class MaterialUse(NamedTuple):
    """One material used on the job, in thousandths of its unit."""

    code: str
    milli_qty: int
    unit_price_fen: int


class ChargeUse(NamedTuple):
    """One confirmed extra charge: what it costs, and how much of that is the installer's."""

    code: str
    amount_fen: int
    installer_bp: int
    photo: int  # number of the photo that proves it; 0 without one


class Mate(NamedTuple):
    """One person of several on a job: the steps they finished, or the part chosen for them."""

    who: int  # the installer's id; the responsible one stands first
    steps: int
    minutes: int  # of these steps, as the item plans them
    share_bp: int | None = None


SECOND_VISIT = "second_visit"
"""The extra charge for coming again."""
# A code of the tenant's own lists: one written as a plain number is that number.
Code = int | str


def code_value(text: str) -> Code:
    """Return a code as rules know it: "7" is 7, "07" and "NT1" stay texts."""
    is_number = text.isascii() and text.isdecimal() and str(int(text)) == text
    return int(text) if is_number else text


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFacts:
    """One job as the rules see it. Money in fen, distance in metres, rating in tenths of a star."""

    done_on: str | None = None  # ISO date in Asia/Shanghai
    month: int | None = None
    season: str | None = None
    service_item: str | None = None
    category: str | None = None
    quantity: int | None = 1
    city: str | None = None
    city_level: str | None = None
    price_band: Code | None = None
    cost_level: Code | None = None
    region: str | None = None  # the price region
    region_path: tuple[str, ...] | None = None  # big region … business area, codes
    branch: str | None = None  # branch the site belongs to
    outlet: str | None = None
    home_branch: str | None = None  # branch the installer belongs to
    channel: str | None = None
    customer_level: str | None = None
    site_kind: str | None = None
    warehouse_direct: bool | None = None
    distance_m: int | None = None
    distance_estimated: bool = False
    visits: tuple[VisitPart, ...] | None = None
    rain: bool | None = None
    rain_source: str | None = None
    fuel_change_bp: int | None = None
    fuel_source: str | None = None
    urgent: bool | None = None
    night: bool | None = None
    high_work: bool | None = None
    floor: int | None = None
    grade: str | None = None
    certificates: tuple[str, ...] | None = None
    rating_x10: int | None = None
    rework: bool | None = None
    fault_own: bool | None = None
    fault_first: bool = False  # rework that another installer's earlier work made needed
    reschedule_count: int | None = None
    materials: tuple[MaterialUse, ...] | None = None
    stages: tuple[str, ...] = ()  # milestones reached so far
    paid_fen: int | None = None
    installer_month_orders: int | None = None
    field_days: int | None = None
    near: tuple[str, ...] | None = None  # geofences the site lies in, codes
    tags: tuple[str, ...] | None = None  # what people marked the order with
    seller: str | None = None  # unit that sold the job
    seller_kind: str | None = None  # "hq", "branch", "outlet", "agent" or "dealer"
    clerk: str | None = None  # person the sale is credited to; "none": nobody
    repurchase: bool | None = None  # the credit comes from an earlier order of the customer
    review_x10: int | None = None  # the customer's rating of this job
    response_min: int | None = None  # from assignment to arrival
    delay_min: int | None = None  # completed after the promised time; 0: in time
    work_min: int | None = None  # all visits together
    checkin_m: int | None = None  # from the check-in by position to the site
    quote_fen: int | None = None  # what the customer agreed to on site
    area_month_orders: int | None = None  # of the business area, this calendar month
    charges: tuple[ChargeUse, ...] = ()  # extra charges that were confirmed
    charged_fen: int | None = 0  # what the customer pays of them, part of paid_fen
    empty_trip: bool = False  # the order ended without work: nobody was at home
    refunded: bool = False  # the work was paid back: what was charged on site is all there is
    crew: tuple[Mate, ...] | None = None  # who shares the installer's part; None: one person alone
    first_crew: tuple[Mate, ...] | None = None  # who shared the pay of the job done again here
    item_part: ItemPart | None = None  # of an item several orders do; None: all of it
    agreed_fen: int | None = None  # with a contractor for this job; None: as the rules say
    paid_in: PaidIn | None = None  # what paid_fen was converted from; None: paid in yuan
    extra: Mapping[str, Any] = field(default_factory=dict)  # tenant's own facts: int, str or bool

    # Whether the installer works outside the home branch; kept, because every settlement asks.
    cross_branch: bool | None = field(init=False, default=None)
    # Reschedules nobody was charged a second visit for: what pays them never pays one twice.
    unpaid_returns: int | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        if self.reschedule_count is not None:
            charged = sum(use.code == SECOND_VISIT for use in self.charges)
            object.__setattr__(self, "unpaid_returns", max(0, self.reschedule_count - charged))
        if self.branch is not None and self.home_branch is not None:
            object.__setattr__(self, "cross_branch", self.branch != self.home_branch)

    def plain(self) -> dict[str, Any]:
        """Return the facts as plain JSON values, for storing; `restored` reads them back."""
        values = asdict(self)
        del values["cross_branch"], values["unpaid_returns"]
        # Facts that came later leave the fingerprints of what was settled before as they are.
        for name in _LATER:
            if values[name] is None:
                del values[name]
        for name in _MOSTLY_NONE:
            if not values[name]:
                del values[name]
        if self.paid_in is not None:
            values["paid_in"] = plain_paid(self.paid_in)
        return values

    def fingerprint(self) -> str:
        """Return the sha256 (hex) of the facts' canonical JSON: equal facts, equal fingerprint."""
        text = json.dumps(self.plain(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


_LATER = (
    "near", "tags", "seller", "seller_kind", "clerk", "repurchase", "review_x10", "response_min",
    "delay_min", "work_min", "checkin_m", "quote_fen", "area_month_orders", "crew",
    "first_crew", "paid_in", "item_part", "agreed_fen",
)  # fmt: skip

_MOSTLY_NONE = ("charges", "charged_fen", "empty_trip", "fault_first", "refunded")


def _nothing_known() -> dict[str, Any]:
    """The values of facts of which nothing was said, by field."""
    plain = JobFacts()
    return {f.name: getattr(plain, f.name) for f in fields(JobFacts)}


_START = _nothing_known()
_SET = tuple(getattr(JobFacts, name).__set__ for name in _START)
_CODES = ("region_path", "certificates", "stages", "near", "tags")
_PARTS: tuple[tuple[str, Any], ...] = (
    ("visits", VisitPart),
    ("materials", MaterialUse),
    ("charges", ChargeUse),
    ("crew", Mate),
    ("first_crew", Mate),
)


def restored(values: Mapping[str, Any]) -> JobFacts:
    """Return the facts that `plain` gave, after a round through JSON.

    Fields this version does not know are refused (TypeError): a fact must not vanish unseen.

    A run over many jobs restores each, so the fields are set one by one: sixty named arguments,
    whose names JSON reads as fresh texts, cost three times as much.
    """
    known = {**_START, **values}
    if len(known) != len(_SET) or "cross_branch" in values:
        raise TypeError(f"unknown facts: {sorted(values.keys() - _START.keys())}")
    for name in _CODES:
        if known[name] is not None:
            known[name] = tuple(known[name])
    for name, part in _PARTS:
        if known[name]:
            known[name] = tuple([part(*one) for one in known[name]])
        elif known[name] is not None:
            known[name] = ()
    if known["paid_in"] is not None:
        known["paid_in"] = paid_in_of(known["paid_in"])
    if known["item_part"] is not None:
        known["item_part"] = ItemPart(*known["item_part"])
    facts = object.__new__(JobFacts)
    for put, value in zip(_SET, known.values(), strict=True):
        put(facts, value)
    facts.__post_init__()
    return facts


_KIND_OF_TYPE: Mapping[Any, str] = {
    str | None: "text",
    int | None: "number",
    Code | None: "code",
    bool | None: "flag",
    bool: "flag",
    tuple[str, ...] | None: "codes",
    tuple[str, ...]: "codes",
}
# What a rule may name, and which kind of value stands there; lists of codes match by any member.
FACT_KINDS: Mapping[str, str] = {
    **{f.name: _KIND_OF_TYPE[f.type] for f in fields(JobFacts) if f.type in _KIND_OF_TYPE},
    "done_on": "date",
}
EXTRA = "extra."


def fact_kind(name: str) -> str | None:
    """Return text, number, code, flag, codes, date or any (tenant's own); None: unknown name."""
    return "any" if name.startswith(EXTRA) and len(name) > len(EXTRA) else FACT_KINDS.get(name)


def reader(name: str) -> Callable[[JobFacts], Any]:
    """Return a function that reads one fact."""
    if name.startswith(EXTRA):
        key = name[len(EXTRA) :]
        return lambda facts: facts.extra.get(key)
    return attrgetter(name)


def row_reader(names: tuple[str, ...]) -> Callable[[JobFacts], tuple[Any, ...]]:
    """Return a function that reads two or more facts as one tuple."""
    if not any(name.startswith(EXTRA) for name in names):
        return attrgetter(*names)
    readers = [reader(name) for name in names]
    return lambda facts: tuple([read(facts) for read in readers])
