"""Money without an order behind it (bonuses, accepted bills): what it means for which figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from itertools import takewhile
from typing import TYPE_CHECKING

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from common import clock
from network.models import OrgUnit, Region
from network.selectors import regions_for_divisions
from settlement.allowances.words import allowance_label
from settlement.models import (
    Allowance,
    BillAction,
    JournalEntry,
    Party,
    PeriodLine,
    Posting,
    SettlementAdjustment,
)
from settlement.recipients import shares_of_entries
from settlement.selectors import SettlementFigures, chunks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SETTLING = (OrgUnit.Kind.BRANCH, OrgUnit.Kind.HQ)


def entry_figures(entry_id: int) -> SettlementFigures:
    """Return what an entry without an order changed, in the place of the unit that is paid."""
    ((_pk, figures),) = _figures(JournalEntry.objects.filter(pk=entry_id))
    return figures


def figures_of_entries(ids: Iterable[int]) -> Iterator[tuple[int, SettlementFigures]]:
    """Yield entries without an order with their figures, the oldest first."""
    yield from _figures(JournalEntry.objects.filter(pk__in=list(ids)))


def unordered_entries(
    first: date = date.min, last: date = date.max
) -> Iterator[tuple[int, SettlementFigures]]:
    """Yield entries without an order that changed hands, with their figures, the oldest first.

    Those of periods that any of the days lies in.
    """
    moved = Posting.objects.filter(
        entry__work_order=None,
        entry__period__starts_on__lte=last,
        entry__period__ends_on__gte=first,
    ).order_by()
    sums = moved.values("entry_id", "account__party").annotate(total=Sum("amount_fen"))
    changed = sums.exclude(total=0).values("entry_id")
    yield from _figures(JournalEntry.objects.filter(pk__in=changed))


@dataclass(frozen=True, slots=True)
class UnorderedEntry:
    """One entry without an order as people read it: what for, whose, and what it changed."""

    entry_id: int
    words: str
    payees: tuple[str, ...]
    figures: SettlementFigures


def entries_shown(ids: Iterable[int]) -> list[UnorderedEntry]:
    """Return entries without an order in words, the newest first; a fixed number of queries."""
    found = list(JournalEntry.objects.filter(pk__in=list(ids)).select_related("corrects"))
    asked = {entry.corrects_id or entry.pk for entry in found} | {entry.pk for entry in found}
    words, payees = _words(asked), _payees(entry.pk for entry in found)
    figures = dict(_figures(JournalEntry.objects.filter(pk__in=[entry.pk for entry in found])))
    return [
        UnorderedEntry(entry.pk, _said(entry, words), payees.get(entry.pk, ()), figures[entry.pk])
        for entry in sorted(found, key=lambda each: -each.pk)
    ]


def _said(entry: JournalEntry, words: Mapping[int, str]) -> str:
    if entry.pk in words:
        return words[entry.pk]
    corrected = entry.corrects
    if corrected is None:
        return _("Booked without an order")
    return _("Correction of %(what)s") % {"what": _said(corrected, words)}


def _words(ids: Iterable[int]) -> dict[int, str]:
    wanted = list(ids)
    words: dict[int, str] = {}
    for pk, label in PeriodLine.objects.filter(entry__in=wanted).values_list("entry", "label"):
        words.setdefault(pk, label)
    accepted = BillAction.objects.filter(entry__in=wanted, kind=BillAction.Kind.ACCEPT)
    for pk, number in accepted.values_list("entry", "position__order_number"):
        words[pk or 0] = _("Platform's bill, order %(order)s") % {"order": number}
    disputed = SettlementAdjustment.objects.filter(entry__in=wanted)
    for pk, reason in disputed.values_list("entry", "reason"):
        words[pk or 0] = _("Dispute: %(reason)s") % {"reason": reason}
    for granted in Allowance.objects.filter(entry__in=wanted):
        words[granted.entry_id] = allowance_label(granted)
    return words


def _payees(ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Who gains or loses by each entry, whoever is paid first."""
    names: dict[int, dict[str, None]] = {}
    rows = Posting.objects.filter(entry_id__in=list(ids)).exclude(
        account__party__kind=Party.Kind.CLEARING
    )
    for pk, name in rows.order_by("-amount_fen").values_list("entry_id", "account__party__name"):
        names.setdefault(pk, {})[name] = None
    return {pk: tuple(found) for pk, found in names.items()}


