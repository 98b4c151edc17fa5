"""What was foreseen of an order at a moment of the past: its estimate then, and the offer behind it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from settlement.engine.evaluate import settle
from settlement.engine.facts import restored
from settlement.engine.result import Line
from settlement.engine.words import fact_word
from settlement.explaining import code_names, note_of, rule_words, why_of
from settlement.models import Estimate, Quotation
from settlement.quotations.selectors import OfferShown, offer_of, visible_quotations
from settlement.services.estimating import own_lines
from settlement.services.rules_in_force import compiled, version_in_force
from settlement.visibility import sees_all_shares
from workorders.facts import read_value
from workorders.models import SiteFact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from accounts.models import User
    from settlement.engine.facts import JobFacts
    from settlement.models import RuleSetVersion
    from workorders.models import WorkOrder

_RECORDED = ("rain", "night", "floor", "field_days", "quote_fen", "fault_own", "fault_first")
"""Facts of a site that stand in an estimate as they were recorded."""


@dataclass(frozen=True, slots=True)
class ForeseenLine:
    """One line of an estimate with everything that is said of it."""

    label: str
    note: str
    amount_fen: int
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """An installer's expected part by one version, with its lines."""

    rules: str
    version: RuleSetVersion
    total_fen: int
    lines: tuple[ForeseenLine, ...]


@dataclass(frozen=True, slots=True)
class ForeseenPart:
    """The last estimate an installer was shown by then.

    `then` is what the same job was worth by what was known at the moment, where a version published
    or a fact recorded since the estimate changed it; `since` names what that was.
    """

    estimate: Estimate
    shown: Sheet
    then: Sheet | None
    since: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Foreknown:
    """Estimates by installer, the newest first, and the offer as it was given."""

    parts: tuple[ForeseenPart, ...]
    quotation: Quotation | None
    offer: OfferShown | None


def foreknown(order: WorkOrder, at: datetime, *, actor: User) -> Foreknown:
    """Return what was foreseen of an order at a moment, as far as the reader may see it."""
    offers = visible_quotations(actor=actor).filter(taken__work_order=order, made_at__lte=at)
    quotation = offers.first()
    names = code_names()
    return Foreknown(
        parts=tuple(_part(each, at, names) for each in _estimates(order, at, actor)),
        quotation=quotation,
        offer=offer_of(quotation) if quotation else None,
    )


def was_foreseen(order: WorkOrder) -> bool:
    """Whether anything was foreseen of an order's money; one query."""
    return Estimate.objects.filter(work_order=order).exists()


def _estimates(order: WorkOrder, at: datetime, actor: User) -> Iterator[Estimate]:
    found = Estimate.objects.filter(work_order=order, made_at__lte=at)
    if not sees_all_shares(actor, order):
        own = Q(installer__outlet__in=actor.units) | Q(installer__user=actor)
        found = found.filter(own)
    # An order is estimated anew with every change: of each installer only the last one is read.
    last = found.order_by("installer_id", "-made_at", "-pk").distinct("installer_id").values("pk")
    rows = Estimate.objects.filter(pk__in=last).order_by("-made_at", "-pk")
    yield from rows.select_related("version__rule_set", "installer__user", "work_order")


def _part(estimate: Estimate, at: datetime, names: Mapping[str, Mapping[str, str]]) -> ForeseenPart:
    facts = restored(estimate.facts)
    stored = [Line(**row) for row in estimate.lines]
    shown = _sheet(estimate.version, stored, facts, names)
    version = _version_then(estimate, facts, at)
    recorded = _recorded_since(estimate, at)
    facts_then = replace(facts, **recorded)
    since = [rule_words(version)] if version.pk != estimate.version_id else []
    since += [fact_word(kind, _) for kind in recorded]
    then = None
    if version.pk != estimate.version_id or facts_then != facts:
        outcome = settle(compiled(version), facts_then)
        mine = own_lines(outcome, estimate.installer_id)
        then = _sheet(version, mine, facts_then, names)
    return ForeseenPart(estimate, shown, then, tuple(since))


def _version_then(estimate: Estimate, facts: JobFacts, at: datetime) -> RuleSetVersion:
    """The version in force for the planned day as known at the moment; never one before that of the estimate."""
    on = date.fromisoformat(facts.done_on) if facts.done_on else None
    found = on and version_in_force(industry=estimate.version.rule_set.industry, on=on, known_at=at)
    return found or estimate.version


def _recorded_since(estimate: Estimate, at: datetime) -> dict[str, Any]:
    rows = SiteFact.objects.filter(
        work_order=estimate.work_order_id,
        kind__in=_RECORDED,
        recorded_at__gt=estimate.made_at,
        recorded_at__lte=at,
    )
    return {row.kind: read_value(row.kind, row.value) for row in rows.order_by("observed_at", "pk")}


def _sheet(
    version: RuleSetVersion,
    lines: Iterable[Line],
    facts: JobFacts,
    names: Mapping[str, Mapping[str, str]],
) -> Sheet:
    rules, kept = compiled(version), list(lines)
    return Sheet(
        rules=rule_words(version),
        version=version,
        total_fen=sum(line.amount_fen for line in kept),
        lines=tuple(
            ForeseenLine(
                rules.label_of(line.code), note_of(line, names), line.amount_fen,
                why_of(line, names, facts),
            )
            for line in kept
        ),
    )  # fmt: skip
