"""Photos of a visit: made safe, placed in space and time, kept once, and what is odd of them said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile, File
from django.db.models import F

from common.journal.happened import said as told_when
from common.transactions import transactional
from workorders import timeline
from workorders.happened import AT_ONCE
from workorders.looks import is_alike, look_from, quarters_of
from workorders.models import Evidence, RequestPhoto, StageStay, WorkOrder
from workorders.pictures import Picture, read_photo
from workorders.services.evidence import worker_of
from workorders.services.locking import lock_open_order
from workorders.services.turns import take_turn
from workorders.taking import UNSAID, Taking, fill_in

if TYPE_CHECKING:
    from accounts.models import User
    from workorders.happened import Happened

_MOST_CANDIDATES = 500


@transactional
def add_photo(
    *,
    order_id: int,
    upload: File[Any],
    actor: User,
    seq: int = 0,
    label: str = "",
    said: Taking = UNSAID,
) -> Evidence:
    """Keep a photo of a step, re-encoded and without position data.

    The same photo again on this order yields the first row; one that another order has already, as
    whatever proof, or that a customer sent (`duplicate_of`, `duplicate_request`) is kept and
    flagged, and so is one that looks like another order's (`alike`), is from elsewhere (`is_far`)
    or from before the visit (`is_old`). Raises TooLarge (413) and Refused as `pictures.read_photo`.
    """
    order = lock_open_order(order_id)
    return keep_photo(order, upload=upload, actor=actor, seq=seq, label=label, said=said)


def keep_photo(
    order: WorkOrder,
    *,
    upload: File[Any],
    actor: User,
    seq: int = 0,
    label: str = "",
    said: Taking = UNSAID,
    kind: str = Evidence.Kind.PHOTO,
) -> Evidence:
    """Keep a photo of a locked order, as `add_photo`.

    The office also keeps photos of orders nobody has yet: of a contract, of a delivery note.
    """
    if actor.is_installer or order.installer is not None:
        worker_of(order, actor)
    kept, is_new = take_photo(
        order, upload=upload, actor=actor, seq=seq, label=label, said=said, kind=kind
    )
    if is_new:
        code = "photo_arrival" if kind == Evidence.Kind.ARRIVAL else "photo"
        timeline.note(
            order, code, kind=timeline.Kind.PHOTO, actor=actor, label=kept.label, evidence=kept.pk
        )
        say_what_is_odd(order, kept)
    return kept


def take_photo(
    order: WorkOrder,
    *,
    upload: File[Any],
    actor: User,
    seq: int,
    label: str,
    said: Taking,
    kind: str = Evidence.Kind.PHOTO,
    when: Happened | None = None,
) -> tuple[Evidence, bool]:
    """Keep a photo of a locked order, whoever's it is; returns it and whether it is new.

    `when` is when it was done, by default as `happened` has it. Nothing is written down of it.
    """
    picture = read_photo(upload)
    # Two orders that get the same photo at one moment would both be the first.
    take_turn("photo", picture.sha256)
    twins = Evidence.objects.filter(sha256=picture.sha256).order_by("pk")
    same = list(twins.values_list("pk", "work_order_id", "kind", "seq", "label"))
    here = (order.pk, kind, seq, label[:60])
    again = next((pk for pk, *where in same if tuple(where) == here), None)
    if again is not None:
        return Evidence.objects.get(pk=again), False
    first = next((pk for pk, owner, *_where in same if owner != order.pk), None)
    elsewhere = Evidence.objects.select_related("work_order").get(pk=first) if first else None
    sent = RequestPhoto.objects.filter(sha256=picture.sha256).order_by("pk").first()
    kept = Evidence(
        kind=kind, seq=seq, label=label[:60], duplicate_of=elsewhere, duplicate_request=sent
    )
    if picture.look is not None:
        kept.look = quarters_of(picture.look)
        kept.alike = None if kept.is_known else _alike(order, picture.look)
    keep(kept, order, picture, actor=actor, said=said, when=when)
    return kept, True


def _alike(order: WorkOrder, look: int) -> Evidence | None:
    """A picture of another order that looks the same, the first of them.

    Of very many candidates (pictures of nothing share a quarter) the newest are read.
    """
    others = Evidence.objects.filter(look__overlap=quarters_of(look)).exclude(work_order=order)
    # By an expression: in the order of the key the planner would read all pictures, not the index.
    newest = others.order_by((F("pk") + 0).desc())
    rows = newest.values_list("pk", "look")[:_MOST_CANDIDATES]
    found = [pk for pk, other in rows if other and is_alike(look_from(other), look)]
    if not found:
        return None
    return Evidence.objects.select_related("work_order").get(pk=min(found))


def keep(
    kept: Evidence,
    order: WorkOrder,
    picture: Picture,
    *,
    actor: User,
    said: Taking = UNSAID,
    when: Happened | None = None,
) -> Evidence:
    """Store a picture and the row that stands for it."""
    kept.work_order, kept.uploaded_by = order, actor
    kept.sha256, kept.size_bytes = picture.sha256, len(picture.content)
    kept.stay = _stay_of(order)
    fill_in(kept, order, picture.camera, said, when=when)
    kept.file.save(f"{kept.kind}{picture.suffix}", ContentFile(picture.content), save=False)
    kept.save()
    return kept


def _stay_of(order: WorkOrder) -> StageStay | None:
    """The stay in which it was given: what a phone sends later may belong to one that is over."""
    stays = StageStay.objects.filter(work_order=order).order_by("-entered_at", "-pk")
    told = told_when()
    if told is not None:
        then = stays.filter(entered_at__lte=told.at + AT_ONCE).first()
        return then or stays.last()
    return stays.first()


def say_what_is_odd(order: WorkOrder, kept: Evidence) -> None:
    """Write down what is odd of a photo that was just kept, for the office to look at."""
    alert = timeline.Kind.ALERT
    if kept.duplicate_of is not None:
        number = kept.duplicate_of.work_order.number
        timeline.note(order, "photo_again", kind=alert, label=kept.label, number=number)
    elif kept.duplicate_request is not None:
        number = kept.duplicate_request.order.number
        timeline.note(order, "photo_of_request", kind=alert, label=kept.label, number=number)
    if kept.alike is not None:
        number = kept.alike.work_order.number
        timeline.note(order, "photo_alike", kind=alert, label=kept.label, number=number)
    if kept.is_far and kept.kind == Evidence.Kind.PHOTO:  # of an arrival the check-in says it
        metres = kept.from_site_m
        timeline.note(order, "photo_far", kind=alert, label=kept.label, distance=metres)
    if kept.is_old:
        moment = kept.taken_at.isoformat()
        timeline.note(order, "photo_old", kind=alert, label=kept.label, moment=moment)
