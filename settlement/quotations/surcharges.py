"""The company's table of surcharges: kept row by row, in an order people choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from common.errors import Conflict, Refused, refuse_unless
from common.journal import record
from settlement.engine.reading import RulesError
from settlement.engine.rules import compile_rules
from settlement.models import PriceSurcharge
from settlement.quotations.limits import impossible_row
from settlement.quotations.surcharge_seen import refuse_stale, shown_of
from settlement.quotations.surcharge_stale import refuse_changed, stepped
from settlement.quotations.surcharging import body_of
from settlement.quotations.together import impossible_together
from settlement.services.periods import alone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from accounts.models import User
    from common.two_editors.seen import Shown
    from network.models import Region
    from settlement.quotations.surcharge_stale import TableSeen

Occasion, Way = PriceSurcharge.Occasion, PriceSurcharge.Way
MOST_ROWS = 60
_APART = {"id", "position"}
MOST_PERCENT = 50
"""More than this in one step is no answer to a busy month."""


def all_surcharges() -> QuerySet[PriceSurcharge]:
    """Return every row, in the order they count."""
    return PriceSurcharge.objects.select_related("region")


def surcharge_of(pk: int | None) -> PriceSurcharge | None:
    """Return a row, an unsaved one for None; None when there is no such row."""
    return PriceSurcharge() if pk is None else all_surcharges().filter(pk=pk).first()


def with_row(rows: Sequence[PriceSurcharge], row: PriceSurcharge) -> list[PriceSurcharge]:
    """Return the table with a row in place of what it was, a new one at the end."""
    if row.pk is None:
        return [*rows, row]
    return [row if each.pk == row.pk else each for each in rows]


def member_levels() -> list[str]:
    """Return the member levels some row asks for."""
    found = PriceSurcharge.objects.exclude(member_level="").order_by("member_level")
    return list(found.values_list("member_level", flat=True).distinct())


@transaction.atomic
def save_surcharge(
    *, row: PriceSurcharge, actor: User, seen: Shown | None = None
) -> PriceSurcharge:
    """Keep a new or changed row; a new one counts last. Offers made before stay as they are.

    `seen` is a changed row as its editor was shown it. Refused outside headquarters, whose table it
    is, when the table is full, the row cannot be computed or takes off more than a whole price together
    with others. Conflict when somebody has removed the
    row, SurchargeConflict with both sides when somebody saved it since it was shown.
    """
    _refuse_branches(actor)
    return _kept(row, actor, seen)


def _kept(row: PriceSurcharge, actor: User, seen: Shown | None = None) -> PriceSurcharge:
    standing = {one.pk: one for one in _locked()}
    if row.pk is not None:
        if row.pk not in standing:
            raise Conflict("surcharge.gone", _("Somebody has removed this row"))
        if seen is None:
            raise Refused("surcharge.seen", _("This page is out of date; load it again"))
        if shown_of(row) == dict(seen):
            return standing[row.pk]  # nothing was typed: what somebody else saved since stays
        refuse_stale(seen, standing[row.pk], row)
    else:
        if len(standing) >= MOST_ROWS:
            raise Refused(
                "surcharge.many", _("A table of more than %(most)s rows") % {"most": MOST_ROWS}
            )
        last = PriceSurcharge.objects.aggregate(last=Max("position"))["last"] or 0
        row.position = last + 1
    table = list(standing.values())
    if wrong := impossible_row(row) or impossible_together(table, with_row(table, row), row):
        raise Refused("surcharge.impossible", wrong)
    try:
        compile_rules(body_of([row]))
    except RulesError as error:
        raise Refused("surcharge.rules", str(error)) from error
    # Where it stands may have been changed since it was read.
    fields = [field.name for field in row._meta.concrete_fields if field.name not in _APART]
    row.save(update_fields=None if row.pk is None else fields)
    record(
        actor, "surcharge.saved", row, name=row.name, occasion=row.occasion, way=row.way,
        rate_bp=row.rate_bp, amount_fen=row.amount_fen, is_active=row.is_active,
    )  # fmt: skip
    return row


@transaction.atomic
def move_surcharge(*, row_id: int, up: bool, seen: TableSeen, actor: User) -> PriceSurcharge:
    """Let a row count one place earlier or later; the outermost ones stay where they are.

    Conflict when somebody has removed the row, SurchargeMoved when it is another than `seen`, or
    would pass another one.
    """
    _refuse_branches(actor)
    rows, step = _locked(), -1 if up else 1
    moved = _standing(rows, row_id)
    refuse_changed(seen, moved, rows, step)
    then = stepped(rows, row_id, step)
    _refuse_impossible(rows, then)
    for position, row in enumerate(then, start=1):
        row.position = position
    PriceSurcharge.objects.bulk_update(then, ["position"])
    record(actor, "surcharge.moved", moved, position=moved.position)
    return moved


@transaction.atomic
def remove_surcharge(*, row_id: int, seen: TableSeen, actor: User) -> None:
    """Take a row out of the table; Conflict when somebody did so before.

    SurchargeMoved when it is another than `seen`.
    """
    _refuse_branches(actor)
    rows = _locked()
    row = _standing(rows, row_id)
    refuse_changed(seen, row, rows)
    _refuse_impossible(rows, [each for each in rows if each.pk != row_id])
    record(actor, "surcharge.removed", row, name=row.name)
    row.delete()


@transaction.atomic
def draft_surcharge(*, region: Region, percent: int, reason: str, actor: User) -> PriceSurcharge:
    """Put a row for a region into the table that does not count yet, with its reason.

    Whoever publishes prices reads it, changes it, and puts it in use or removes it.
    """
    refuse_unless(
        1 <= percent <= MOST_PERCENT, "surcharge.percent",
        _("Raise the price by 1 to %(most)s percent") % {"most": MOST_PERCENT},
    )  # fmt: skip
    row = PriceSurcharge(
        name=_("Busy area %(name)s")[:40] % {"name": region.name[:20]},
        occasion=Occasion.ALWAYS, way=Way.OF_SERVICE, rate_bp=percent * 100, region=region,
        reason=reason[:300], is_active=False,
    )  # fmt: skip
    return _kept(row, actor)


@transaction.atomic
def begin_surcharges(*, actor: User | None) -> list[PriceSurcharge]:
    """Fill an empty table with the usual rows; Conflict when it has some already."""
    if actor is not None:
        _refuse_branches(actor)
    if _locked():
        raise Conflict("surcharge.begun", _("The table has rows already"))
    usual = [
        PriceSurcharge(name="加急费", occasion=Occasion.URGENT, way=Way.OF_SERVICE, rate_bp=3000),
        PriceSurcharge(name="夜间费", occasion=Occasion.NIGHT, way=Way.OF_SERVICE, rate_bp=2000),
        PriceSurcharge(name="高空费", occasion=Occasion.HIGH_WORK, way=Way.EACH, amount_fen=10_000),
        PriceSurcharge(
            name="远程费", occasion=Occasion.DISTANCE, way=Way.ONCE, amount_fen=1000,
            free=15, step=5, most_fen=20_000,
        ),
        PriceSurcharge(
            name="会员优惠", occasion=Occasion.ALWAYS, way=Way.OF_SO_FAR, rate_bp=-500,
            member_level="vip",
        ),
    ]  # fmt: skip
    for position, row in enumerate(usual, start=1):
        row.position = position
        row.save()
        record(actor, "surcharge.saved", row, name=row.name, occasion=row.occasion)
    return usual


def _standing(rows: Sequence[PriceSurcharge], row_id: int) -> PriceSurcharge:
    row = next((row for row in rows if row.pk == row_id), None)
    if row is None:
        raise Conflict("surcharge.gone", _("Somebody has removed this row"))
    return row


def _refuse_impossible(before: Sequence[PriceSurcharge], after: Sequence[PriceSurcharge]) -> None:
    """Moving a row, or taking one away, may leave less than nothing for the others too."""
    if wrong := impossible_together(before, after):
        raise Refused("surcharge.impossible", wrong)


def _refuse_branches(actor: User) -> None:
    refuse_unless(
        actor.sees_everything, "surcharge.headquarters",
        _("Only headquarters sets the surcharges of the company"),
    )  # fmt: skip


def _locked() -> list[PriceSurcharge]:
    """Every row in its order, and nobody else at the table, which may be empty."""
    alone("surcharges")
    return list(all_surcharges().select_for_update(of=("self",)))
