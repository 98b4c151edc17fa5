"""The library's flows as cards by trade, and one of them opened."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from workorders.flow import Flow, Meaning, read_flow
from workorders.flow_library import blocks, flow_body, recipes


@dataclass(frozen=True, slots=True)
class FlowCard:
    """A flow of the library with what a gallery says about it."""

    key: str
    name: str
    trade: str
    summary: str
    stages: int
    departments: tuple[str, ...]
    blocks: tuple[str, ...]


@cache
def flow_cards() -> tuple[FlowCard, ...]:
    """Return every flow of the library, in the order of the trades."""
    return tuple(_card(key) for key in recipes())


@cache
def library_flow(key: str) -> Flow:
    """Return a flow of the library, read; KeyError for an unknown key."""
    return read_flow(flow_body(key))


def trades() -> dict[str, int]:
    """Return the trades with the number of their flows."""
    found: dict[str, int] = {}
    for card in flow_cards():
        found[card.trade] = found.get(card.trade, 0) + 1
    return found


def cards_for(*, trade: str = "", words: str = "") -> list[FlowCard]:
    """Return the cards of a trade ("" = all) in which the words are found."""
    wanted = words.strip().casefold()
    return [
        card
        for card in flow_cards()
        if trade in ("", card.trade) and wanted in _text(card).casefold()
    ]


def _card(key: str) -> FlowCard:
    recipe, flow, known = recipes()[key], library_flow(key), blocks()
    ways_out = (Meaning.ON_HOLD, Meaning.CANCELLED)
    used = dict.fromkeys(stage.block for stage in flow.stages if stage.block in known)
    return FlowCard(
        key=key,
        name=recipe.name,
        trade=recipe.industry,
        summary=recipe.summary,
        stages=sum(stage.meaning not in ways_out for stage in flow.stages),
        departments=tuple(dict.fromkeys(s.department for s in flow.stages if s.department)),
        blocks=tuple(known[block].name for block in used),
    )


def _text(card: FlowCard) -> str:
    return " ".join((card.name, card.trade, card.summary, *card.departments, *card.blocks))
