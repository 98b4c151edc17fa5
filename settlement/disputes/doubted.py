"""The doubted line itself with its rules and facts, as a dispute's bundle keeps it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _

from common.formatting import full_time, money
from settlement.engine.result import Line
from settlement.explaining import rule_words, shown_lines, why_of
from settlement.recompute.explained import correction_words, difference_of, settled_by
from settlement.statements.texts import NO_FACTS
from settlement.statements.wording import entry_words

if TYPE_CHECKING:
    from settlement.disputes.subject import Subject
    from settlement.models import (
        Dispute,
        JournalEntry,
        PeriodLine,
        RecomputeDifference,
        RuleSetVersion,
        Settlement,
        SettlementLine,
    )

LANGUAGES = ("zh-hans", "en")
Words = dict[str, Any]


def doubted(dispute: Dispute) -> dict[str, Any]:
    """Return `line`, `rules`, `settlement` and `facts` of a bundle as JSON values."""
    line, bonus, entry = dispute.line, dispute.period_line, dispute.entry
    if line is not None:
        settlement = line.settlement
        return {
            "line": _line(line, in_both(lambda: list(shown_lines([line])[0].why))),
            "rules": _rules(settlement.version),
            "settlement": _settlement(settlement),
            "facts": settlement.facts,
        }
    none = {"settlement": {"id": None, "facts_sha": ""}, "facts": {}}
    if bonus is not None:
        why = in_both(lambda: list(why_of(_engine_line(bonus), {}, NO_FACTS)))
        return {"line": _line(bonus, why), "rules": _rules(bonus.version), **none}
    assert entry is not None  # noqa: S101  (the database keeps one of the three)
    row = difference_of(entry, dispute.claimant_party)
    found = {"line": _entry(dispute, entry, row), "rules": _rules(None), **none}
    return found | _both(row) if row is not None else found


def why_of_subject(subject: Subject) -> list[str]:
    """Return what is said of a line before it is doubted, in the reader's language."""
    if subject.line is not None:
        return list(shown_lines([subject.line])[0].why)
    if subject.period_line is not None:
        return list(why_of(_engine_line(subject.period_line), {}, NO_FACTS))
    if subject.entry is None:
        return []
    return _origin(subject.entry, difference_of(subject.entry, subject.party))


def in_both(say: Callable[[], Any]) -> Words:
    """Return what is said in every language of the product."""
    words = {}
    for language in LANGUAGES:
        with translation.override(language):
            words[language] = say()
    return words


def _line(line: SettlementLine | PeriodLine, why: Words) -> dict[str, Any]:
    return {
        "id": line.pk,
        "seq": line.seq,
        "code": line.code,
        "label": line.label,
        "rule": line.rule,
        "base_fen": line.base_fen,
        "rate_num": line.rate_num,
        "rate_den": line.rate_den,
        "amount_fen": line.amount_fen,
        "because": line.because,
        "why": why,
    }


def _engine_line(line: PeriodLine) -> Line:
    return Line(
        line.seq, line.code, "", line.rule, line.base_fen, line.rate_num, line.rate_den,
        line.amount_fen, line.because,
    )  # fmt: skip


def _both(row: RecomputeDifference) -> dict[str, Any]:
    """Rules and facts of a corrected order as they count now, and under `before` those of then."""
    now, then = settled_by(row), row.settlement
    return {
        "rules": _rules(row.version),
        "settlement": _settlement(now),
        "facts": now.facts if now else {},
        "before": {
            "rules": _rules(then.version),
            "settlement": _settlement(then),
            "facts": then.facts,
        },
    }


def _settlement(found: Settlement | None) -> dict[str, Any]:
    if found is None:
        return {"id": None, "facts_sha": ""}
    return {"id": found.pk, "facts_sha": found.facts_sha}


def _entry(
    dispute: Dispute, entry: JournalEntry, row: RecomputeDifference | None
) -> dict[str, Any]:
    """An entry that stands for itself: what it gave the claimant, and who decided it why."""
    because: dict[str, Any] = {
        "source_key": entry.source_key,
        "posted_at": entry.posted_at.isoformat(),
    }
    if row is not None:
        because |= {"old_fen": row.old_fen, "new_fen": row.new_fen, **row.because}
    return {
        "id": entry.pk,
        "seq": 0,
        "code": entry.kind,
        "label": dispute.entry_label,
        "rule": "",
        "base_fen": None,
        "rate_num": None,
        "rate_den": None,
        "amount_fen": dispute.entry_fen,
        "because": because,
        "why": in_both(lambda: _origin(entry, row)),
    }


def _origin(entry: JournalEntry, row: RecomputeDifference | None) -> list[str]:
    posted = {"what": entry_words(entry.kind), "at": full_time(entry.posted_at)}
    said = [_("%(what)s, posted on %(at)s") % posted]
    said += correction_words(row) if row is not None else ()
    made = getattr(entry, "adjustment", None)
    if made is not None:
        words = {
            "payer": made.payer.name,
            "payee": made.payee.name,
            "amount": money(made.amount_fen),
            "reason": made.reason,
        }
        said.append(_("%(payer)s → %(payee)s %(amount)s: %(reason)s") % words)
        said += [made.evidence] if made.evidence else []
    return said


def _rules(version: RuleSetVersion | None) -> dict[str, Any]:
    if version is None:
        return {"version": None, "sha256": "", "words": in_both(lambda: "")}
    return {
        "version": version.pk,
        "sha256": version.sha256,
        "words": in_both(lambda: rule_words(version)),
    }
