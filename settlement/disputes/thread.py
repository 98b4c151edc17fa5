"""One dispute with all that belongs on its page, its phone page and its case report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _

from settlement.disputes import flow
from settlement.disputes.evidence import fingerprint
from settlement.disputes.holding import given_back_fen
from settlement.disputes.said import said_words
from settlement.disputes.silence import latest_end, move_of_the_clock
from settlement.disputes.terms import hours_by_state
from settlement.disputes.wording import outlook_words, step_words
from workorders.facts import value_words

if TYPE_CHECKING:
    from settlement.models import Dispute, DisputeReview, DisputeStep


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
    outlook: str
    ends_at: datetime | None
    given_back_fen: int
    """What happens by itself on its day, when it ends at the latest, and what came back by now."""

    @property
    def ending(self) -> ShownStep | None:
        """The step that ended it without anybody having judged the claim; None for any other."""
        undecided = not self.dispute.is_open and self.dispute.decided_at is None
        return self.steps[0] if undecided and self.steps else None

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
    bundle, hours = evidence.bundle, hours_by_state()
    move = move_of_the_clock(dispute) if dispute.is_open else None
    return Thread(
        dispute=dispute,
        bundle=bundle,
        is_whole=fingerprint(bundle) == evidence.sha256,
        why=tuple(_said(bundle["line"]["why"])),
        check_ins=tuple(_worded(bundle["check_ins"])),
        sources=tuple(_valued(_worded(bundle["sources"]))),
        events=tuple(_worded(bundle["timeline"])),
        rules=str(_said(bundle["rules"]["words"])),
        reviews=tuple(dispute.reviews.select_related("by").order_by("pk")),
        steps=tuple(shown_steps(dispute)),
        outlook=outlook_words(move, hours) if move else "",
        ends_at=latest_end(dispute, hours),
        given_back_fen=given_back_fen(dispute),
    )


def shown_steps(dispute: Dispute) -> list[ShownStep]:
    """Return the steps of a dispute, the newest first."""
    rows = dispute.steps.select_related("actor").order_by("-pk")
    return [_shown(step) for step in rows]


def _shown(step: DisputeStep) -> ShownStep:
    icon, kind, title = step_words(step.move)
    who = step.actor.display_name if step.actor else ""
    return ShownStep(step.at, icon, kind, title, who, said_words(step.move, step.text))


def _said(words: dict[str, Any]) -> Any:
    language = translation.get_language() or "zh-hans"
    return words["en" if language.startswith("en") else "zh-hans"]


def _worded(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row | {"words": _said(row["words"]), **_moments(row)} for row in rows]


def _valued(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row | {"value": value_words(row["kind"], row["value"])} for row in rows]


def _moments(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(row[name])
        for name in ("at", "observed_at", "taken_at")
        if name in row
    }
