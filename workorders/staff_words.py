"""Notices to the staff in words, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.marking import N_

if TYPE_CHECKING:
    from workorders.models import StaffNotice

WORDS: Mapping[str, str] = {
    "stage": N_("A work order has come into “%(stage)s” and waits for you"),
    "task": N_("A task waits for your department: %(task)s"),
    "approval": N_("“%(way)s” needs your agreement"),
    "approval_void": N_("What you agreed to has changed: “%(way)s” needs your agreement again"),
    "nudged": N_("“%(stage)s” stands still: please see to it"),
    "flow_handed_in": N_(
        "%(name)s has designed the variant “%(flow)s”: please look and publish it"
    ),
    "overdue": N_("“%(stage)s” has run over its time"),
    "task_overdue": N_("The task “%(task)s” of your department has run over its time"),
    "tell_customer": N_("Please tell the customer: %(text)s"),
    "ask_customer": N_("Send the customer the link to the question: %(text)s"),
    "answered": N_("The customer answered: %(text)s"),
    "late_work": N_(
        "%(name)s sent work done before the order was taken from them: look whether the parts of"
        " the pay are right"
    ),
    "recompute_rejected": N_(
        "Your proposal to compute again, “%(what)s”, was rejected: %(reason)s"
    ),
    "recompute_left": N_(
        "“%(what)s” was posted without %(count)s orders, which changed after it was computed: look"
        " whether to propose them again"
    ),
    "acceptance_refused": N_("Accepting the difference of %(what)s was refused: %(reason)s"),
    "back_refused": N_("Taking back the acceptance of %(what)s was refused: %(reason)s"),
    "limit_refused": N_("The limit of one person you proposed, %(what)s, was refused"),
    "adjustment_refused": N_("Your adjustment was refused: %(reason)s"),
    "account_changed": N_(
        "Your money goes to another account from now on: %(bank)s ···· %(digits)s. Tell headquarters"
        " at once if you did not want that"
    ),
    "help_accepted": N_("%(name)s comes to help you"),
    "help_no": N_("%(name)s cannot come to help; ask somebody else"),
    "help_nobody": N_("%(name)s needs help on site and nobody near could be asked: send somebody"),
    "roster_published": N_("Your roster of the week of %(monday)s is there: look when you work"),
    "leave_asked": N_("%(name)s asks for leave: %(days)s"),
    "leave_approved": N_("Your leave %(days)s is approved"),
    "leave_declined": N_("Your leave %(days)s was declined: %(why)s"),
    "support_asked": N_("%(name)s is asked for to support %(city)s on %(day)s: please decide"),
    "support_question": N_("You are asked to support %(city)s on %(day)s: please answer"),
    "support_locked": N_("On %(day)s you support %(city)s: your visits are there"),
    "support_approved": N_("%(name)s may support %(city)s on %(day)s"),
    "support_refused": N_("%(name)s does not come to %(city)s on %(day)s: %(why)s"),
    "support_locked_desk": N_("%(name)s comes to %(city)s on %(day)s"),
    "support_declined": N_("%(name)s cannot come to %(city)s on %(day)s: %(why)s"),
    "support_cancelled": N_("You do not support %(city)s on %(day)s: %(why)s"),
    "support_off_desk": N_("Support of %(city)s by %(name)s on %(day)s is cancelled: %(why)s"),
    "on_call_offer": N_(
        "Urgent, and you are on call: work order %(number)s waits for you in the grab pool until %(until)s"
    ),
    "urgent_left": N_("Nobody took the urgent work order: please give it to somebody (%(why)s)"),
    "help_office": N_("Nobody near can help now; the office was told and calls you"),
}


def notice_words(notice: StaffNotice) -> str:
    """Return a notice as a sentence; a flow's own words stand alone."""
    words = WORDS.get(notice.code)
    return _(words) % {"text": notice.text, **notice.params} if words else notice.text
