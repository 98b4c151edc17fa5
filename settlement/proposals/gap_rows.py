"""What lies too far apart between regions in words, with the job that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from settlement.engine.facts import MaterialUse, VisitPart
from settlement.engine.proving.values import OTHER
from settlement.engine.words import measured, percent, said, yuan
from settlement.proposals.guard_rail import TOGETHER
from settlement.proposals.values import shown

if TYPE_CHECKING:
    from settlement.proposals.guard_rail import Gap
    from settlement.rulebook.places import Places


@dataclass(frozen=True, slots=True)
class GapRow:
    """A value that lies too far apart between two regions; `job` and what it pays in both."""

    place: str
    low: str
    low_region: str
    high: str
    high_region: str
    gap: str
    part: str
    job: str
    low_pay: str
    high_pay: str


def gap_row(gap: Gap, regions: Mapping[str, str], places: Places) -> GapRow:
    """Return a gap in words; `regions` are names by code."""
    names = places.words.names

    def where(code: str) -> str:
        if gap.by:
            known = names.get(gap.by, {}).get(code, code)
            return f"{places.words.word(gap.by)} {_('any other') if code == '*' else known}"
        return regions.get(code, code) if code else _("Headquarters")

    together = gap.path == TOGETHER
    place = _("All values of the regions together") if together else str(places.place(gap.path))
    column = f" · {gap.column + 1}" if gap.column is not None else ""
    values = [yuan(v) if together else shown(gap.path, v) for v in (gap.low, gap.high)]
    pays = [yuan(fen) if fen is not None else "" for fen in (gap.low_fen, gap.high_fen)]
    return GapRow(
        place=place + column,
        low=values[0],
        low_region=where(gap.low_region),
        high=values[1],
        high_region=where(gap.high_region),
        gap=percent(gap.gap_bp, 10_000),
        part=places.labels.get(gap.part, gap.part) if gap.part else _("the whole job"),
        job=_(", ").join(
            f"{places.words.word(fact)} {_value(fact, value, names)}"
            for fact, value in gap.job.items()
        ),
        low_pay=pays[0],
        high_pay=pays[1],
    )


def _value(fact: str, value: Any, names: Mapping[str, Mapping[str, str]]) -> str:
    if isinstance(value, VisitPart):
        return f"{_clock(value.start_min)}–{_clock(value.end_min)}"
    if isinstance(value, MaterialUse):
        return names.get("materials", {}).get(value.code, value.code)
    if isinstance(value, tuple):
        return _(", ").join(_value(fact, each, names) for each in value)
    if value == OTHER:
        return _("any other")
    if type(value) is int:
        return measured(fact, value)
    known = names.get(fact, {}).get(value) if isinstance(value, str) else None
    return known or said(value, _)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
