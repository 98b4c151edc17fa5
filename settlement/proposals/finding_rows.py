"""What checks found, in words: where it is, what it is, and an order that shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from settlement.engine.proving.finding import Finding
from settlement.proposals.places import spot_of
from settlement.rulebook.findings import facts_in_words, in_words

if TYPE_CHECKING:
    from settlement.rulebook.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class FindingRow:
    """What a check found; `key` tells it from all others of the same rules."""

    where: str
    what: str
    example: str
    key: str

    def __str__(self) -> str:
        values = {"where": self.where, "what": self.what, "facts": self.example}
        if not self.example:
            return _("%(where)s: %(what)s") % values
        return _("%(where)s: %(what)s. For example a job with %(facts)s") % values


def finding_rows(
    findings: Iterable[Finding], body: Mapping[str, Any], words: Vocabulary
) -> tuple[FindingRow, ...]:
    """Return findings about a body in words."""
    return tuple(
        FindingRow(
            where=spot_of(body, each.path),
            what=in_words(each, body, words).sentence,
            example=facts_in_words(each.example, words),
            key=each.fingerprint,
        )
        for each in findings
    )


def kept_findings(checks: Mapping[str, Any], name: str) -> list[Finding]:
    """Return the findings a version keeps among its checks under a name."""
    return [
        Finding(each["level"], each["path"], each["message"], each["params"], each["example"])
        for each in checks.get(name, [])
    ]
