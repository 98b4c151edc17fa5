"""Questions about disputes: who may see which, a payee's own, and whose opinion is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Case, QuerySet, When
from django.db.models.functions import Coalesce

from settlement.disputes import flow
from settlement.disputes.reviewing import departments, speaks_for
from settlement.disputes.rights import sight
from settlement.disputes.who import this
from settlement.models import Dispute, DisputeReview

if TYPE_CHECKING:
    from accounts.models import User
    from settlement.models import Party

_RELATED = (
    "work_order__item_version", "work_order__site_region", "work_order__served_by",
    "work_order__settled_by", "line__settlement__version__rule_set", "period_line__version",
    "entry__adjustment", "claimant_party", "claimant", "payer", "decided_by",
)  # fmt: skip


def of_table() -> QuerySet[Dispute]:
    """Return every dispute with what its row in a list shows."""
    return Dispute.objects.select_related(*_RELATED)


def visible_disputes(*, actor: User) -> QuerySet[Dispute]:
    """Disputes a person may read (`rights.sight`)."""
    return of_table().filter(sight(this(actor)))


def disputed_rules(*, actor: User) -> list[tuple[str, str]]:
    """Return rules somebody has disputed, each once, with the newest label of their lines."""
    found = visible_disputes(actor=actor).filter(entry=None).annotate(
        rule=Coalesce("line__rule", "period_line__rule"),
        newest=Coalesce("line__label", "period_line__label"),
    )  # fmt: skip
    rows = found.order_by("rule", "-pk").distinct("rule").values_list("rule", "newest")
    return sorted(rows, key=lambda pair: pair[1])


def own_disputes(*, party: Party | None) -> QuerySet[Dispute]:
    """Return a payee's own disputes, the open ones first, then the newest."""
    found = of_table()
    mine = found.filter(claimant_party=party) if party is not None else found.none()
    open_first = Case(When(state__in=flow.OPEN, then=0), default=1)
    return mine.order_by(open_first, "-filed_at", "-pk")


def departments_to_ask(dispute: Dispute) -> list[tuple[str, str]]:
    """Return the departments that may be asked, with their names."""
    names = DisputeReview.Department
    return [(name, str(names(name).label)) for name in departments(dispute)]


def reviews_to_give(dispute: Dispute, *, actor: User) -> list[DisputeReview]:
    """Return the open reviews a person may answer now."""
    if dispute.state != Dispute.State.COUNTERPARTY_REVIEW:
        return []
    mine = speaks_for(actor, dispute)
    return [r for r in dispute.reviews.order_by("pk") if not r.opinion and r.department in mine]


def file_in_bundle(dispute: Dispute, sha256: str) -> str | None:
    """Return the name of a frozen file by the sha256 of its content; None when it is not there."""
    bundle = dispute.evidence.bundle
    files = [*bundle["claim"]["photos"], *bundle["photos"], *bundle["signatures"]]
    return next((each["name"] for each in files if each["sha256"] == sha256), None)
