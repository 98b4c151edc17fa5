"""What installers would like; nobody is bound by it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import refuse_unless
from dispatch.models import RosterWish

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import Installer

AHEAD_DAYS = 366


@transaction.atomic
def wish_for(*, installer: Installer, day: date, wants: str) -> None:
    """Keep what somebody would like on a day ahead; empty takes the wish back."""
    refuse_unless(
        clock.business_day() < day <= clock.business_day() + timedelta(days=AHEAD_DAYS),
        "wish.day",
        _("Wishes are for days ahead"),
    )
    if not wants:
        RosterWish.objects.filter(installer=installer, day=day).delete()
        return
    RosterWish.objects.update_or_create(installer=installer, day=day, defaults={"wants": wants})
