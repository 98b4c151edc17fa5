"""Tells installers by WeCom card that money of theirs was computed again: once for a whole run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import formatting
from integrations.services.card_sending import Note, send_to_installer
from settlement.recompute.selectors import run_by_id
from workorders.selectors import work_order_by_id

if TYPE_CHECKING:
    from integrations.events import RecomputeTold
    from integrations.models import SentCard


def tell_recomputed(told: RecomputeTold) -> SentCard | None:
    """Tell an installer what a posted recompute changed for them in all, and why it was made."""
    run = run_by_id(told.run_id)
    with translation.override(settings.LANGUAGE_CODE):
        note = Note(
            key=f"recomputed:{run.pk}:{told.installer_id}",
            title=_("Computed again: %(amount)s")
            % {"amount": formatting.money(told.diff_fen, signed=True)},
            text=_("%(what)s. Why: %(reason)s. Tap to see what it was and what it is now.")
            % {"what": _what(told), "reason": run.reason},
            path=_path(told),
        )
    return send_to_installer(told.installer_id, note)


def _what(told: RecomputeTold) -> str:
    if told.order_id is None:
        return _("Your bonus of a closed period was computed again")
    if told.orders == 1:
        number = work_order_by_id(told.order_id).number
        return _("Work order %(number)s was computed again") % {"number": number}
    words = ngettext(
        "%(n)d work order was computed again", "%(n)d work orders were computed again", told.orders
    )
    return words % {"n": told.orders}


def _path(told: RecomputeTold) -> str:
    if told.order_id is None:
        return reverse("settlement-phone:earnings")
    if told.orders == 1:
        number = work_order_by_id(told.order_id).number
        return reverse("settlement-phone:job", args=[number])
    return reverse("settlement-phone:recomputed", args=[told.run_id])
