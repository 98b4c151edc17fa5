"""Arrivals: by position, by the customer's code, or by word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common.errors import refuse_unless
from common.transactions import transactional
from workorders import timeline
from workorders.codes import redeem
from workorders.models import CheckIn, Evidence
from workorders.services.evidence import worker_of
from workorders.services.locking import lock_open_order
from workorders.services.photos import keep_photo
from workorders.services.times import time_of
from workorders.site_radius import is_beyond, metres_from_site, radius_m, six_places
from workorders.taking import UNSAID, Taking

if TYPE_CHECKING:
    from django.core.files.base import File

    from accounts.models import User
    from workorders.models import WorkOrder


@transactional
def check_in(
    *,
    order_id: int,
    actor: User,
    lon: float | None = None,
    lat: float | None = None,
    accuracy_m: int | None = None,
    code: str = "",
    reason: str = "",
    photo: File[Any] | None = None,
    said: Taking = UNSAID,
) -> CheckIn:
    """Note the arrival: by position (WGS-84, evidence and no lock), by the customer's code, or
    without either for a stated reason.

    A position beyond the company's radius asks for a photo and a reason; that they are missing is
    noted and refuses nothing, because what a phone queued cannot be asked again. Raises Refused
    when neither position, code nor reason is given, and as `add_photo`; Gone for a used code.
    """
    order = lock_open_order(order_id)
    installer = worker_of(order, actor)
    when = time_of(order)
    method, from_site_m = CheckIn.Method.MANUAL, None
    if code:
        redeem(order, code, when=when)
        method = CheckIn.Method.CODE
    elif lon is not None and lat is not None:
        refuse_unless(
            -180 <= lon <= 180 and -90 <= lat <= 90,
            "check_in.position",
            _("This position does not exist"),
        )
        method, from_site_m = CheckIn.Method.POSITION, metres_from_site(order, lon, lat)
    else:
        refuse_unless(reason.strip(), "check_in.reason", _("Say why there is no position"))
    arrived = CheckIn(
        work_order=order,
        installer=installer,
        method=method,
        lon=six_places(lon),
        lat=six_places(lat),
        accuracy_m=accuracy_m,
        from_site_m=from_site_m,
        is_far=is_beyond(order, from_site_m, accuracy_m),
        reason=reason.strip()[:200],
        at=when.at,
        received_at=when.received_at,
    )
    if photo is not None:
        kind = Evidence.Kind.ARRIVAL
        arrived.photo = keep_photo(order, upload=photo, actor=actor, said=said, kind=kind)
    arrived.save()
    _note(order, arrived, actor)
    return arrived


def _note(order: WorkOrder, arrived: CheckIn, actor: User) -> None:
    timeline.note(
        order,
        f"check_in_{arrived.method}",
        kind=timeline.Kind.PEOPLE,
        actor=actor,
        distance=arrived.from_site_m,
        reason=arrived.reason,
    )
    if arrived.is_far:
        is_explained = arrived.photo is not None and arrived.reason
        timeline.note(
            order,
            "check_in_far" if is_explained else "check_in_bare",
            kind=timeline.Kind.ALERT,
            distance=arrived.from_site_m,
            radius=radius_m(),
            reason=arrived.reason,
        )
