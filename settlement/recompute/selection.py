"""Which settlements a run looks at, and by which version each would be settled."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from settlement.currencies.outdated import settled_at_other_rates
from settlement.engine.facts import fact_kind
from settlement.engine.reach import touched
from settlement.models import RecomputeRun, RuleSetVersion, Settlement, StatementPeriod
from settlement.people import shared_lines
from settlement.services.rules_in_force import compiled

if TYPE_CHECKING:
    from settlement.engine.rules import Compiled


TOUCHED, RATE = "touched", "rate"


def chosen(run: RecomputeRun) -> QuerySet[Settlement]:
    """Return the active settlements the run is about, as narrowly as its cause allows."""
    found = Settlement.objects.filter(status=Settlement.Status.ACTIVE)
    if run.upto:
        found = found.filter(pk__lte=run.upto)
    if run.work_order_id is not None:
        return found.filter(work_order_id=run.work_order_id)
    if run.version is not None:
        found = found.filter(_in_reach(run.version)).exclude(version=run.version)
        return found.filter(_touched(run.asked.get(TOUCHED, [])))
    return found.filter(_asked(run.asked))


def narrow(run: RecomputeRun) -> None:
    """Note which jobs the rules can have changed for, version by version; before a run is counted.

    A job is settled by one version and would be by the run's or one that comes after it: what the
    difference of two bodies cannot touch (engine.reach) gets the same money, and is left out.
    """
    if run.version is None:
        return
    known = RuleSetVersion.objects.filter(published_at__lte=run.known_at)
    versions = list(known.filter(rule_set__industry=run.version.rule_set.industry))
    targets = [each for each in versions if _comes_after(each, run.version)]
    run.asked[TOUCHED] = [
        {"version": each.pk, "facts": _reach(each, targets)}
        for each in versions
        if each.rule_set_id == run.version.rule_set_id and each.pk != run.version.pk
    ]


def _comes_after(each: RuleSetVersion, version: RuleSetVersion) -> bool:
    """Whether a version may be the one in force on a day of another one."""
    last = version.effective_to or date.max
    first = (version.effective_from, version.sequence)
    return (each.effective_from, each.sequence) >= first and each.effective_from <= last


def _reach(own: RuleSetVersion, targets: list[RuleSetVersion]) -> list[list[Any]] | None:
    found: dict[str, dict[str, None]] = {}
    for target in targets:
        touches = touched(own.body, target.body)
        if touches is None:
            return None
        for fact, values in touches:
            found.setdefault(fact, {}).update(dict.fromkeys(values))
    return [[fact, list(values)] for fact, values in found.items()]


def _touched(reaches: list[dict[str, Any]]) -> Q:
    """Everything but settlements of a version that have nothing its difference asks for."""
    wanted = Q()
    for reach in reaches:
        if reach["facts"] is None:
            continue
        has = Q(pk=None)
        for fact, values in reach["facts"]:
            has |= _has(fact, values)
        wanted &= has | ~Q(version=reach["version"])
    return wanted


def _has(fact: str, values: list[str]) -> Q:
    if fact_kind(fact) != "codes":
        return Q(**{f"facts__{fact}__in": values})
    found = Q(pk=None)
    for value in values:
        found |= Q(**{f"facts__{fact}__contains": [value]})
    return found


def _in_reach(version: RuleSetVersion) -> Q:
    """Orders of the version's rule set that were completed while it is in force."""
    reach = Q(done_on__gte=version.effective_from, version__rule_set=version.rule_set_id)
    return reach & Q(done_on__lte=version.effective_to) if version.effective_to else reach


def _asked(asked: dict[str, int]) -> Q:
    wanted = Q()
    if rate_id := asked.get(RATE):
        wanted &= Q(pk__in=settled_at_other_rates().filter(counts=rate_id).values("pk"))
    if period_id := asked.get("period"):
        period = StatementPeriod.objects.get(pk=period_id)
        wanted &= Q(done_on__range=(period.starts_on, period.ends_on))
    if rule_set := asked.get("rule_set"):
        wanted &= Q(version__rule_set=rule_set)
    if path := asked.get("region_path"):
        wanted &= Q(work_order__site_region__path__startswith=path)
    if item := asked.get("item"):
        wanted &= Q(work_order__item_version__item=item)
    if installer := asked.get("installer"):
        parts = shared_lines().filter(payee__installer=installer).values("settlement")
        wanted &= Q(installer=installer) | Q(pk__in=parts)
    return wanted


class Targets:
    """The versions in force as known at the run's moment, compiled once each."""

    def __init__(self, run: RecomputeRun) -> None:
        self._versions: dict[str, list[RuleSetVersion]] = {}
        self._found: dict[tuple[str, date], RuleSetVersion | None] = {}
        self._compiled: dict[int, Compiled] = {}
        self._own: dict[int, RuleSetVersion] = {}
        known = RuleSetVersion.objects.filter(published_at__lte=run.known_at)
        # The body is large, and compiled before in most steps.
        known = known.select_related("rule_set").defer("body")
        for version in known.order_by("-effective_from", "-sequence"):
            self._versions.setdefault(version.rule_set.industry, []).append(version)

    def version(self, industry: str, on: date) -> RuleSetVersion | None:
        """Return the version that counts for orders of an industry completed on a day."""
        key = (industry, on)
        if key not in self._found:
            self._found[key] = next(
                (v for v in self._versions.get(industry, ()) if _counts(v, on)), None
            )
        return self._found[key]

    def own(self, version_id: int) -> RuleSetVersion:
        """Return the version an order is settled by already: a corrected fact changes no rule."""
        if version_id not in self._own:
            self._own[version_id] = RuleSetVersion.objects.get(pk=version_id)
        return self._own[version_id]

    def rules(self, version: RuleSetVersion) -> Compiled:
        """Return the version compiled."""
        if version.pk not in self._compiled:
            self._compiled[version.pk] = compiled(version)
        return self._compiled[version.pk]


def _counts(version: RuleSetVersion, on: date) -> bool:
    after = version.effective_to + timedelta(days=1) if version.effective_to else date.max
    return version.effective_from <= on < after
