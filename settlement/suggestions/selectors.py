"""Settled orders as suggestions are made from, and suggestions with their names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, Sum

from catalog.models import ServiceItem
from network.models import Region
from settlement.models import SettlementLine
from settlement.selectors import visible_settlements
from settlement.suggestions.reckoning import Done, Suggestion, suggestions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from accounts.models import User

MOST_ORDERS = 5_000


@dataclass(frozen=True, slots=True)
class SuggestionShown:
    """A suggestion with the names of its service and city."""

    item: ServiceItem
    city: Region
    reckoned: Suggestion


@dataclass(frozen=True, slots=True)
class SuggestionsShown:
    """Suggestions, and how many of the latest orders they were made from."""

    orders: int
    rows: tuple[SuggestionShown, ...]


def suggestions_shown(*, actor: User) -> SuggestionsShown:
    """Return suggestions from the latest 5,000 orders the actor may see; five queries."""
    done = list(_done(actor))
    reckoned = suggestions(done)
    items = ServiceItem.objects.in_bulk([each.item_id for each in reckoned])
    cities = Region.objects.in_bulk([each.city_id for each in reckoned])
    rows = tuple(
        SuggestionShown(items[each.item_id], cities[each.city_id], each) for each in reckoned
    )
    return SuggestionsShown(len(done), rows)


def _done(actor: User) -> Iterator[Done]:
    found = visible_settlements(actor=actor).filter(status="active").select_related(None)
    columns = ("pk", "work_order__item_version__item_id", "paid_fen", "gross_fen", "facts")
    rows = list(found.order_by("-pk").values_list(*columns)[:MOST_ORDERS])
    outside = _outside([row[0] for row in rows])
    cities = dict(Region.objects.filter(level=Region.Level.CITY).values_list("code", "pk"))
    for pk, item_id, paid, gross, facts in rows:
        city_id = cities.get(facts.get("city") or "")
        if city_id is not None:
            yield _one(item_id, city_id, paid, gross, outside.get(pk, 0), facts)


def _one(
    item_id: int, city_id: int, paid: int, gross: int, outside: int, facts: Mapping[str, Any]
) -> Done:
    pieces = max(1, int(facts.get("quantity") or 1))
    days = {part[0] for part in facts.get("visits") or ()}
    used = sum(int(use[1]) for use in facts.get("materials") or ())
    return Done(
        item_id=item_id,
        city_id=city_id,
        paid_fen=(paid - int(facts.get("charged_fen") or 0)) // pieces,
        installer_fen=gross // pieces,
        outside_fen=outside // pieces,
        second_visits=max(0, len(days) - 1),
        changed_appointments=int(facts.get("reschedule_count") or 0),
        parts_milli=used // pieces,
    )


def _outside(settlement_ids: list[int]) -> dict[int, int]:
    lines = SettlementLine.objects.filter(
        Q(party_role="channel") | Q(party_role="tax"), settlement_id__in=settlement_ids
    )
    rows = lines.order_by().values_list("settlement_id").annotate(total=Sum("amount_fen"))
    return {pk: int(total) for pk, total in rows}
