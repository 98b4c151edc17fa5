"""Tells people of the staff by WeCom card that an order waits for them in a stage of its flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from common import formatting
from integrations.services.card_sending import Note, send_card
from workorders.models import StageStay

if TYPE_CHECKING:
    from integrations.models import SentCard


def tell_stage(*, stay_id: int, user_id: int) -> SentCard | None:
    """Tell somebody that an order waits for them, as long as it stands there."""
    stays = StageStay.objects.select_related("work_order__item_version", "work_order__address")
    stay, person = stays.get(pk=stay_id), User.objects.get(pk=user_id)
    if stay.left_at is not None or not person.is_active:
        return None
    order = stay.work_order
    with translation.override(settings.LANGUAGE_CODE):
        words = _("%(number)s %(service)s, %(place)s. By %(when)s.")
        when = formatting.full_time(stay.due_at) if stay.due_at else formatting.NO_VALUE
        note = Note(
            key=f"stage-waits:{stay_id}:{user_id}",
            title=_("Waits for you: %(stage)s") % {"stage": stay.name},
            text=words
            % {
                "number": order.number,
                "service": order.item_version.name,
                "place": f"{order.address.city}{order.address.district}",
                "when": when,
            },
            path=reverse("workorders:order-detail", args=[order.number]),
            button=_("Open the order"),
        )
    return send_card(person.wecom_userid, note)
