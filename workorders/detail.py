"""Everything the page of one work order shows, read in a fixed number of queries."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from common import clock
from workorders.facts import label_of, value_words
from workorders.flow import Meaning
from workorders.flow_versions import flow_of
from workorders.followed import Followed, followed
from workorders.guards import body_of, missing_photos, missing_steps, photo_sentence
from workorders.late_entries import LateView, late_entries
from workorders.local_item import LocalNote, local_item, local_notes
from workorders.models import (
    Evidence,
    FollowUp,
    MaterialUsed,
    SiteFact,
    TimelineEvent,
    WorkOrder,
)
from workorders.own_steps import BEGUN, LEAST_STEPS
from workorders.photo_views import PICTURED, PhotoView, SignatureView, photo_view, signature_view
from workorders.quantities import milli_text
from workorders.rail import Comparison, RailStep, comparisons, rail
from workorders.sla import TimeLeft, time_left
from workorders.stage_times import StageTime, stage_times
from workorders.timeline import Kind, sent_later, sentence

if TYPE_CHECKING:
    from datetime import datetime

_DOTS = {Kind.PEOPLE: "person", Kind.PHOTO: "photo", Kind.MONEY: "money", Kind.ALERT: "bad"}
_ICONS = {
    "opened": "plus", "entered": "plus", "moved": "arrow-right", "installer": "user-check",
    "released": "arrow-back-up", "appointment": "calendar-event", "note": "message",
    "reason": "message", "photo": "camera", "photo_arrival": "camera", "signature": "signature", "signed_by": "signature", "material": "package",
    "fact": "cloud-rain", "quote": "currency-yuan", "step_done": "check",
    "check_in_position": "map-pin", "check_in_code": "qrcode", "check_in_manual": "map-pin",
    "follow_up_passed": "phone", "follow_up_failed": "phone", "shop_paid": "currency-yuan",
    "shop_refunded": "currency-yuan", "relocated": "map-pin", "edited": "pencil",
    "number_shown": "eye", "charge_added": "currency-yuan", "charge_agreed": "signature",
    "charge_agreed_by_link": "signature", "charge_agreed_by_word": "phone",
    "charge_declined": "circle-x", "form": "clipboard-check",
    "flow_moved": "route", "nudged": "bell",
    "told_customer_phone": "phone", "told_customer_wechat": "message",
    "told_customer_message": "message", "told_customer_shop": "message",
    "told_customer_here": "user-check", "told_staff": "bell", "told_installer": "bell", "tag_added": "star",
    "material_planned": "package", "asked_customer": "message", "customer_agreed": "user-check",
    "customer_agreed_here": "signature", "customer_declined_here": "circle-x",
    "customer_declined": "circle-x", "order_brought": "plus", "order_came": "plus",
    "milestone": "currency-yuan", "given": "user-check", "hook_called": "bolt",
    "task_done": "circle-check", "task_reopened": "arrow-back-up",
    "agreed": "user-check", "agreed_not": "arrow-back-up",
    "charge_second_visit": "currency-yuan", "charge_approved": "check",
    "charge_refused": "circle-x", "charge_cancelled": "circle-x",
    "crew_joined": "user-plus", "crew_left": "arrow-back-up",
    "crew_kept": "user-check", "shares_chosen": "users", "shares_by_steps": "users",
    "shares_void": "users", "shares_corrected": "users",
    "late_step": "check", "late_step_twice": "check", "late_photo": "camera",
    "late_material": "package", "late_material_open": "package",
    "late_entry": "history", "late_entry_of": "history",
    "visits_corrected": "history", "region_corrected": "map",
    "help_asked": "users", "help_declined": "circle-x", "help_expired": "hourglass",
    "help_withdrawn": "arrow-back-up", "help_number_shown": "phone",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the timeline."""

    at: datetime
    icon: str
    kind: str
    title: str
    actor: str
    text: str = ""
    late: str = ""


