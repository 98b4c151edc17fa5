"""Kind for time: work inside clock hours, on weekdays, on holidays."""

import re

from settlement.engine.facts import JobFacts, VisitPart
from settlement.engine.part import WHOLE_BP, Part, Price, Rate
from settlement.engine.reading import N_
from settlement.engine.scope import Step
from settlement.engine.writing import computed_price, computed_share

DAY_MIN = 1440
DAY_KINDS = ("workday", "rest", "holiday")


def window(part: Part) -> Step:
    """Minutes of the visits inside `from`–`to`, on `weekdays` (1–7) or `day_kinds`.

    With at least `least_min` of them the line is `rate_bp` of the base, `amount_fen` flat, or
    `unit_fen` for each `per_min` minutes. A window over midnight counts on both days.
    """
    section = part.section
    spans = clock_spans(part)
    weekdays, day_kinds = _days(part)
    least = section.number("least_min", 1, least=1)
    part.reads.append("visits")
    skip, rule = part.skip_unknown, part.rule
    clock = {"from": section.any("from", "00:00"), "to": section.any("to", "24:00")}

    def minutes(facts: JobFacts, notes: list[str]) -> int | None:
        if facts.visits is None:
            if not skip:
                notes.append("visits")
            return None
        inside = sum(
            [
                minutes_inside(visit, spans)
                for visit in facts.visits
                if visit.weekday in weekdays and visit.day_kind in day_kinds
            ]
        )
        return inside if inside >= least else None

    if section.has("rate_bp"):
        part.use_base()
        bp = part.share_bp(section.number("rate_bp"))

        def rate_of(facts: JobFacts, notes: list[str]) -> Rate | None:
            inside = minutes(facts, notes)
            if inside is None:
                return None
            return rule, bp, WHOLE_BP, part.because(minutes=inside, **clock)

        return computed_share(part, rate_of)
    hourly = section.has("unit_fen")
    fen = section.number("unit_fen" if hourly else "amount_fen")
    per = section.number("per_min", 60, least=1) if hourly else None

    def price_of(facts: JobFacts, notes: list[str]) -> Price | None:
        inside = minutes(facts, notes)
        if inside is None:
            return None
        why = part.because(minutes=inside, **clock)
        if per is None:
            return rule, fen, None, None, {**why, "flat_fen": fen}
        return rule, fen, inside, per, {**why, "per": per}

    return computed_price(part, price_of)


def _days(part: Part) -> tuple[list[int], list[str]]:
    weekdays = part.section.any("weekdays", [1, 2, 3, 4, 5, 6, 7])
    day_kinds = part.section.any("day_kinds", list(DAY_KINDS))
    if not set(weekdays) <= set(range(1, 8)) or not set(day_kinds) <= set(DAY_KINDS):
        part.section.wrong(N_("weekdays are 1 to 7, day kinds workday, rest, holiday"))
    return weekdays, day_kinds


def clock_spans(part: Part) -> tuple[tuple[int, int], ...]:
    """Return the window's minutes of the day; one that ends next morning is cut at midnight."""
    start = _minute(part, "from", "00:00")
    end = _minute(part, "to", "24:00")
    return ((start, end),) if start < end else ((start, DAY_MIN), (0, end))


def minutes_inside(visit: VisitPart, spans: tuple[tuple[int, int], ...]) -> int:
    """Return the minutes of a visit part that fall into the spans."""
    return sum([max(0, min(visit.end_min, end) - max(visit.start_min, at)) for at, end in spans])


def _minute(part: Part, key: str, default: str) -> int:
    text = part.section.text(key, default)
    found = re.fullmatch(r"(\d\d):(\d\d)", text)
    minute = int(found[1]) * 60 + int(found[2]) if found else -1
    if not 0 <= minute <= DAY_MIN:
        part.section.wrong(N_("a time of day is needed, such as 18:00"), key)
        return 0
    return minute
