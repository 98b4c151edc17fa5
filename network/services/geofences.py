"""Changes to the named points that prices may refer to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, refuse_unless
from common.journal import record
from common.two_editors.comparing import refuse_stale, says_nothing
from network.models import Geofence
from network.shown import shown_geofence

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from common.two_editors.seen import Shown

CODE = re.compile(r"[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff_-]{0,19}")
MOST = 200


@transaction.atomic
def save_geofence(
    *, geofence: Geofence, actor: AbstractBaseUser | None, seen: Shown | None = None
) -> Geofence:
    """Store a new or changed geofence; ChangedMeanwhile when somebody saved it since it was `seen`.

    Conflict when somebody removed it.

    Refused: "geofence.code" for signs a rule could misread or a changed code, "geofence.twice".
    """
    refuse_unless(
        CODE.fullmatch(geofence.code),
        "geofence.code",
        _("A code is 1 to 20 letters, digits, characters, - or _"),
    )
    rows = {each.pk: each for each in Geofence.objects.select_for_update()}
    if geofence.pk is not None:
        if geofence.pk not in rows:
            raise Conflict("geofence.gone", _("Somebody has removed this geofence"))
        mine, standing = shown_geofence(geofence), rows.pop(geofence.pk)
        if says_nothing(seen, mine):
            return geofence
        refuse_stale(standing, seen=seen, now=shown_geofence(standing), mine=mine)
    taken = [each.code for each in rows.values()]
    refuse_unless(geofence.code not in taken, "geofence.twice", _("This code is taken already"))
    refuse_unless(len(taken) < MOST, "geofence.many", _("At most 200 geofences"))
    geofence.save()
    record(actor, "geofence.saved", geofence, code=geofence.code, radius_m=geofence.radius_m)
    return geofence


@transaction.atomic
def remove_geofence(*, geofence: Geofence, actor: AbstractBaseUser | None) -> None:
    """Take a geofence away: no site is near it from now on; what was settled stays."""
    record(actor, "geofence.removed", geofence, code=geofence.code)
    geofence.delete()
