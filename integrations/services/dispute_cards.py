"""Tells claimants by WeCom card how their disputes stand, and others that one waits for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from common import formatting
from integrations.services.card_sending import Note, send_card, send_to_installer
from settlement.disputes.silence import move_of_the_clock
from settlement.disputes.terms import hours_by_state
from settlement.disputes.waiting import who_acts
from settlement.disputes.wording import outlook_words, step_words
from settlement.models import Dispute

if TYPE_CHECKING:
    from integrations.models import SentCard

DECISIONS = ("uphold", "reject", "leave_open", "silence", "urge", "expire", "lapse")
"""Moves after which a claimant is told how their dispute stands."""
WAITS = ("file", "ask", "agree", "hand_up", "answer", "to_person", "urge", "remind")
"""Moves after which whoever has to act next is told so."""


def tell_decided(*, dispute_id: int, move: str) -> SentCard | None:
    """Tell an installer how their dispute was decided, or what it still lacks."""
    dispute = _dispute(dispute_id)
    installer_id = dispute.claimant_party.installer_id
    if installer_id is None:
        return None
    step = dispute.steps.filter(move=move).order_by("pk").last()
    with translation.override(settings.LANGUAGE_CODE):
        title = _("Dispute over “%(line)s”: %(state)s")
        state = Dispute.State(step.to_state).label if step else dispute.get_state_display()
        said = step.text or step_words(move)[2] if step else ""
        paid = formatting.money(dispute.decided_fen) if dispute.decided_fen else ""
        note = Note(
            key=f"dispute:{dispute.pk}:{step.pk if step else move}",
            title=title % {"line": dispute.label, "state": state},
            text=" ".join(part for part in (paid, said) if part),
            path=reverse("settlement-phone:dispute", args=[dispute.number]),
            button=_("Open dispute"),
        )
    return send_to_installer(installer_id, note)


def told_to_act(*, dispute_id: int, step_id: int) -> list[int]:
    """Return the users who get a card because a dispute waits for them since a step.

    None when it has moved on: that step tells those it waits for now.
    """
    dispute = _dispute(dispute_id)
    is_there = dispute.steps.filter(pk=step_id, to_state=dispute.state).exists()
    return [person.pk for person in who_acts(dispute)] if dispute.is_open and is_there else []


def tell_waiting(*, dispute_id: int, step_id: int, user_id: int) -> SentCard | None:
    """Tell a person that a dispute waits for them, until when, and what happens otherwise.

    Nobody is told what is over: somebody was faster.
    """
    dispute, person = _dispute(dispute_id), User.objects.get(pk=user_id)
    move = move_of_the_clock(dispute)
    if not dispute.is_open or move is None or dispute.due_at is None:
        return None
    page = "settlement-phone:dispute" if person.is_installer else "settlement:dispute-detail"
    with translation.override(settings.LANGUAGE_CODE):
        title = _("A dispute waits for you: %(line)s")
        text = _("%(who)s claims %(amount)s · %(state)s, by %(when)s. %(otherwise)s")
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
            path=reverse(page, args=[dispute.number]),
            button=_("Open dispute"),
        )
    return send_card(person.wecom_userid, note)


def _dispute(dispute_id: int) -> Dispute:
    related = ("line__settlement", "period_line", "claimant_party", "claimant")
    return Dispute.objects.select_related(*related).get(pk=dispute_id)
