"""Does what a button of one of our cards stands for, in the name of the member who pressed it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.models import Installer
from common.errors import Refused
from integrations.models import SentCard
from integrations.services.card_sending import ACCEPT, SENT, source_key_of
from integrations.services.cards import ASSIGNED
from workorders.services.accepting import Standing, accept_by_card, standing_with

if TYPE_CHECKING:
    from integrations.models import Connection
    from integrations.wecom.events import CallbackEvent

_SAID = {
    Standing.ACCEPTED: _("Job accepted"),
    Standing.UNDECIDED: _("Please look at the job"),
    Standing.NOT_THEIRS: _("No longer your job"),
}


def press(connection: Connection, event: CallbackEvent, *, is_new: bool) -> str:
    """Accept the order that the pressed card told of; returns what the button says from now on.

    "" when the button is none of ours: the card was sent to somebody else, or never. A press that
    is not new is only answered: how the order stands by now.
    """
    key = source_key_of(event.task_id)
    is_ours = SentCard.objects.filter(
        connection=connection, source_key=key, to_user=event.from_user, state=SENT
    ).exists()
    kind, *numbers = key.split(":")
    if not is_ours or (event.event_key, kind) != (ACCEPT, ASSIGNED):
        return ""
    order_id, installer_id = int(numbers[0]), int(numbers[1])
    # The card may have outlived the account it was sent to.
    is_member = Installer.objects.filter(
        pk=installer_id, user__wecom_userid=event.from_user, user__is_active=True
    ).exists()
    does = accept_by_card if is_new else standing_with
    standing = Standing.NOT_THEIRS
    if is_member:
        # A refusal undoes the step alone: that the button was pressed stays on record.
        with suppress(Refused):
            standing = does(order_id=order_id, installer_id=installer_id)
    with translation.override(settings.LANGUAGE_CODE):
        return str(_SAID[standing])