@dataclass(frozen=True, slots=True)
class FactView:
    """A recorded fact of the site."""

    label: str
    value: str
    source: str
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class MaterialView:
    """A material that was used, its quantity as text."""

    name: str
    quantity: str
    unit: str
    unit_price_fen: int


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """What is shown of one order."""

    order: WorkOrder
    stage_name: str
    department: str
    left: TimeLeft | None
    rail: list[RailStep]
    times: list[StageTime]
    entries: list[Entry]
    photos: list[PhotoView]
    late_entries: list[LateView]
    comparisons: list[Comparison]
    signature: SignatureView | None
    local_notes: tuple[LocalNote, ...]
    facts: list[FactView]
    materials: list[MaterialView]
    follow_up: FollowUp | None
    followed: Followed
    still_missing: list[str]
    stamp: str

    @property
    def may_go_on(self) -> bool:
        """Whether a part of the work may be left to another order."""
        return self.order.meaning in BEGUN and len(body_of(self.order).steps) >= LEAST_STEPS

    @property
    def is_overdue(self) -> bool:
        """Whether the stage's time is used up."""
        return self.left is not None and self.left.is_overdue


def order_detail(order: WorkOrder) -> OrderDetail:
    """Return the page's content of an order the reader may see."""
    stage = flow_of(order).stage(order.stage)
    left = time_left(order, clock.now())
    events = list(order.timeline.select_related("actor").order_by("-at", "-pk"))
    evidence = list(order.evidence.select_related("signature").order_by("seq", "pk"))
    photos = [each for each in evidence if each.kind in PICTURED]
    signed = [each for each in evidence if each.kind == Evidence.Kind.SIGNATURE]
    late = {
        event.params["evidence"]: event.params["installer"]
        for event in events
        if event.code == "late_photo"
    }
    shown = [photo_view(each, late=late.get(each.pk, "")) for each in photos]
    times = stage_times(order)
    return OrderDetail(
        order=order,
        stage_name=stage.name,
        department=stage.department,
        left=left,
        rail=rail(
            order, times, stage_name=stage.name, is_overdue=left is not None and left.is_overdue
        ),
        times=times,
        entries=[_entry(event) for event in events],
        photos=shown,
        late_entries=late_entries(order),
        comparisons=comparisons(shown),
        signature=signature_view(signed[-1]) if signed else None,
        local_notes=local_notes(local_item(order)),
        facts=_facts(order),
        materials=_materials(order),
        follow_up=FollowUp.objects.filter(work_order=order).first(),
        followed=followed(order),
        still_missing=_still_missing(order),
        stamp=progress_stamp(order, left),
    )


def progress_stamp(order: WorkOrder, left: TimeLeft | None) -> str:
    """Return a text that changes whenever the timeline or the clock's verdict does."""
    newest = (
        TimelineEvent.objects.filter(work_order=order)
        .order_by("-pk")
        .values_list("pk", flat=True)
        .first()
    )
    shown = (newest, order.stage, left is not None and left.is_overdue)
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


def _entry(event: TimelineEvent) -> Entry:
    kind = Kind(event.kind)
    return Entry(
        at=event.at,
        icon=_ICONS.get(event.code, "alert-triangle" if kind is Kind.ALERT else "history"),
        kind=_DOTS.get(kind, ""),
        title=sentence(event),
        actor=event.actor.display_name if event.actor else "",
        late=sent_later(event.received_at),
    )


def _facts(order: WorkOrder) -> list[FactView]:
    rows = SiteFact.objects.filter(work_order=order).order_by("observed_at", "pk")
    return [
        FactView(label_of(row.kind), value_words(row.kind, row.value), row.source, row.observed_at)
        for row in rows
    ]


def _materials(order: WorkOrder) -> list[MaterialView]:
    used = MaterialUsed.objects.filter(work_order=order).select_related("material")
    return [
        MaterialView(
            each.material.name,
            milli_text(each.quantity_milli),
            each.material.unit,
            each.unit_price_fen,
        )
        for each in used.order_by("pk")
    ]


def _still_missing(order: WorkOrder) -> list[str]:
    """What completion waits for, while there is somebody to do it."""
    if order.meaning != Meaning.ON_SITE.value:
        return []
    steps = [name for _seq, name in missing_steps(order)]
    return [*steps, *(photo_sentence(lack) for lack in missing_photos(order))]
