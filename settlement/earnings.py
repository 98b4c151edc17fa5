"""What an installer sees of one job's money: the net, its parts, when it comes, and the next job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from common import clock, formatting
from network.geo import haversine_m
from settlement.engine.part import WHOLE_BP
from settlement.engine.stages import delay_words
from settlement.engine.words import percent
from settlement.explaining import (
    ShownDifference,
    ShownLine,
    ShownNear,
    bars_of,
    difference_to_estimate,
    outcome_of,
    rule_words,
    shown_lines,
    shown_near_misses,
)
from settlement.models import Party, PayoutItem, Release, Settlement, SettlementProblem
from settlement.payouts.covered import earned, payouts_of
from settlement.people import PersonShare, own_lines, own_settlements, shares_of
from settlement.services.problems import Problem
from workorders.places import ROAD_DEN, ROAD_NUM
from workorders.selectors import installer_day, is_open, work_order_worked_on

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from accounts.models import Installer
    from common.svg import Step
    from customers.models import Address
    from settlement.engine.result import Line
    from workorders.models import WorkOrder

# More bars than this do not leave room for their words on a phone.
BARS = 7


@dataclass(frozen=True, slots=True)
class Part:
    """When one part of the money comes; the names are those of ui/_steps.html."""

    state: str
    label: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class Earned:
    """All about one settled job, for an installer who did it or a part of it.

    `estimated_fen` is what they were shown before, None for nothing; `share` says why they have
    this part of an order several people share, `others` what these got.
    """

    settlement: Settlement
    net_fen: int
    estimated_fen: int | None
    share: PersonShare | None
    others: tuple[PersonShare, ...]
    parts: tuple[Part, ...]
    bars: tuple[Step, ...]
    lines: tuple[ShownLine, ...]
    differences: tuple[ShownDifference, ...]
    rules: str
    near: tuple[ShownNear, ...]

    @property
    def diff_fen(self) -> int | None:
        """Net less estimate; None when no estimate was shown."""
        return None if self.estimated_fen is None else self.net_fen - self.estimated_fen

    @property
    def causes(self) -> str:
        """Labels of what made the two largest differences."""
        return _(", ").join(entry.label for entry in self.differences[:2])


@dataclass(frozen=True, slots=True)
class NextJob:
    """Where to go from here; metres by road from this site, None when unknown."""

    number: str
    starts_at: object
    distance_m: int | None


@dataclass(frozen=True, slots=True)
class DayTotal:
    """What a day brought so far."""

    day: date
    jobs: int
    total_fen: int


def own_order(*, installer: Installer, number: str) -> WorkOrder | None:
    """Return a completed order the installer has or had a part in, None for any other."""
    order = work_order_worked_on(installer=installer, number=number)
    return order if order is not None and order.completed_at is not None else None


def problem_of(order: WorkOrder) -> str:
    """Return why a completed order is not settled, as a sentence; empty while it is on its way."""
    found = SettlementProblem.objects.filter(work_order=order).first()
    return str(Problem(found.code).label) if found else ""


def earned_by(order: WorkOrder, installer: Installer, *, slip: int | None = None) -> Earned | None:
    """Return an installer's money of a completed order; None while it is not settled.

    None too for who has no part in it. With a `slip` the settlement of that id, also one that
    another has replaced: what was known then is kept.
    """
    found = Settlement.objects.select_related("version__rule_set", "estimate__version", "period")
    own = {"status": Settlement.Status.ACTIVE} if slip is None else {"pk": slip}
    settlement = found.filter(work_order=order, **own).first()
    if settlement is None:
        return None
    rows = own_lines(installer=installer).filter(settlement=settlement)
    lines = shown_lines(rows.select_related("payee", "settlement").order_by("seq"))
    if not lines and settlement.installer_id != installer.pk:
        return None
    people = shares_of(settlement)
    share = next((each for each in people if each.installer_id == installer.pk), None)
    who = installer.pk if people else None
    mine = Q(payee__installer=installer) | Q(payee=None)
    releases = list(settlement.releases.filter(mine).order_by("seq"))
    plan = _shares(outcome_of(settlement).releases)
    paid = _paid_words(settlement, installer)
    return Earned(
        settlement=settlement,
        net_fen=sum(line.amount_fen for line in lines),
        estimated_fen=_shown_before(settlement, installer),
        share=share,
        others=tuple(each for each in people if each is not share),
        parts=tuple(
            _part(part, plan.get(part.seq, ""), _when(part, order, paid)) for part in releases
        ),
        bars=tuple(bars_of(lines, BARS)),
        lines=tuple(lines),
        differences=tuple(difference_to_estimate(settlement, who=who)),
        rules=rule_words(settlement.version),
        near=tuple(shown_near_misses(settlement, who=who)),
    )


def _shown_before(settlement: Settlement, installer: Installer) -> int | None:
    """What the estimate promised an installer: the whole, or their chosen part of it."""
    estimate = settlement.estimate
    if estimate is None:
        return None
    own = [line for line in estimate.lines if line["because"].get("who") == installer.pk]
    if own:
        return sum(int(line["amount_fen"]) for line in own)
    return estimate.gross_fen if settlement.installer_id == installer.pk else None


def _shares(plan: Sequence[Line]) -> dict[int, str]:
    """Return each release as a percentage by its number; the last of a payee is what is left."""
    left: dict[str, int] = {}
    found = {}
    for seq, line in enumerate(plan, start=1):
        bp = left.get(line.payee, WHOLE_BP)
        if line.rate_num is None or not line.rate_den:
            found[seq] = percent(bp, WHOLE_BP)
        else:
            found[seq] = percent(line.rate_num, line.rate_den)
            left[line.payee] = bp - line.rate_num * WHOLE_BP // line.rate_den
    return found


def _paid_words(settlement: Settlement, installer: Installer) -> dict[str, str]:
    """Return what became of the entries that made money of an order available, by their key."""
    party = Party.objects.filter(installer=installer).first()
    if party is None:
        return {}
    found = earned(party).filter(
        entry__work_order=settlement.work_order_id, entry__kind__in=("settlement", "release")
    )
    keys = dict(found.order_by("entry_id").values_list("entry_id", "entry__source_key"))
    words = {pk: _paid_out(item) for pk, item in payouts_of(party, keys).items()}
    # Settled anew, an order has an entry more: the last one is that of the settlement that stands.
    return {
        keys[pk].rpartition(":")[0] if keys[pk].startswith("settlement:") else keys[pk]: words.get(
            pk, ""
        )
        for pk in keys
    }


def _paid_out(item: PayoutItem | None) -> str:
    if item is None:
        return _("Set off against what you owed")
    if item.decided_at is None:
        return _("On its way (%(number)s)") % {"number": item.batch_number}
    day = formatting.day_text(clock.business_day(item.decided_at), today=clock.business_day())
    return _("Paid out %(day)s (%(number)s)") % {"day": day, "number": item.batch_number}


def _part(part: Release, share: str, label: str) -> Part:
    return Part(
        state="done" if part.released_at else "",
        label=label,
        value=formatting.money(part.amount_fen),
        note=f"{part.label} {share}".strip(),
    )


def _when(part: Release, order: WorkOrder, paid: dict[str, str]) -> str:
    today = clock.business_day()
    if part.released_at is not None:
        key = f"release:{part.pk}"
        return (paid[key] if key in paid else paid.get(f"settlement:{order.pk}")) or _(
            "Available now"
        )
    if part.due_on is not None:
        return formatting.day_text(part.due_on, today=today)
    if part.after_days:
        return delay_words(part.milestone, part.after_days, _)
    if order.due_at is not None:
        day = formatting.day_text(clock.business_day(order.due_at), today=today)
        return _("Around %(day)s") % {"day": day}
    return _("Still open")


def day_total(*, installer: Installer, day: date) -> DayTotal:
    """Return how many settled jobs the installer did on a day, and their sum."""
    found = own_settlements(installer=installer, first=day, last=day).order_by()
    own = own_lines(installer=installer).filter(settlement__in=found.values("pk"))
    return DayTotal(day, found.count(), int(own.aggregate(fen=Sum("amount_fen"))["fen"] or 0))


def next_job(*, installer: Installer, after: WorkOrder) -> NextJob | None:
    """Return today's next open job of the installer and how far it is from this site."""
    waiting = installer_day(installer=installer, day=clock.business_day())
    order = next((each for each in waiting if is_open(each) and each.pk != after.pk), None)
    if order is None or order.completed_at is not None:
        return None
    metres = _metres_between(after.address, order.address)
    return NextJob(order.number, order.window_starts_at, metres)


def _metres_between(one: Address, two: Address) -> int | None:
    if None in (one.lon, one.lat, two.lon, two.lat):
        return None
    here = (float(one.lon or 0), float(one.lat or 0))
    there = (float(two.lon or 0), float(two.lat or 0))
    return haversine_m(here, there) * ROAD_NUM // ROAD_DEN
