"""Questions about reconciling: the queue of exceptions, a month's three totals, one position."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import clock
from common.formatting import yuan
from settlement.bills.importing import ShopKey
from settlement.bills.matching import EXCEPTIONS
from settlement.models import BillAction, BillLine, BillPosition, PlatformBill
from workorders.models import ShopOrder

if TYPE_CHECKING:
    from accounts.models import User

State = BillPosition.State
CAUSES = {
    "fee": gettext_lazy("Another fee than the contract's"),
    "rounding": gettext_lazy("Rounding"),
    "refund_there": gettext_lazy("Refund on the bill, not known here"),
    "refund_here": gettext_lazy("Refund here, not on the bill"),
    "partial": gettext_lazy("Less paid than ordered"),
    "overpaid": gettext_lazy("More paid than ordered"),
    "adjusted": gettext_lazy("Adjusted by the platform"),
    "payees": gettext_lazy("Payees get another sum than is left"),
    "twice": gettext_lazy("The same payment twice"),
    "unknown": gettext_lazy("No such order here"),
    "unbilled": gettext_lazy("Usual delay has passed"),
    "unsettled": gettext_lazy("Not settled here yet"),
    "not_due": gettext_lazy("Not due on the bill yet"),
    "by_price": gettext_lazy("Service within the goods' price"),
    "linked": gettext_lazy("Counted for another order"),
}
_RELATED = ("shop_line__order", "shop_line__work_order__item_version", "linked_to")
_NET = F("bill_gross_fen") - F("bill_fee_fen")
# Where the books hold no fee to compare, the platform's own is taken: it makes no difference.
_OWN_NET = F("own_gross_fen") - Coalesce("own_fee_fen", "bill_fee_fen")


def visible_positions(*, actor: User) -> QuerySet[BillPosition]:
    """Positions with their orders; shops are the company's, so headquarters alone sees them."""
    found = BillPosition.objects.select_related(*_RELATED)
    return found if actor.sees_everything else found.none()


def queue(
    *,
    actor: User,
    state: str,
    shop: str,
    cause: str,
    month: date | None,
    least_fen: int,
    words: str,
) -> QuerySet[BillPosition]:
    """Return what fits the filters, most money at stake first; `state` may be `open`."""
    found = visible_positions(actor=actor)
    if state == "open":
        found = found.filter(state__in=EXCEPTIONS)
    elif state:
        found = found.filter(state=state)
    if shop:
        platform, _colon, shop_key = shop.partition(":")
        found = found.filter(platform=platform, shop_key=shop_key)
    if cause:
        found = found.filter(cause=cause)
    if month:
        found = found.filter(belongs_on__range=month_days(month))
    if least_fen:
        found = found.filter(at_stake_fen__gte=least_fen)
    if words:
        of_order = Q(shop_line__work_order__number__icontains=words)
        found = found.filter(of_order | Q(order_number__icontains=words))
    return found.order_by("-at_stake_fen", "pk")


def month_days(month: date) -> tuple[date, date]:
    """Return the first and last day of a month."""
    start = month.replace(day=1)
    following = (start + timedelta(days=31)).replace(day=1)
    return start, following - timedelta(days=1)


def next_open(position: BillPosition, *, actor: User) -> BillPosition | None:
    """Return the exception that follows in the queue; the first one after the last."""
    rest = visible_positions(actor=actor).filter(state__in=EXCEPTIONS).exclude(pk=position.pk)
    behind = Q(at_stake_fen__lt=position.at_stake_fen) | Q(
        at_stake_fen=position.at_stake_fen, pk__gt=position.pk
    )
    ordered = rest.order_by("-at_stake_fen", "pk")
    return ordered.filter(behind).first() or ordered.first()


def months() -> list[date]:
    """Return the months any position belongs to, the latest first."""
    days = BillPosition.objects.dates("belongs_on", "month", order="DESC")
    return list(days[:36])


def shops() -> list[tuple[str, str]]:
    """Return the shops orders came from as (platform:key, words)."""
    rows = ShopOrder.objects.exclude(platform__in=["manual", "import"])
    found = rows.values_list("platform", "shop_key").annotate(seller=Max("sold_by__name"))
    return [
        (f"{platform}:{key}", f"{platform_words(platform)} {key} · {seller}")
        for platform, key, seller in found.order_by("platform", "shop_key")
    ]


