"""Questions about disputes: who may see which, the inbox, one thread, and an installer's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.roles import Role
from common import clock
from settlement.disputes import flow
from settlement.disputes.evidence import fingerprint
from settlement.disputes.reviewing import departments, speaks_for
from settlement.models import Dispute, DisputeReview

if TYPE_CHECKING:
    from accounts.models import User
    from settlement.models import DisputeStep, Party

_RELATED = (
    "work_order__item_version", "work_order__site_region", "work_order__served_by",
    "work_order__settled_by", "line__settlement__version__rule_set", "period_line__version",
    "entry__adjustment", "claimant_party", "claimant", "payer", "decided_by",
)  # fmt: skip


def visible_disputes(*, actor: User) -> QuerySet[Dispute]:
    """Disputes of people over orders one of the actor's units sold, served or settled.

    What a unit claims is read by itself, by units above it, and by who runs the money of the
    branch that settles the order: nobody else learns what another unit gets.
    """
    found = Dispute.objects.select_related(*_RELATED)
    if actor.sees_everything:
        return found
    units = actor.units
    near = (
        Q(work_order__sold_by__in=units)
        | Q(work_order__served_by__in=units)
        | Q(work_order__settled_by__in=units)
        | Q(claimant_party__installer__outlet__in=units)
    )
    mine = Q(claimant_party__unit=None) & near | Q(claimant_party__unit__in=units)
    if actor.role in {Role.FINANCE, Role.REGION_MANAGER}:
        mine |= Q(work_order__settled_by__in=units)
    return found.filter(mine)


def inbox(*, actor: User, state: str, due: str, rule: str, words: str) -> QuerySet[Dispute]:
    """Return what fits the filters, what is due first on top; `state` may be `open`."""
    found = visible_disputes(actor=actor)
    if state == "open":
        found = found.filter(state__in=flow.OPEN)
    elif state:
        found = found.filter(state=state)
    if due == "late":
        found = found.filter(due_at__lte=clock.now(), state__in=flow.OPEN)
    elif due == "today":
        _start, end = clock.day_span(clock.business_day())
        found = found.filter(due_at__lte=end, state__in=flow.OPEN)
    if rule:
        found = found.filter(Q(line__rule=rule) | Q(period_line__rule=rule))
    if words:
        named = Q(claimant__display_name__icontains=words)
        named |= Q(claimant_party__name__icontains=words)
        found = found.filter(named | Q(number__icontains=words))
    return found.order_by("due_at", "-filed_at", "-pk")


def disputed_rules(*, actor: User) -> list[tuple[str, str]]:
    """Return rules somebody has disputed, with the label of their lines."""
    rows = visible_disputes(actor=actor).filter(entry=None).order_by()
    found = rows.values_list(
        Coalesce("line__rule", "period_line__rule"), Coalesce("line__label", "period_line__label")
    )
    return sorted(found.distinct(), key=lambda pair: pair[1])


def open_count(*, actor: User) -> int:
    """Return how many disputes of the actor's wait for somebody."""
    return visible_disputes(actor=actor).filter(state__in=flow.OPEN).count()


def own_disputes(*, party: Party | None) -> QuerySet[Dispute]:
    """Return a payee's own disputes, the open ones first, then the newest."""
    found = Dispute.objects.select_related(*_RELATED)
    mine = found.filter(claimant_party=party) if party is not None else found.none()
    return mine.order_by("decided_at", "-filed_at")


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step as people read it; the names are those of ui/_timeline.html."""

    at: object
    icon: str
    kind: str
    title: str
    actor: str
    text: str


@dataclass(frozen=True, slots=True)
class Thread:
    """A dispute with all that belongs on its page."""

    dispute: Dispute
    bundle: dict[str, Any]
    is_whole: bool
    why: tuple[str, ...]
    check_ins: tuple[dict[str, Any], ...]
    sources: tuple[dict[str, Any], ...]
    events: tuple[dict[str, Any], ...]
    rules: str
    reviews: tuple[DisputeReview, ...]
    steps: tuple[ShownStep, ...]

    @property
    def is_decidable(self) -> bool:
        """Whether a decision may be made now."""
        return self.dispute.state in flow.DECIDABLE

    @property
    def may_withdraw(self) -> bool:
        """Whether the claimant may take it back."""
        return flow.allowed("withdraw", self.dispute.state)

    @property
    def may_answer(self) -> bool:
        """Whether the claimant is asked for more."""
        return flow.allowed("answer", self.dispute.state)

    @property
    def pictures(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """The frozen pictures by where they come from, each with its moment."""
        parts = (
            (_("Photos of the claim"), self.bundle["claim"]["photos"]),
            (_("Photos of the job"), self.bundle["photos"]),
            (_("Signature"), self.bundle["signatures"]),
        )
        return [(title, [file | _moments(file) for file in files]) for title, files in parts]


def thread_of(dispute: Dispute) -> Thread:
    """Return a dispute's thread in the reader's language, read from the frozen bundle alone."""
    evidence = dispute.evidence
    bundle = evidence.bundle
    return Thread(
        dispute=dispute,
        bundle=bundle,
        is_whole=fingerprint(bundle) == evidence.sha256,
        why=tuple(_said(bundle["line"]["why"])),
        check_ins=tuple(_worded(bundle["check_ins"])),
        sources=tuple(_worded(bundle["sources"])),
        events=tuple(_worded(bundle["timeline"])),
        rules=str(_said(bundle["rules"]["words"])),
        reviews=tuple(dispute.reviews.select_related("by").order_by("pk")),
        steps=tuple(shown_steps(dispute)),
    )


def shown_steps(dispute: Dispute) -> list[ShownStep]:
    """Return the steps of a dispute, the newest first."""
    rows = dispute.steps.select_related("actor").order_by("-pk")
    return [_shown(step) for step in rows]


def _shown(step: DisputeStep) -> ShownStep:
    icon, kind, title = {
        "file": ("flag", "", _("Dispute filed")),
        "ask": ("users", "person", _("Departments are asked")),
        "opinion": ("message", "person", _("A department answered")),
        "agree": ("circle-check", "person", _("All departments agree")),
        "hand_up": ("gavel", "person", _("Handed up to be decided")),
        "answer": ("message", "person", _("The claimant added something")),
        "uphold": ("coins", "money", _("Upheld")),
        "reject": ("circle-x", "bad", _("Rejected")),
        "leave_open": ("help-circle", "", _("Cannot be decided yet")),
        "withdraw": ("arrow-back-up", "", _("Taken back by the claimant")),
        "silence": ("clock", "", _("Nobody answered in time: the claim is confirmed and paid")),
        "to_person": ("gavel", "", _("Nobody answered in time: a person decides")),
        "lapse": ("clock", "", _("Nothing was added in time: the line stands")),
        "finish": ("lock", "", _("Closed")),
        "void": ("refresh", "bad", _("Closed: the settlement was taken back")),
    }[step.move]
    who = step.actor.display_name if step.actor else ""
    return ShownStep(step.at, icon, kind, title, who, step.text)


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


def _said(words: dict[str, Any]) -> Any:
    language = translation.get_language() or "zh-hans"
    return words["en" if language.startswith("en") else "zh-hans"]


def _worded(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row | {"words": _said(row["words"]), **_moments(row)} for row in rows]


def _moments(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(row[name])
        for name in ("at", "observed_at", "taken_at")
        if name in row
    }
