"""The rows of the page of suggestions, with what was raised before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from settlement.proposals.regions import region_tree
from settlement.suggestions.raises import PayHistory, raised_words

if TYPE_CHECKING:
    from settlement.suggestions.raises import PayStanding
    from settlement.suggestions.selectors import SuggestionShown, SuggestionsShown


@dataclass(frozen=True, slots=True)
class SuggestionRow:
    """A suggestion, and how the rules raised what installers get within the period, if they did."""

    shown: SuggestionShown
    raised: PayStanding | None

    @property
    def raised_words(self) -> str:
        """The raise in a sentence; "" without one."""
        return raised_words(self.raised) if self.raised else ""


def suggestion_rows(shown: SuggestionsShown) -> list[SuggestionRow]:
    """Return the rows; the rules of each industry and the regions are read once."""
    if not shown.rows:
        return []
    tree = region_tree()
    industries = dict.fromkeys(row.item.industry for row in shown.rows)
    histories = {industry: PayHistory(industry, tree) for industry in industries}
    found = []
    for row in shown.rows:
        standing = histories[row.item.industry].standing(row.item, row.city)
        raised = standing if standing is not None and standing.change else None
        found.append(SuggestionRow(row, raised))
    return found