def billed_shops() -> list[tuple[str, str]]:
    """Return the shops bills came from as (platform:key, words)."""
    rows = PlatformBill.objects.order_by("platform", "shop_key")
    return [
        (f"{platform}:{key}", f"{platform_words(platform)} {key}")
        for platform, key in rows.values_list("platform", "shop_key").distinct()
    ]


def platform_words(platform: str) -> str:
    """Return what people call a platform."""
    return str(
        {"youzan": _("Youzan"), "tmall": _("Tmall"), "taobao": _("Taobao")}.get(platform, platform)
    )


def shop_called(value: str) -> ShopKey | None:
    """Return a known shop by "platform:key"."""
    known = dict(shops())
    platform, _colon, key = value.partition(":")
    return ShopKey(platform, key) if value in known else None


class Total(NamedTuple):
    """One row of a month's three totals, in whole fen; the difference is bill against books."""

    state: str
    label: str
    positions: int
    bill_fen: int
    own_fen: int
    payable_fen: int
    accepted_fen: int

    @property
    def difference_fen(self) -> int:
        """What the platform paid beyond what it should have, accepted or not."""
        return self.bill_fen - self.own_fen

    @property
    def is_exception(self) -> bool:
        """Whether somebody has to look at it."""
        return self.state in EXCEPTIONS


@dataclass(frozen=True, slots=True)
class Totals:
    """A month in three totals, by state and altogether; the parts sum to the whole to the fen."""

    rows: list[Total]

    @property
    def whole(self) -> Total:
        """All of it."""
        return Total(
            "",
            _("Total"),
            sum(row.positions for row in self.rows),
            sum(row.bill_fen for row in self.rows),
            sum(row.own_fen for row in self.rows),
            sum(row.payable_fen for row in self.rows),
            sum(row.accepted_fen for row in self.rows),
        )

    @property
    def open(self) -> int:
        """How many exceptions wait for somebody."""
        return sum(row.positions for row in self.rows if row.is_exception)

    @property
    def matched_percent(self) -> str:
        """The share of positions that agree, in percent with one decimal."""
        agree = sum(row.positions for row in self.rows if row.state in _AGREE)
        judged = sum(row.positions for row in self.rows if row.state not in _OUTSIDE)
        if not judged:
            return "—"
        tenths = (2000 * agree + judged) // (2 * judged)
        return f"{tenths // 10}.{tenths % 10}%"


_AGREE = (State.MATCHED, State.ACCEPTED)
_OUTSIDE = (State.OUTSIDE, State.LINKED, State.WAITING)


def totals(*, actor: User, month: date | None = None, shop: str = "") -> Totals:
    """Return the three totals of a month (all months without one); one query."""
    found = queue(actor=actor, state="", shop=shop, cause="", month=month, least_fen=0, words="")
    counted = found.exclude(state=State.LINKED).order_by()
    rows = counted.values("state").annotate(
        n=Count("pk"),
        bill=Sum(_NET),
        own=Sum(_OWN_NET),
        payable=Sum("payable_fen"),
        accepted=Sum(F("accepted_gross_fen") - F("accepted_fee_fen")),
    )
    by_state = {row["state"]: row for row in rows}
    return Totals(
        [
            Total(
                state.value,
                str(state.label),
                *(
                    int(by_state[state][key] or 0)
                    for key in ("n", "bill", "own", "payable", "accepted")
                ),
            )
            for state in State
            if state in by_state
        ]
    )


@dataclass(frozen=True, slots=True)
class Opened:
    """A position with all that belongs on its page."""

    position: BillPosition
    lines: list[BillLine]
    actions: list[BillAction]
    linked: list[BillPosition]

    @property
    def acceptance(self) -> BillAction | None:
        """The latest acceptance that stands."""
        back = {action.counters_id for action in self.actions if action.counters_id}
        kinds = BillAction.Kind
        standing = (a for a in self.actions if a.kind == kinds.ACCEPT and a.pk not in back)
        return next(standing, None)

    @property
    def is_open(self) -> bool:
        """Whether somebody has to decide."""
        return self.position.state in EXCEPTIONS

    @property
    def fee_rate(self) -> str:
        """The fee the bill took, in percent of what customers paid; "—" for nothing."""
        return _percent(self.position.bill_fee_fen, self.position.bill_gross_fen)

    @property
    def own_fee_rate(self) -> str:
        """The same by the contract."""
        return _percent(self.position.own_fee_fen, self.position.own_gross_fen)


