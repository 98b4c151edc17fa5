"""What was done on site: arrival, steps, photos, signature, materials."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _

from common import clock
from common.errors import Refused, refuse_unless
from common.outbox import announce
from common.transactions import transactional
from network.geo import haversine_m
from workorders import timeline
from workorders.codes import redeem
from workorders.crew import helper_place
from workorders.events import WorkOrderChanged
from workorders.guards import body_of
from workorders.models import CheckIn, Evidence, MaterialUsed, StepDone, WorkOrder
from workorders.pictures import Picture, read_photo, read_signature
from workorders.quantities import milli_text
from workorders.services.locking import lock_open_order

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Installer, User
    from catalog.models import Material

_SIX_PLACES = Decimal("0.000001")
_MOST_MILLI = 1_000_000


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
) -> CheckIn:
    """Note the arrival: by position (WGS-84, evidence and no lock), by the customer's code, or
    without either for a stated reason.

    Raises Refused when neither position, code nor reason is given, Gone for a used code.
    """
    order = lock_open_order(order_id)
    installer = worker_of(order, actor)
    method, from_site_m = CheckIn.Method.MANUAL, None
    if code:
        redeem(order, code)
        method = CheckIn.Method.CODE
    elif lon is not None and lat is not None:
        refuse_unless(
            -180 <= lon <= 180 and -90 <= lat <= 90,
            "check_in.position",
            _("This position does not exist"),
        )
        method, from_site_m = CheckIn.Method.POSITION, _metres_from_site(order, lon, lat)
    else:
        refuse_unless(reason.strip(), "check_in.reason", _("Say why there is no position"))
    arrived = CheckIn.objects.create(
        work_order=order,
        installer=installer,
        method=method,
        lon=_six(lon),
        lat=_six(lat),
        accuracy_m=accuracy_m,
        from_site_m=from_site_m,
        reason=reason.strip()[:200],
        at=clock.now(),
    )
    timeline.note(
        order,
        f"check_in_{method}",
        kind=timeline.Kind.PEOPLE,
        actor=actor,
        distance=from_site_m,
        reason=arrived.reason,
    )
    return arrived


@transactional
def mark_step(*, order_id: int, seq: int, actor: User, done: bool = True, note: str = "") -> bool:
    """Mark a step of the item done or not done after all; returns whether that changed anything.

    Raises Refused("step.unknown") for a number the item version does not have.
    """
    order = lock_open_order(order_id)
    installer = worker_of(order, actor)
    step = next((each for each in body_of(order).steps if each.seq == seq), None)
    if step is None:
        raise Refused("step.unknown", _("This work order has no step %(seq)s") % {"seq": seq})
    if not done:
        return bool(StepDone.objects.filter(work_order=order, seq=seq).delete()[0])
    # The order's lock is held: nobody else marks the step between the question and the answer.
    if StepDone.objects.filter(work_order=order, seq=seq).exists():
        return False
    StepDone.objects.create(
        work_order=order, seq=seq, installer=installer, note=note[:200], done_at=clock.now()
    )
    timeline.note(
        order, "step_done", kind=timeline.Kind.PEOPLE, actor=actor, seq=seq, name=step.name
    )
    if order.completed_at is not None:
        who = installer.user.display_name
        timeline.note(order, "step_late", kind=timeline.Kind.ALERT, seq=seq, installer=who)
    return True


@transactional
def add_photo(
    *,
    order_id: int,
    upload: File[Any],
    actor: User,
    seq: int = 0,
    label: str = "",
    taken_at: datetime | None = None,
) -> Evidence:
    """Keep a photo of a step, re-encoded and without position data.

    The same photo again on this order yields the first row; one that another order has already is
    kept and flagged (`duplicate_of`). Raises TooLarge (413) and Refused as `pictures.read_photo`.
    """
    return keep_photo(
        lock_open_order(order_id),
        upload=upload,
        actor=actor,
        seq=seq,
        label=label,
        taken_at=taken_at,
    )


def keep_photo(
    order: WorkOrder,
    *,
    upload: File[Any],
    actor: User,
    seq: int = 0,
    label: str = "",
    taken_at: datetime | None = None,
) -> Evidence:
    """Keep a photo of a locked order, as `add_photo`."""
    worker_of(order, actor)
    picture = read_photo(upload)
    twins = Evidence.objects.filter(sha256=picture.sha256, kind=Evidence.Kind.PHOTO)
    same = list(twins.order_by("pk").values_list("pk", "work_order_id", "seq", "label"))
    here = (order.pk, seq, label[:60])
    again = next((pk for pk, *where in same if tuple(where) == here), None)
    if again is not None:
        return Evidence.objects.get(pk=again)
    first = next((pk for pk, owner, *_where in same if owner != order.pk), None)
    elsewhere = Evidence.objects.select_related("work_order").get(pk=first) if first else None
    kept = _keep(order, picture, Evidence.Kind.PHOTO, actor, seq, label, taken_at, elsewhere)
    timeline.note(
        order, "photo", kind=timeline.Kind.PHOTO, actor=actor, label=kept.label, evidence=kept.pk
    )
    if elsewhere is not None:
        number = elsewhere.work_order.number
        timeline.note(
            order, "photo_again", kind=timeline.Kind.ALERT, label=kept.label, number=number
        )
    return kept


@transactional
def add_signature(*, order_id: int, upload: File[Any], actor: User) -> Evidence:
    """Keep the customer's signature (PNG); a new one takes the place of the last.

    Raises Refused("signature.empty") when nothing is drawn.
    """
    order = lock_open_order(order_id)
    holder_of(order, actor)
    picture = read_signature(upload)
    signed = order.evidence.filter(kind=Evidence.Kind.SIGNATURE)
    again = signed.filter(sha256=picture.sha256).first()
    if again is not None:
        return again
    kept = _keep(order, picture, Evidence.Kind.SIGNATURE, actor, 0, "", None, None)
    signed.exclude(pk=kept.pk).delete()
    timeline.note(order, "signature", kind=timeline.Kind.PEOPLE, actor=actor, evidence=kept.pk)
    return kept


def keep_consent(order: WorkOrder, *, upload: File[Any], label: str, actor: User) -> Evidence:
    """Keep the signature with which the customer of a locked order agrees to an extra charge (PNG).

    Raises Refused("signature.empty") when nothing is drawn.
    """
    holder_of(order, actor)
    picture = read_signature(upload)
    return _keep(order, picture, Evidence.Kind.CONSENT, actor, 0, label, None, None)


@transactional
def use_material(
    *, order_id: int, material: Material, quantity_milli: int, actor: User
) -> MaterialUsed | None:
    """Set how much of a material was used, in thousandths of its unit; 0 takes it off the list.

    The price is that of the moment. Raises Refused for a negative or absurd quantity. What is
    handed in late, after the completion, is told to those who count money with it.
    """
    order = lock_open_order(order_id)
    holder_of(order, actor)
    if order.completed_at is not None:
        announce(WorkOrderChanged(order.pk, "facts"))
    refuse_unless(
        0 <= quantity_milli <= _MOST_MILLI,
        "material.quantity",
        _("The quantity must lie between 0 and 1,000"),
    )
    if quantity_milli == 0:
        removed, _rows = MaterialUsed.objects.filter(work_order=order, material=material).delete()
        if removed:
            timeline.note(
                order,
                "material_removed",
                kind=timeline.Kind.PEOPLE,
                actor=actor,
                material=material.name,
            )
        return None
    used = MaterialUsed(
        work_order=order,
        material=material,
        quantity_milli=quantity_milli,
        unit_price_fen=material.unit_price_fen,
        recorded_at=clock.now(),
    )
    MaterialUsed.objects.bulk_create(
        [used],
        update_conflicts=True,
        unique_fields=["work_order", "material"],
        update_fields=["quantity_milli", "unit_price_fen", "recorded_at"],
    )
    timeline.note(
        order,
        "material",
        kind=timeline.Kind.PEOPLE,
        actor=actor,
        material=material.name,
        quantity=milli_text(quantity_milli),
        unit=material.unit,
    )
    return used


def worker_of(order: WorkOrder, actor: User) -> Installer:
    """Who does it: the person on the phone when they help on the order, else its installer."""
    place = helper_place(order, actor=actor) if actor.is_installer else None
    return place.installer if place is not None else holder_of(order, actor)


def holder_of(order: WorkOrder, actor: User) -> Installer:
    """The order's installer; an installer may only work on what is theirs."""
    holder = order.installer
    if holder is None:
        raise Refused("order.no_installer", _("No installer has this work order"))
    refuse_unless(
        holder.user_id == actor.pk or not actor.is_installer,
        "order.not_yours",
        _("This work order is with another installer now"),
    )
    return holder


def _keep(
    order: WorkOrder,
    picture: Picture,
    kind: str,
    actor: User,
    seq: int,
    label: str,
    taken_at: datetime | None,
    duplicate_of: Evidence | None,
) -> Evidence:
    # A phone's clock may be wrong: what it says counts only when it is possible.
    now = clock.now()
    kept = Evidence(
        work_order=order,
        kind=kind,
        seq=seq,
        label=label[:60],
        sha256=picture.sha256,
        size_bytes=len(picture.content),
        duplicate_of=duplicate_of,
        uploaded_by=actor,
        taken_at=taken_at if taken_at and order.created_at <= taken_at <= now else now,
    )
    kept.file.save(f"{kind}{picture.suffix}", ContentFile(picture.content), save=False)
    kept.save()
    return kept


def _metres_from_site(order: WorkOrder, lon: float, lat: float) -> int | None:
    address = order.address
    if address.lon is None or address.lat is None:
        return None
    return haversine_m((lon, lat), (float(address.lon), float(address.lat)))


def _six(degrees: float | None) -> Decimal | None:
    return None if degrees is None else Decimal(repr(degrees)).quantize(_SIX_PLACES, ROUND_HALF_UP)
