"""What each kind of component asks of the person who sets it up, in words of finance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import Promise


class Slot(NamedTuple):
    """One field of a kind: its key in the rule body, its words, and how it is typed.

    `unit` is a unit of `typed.UNITS`, `measure:KEY` for the unit of the fact in another field, or
    the name of a choice. `only` shows it for one answer to another question alone; `blank` is what
    an empty field stands for.
    """

    key: str
    label: Promise
    unit: str
    only: tuple[str, str] | None = None
    blank: Promise | str = ""


class Kind(NamedTuple):
    """A kind: the group of the menu, its name, one sentence, its fields, and a first body."""

    group: str
    label: Promise
    sentence: Promise
    slots: tuple[Slot, ...]
    start: Mapping[str, Any]
    has_base: bool = False


GROUPS: Mapping[str, Promise] = {
    "prices": _("Prices and amounts"),
    "shares": _("Shares of earlier lines"),
    "counted": _("Counted and timed"),
    "limits": _("Limits"),
    "divided": _("Handing out"),
}
CHOICES: Mapping[str, tuple[tuple[str, Promise], ...]] = {
    "way": (("on_top", _("on top of the base")), ("extracted", _("included in the base"))),
    "counted": (("full", _("every full step")), ("started", _("every started step"))),
    "scheme": (
        ("volume", _("the bracket reached holds for all")),
        ("graduated", _("each bracket for its own part")),
    ),
    "gives": (("amount", _("an amount")), ("rate", _("a rate of the base"))),
    "bracket_gives": (
        ("rate_bp", _("a rate of the base")),
        ("unit_fen", _("a price per unit")),
    ),
    "_gives": (("rate", _("a rate of the base")), ("amount", _("an amount"))),
    "_pays": (
        ("rate", _("a rate of the base")),
        ("amount", _("an amount per job")),
        ("unit", _("an amount per time")),
    ),
    "mode": (
        ("add", _("is added")),
        ("multiply", _("multiplies: only what lies above 100% is added")),
        ("max", _("only what goes beyond another line")),
    ),
    "day_kinds": (
        ("workday", _("workdays")), ("rest", _("rest days")), ("holiday", _("holidays")),
    ),
    "weekdays": (
        ("1", _("Mon")), ("2", _("Tue")), ("3", _("Wed")), ("4", _("Thu")),
        ("5", _("Fri")), ("6", _("Sat")), ("7", _("Sun")),
    ),
}  # fmt: skip

_RATE = Slot("_source", _("Rate from"), "source")
_MEASURE = Slot("measure", _("What is measured"), "fact")
_MOST = Slot("most", _("At most"), "count", blank=_("no limit"))

KINDS: Mapping[str, Kind] = {
    "price": Kind(
        "prices", _("Price list"),
        _("The price of the item from a price grid, times quantity, times the factor of a tier."),
        (
            Slot("grid", _("Price grid"), "grid"),
            Slot("tier", _("Factor from table"), "tier"),
            Slot("take", _("Column"), "column:tier", ("tier", "*")),
        ), {"emit": "always"},
    ),
    "flat": Kind(
        "prices", _("Fixed amount"), _("One amount per job, for example a surcharge."),
        (Slot("amount_fen", _("Amount"), "money"),), {},
    ),
    "table": Kind(
        "prices", _("Decision table"),
        _("The row that fits the job gives an amount, or a rate of earlier lines."),
        (
            Slot("gives", _("A row gives"), "gives"),
            Slot("_source", pgettext_lazy("rules", "Rows"), "rows_source"),
            Slot("take", _("Column"), "column:table", ("_source", "table:*")),
        ), {"rows": [], "hit": "FIRST"}, has_base=True,
    ),
    "percent": Kind(
        "shares", _("Percentage"), _("A share of earlier lines, for example 30% for urgency."),
        (_RATE, Slot("rate_bp", _("Rate"), "percent", ("_source", "fixed"))), {}, has_base=True,
    ),
    "coefficient": Kind(
        "shares", pgettext_lazy("kind of component", "Coefficient"),
        _("Multiplies earlier lines: 110% adds 10%, 95% takes 5% away."),
        (_RATE, Slot("rate_bp", _("Factor"), "factor", ("_source", "fixed"))), {}, has_base=True,
    ),
    "commission": Kind(
        "shares", _("Commission"), _("A share that somebody else earns, for example the channel."),
        (_RATE, Slot("rate_bp", _("Rate"), "percent", ("_source", "fixed"))),
        {"base": "fact:paid_fen"}, has_base=True,
    ),
    "tax": Kind(
        "shares", _("Tax"), _("On top of an amount, or extracted from one that includes it."),
        (
            _RATE, Slot("rate_bp", _("Rate"), "share", ("_source", "fixed")),
            Slot("way", _("The tax is"), "way"),
        ),
        {"base": "fact:paid_fen"}, has_base=True,
    ),
    "reverse": Kind(
        "shares", _("Taking back"),
        _("Takes earlier lines back, for example after rework through own fault."),
        (Slot("rate_bp", _("Share taken back"), "share", blank="100%"),), {}, has_base=True,
    ),
    "per_unit": Kind(
        "counted", _("Price per unit"), _("An amount for each kilometre, floor, piece or day."),
        (
            Slot("quantity", _("What is counted"), "fact"),
            Slot("unit_fen", _("Price"), "money"),
            Slot("per", _("For each"), "measure:quantity", blank="1"),
            Slot("free", _("Free of charge up to"), "measure:quantity", blank="0"),
            Slot("most", _("Counted at most"), "measure:quantity", blank=_("no limit")),
        ), {"quantity": "distance_m", "per": 1000},
    ),
    "materials": Kind(
        "counted", _("Materials used"), _("What was used, at the price recorded with the job."),
        (Slot("grid", _("Price grid"), "purchases"),), {},
    ),
    "charges": Kind(
        "counted", _("Extra charges"),
        _("The installer's share of each extra charge that was confirmed on site."), (), {},
    ),
    "steps": Kind(
        "counted", _("Distance steps"),
        _("Each 5 km beyond a free distance adds a rate or an amount, up to a number of steps."),
        (
            _MEASURE, Slot("free", _("Free of charge up to"), "measure:measure", blank="0"),
            Slot("step", _("A step is"), "measure:measure"),
            Slot("counted", _("Counted is"), "counted"),
            Slot("_gives", _("A step gives"), "_gives"),
            Slot("rate_bp", _("Rate per step"), "percent", ("_gives", "rate")),
            Slot("amount_fen", _("Amount per step"), "money", ("_gives", "amount")),
            Slot("most", _("Steps at most"), "count"),
        ), {"measure": "distance_m", "free": 10_000, "step": 5_000, "most": 10, "counted": "full",
            "rate_bp": 800},
        has_base=True,
    ),
    "brackets": Kind(
        "counted", _("Brackets"),
        _("A ladder: what counts depends on how much was reached, for example orders of the month."),
        (
            _MEASURE, Slot("gives", _("A bracket gives"), "bracket_gives"),
            Slot("scheme", _("How brackets count"), "scheme"),
            Slot("per", _("Price for each"), "measure:measure", ("gives", "unit_fen"), "1"),
            Slot("brackets", _("Brackets"), "brackets"),
        ), {"measure": "installer_month_orders", "gives": "rate_bp", "scheme": "volume",
            "brackets": [{"from": 0, "rate_bp": 0}]},
        has_base=True,
    ),
    "window": Kind(
        "counted", _("Time window"), _("Work at night, on weekends or holidays, by the clock."),
        (
            Slot("from", _("From"), "clock", blank="00:00"),
            Slot("to", _("To"), "clock", blank="24:00"),
            Slot("weekdays", _("Weekdays"), "weekdays", blank=_("every day")),
            Slot("day_kinds", _("Days"), "day_kinds", blank=_("every day")),
            Slot("least_min", _("From at least"), "minutes", blank="1 min"),
            Slot("_pays", _("It gives"), "_pays"),
            Slot("rate_bp", _("Rate"), "percent", ("_pays", "rate")),
            Slot("amount_fen", _("Amount"), "money", ("_pays", "amount")),
            Slot("unit_fen", _("Amount"), "money", ("_pays", "unit")),
            Slot("per_min", _("For each"), "minutes", ("_pays", "unit"), "60 min"),
        ), {"from": "18:00", "to": "06:00", "rate_bp": 2000}, has_base=True,
    ),
    "cap": Kind(
        "limits", pgettext_lazy("kind of component", "Cap"),
        _("What goes beyond a limit is taken away."),
        (Slot("limit_fen", _("Limit"), "money"),), {}, has_base=True,
    ),
    "floor": Kind(
        "limits", pgettext_lazy("kind of component", "Floor"),
        _("What is missing to a minimum is added."),
        (Slot("limit_fen", _("Minimum"), "money"),), {}, has_base=True,
    ),
    "split": Kind(
        "divided", pgettext_lazy("kind of component", "Split"),
        _("Hands an amount out among several parties, to the last fen; shares make 100%."),
        (
            Slot("_source", _("Where the shares come from"), "share_source"),
            Slot("shares", _("Shares"), "shares"),
        ), {"shares": []}, has_base=True,
    ),
    "release": Kind(
        "divided", _("Milestones"),
        _("When the money becomes available: a share at each milestone, the rest at the last."),
        (Slot("milestones", _("Milestones"), "milestones"),),
        {"milestones": [{"code": "REL1", "stage": "completed", "label": ""}]}, has_base=True,
    ),
}  # fmt: skip
WITHOUT_BASE = {("table", "amount"), ("steps", "amount"), ("window", "amount"),
                ("window", "unit"), ("brackets", "unit_fen")}  # fmt: skip