def opened(position: BillPosition) -> Opened:
    """Return the page of a position; its bill lines include those of orders counted for it."""
    linked = list(position.linked.order_by("pk"))
    which = Q()
    for one in [position, *linked]:
        which |= Q(order_number=one.order_number, line_id=one.line_id)
    lines = BillLine.objects.filter(
        which, platform=position.platform, shop_key=position.shop_key
    ).select_related("bill")
    actions = position.actions.select_related("by", "entry__period").order_by("-pk")
    return Opened(position, list(lines.order_by("booked_on", "pk")), list(actions), linked)


def _percent(part: int | None, whole: int) -> str:
    if part is None or not whole:
        return "—"
    hundredths = (2 * 10_000 * abs(part) + abs(whole)) // (2 * abs(whole))
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def deliveries(*, actor: User) -> QuerySet[PlatformBill]:
    """Bills that came, the newest first."""
    found = PlatformBill.objects.select_related("taken_by").order_by("-pk")
    return found if actor.sees_everything else found.none()


def small_ones(*, most_fen: int, actor: User) -> QuerySet[BillPosition]:
    """Return differing positions with at most so much at stake, the smallest first."""
    found = visible_positions(actor=actor).filter(state=State.DIFFERING, at_stake_fen__lte=most_fen)
    return found.exclude(cause="payees").order_by("at_stake_fen", "pk")


def month_rows(*, actor: User, month: date | None, shop: str) -> Iterator[list[str]]:
    """Yield a month's totals by state, then every position, as rows of a file."""
    summed = totals(actor=actor, month=month, shop=shop)
    yield [
        _("State"), _("Positions"), _("Bill, net"), _("Books, net"), _("Owed to payees"), _("Difference"),
        _("of it accepted"),
    ]  # fmt: skip
    for row in [*summed.rows, summed.whole]:
        amounts = (row.bill_fen, row.own_fen, row.payable_fen, row.difference_fen, row.accepted_fen)
        yield [row.label, str(row.positions), *(yuan(fen) for fen in amounts)]
    yield []
    yield [
        _("Platform"), _("Shop"), _("Order number"), _("Line"), _("Work order"), _("State"),
        _("Cause"), _("Day"), _("Bill, paid"), _("Bill, fee"), _("Books, paid"), _("Books, fee"),
        _("Owed to payees"), _("Open difference"),
    ]  # fmt: skip
    found = queue(actor=actor, state="", shop=shop, cause="", month=month, least_fen=0, words="")
    for one in found.order_by("belongs_on", "pk").iterator(chunk_size=1000):
        order = getattr(one.shop_line, "work_order", None) if one.shop_line else None
        sides: tuple[int | None, ...] = (
            one.bill_gross_fen, one.bill_fee_fen, one.own_gross_fen, one.own_fee_fen,
            one.payable_fen, one.difference_fen,
        )  # fmt: skip
        yield [
            platform_words(one.platform), one.shop_key, one.order_number, one.line_id,
            order.number if order else "", one.get_state_display(), str(CAUSES.get(one.cause, "")),
            one.belongs_on.isoformat(), *("" if fen is None else yuan(fen) for fen in sides),
        ]  # fmt: skip


def age_days(position: BillPosition) -> int:
    """Return how many days ago it began."""
    return max(0, (clock.business_day() - position.belongs_on).days)


def filter_choices() -> dict[str, Any]:
    """Return the choices of the queue's filters."""
    return {
        "state": [("open", _("Exceptions")), ("", _("All")), *((s.value, s.label) for s in State)],
        "shop": [("", _("All")), *billed_shops()],
        "cause": [("", _("All")), *CAUSES.items()],
        "month": [("", _("All")), *((f"{m:%Y-%m}", f"{m:%Y-%m}") for m in months())],
    }
