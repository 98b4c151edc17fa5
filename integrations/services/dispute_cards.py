"""Tells claimants by WeCom card how their disputes stand, and others that one waits for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from common import formatting
from integrations.services.card_sending import Note, send_card
from settlement.disputes.silence import move_of_the_clock
from settlement.disputes.terms import hours_by_state
from settlement.disputes.waiting import claimants, who_acts, who_appoints
from settlement.disputes.wording import outlook_words, step_words
from settlement.models import Dispute

if TYPE_CHECKING:
    from integrations.models import SentCard

DECISIONS = ("uphold", "reject", "leave_open", "silence", "urge", "expire", "lapse")
"""Moves after which a claimant is told how their dispute stands."""
WAITS = ("file", "ask", "agree", "hand_up", "answer", "to_person", "urge", "remind")
"""Moves after which whoever has to act next is told so."""


def told_how(*, dispute_id: int) -> list[int]:
    """Return the users who are told how a dispute stands: all who speak for its claimant."""
    return [person.pk for person in claimants(_dispute(dispute_id))]


def tell_decided(*, dispute_id: int, step_id: int, user_id: int) -> SentCard | None:
    """Tell one of a claimant's people how a step decided their dispute, or what it still lacks."""
    dispute, person = _dispute(dispute_id), User.objects.get(pk=user_id)
    step = dispute.steps.get(pk=step_id)
    with translation.override(settings.LANGUAGE_CODE):
        title = _("Dispute over “%(line)s”: %(state)s")
        state = Dispute.State(step.to_state).label
        said = step.text or step_words(step.move)[2]
        paid = formatting.money(dispute.decided_fen) if dispute.decided_fen else ""
        note = Note(
            key=f"dispute-answered:{step_id}:{user_id}",
            title=title % {"line": dispute.label, "state": state},
            text=" ".join(part for part in (paid, said) if part),
            path=_page(dispute, person),
            button=_("Open dispute"),
        )
    return send_card(person.wecom_userid, note)


def told_to_act(*, dispute_id: int, step_id: int) -> list[int]:
    """Return the users who get a card because a dispute waits for them since a step.

    Administrators where nobody may act, so that they give somebody the right to. None when it has
    moved on: that step tells those it waits for now.
    """
    dispute = _dispute(dispute_id)
    is_there = dispute.steps.filter(pk=step_id, to_state=dispute.state).exists()
    if not dispute.is_open or not is_there:
        return []
    return [person.pk for person in who_acts(dispute) or who_appoints()]


def tell_waiting(*, dispute_id: int, step_id: int, user_id: int) -> SentCard | None:
    """Tell a person that a dispute waits for them, until when, and what happens otherwise.

    Nobody is told what is over, or waits for others now: somebody was faster.
    """
    dispute, person = _dispute(dispute_id), User.objects.get(pk=user_id)
    move, acting = move_of_the_clock(dispute), who_acts(dispute)
    told = acting or who_appoints()
    if not dispute.is_open or move is None or dispute.due_at is None or person not in told:
        return None
    with translation.override(settings.LANGUAGE_CODE):
        title = _("A dispute waits for you: %(line)s")
        text = _("%(who)s claims %(amount)s · %(state)s, by %(when)s. %(otherwise)s")
        if not acting:
            title = _("Nobody may act on a dispute, give somebody the right to: %(line)s")
        note = Note(
            key=f"dispute-waits:{step_id}:{user_id}",
            title=title % {"line": dispute.label},
            text=text
            % {
                "who": dispute.claimant_party.name,
                "amount": formatting.money(dispute.claimed_fen),
                "state": dispute.get_state_display(),
                "when": formatting.full_time(dispute.due_at),
                "otherwise": outlook_words(move, hours_by_state()),
            },
            path=_page(dispute, person),
            button=_("Open dispute"),
        )
    return send_card(person.wecom_userid, note)


def _page(dispute: Dispute, person: User) -> str:
    page = "settlement-phone:dispute" if person.is_installer else "settlement:dispute-detail"
    return reverse(page, args=[dispute.number])


def _dispute(dispute_id: int) -> Dispute:
    related = ("line__settlement", "period_line", "claimant_party", "claimant")
    return Dispute.objects.select_related(*related).get(pk=dispute_id)
