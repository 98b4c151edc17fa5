"""Renders a line's own operands as a sentence; nothing is computed again or looked up."""

from collections.abc import Callable, Mapping

from settlement.engine.crew import share_words
from settlement.engine.item_part import item_part_words
from settlement.engine.reading import N_
from settlement.engine.result import Line
from settlement.engine.stages import delay_words
from settlement.engine.words import (
    Translate,
    charge_word,
    decimal,
    fact_word,
    measured,
    percent,
    said,
    yuan,
)

SHARE = N_("%(of)s %(base)s × %(rate)s = %(amount)s")
SENTENCES: Mapping[str, str] = {
    "price": N_("price %(unit)s × %(quantity)s × %(factor)s = %(amount)s"),
    "flat": N_("flat amount %(amount)s"),
    "table": N_("flat amount %(amount)s"),
    "per_unit": N_("%(counted)s %(word)s × %(price)s = %(amount)s"),
    "materials": N_("%(material)s: %(counted)s × %(price)s = %(amount)s"),
    "charges": N_("%(charge)s %(base)s × %(rate)s = %(amount)s"),
    "steps": N_(
        "%(value)s, %(beyond)s beyond %(free)s, counts %(steps)s steps of %(step)s: %(share)s"
    ),
    "brackets": N_("%(word)s %(value)s reaches %(reached)s: %(share)s"),
    "period": N_("%(word)s %(value)s reaches %(reached)s: %(share)s"),
    "window": N_("%(minutes)s minutes between %(from)s and %(to)s: %(share)s"),
    "release": N_("%(label)s: %(rate)s of %(base)s = %(amount)s"),
    "remainder": N_("%(label)s: the remainder %(base)s − %(before)s = %(amount)s"),
    "on_top": SHARE,
    "extracted": N_("%(of)s %(base)s includes %(rate)s: %(amount)s"),
    "split": N_("%(rate)s of %(of)s %(base)s = %(amount)s"),
    "reverse": N_("%(of)s %(base)s is taken back: %(amount)s"),
    "cap": N_("%(of)s %(base)s is limited to %(limit)s: %(amount)s"),
    "floor": N_("%(of)s %(base)s is raised to %(limit)s: %(amount)s"),
    "agreed": N_("price agreed for this order: %(amount)s"),
    "agreed_by": N_("%(base)s by the rules − %(before)s as agreed = %(amount)s"),
    "unknown": N_("not final, still waiting for: %(facts)s"),
    "region": N_("as set for %(region)s"),
}
AFTER: Mapping[str, str] = {
    "over_fen": N_("%(money)s of it stands in an earlier line, leaving %(left)s"),
    "at_least_fen": N_("at least %(money)s"),
    "at_most_fen": N_("at most %(money)s"),
}
FORMULA = N_("%(count)s × %(price)s = %(amount)s")


def explain(line: Line, translate: Translate) -> str:
    """Return how the amount came about, with its real numbers, in the reader's language.

    `translate` turns an English msgid into the reader's text (gettext). Tenant's own words
    (labels of rows, sums and milestones) appear as the tenant wrote them.
    """
    shared = line.because.get("shared")
    if shared is not None:
        whole = explain(line._replace(amount_fen=shared["fen"], because=_whole(line)), translate)
        return translate("; ").join([whole, share_words(shared, line.amount_fen, translate)])
    piece = line.because.get("part")
    if piece is not None:
        plain = {key: value for key, value in line.because.items() if key != "part"}
        whole = explain(line._replace(amount_fen=piece["fen"], because=plain), translate)
        return translate("; ").join([whole, item_part_words(piece, line.amount_fen, translate)])
    because = line.because
    parts: list[str] = []
    if because.get("label") and because["how"] != "release":
        parts.append(str(because["label"]))
    if because.get("tier"):
        parts.append(str(because["tier"]))
    if because.get("facts"):
        looked_at = because["facts"].items()
        parts.append(
            translate(", ").join(
                f"{fact_word(k, translate)} {said(v, translate)}" for k, v in looked_at
            )
        )
    if not _nothing_yet(line):
        parts.append(translate(_sentence(line)) % _values(line, translate))
    parts += [
        translate(AFTER[key]) % {"money": yuan(because[key]), "left": yuan(line.amount_fen)}
        for key in AFTER
        if key in because
    ]
    if "after_days" in because:
        parts.append(delay_words(str(because["stage"]), int(because["after_days"]), translate))
    if "region" in because:
        parts.append(translate(SENTENCES["region"]) % {"region": because["region"]})
    if "unknown" in because:
        names = translate(", ").join(fact_word(name, translate) for name in because["unknown"])
        parts.append(translate(SENTENCES["unknown"]) % {"facts": names})
    return translate("; ").join(parts)


