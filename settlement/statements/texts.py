"""What is said of the lines of one statement: the very sentences of phone, desk and disputes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import get_language

from settlement.engine.facts import JobFacts, restored
from settlement.explaining import code_names, why_of
from settlement.models import Settlement

if TYPE_CHECKING:
    from settlement.engine.result import Line

NO_FACTS = JobFacts()


class Texts:
    """Explains lines; names and facts are read when the first of them is opened, for all at once.

    A statement that is only summed up or checked pays nothing for it.
    """

    def __init__(self, settlements: Iterable[int] = ()) -> None:
        self._settlements = frozenset(settlements)
        self._facts: dict[int, JobFacts] | None = None
        self._names: dict[str, Mapping[str, Mapping[str, str]]] = {}

    def why(self, line: Line, settlement_id: int | None) -> tuple[str, ...]:
        """Return the sentences of a line in the reader's language."""
        facts = self._known().get(settlement_id or 0, NO_FACTS)
        return why_of(line, self._in_words(), facts)

    def _in_words(self) -> Mapping[str, Mapping[str, str]]:
        language = get_language() or ""
        if language not in self._names:
            self._names[language] = code_names() if self._settlements else {}
        return self._names[language]

    def _known(self) -> dict[int, JobFacts]:
        if self._facts is None:
            rows = Settlement.objects.filter(pk__in=self._settlements) if self._settlements else ()
            self._facts = {row.pk: restored(row.facts) for row in rows}
        return self._facts
