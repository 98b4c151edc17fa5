"""What a dispute's steps are called, and what the clock will do, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping


def step_words(move: str) -> tuple[str, str, str]:
    """Return icon, kind and title of a step, as ui/_timeline.html shows them."""
    return {
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
        "remind": ("bell", "", _("Reminded whoever has to act")),
        "urge": ("alert-triangle", "bad", _("Nobody decided in time: headquarters is asked, with a last term")),
        "expire": ("clock", "bad", _("Not decided in time: the line stands, the claim may be filed anew")),
        "lapse": ("clock", "", _("Nothing was added in time: the line stands")),
        "finish": ("lock", "", _("Closed")),
        "void": ("refresh", "bad", _("Closed: the settlement was taken back")),
    }[move]  # fmt: skip


def outlook_words(move: str, hours: Mapping[str, int]) -> str:
    """Return what happens by itself when an open dispute's time is up; `hours` by state."""
    return {
        "silence": _("If nobody answers until then, the claim is confirmed in full and paid."),
        "to_person": _("If nobody answers until then, a person decides."),
        "urge": _("If nobody decides until then, headquarters is asked with a last term of %(n)d hours.")
        % {"n": hours["overdue"]},
        "expire": _("If nobody decides until then, it ends as not decided in time: the line stands, "
                    "what is held is available again, and the claim may be filed anew."),
        "lapse": _("If nothing is added until then, the line stands and what is held is available again."),
    }[move]  # fmt: skip