def _whole(line: Line) -> dict[str, object]:
    """The reason of the line a share is a part of."""
    return {key: value for key, value in line.because.items() if key not in ("who", "shared")}


def _nothing_yet(line: Line) -> bool:
    return "unknown" in line.because and line.base_fen is None and line.amount_fen == 0


def _sentence(line: Line) -> str:
    because = line.because
    how = str(because["how"])
    if how == "tax":
        return SENTENCES[str(because["way"])]
    if how == "release":
        return SENTENCES["remainder" if "before_fen" in because else "release"]
    if how == "table" and line.base_fen is not None:
        return SHARE
    return SENTENCES.get(how, SHARE)


def _values(line: Line, translate: Translate) -> dict[str, str]:
    because, base = line.because, line.base_fen or 0
    values: dict[str, str] = {
        "of": " + ".join(fact_word(name, translate) for name in because.get("of", ())),
        "base": yuan(base),
        "amount": yuan(_before_reduction(line)),
        "rate": _rate(line),
    }
    values |= {
        key: str(because[key]) for key in ("minutes", "from", "to", "material") if key in because
    }
    if "charge" in because:
        values["charge"] = charge_word(str(because["charge"]), translate)
    values |= {"label": str(because.get("label", "")), "limit": yuan(because.get("limit_fen", 0))}
    values |= {"before": yuan(because.get("before_fen", 0))}
    more = _MORE.get(str(because["how"]))
    return values | (more(line, translate) if more else {})


def _before_reduction(line: Line) -> int:
    return line.amount_fen + int(line.because.get("over_fen", 0))


def _rate(line: Line) -> str:
    if line.rate_num is None or not line.rate_den:
        return ""
    if line.because.get("way") == "extracted":
        return percent(line.rate_num, 10_000)
    return percent(line.rate_num, line.rate_den)


def _price(line: Line, _translate: Translate) -> dict[str, str]:
    why = line.because
    return {
        "unit": yuan(why.get("unit_fen", 0)),
        "quantity": str(why.get("quantity", "")),
        "factor": decimal(line.rate_num or 0, line.rate_den or 1),
    }


def _counted(line: Line, translate: Translate) -> dict[str, str]:
    why, num, per = line.because, line.rate_num or 0, line.rate_den or 1
    name = str(why.get("fact", ""))
    return {
        "counted": measured(name, num) if name == "distance_m" else _ratio(num, per),
        "word": fact_word(name, translate),
        "price": yuan(line.base_fen or 0),
    }


def _ratio(num: int, per: int) -> str:
    return decimal(num, per) if str(per).strip("0") == "1" else f"{num}/{per}"


def _reached(line: Line, translate: Translate) -> dict[str, str]:
    why = line.because
    name = str(why["fact"])
    shown = {
        key: measured(name, why[key])
        for key in ("value", "beyond", "free", "step", "reached", "start")
        if key in why
    }
    shown.setdefault("reached", shown.get("start", ""))
    shown |= {"steps": str(why.get("steps", "")), "word": fact_word(name, translate)}
    return shown | _share(line, translate)


def _share(line: Line, translate: Translate) -> dict[str, str]:
    """The formula inside a sentence: a share of the base, count × price, or a flat amount."""
    amount = yuan(_before_reduction(line))
    if line.base_fen is None:
        return {"share": amount}
    if line.because.get("of"):
        of = " + ".join(fact_word(name, translate) for name in line.because["of"])
        values = {"of": of, "base": yuan(line.base_fen), "rate": _rate(line), "amount": amount}
        return {"share": translate(SHARE) % values}
    num, per = line.rate_num or 0, line.rate_den or 1
    values = {"count": _ratio(num, per), "price": yuan(line.base_fen), "amount": amount}
    return {"share": translate(FORMULA) % values}


_MORE: Mapping[str, Callable[[Line, Translate], dict[str, str]]] = {
    "price": _price,
    "per_unit": _counted,
    "materials": _counted,
    "steps": _reached,
    "brackets": _reached,
    "period": _reached,
    "window": _share,
}
