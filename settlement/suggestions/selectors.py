"""Settled orders as suggestions are made from, and suggestions with their names."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Max, Q, Sum
from django.utils.translation import gettext as _

from catalog.models import ServiceItem
from common import clock
from common.formatting import money, yuan
from network.models import Region
from settlement.engine.money import share_fen
from settlement.engine.words import percent
from settlement.models import SettlementLine
from settlement.recipients import Recipient, by_recipient
from settlement.suggestions.limits import WHOLE_BP, period_start
from settlement.suggestions.reckoning import Done, Suggestion, suggestions
from settlement.visibility import settlements_seen_whole
from workorders.charges import confirmed_on
from workorders.models import Bearer, ChargeCode, CheckIn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from accounts.models import User

MOST_ORDERS = 5_000
_RETURNS = ("reschedule_count", "unpaid_returns")
"""The facts by which rules pay for coming again."""


@dataclass(frozen=True, slots=True)
class SuggestionShown:
    """A suggestion with the names of its service and city."""

    item: ServiceItem
    city: Region
    reckoned: Suggestion

    @property
    def parts(self) -> tuple[int, ...]:
        """The installer's part month by month, the oldest first."""
        return tuple(month.installer_fen for month in self.reckoned.trend)

    @property
    def typed_price(self) -> str:
        """The suggested price as a form takes it."""
        return yuan(self.reckoned.suggested_fen).replace(",", "")

    @property
    def formula(self) -> str:
        """How the suggested price comes about before it is rounded and limited, with its numbers."""
        known = self.reckoned
        addends = [
            (known.installer_fen, _("installer")),
            (known.unpaid_fen, _("second visits")),
            (known.changed_fen, _("changed appointments")),
            (known.parts_fen, _("parts beyond the usual")),
        ]
        said = " + ".join(f"{money(fen)} {word}" for fen, word in addends if fen)
        shares = f"1 − {percent(known.outside_bp, WHOLE_BP)} − {percent(known.target_bp, WHOLE_BP)}"
        return f"({said}) ÷ ({shares}) = {money(known.full_fen)}"

    @property
    def owed_words(self) -> str:
        """What installers did and bore that nobody paid for, each with its rate and amount an order."""
        known = self.reckoned
        addends = [
            (known.unpaid_fen, _("second visits %(fen)s (on %(share)s of the orders)"),
             percent(known.second_visits_bp, WHOLE_BP)),
            (known.changed_fen, _("changed appointments %(fen)s (%(share)s per order)"),
             percent(known.changed_bp, WHOLE_BP)),
            (known.borne_fen, _("parts beyond the usual %(fen)s (%(share)s of the usual quantity)"),
             percent(known.parts_bp, WHOLE_BP)),
        ]  # fmt: skip
        return _(", ").join(
            words % {"fen": money(fen), "share": share} for fen, words, share in addends if fen
        )

    @property
    def words(self) -> str:
        """The same months in words, with their orders and second visits."""
        return _("; ").join(
            _(
                "%(month)s: %(orders)s orders, price %(price)s, installer %(part)s, second visits"
                " %(second)s"
            )
            % {
                "month": month.month, "orders": month.orders, "price": money(month.price_fen),
                "part": money(month.installer_fen),
                "second": percent(month.second_visits_bp, 10_000),
            }
            for month in self.reckoned.trend
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SuggestionsShown:
    """Suggestions, and how many of the latest orders they were made from."""

    orders: int
    rows: tuple[SuggestionShown, ...]

    @property
    def raises(self) -> int:
        """How many prices would rise."""
        return sum(row.reckoned.change_bp > 0 for row in self.rows)

    @property
    def lowers(self) -> int:
        """How many prices would fall."""
        return sum(row.reckoned.change_bp < 0 for row in self.rows)

    @property
    def unpaid(self) -> int:
        """In how many rows installers did or bore something nobody paid for."""
        return sum(row.reckoned.owed_fen > 0 for row in self.rows)


def suggestions_shown(*, actor: User, version_id: int | None = None) -> SuggestionsShown:
    """Return suggestions from the latest 5,000 orders whose money the actor sees in full; seven queries.

    With `version_id` from those alone that this version of the rules settled.
    """
    done = list(_done(actor, version_id))
    reckoned = suggestions(done, period_start(clock.business_day()).isoformat())
    items = ServiceItem.objects.in_bulk([each.item_id for each in reckoned])
    cities = Region.objects.in_bulk([each.city_id for each in reckoned])
    rows = tuple(
        SuggestionShown(items[each.item_id], cities[each.city_id], each) for each in reckoned
    )
    return SuggestionsShown(len(done), rows)


def suggestion_of(
    *, item_id: int, city_id: int, actor: User, version_id: int | None = None
) -> SuggestionShown | None:
    """Return the suggestion of a service and city; None where there is none."""
    rows = suggestions_shown(actor=actor, version_id=version_id).rows
    return next((row for row in rows if (row.item.pk, row.city.pk) == (item_id, city_id)), None)


def _done(actor: User, version_id: int | None = None) -> Iterator[Done]:
    found = (
        settlements_seen_whole(actor=actor)
        .filter(status="active", facts__item_part__isnull=True)
        .select_related(None)
    )
    if version_id is not None:
        found = found.filter(version=version_id)
    columns = (
        "pk", "work_order_id", "work_order__item_version__item_id", "paid_fen", "gross_fen", "facts",
    )  # fmt: skip
    rows = list(found.order_by("-pk").values_list(*columns)[:MOST_ORDERS])
    said, orders = _of_lines([row[0] for row in rows]), [row[1] for row in rows]
    days, on_site = _days_on_site(orders), _on_site(orders)
    cities = dict(Region.objects.filter(level=Region.Level.CITY).values_list("code", "pk"))
    for pk, order_id, item_id, paid, gross, facts in rows:
        city_id = cities.get(facts.get("city") or "")
        if city_id is not None:
            again = days.get(order_id, 1) - 1
            yield _one(item_id, city_id, (paid, gross), said[pk], again, on_site[order_id], facts)


class _OnSite(NamedTuple):
    """Extra charges of an order: the installer's part of the customer's, fees of second visits."""

    installer_fen: int = 0
    visits: int = 0


def _one(
    item_id: int,
    city_id: int,
    money: tuple[int, int],
    said: _Lines,
    again: int,
    on_site: _OnSite,
    facts: Mapping[str, Any],
) -> Done:
    pieces = max(1, int(facts.get("quantity") or 1))
    materials = facts.get("materials") or ()
    used = sum(int(use[1]) for use in materials)
    bought = sum(share_fen(int(price), int(milli), 1000) for _code, milli, price in materials)
    changed = int(facts.get("reschedule_count") or 0)
    unpaid = max(0, again - on_site.visits - said.returns)
    paid, gross = money
    sold = paid - int(facts.get("charged_fen") or 0)
    tax = share_fen(said.tax_fen, sold, paid) if paid > 0 else said.tax_fen
    return Done(
        item_id=item_id,
        city_id=city_id,
        paid_fen=sold // pieces,
        installer_fen=(gross - on_site.installer_fen) // pieces,
        outside_fen=(said.outside_fen + tax) // pieces,
        second_visits=again,
        unpaid_visits=unpaid,
        changed_appointments=changed,
        parts_milli=used // pieces,
        unpaid_changes=max(0, changed - on_site.visits - said.returns - unpaid),
        returns=said.returns,
        returns_fen=said.returns_fen // pieces,
        parts_fen=max(0, bought - said.parts_fen) // pieces,
        borne_fen=max(0, bought - said.parts_fen - said.own_parts_fen) // pieces,
        month=str(facts.get("done_on") or "")[:7],
        done_on=str(facts.get("done_on") or ""),
    )


class _Lines(NamedTuple):
    """What lines say of a settlement: fen of channel and outsiders, of tax, returns the installer was paid for, parts."""

    outside_fen: int = 0
    tax_fen: int = 0
    returns: int = 0
    returns_fen: int = 0
    parts_fen: int = 0  # what others than the company's own units got for materials
    own_parts_fen: int = 0  # and what these got: the company supplied them


def _of_lines(settlement_ids: list[int]) -> dict[int, _Lines]:
    outside, tax, paid = (
        Q(whose__in=[Recipient.CHANNEL, Recipient.OUTSIDE]), Q(whose=Recipient.TAX),
        Q(because__fact__in=_RETURNS, amount_fen__gt=0),
    )  # fmt: skip
    materials = Q(because__how="materials")
    own_parts, parts = materials & Q(whose=Recipient.OWN), materials & ~Q(whose=Recipient.OWN)
    lines = SettlementLine.objects.annotate(whose=by_recipient("payee")).filter(
        outside | tax | paid | materials, settlement_id__in=settlement_ids
    )
    rows = lines.order_by().values_list("settlement_id").annotate(
        outside=Sum("amount_fen", filter=outside, default=0),
        tax=Sum("amount_fen", filter=tax, default=0),
        # Several people share one line: each of its parts counts the same returns.
        returns=Max("rate_num", filter=paid, default=0),
        returns_fen=Sum("amount_fen", filter=paid, default=0),
        parts=Sum("amount_fen", filter=parts, default=0),
        own_parts=Sum("amount_fen", filter=own_parts, default=0),
    )  # fmt: skip
    found: dict[int, _Lines] = defaultdict(_Lines)
    for pk, *values in rows:
        found[pk] = _Lines(*map(int, values))
    return found


def _days_on_site(order_ids: list[int]) -> dict[int, int]:
    """On how many days somebody checked in, by order: work past midnight is one visit."""
    days: dict[int, set[date]] = defaultdict(set)
    for order_id, at in CheckIn.objects.filter(work_order__in=order_ids).values_list(
        "work_order_id", "at"
    ):
        days[order_id].add(clock.business_day(at))
    return {order_id: len(found) for order_id, found in days.items()}


def _on_site(order_ids: list[int]) -> dict[int, _OnSite]:
    """What was charged on site; a second visit the company pays for is paid for, too."""
    found: dict[int, _OnSite] = defaultdict(_OnSite)
    for charge in confirmed_on(order_ids):
        was, visits = found[charge.work_order_id], int(charge.code == ChargeCode.SECOND_VISIT)
        fen = charge.amount_fen if charge.bearer == Bearer.CUSTOMER else 0
        share = share_fen(fen, charge.installer_bp, WHOLE_BP)
        found[charge.work_order_id] = _OnSite(was.installer_fen + share, was.visits + visits)
    return found
