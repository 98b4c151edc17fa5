"""How much a component gives, in one sentence of words, from its own fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from settlement.engine.stages import delay_words, stage_word
from settlement.engine.words import fact_word, measured, percent, yuan

Raw = Mapping[str, Any]
WHOLE_BP = 10_000


def formula(raw: Raw, labels: Mapping[str, str]) -> str:
    """Return what a component of a rule body gives, with its bounds; `labels` by code."""
    words = [_FORMULAS[raw["kind"]](raw)]
    if "at_least_fen" in raw:
        words.append(_("at least %(money)s") % {"money": yuan(raw["at_least_fen"])})
    if "at_most_fen" in raw:
        words.append(_("at most %(money)s") % {"money": yuan(raw["at_most_fen"])})
    if raw.get("mode") == "max":
        names = _(", ").join(labels.get(code, code) for code in raw["over"])
        words.append(_("only what goes beyond %(names)s") % {"names": names})
    return _("; ").join(words)


def _rate(bp: int) -> str:
    return percent(bp, WHOLE_BP)


def _price(raw: Raw) -> str:
    if "tier" in raw:
        return _("price of the item × quantity × factor of its tier")
    return _("price of the item × quantity")


def _flat(raw: Raw) -> str:
    return yuan(raw["amount_fen"])


def _share(raw: Raw) -> str:
    if "rate_bp" in raw:
        return _("%(rate)s of the base") % {"rate": _rate(raw["rate_bp"])}
    return _("a share of the base by table")


def _coefficient(raw: Raw) -> str:
    if "rate_bp" in raw:
        more = raw["rate_bp"] - WHOLE_BP
        return _("%(rate)s of the base") % {"rate": _rate(more)}
    return _("what the rate of its table is above or below 100%")


def _table(raw: Raw) -> str:
    return _("a share of the base by table") if raw.get("gives") == "rate" else _("by table")


def _tax(raw: Raw) -> str:
    if "rate_bp" not in raw:
        return _("a share of the base by table")
    sentence = (
        _("%(rate)s, included in the base")
        if raw.get("way") == "extracted"
        else _("%(rate)s of the base")
    )
    return sentence % {"rate": _rate(raw["rate_bp"])}


def _reverse(raw: Raw) -> str:
    return _("%(rate)s of the base is taken back") % {"rate": _rate(raw.get("rate_bp", WHOLE_BP))}


def _per_unit(raw: Raw) -> str:
    fact, per = str(raw["quantity"]), raw.get("per", 1)
    if per == 1:
        return f"{yuan(raw['unit_fen'])} × {fact_word(fact, _)}{_most(raw)}"
    unit = measured(fact, per)
    words = _("%(price)s for every %(unit)s of %(fact)s")
    parts = [words % {"price": yuan(raw["unit_fen"]), "unit": unit, "fact": fact_word(fact, _)}]
    if raw.get("free"):
        parts.append(_("beyond %(free)s") % {"free": measured(fact, raw["free"])})
    return _(", ").join(parts) + _most(raw)


def _most(raw: Raw) -> str:
    if not raw.get("most"):
        return ""
    return _(", ") + _("at most %(most)s times") % {"most": raw["most"]}


def _materials(raw: Raw) -> str:
    if "grid" in raw:
        return _("what was used, at the purchase price of its table")
    return _("what was used, at the price recorded with the job")


def _charges(_raw: Raw) -> str:
    return _("the installer's share of each confirmed extra charge, as the tariff says")


def _steps(raw: Raw) -> str:
    fact = str(raw["measure"])
    each = _rate(raw["rate_bp"]) if "rate_bp" in raw else yuan(raw["amount_fen"])
    words = (
        _("%(each)s for every full %(step)s beyond %(free)s")
        if raw.get("counted") == "full"
        else _("%(each)s for every started %(step)s beyond %(free)s")
    )
    values = {
        "each": each,
        "step": measured(fact, raw["step"]),
        "free": measured(fact, raw.get("free", 0)),
    }
    parts = [words % values]
    if raw.get("most"):
        parts.append(_("at most %(most)s steps") % {"most": raw["most"]})
    return _(", ").join(parts)


def _brackets(raw: Raw) -> str:
    fact = str(raw["measure"])
    rows = []
    for row in raw["brackets"]:
        key = next(name for name in row if name != "from")
        value = _rate(row[key]) if key.endswith("_bp") else _unit(fact, row[key], raw)
        rows.append(
            _("from %(start)s: %(value)s")
            % {"start": measured(fact, row.get("from", 0)), "value": value}
        )
    return f"{fact_word(fact, _)} {_('; ').join(rows)}"


def _unit(fact: str, unit_fen: int, raw: Raw) -> str:
    """A price per unit; of money it is a percentage."""
    per = int(raw.get("per", 1))
    if fact.endswith("_fen"):
        return percent(unit_fen, per)
    return yuan(unit_fen) if per == 1 else f"{yuan(unit_fen)} / {measured(fact, per)}"


def _window(raw: Raw) -> str:
    parts = []
    if "from" in raw or "to" in raw:
        parts.append(f"{raw.get('from', '00:00')}–{raw.get('to', '24:00')}")
    if "day_kinds" in raw:
        words = {"workday": _("workdays"), "rest": _("rest days"), "holiday": _("holidays")}
        parts.append(" / ".join(words.get(kind, kind) for kind in raw["day_kinds"]))
    if "weekdays" in raw:
        parts.append(_("weekdays %(days)s") % {"days": _(", ").join(map(str, raw["weekdays"]))})
    if raw.get("least_min"):
        parts.append(_("from %(minutes)s minutes on") % {"minutes": raw["least_min"]})
    if "rate_bp" in raw:
        gives = _rate(raw["rate_bp"])
    elif "amount_fen" in raw:
        gives = yuan(raw["amount_fen"])
    else:
        values = {"price": yuan(raw["unit_fen"]), "minutes": raw.get("per_min", 60)}
        gives = _("%(price)s for every %(minutes)s minutes") % values
    if not parts:
        return gives
    return _("%(when)s: %(gives)s") % {"when": _(", ").join(parts), "gives": gives}


def _release(raw: Raw) -> str:
    parts = []
    for row in raw["milestones"]:
        share = _rate(row["rate_bp"]) if "rate_bp" in row else _("the rest")
        words = f"{row.get('label') or stage_word(str(row['stage']), _)} {share}"
        if row.get("after_days"):
            days = delay_words(str(row["stage"]), int(row["after_days"]), _)
            words += f" ({days})"
        parts.append(words)
    return " · ".join(parts)


def _split(raw: Raw) -> str:
    if any("bp" not in row for row in raw["shares"]):
        names = " / ".join(str(row.get("label", row["party"])) for row in raw["shares"])
        return _("%(names)s, by table") % {"names": names}
    return " · ".join(
        f"{row.get('label', row['party'])} {_rate(row['bp'])}" for row in raw["shares"]
    )


def _cap(raw: Raw) -> str:
    return _("what goes beyond %(limit)s is taken away") % {"limit": yuan(raw["limit_fen"])}


def _floor(raw: Raw) -> str:
    return _("what is missing to %(limit)s is added") % {"limit": yuan(raw["limit_fen"])}


_FORMULAS: Mapping[str, Callable[[Raw], str]] = {
    "price": _price,
    "table": _table,
    "flat": _flat,
    "percent": _share,
    "coefficient": _coefficient,
    "commission": _share,
    "tax": _tax,
    "reverse": _reverse,
    "per_unit": _per_unit,
    "materials": _materials,
    "charges": _charges,
    "steps": _steps,
    "brackets": _brackets,
    "window": _window,
    "release": _release,
    "split": _split,
    "cap": _cap,
    "floor": _floor,
}