def _figures(found: QuerySet[JournalEntry]) -> Iterator[tuple[int, SettlementFigures]]:
    for chunk in chunks(found.select_related("period").order_by("pk").iterator()):
        ids = [entry.pk for entry in chunk]
        moved, units = shares_of_entries(ids), _units(ids)
        places = _Places(units.values())
        for entry in chunk:
            # As the statements have it: a bonus belongs to its period, not to the day of its lock.
            posted_on, period = clock.business_day(entry.posted_at), entry.period
            region_id, branch_id, outlet_id = places.of(units.get(entry.pk))
            yield (
                entry.pk,
                SettlementFigures(
                    **asdict(moved[entry.pk]),
                    settlement_id=0,
                    day=min(max(posted_on, period.starts_on), period.ends_on),
                    region_id=region_id,
                    item_id=None,
                    branch_id=branch_id,
                    outlet_id=outlet_id,
                ),
            )


def _units(entry_ids: Iterable[int]) -> dict[int, OrgUnit]:
    """The unit each entry is about: that of the installer it pays, else the one farthest from the top."""
    rows = Posting.objects.filter(entry_id__in=list(entry_ids)).order_by("entry_id", "n")
    found: dict[int, tuple[tuple[bool, int], OrgUnit]] = {}
    for row in rows.select_related("account__party__installer__outlet", "account__party__unit"):
        party = row.account.party
        unit = party.installer.outlet if party.installer else party.unit
        if unit is not None:
            rank = (party.kind == Party.Kind.INSTALLER, len(_ids(unit.path)))
            if row.entry_id not in found or rank > found[row.entry_id][0]:
                found[row.entry_id] = rank, unit
    return {pk: unit for pk, (_rank, unit) in found.items()}


class _Places:
    """Where units stand: region, branch and outlet; three queries, however many units there are."""

    def __init__(self, units: Iterable[OrgUnit]) -> None:
        asked = list(units)
        above = {pk for unit in asked for pk in [*_ids(unit.path), unit.pk]}
        settling = OrgUnit.objects.filter(pk__in=above, kind__in=_SETTLING)
        self._settling = set(settling.values_list("pk", flat=True))
        self._regions = regions_for_divisions(unit.division_code for unit in asked)
        self._paths: dict[int, list[str]] = defaultdict(list)
        rows = Region.objects.filter(branch__in=self._settling).values_list("branch_id", "path")
        for branch_id, path in rows:
            self._paths[branch_id or 0].append(path)

    def of(self, unit: OrgUnit | None) -> tuple[int | None, int | None, int | None]:
        """Return ids of region, branch and outlet of one of the units; None where there is none."""
        if unit is None:
            return None, None, None
        above = [*_ids(unit.path), unit.pk]
        branch_id = next((pk for pk in reversed(above) if pk in self._settling), None)
        region = self._regions.get(unit.division_code)
        region_id = region.pk if region else _around(self._paths.get(branch_id or 0, []))
        outlet_id = unit.pk if unit.kind == OrgUnit.Kind.OUTLET else None
        return region_id, branch_id, outlet_id


def _around(paths: Iterable[str]) -> int | None:
    """The narrowest region around all that a branch settles; None when there is none."""
    chains = [_ids(path) for path in paths]
    common = takewhile(lambda step: len(set(step)) == 1, zip(*chains, strict=False))
    return next((step[0] for step in reversed(list(common))), None)


def _ids(path: str) -> list[int]:
    return [int(part) for part in path.split(".") if part]
