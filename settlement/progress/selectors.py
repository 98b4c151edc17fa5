"""An installer's next steps: on ladders that count at once, and on bonuses of the whole period."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import clock, formatting
from settlement.bonuses.selectors import bonus_estimates
from settlement.engine.evaluate import settle
from settlement.engine.facts import restored
from settlement.engine.ladders import Ladder, Rung, ladders
from settlement.engine.words import decimal, percent
from settlement.explaining import INSTALLER
from settlement.models import Settlement
from settlement.services.estimating import own_fen
from settlement.services.rules_in_force import compiled, version_in_force
from workorders.models import WorkOrder

if TYPE_CHECKING:
    from accounts.models import Installer
    from settlement.bonuses.selectors import BonusEstimate
    from settlement.models import RuleSetVersion

ORDERS = "installer_month_orders"
WHOLE_BP = 10_000


@dataclass(frozen=True, slots=True)
class NextStep:
    """One ladder as its climber reads it; `amount_fen` is an estimate, None where none is made.

    `share` is how far it is to the next step in percent, 100 at the top.
    """

    label: str
    amount_fen: int | None
    share: int
    place: str
    headline: str
    notes: tuple[str, ...]


def next_steps(installer: Installer) -> list[NextStep]:
    """Return the installer's bonuses of the period, then the ladders of the rules in force."""
    bonuses = [_of_bonus(one) for one in bonus_estimates(installer=installer)]
    return bonuses + _on_ladders(installer)


def _on_ladders(installer: Installer) -> list[NextStep]:
    last = (
        Settlement.objects.select_related("version__rule_set")
        .filter(installer=installer, status=Settlement.Status.ACTIVE)
        .order_by("-done_on", "-pk")
        .first()
    )
    if last is None:
        return []
    industry = last.version.rule_set.industry
    version = version_in_force(industry=industry, on=clock.business_day())
    if version is None:
        return []
    found = []
    for ladder in ladders(version.body, party=INSTALLER):
        value = _value(ladder, installer)
        if value is not None:
            found.append(_of_ladder(ladder, value, version, last))
    return found


def _value(ladder: Ladder, installer: Installer) -> int | None:
    if ladder.measure != ORDERS:
        return installer.rating_x10
    start, end = clock.day_span(clock.business_day().replace(day=1))[0], clock.now()
    done = WorkOrder.objects.filter(installer=installer, rework_of=None)
    return done.filter(completed_at__gte=start, completed_at__lte=end).count()


def _of_ladder(ladder: Ladder, value: int, version: RuleSetVersion, last: Settlement) -> NextStep:
    now, following = ladder.reached(value), ladder.following(value)
    counts = ladder.measure == ORDERS
    return NextStep(
        label=ladder.label,
        amount_fen=None,
        share=_share(value, following),
        place=_place(value, following, counts=counts),
        headline=_headline(
            following.start - value if following else 0,
            _gives(ladder, now),
            _gives(ladder, following) if following else "",
            "orders" if counts else "stars",
        ),
        notes=tuple(_notes(ladder, value, following, version, last)),
    )


def _share(value: int, following: Rung | None) -> int:
    return min(100, 100 * value // following.start) if following and following.start else 100


def _place(value: int, following: Rung | None, *, counts: bool) -> str:
    def shown(number: int) -> str:
        return str(number) if counts else decimal(number, 10)

    return f"{shown(value)} / {shown(following.start)}" if following else shown(value)


def _gives(ladder: Ladder, rung: Rung | None) -> str:
    gives = rung.gives if rung else 0
    return percent(gives, WHOLE_BP) if ladder.rated else formatting.money(gives)


def _headline(missing: int, now: str, then: str, counted: str) -> str:
    """What is missing and what it changes, in one sentence."""
    if not then:
        return _("The highest step is reached: %(now)s.") % {"now": now}
    words = {"n": missing, "now": now, "then": then}
    if counted == "orders":
        sentence = ngettext(
            "%(n)d more job to the next step: %(then)s instead of %(now)s",
            "%(n)d more jobs to the next step: %(then)s instead of %(now)s",
            missing,
        )
        return sentence % words
    if counted == "stars":
        words["n"] = decimal(missing, 10)
        return _("%(n)s stars to the next step: %(then)s instead of %(now)s") % words
    words["n"] = formatting.money(missing)
    return _("%(n)s more to the next step: %(then)s instead of %(now)s") % words


def _notes(
    ladder: Ladder,
    value: int,
    following: Rung | None,
    version: RuleSetVersion,
    last: Settlement,
) -> list[str]:
    notes = []
    if following:
        gain = _gain(ladder, value, following, version, last)
        if gain:
            words = {"gain": formatting.money(gain, signed=True)}
            notes.append(_("On a job like your last one that is %(gain)s.") % words)
    if ladder.measure == ORDERS and not ladder.graduated:
        notes.append(_("Counts at once from that job on; earlier jobs of the month keep theirs."))
    elif ladder.measure == ORDERS:
        notes.append(_("Counts at once; each step pays for its own part."))
    else:
        notes.append(_("Counts at once for every job completed with that rating."))
    return notes


def _gain(
    ladder: Ladder, value: int, following: Rung, version: RuleSetVersion, last: Settlement
) -> int:
    """What the last job would bring them more on the next step: the engine settles it both ways.

    Of a job that several people shared, their own part.
    """
    rules, facts = compiled(version), restored(last.facts)

    def earned(number: int) -> int:
        other: dict[str, Any] = {ladder.measure: number}
        return own_fen(settle(rules, replace(facts, **other)), last.installer_id)

    return earned(following.start) - earned(value)


def _of_bonus(bonus: BonusEstimate) -> NextStep:
    counted = "money" if bonus.counts_money else "orders"
    at_end = _("Estimate for %(period)s; it is booked when the period is locked.")
    notes = [at_end % {"period": bonus.period}]
    if bonus.graduated:
        notes.append(_("Each step pays for its own part of the period."))
    else:
        notes.append(_("The step reached at the end counts for the whole period."))
    if bonus.next_at is not None:
        words = {
            "then": formatting.money(bonus.next_fen),
            "now": formatting.money(bonus.amount_fen),
        }
        notes.append(_("At the next step the bonus is %(then)s instead of %(now)s.") % words)
    notes += bonus.why
    shown = formatting.money if bonus.counts_money else str
    place = shown(bonus.value)
    return NextStep(
        label=bonus.label,
        amount_fen=bonus.amount_fen,
        share=bonus.share,
        place=place if bonus.next_at is None else f"{place} / {shown(bonus.next_at)}",
        headline=_headline(bonus.missing, bonus.gives, bonus.next_gives, counted),
        notes=tuple(notes),
    )
