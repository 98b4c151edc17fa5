"""What waits for a person's approval: proposed by others, and theirs to decide by right and region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from common.access import Perm
from settlement.adjustments.selectors import adjustments_to_decide
from settlement.bills.actions.taking_back import wishes
from settlement.bills.limit import proposed_limit
from settlement.bills.matching import APPROVAL
from settlement.models import BillAction, BillPosition, PayoutBatch, RecomputeRun, RuleDraft
from settlement.recompute.bonuses import ROWS

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    from accounts.models import User

WAITING = "waiting"
"""The state of the list of adjustments that wait."""


class Waiting(NamedTuple):
    """One kind of proposal: its name, how many wait, and the page to decide on."""

    label: str
    times: int
    url: str


def may_approve(actor: User) -> bool:
    """Whether anything could ever wait for this person's approval."""
    books = actor.sees_everything and (actor.has(Perm.PAYOUT_MAKE) or actor.has(Perm.RULES_PUBLISH))
    return books or actor.has(Perm.SETTLEMENT_APPROVE)


def approvals_waiting(*, actor: User) -> list[Waiting]:
    """Return what the actor may approve, by kind, none of it their own; at most six queries.

    A single proposal is opened itself, several are found in their list.
    """
    found = []
    if actor.has(Perm.SETTLEMENT_APPROVE):
        n = adjustments_to_decide(actor=actor).count()
        url = f"{reverse('settlement:adjustment-list')}?state={WAITING}"
        found.append(Waiting(_("Adjustments"), n, url))
    if actor.sees_everything:
        found += [_of(*rows(actor)) for perm, rows in _BOOKS if actor.has(perm)]
        found += _limits(actor)
    return [one for one in found if one.times]


_Kind = tuple[str, "QuerySet[Any]", str]


def _of(label: str, rows: QuerySet[Any], name: str) -> Waiting:
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    alone = len(ids) == 1
    url = reverse(f"settlement:{name}-detail", args=ids) if alone else ""
    return Waiting(label, len(ids), url or reverse(f"settlement:{name}-list"))


def _recomputes(actor: User) -> _Kind:
    differs = Q(totals__orders__gt=0) | (Q(totals__has_key=ROWS) & ~Q(**{f"totals__{ROWS}": []}))
    waiting = RecomputeRun.objects.filter(differs, state=RecomputeRun.State.REVIEW)
    return _("Recomputes"), waiting.exclude(started_by=actor), "recompute"


def _drafts(actor: User) -> _Kind:
    """As `proposals.approval.may_decide` lets them: nobody who submitted or edited a draft."""
    waiting = RuleDraft.objects.filter(state=RuleDraft.State.SUBMITTED)
    first = Q(submitted_by=actor) | Q(updated_by=actor) | Q(changes__made_by=actor)
    return _("Rules"), waiting.exclude(pk__in=waiting.filter(first).values("pk")), "proposal"


def _payouts(actor: User) -> _Kind:
    waiting = PayoutBatch.objects.filter(state=PayoutBatch.State.DRAFT)
    return _("Payouts"), waiting.exclude(made_by=actor), "payout"


def _acceptances(actor: User) -> _Kind:
    of_others = wishes().exclude(by=actor)
    asked = BillAction.objects.filter(position=OuterRef("pk"), kind=BillAction.Kind.PROPOSE)
    by = Subquery(asked.order_by("-pk").values("by")[:1])
    proposed = Q(state=BillPosition.State.PROPOSED, hold=APPROVAL) & ~Q(asked_by=actor)
    found = BillPosition.objects.annotate(asked_by=by)
    waiting = found.filter(proposed | Q(pk__in=of_others.values("position")))
    return _("Bill differences"), waiting, "bill"


def _limits(actor: User) -> list[Waiting]:
    """A higher limit of one person: whoever approves differences decides about it, on their list."""
    if not actor.has(Perm.SETTLEMENT_APPROVE):
        return []
    limit = proposed_limit()
    is_others = limit is not None and limit.set_by_id != actor.pk
    url = reverse("settlement:bill-list")
    return [Waiting(_("Limit of one person"), 1, url)] if is_others else []


_BOOKS: tuple[tuple[Perm, Callable[[User], _Kind]], ...] = (
    (Perm.SETTLEMENT_APPROVE, _recomputes),
    (Perm.SETTLEMENT_APPROVE, _acceptances),
    (Perm.RULES_PUBLISH, _drafts),
    (Perm.PAYOUT_MAKE, _payouts),
)
