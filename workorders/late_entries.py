"""What earlier holders sent of an order, in words for the office."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import formatting
from workorders.flow.answers import read_answers
from workorders.flow_versions import read_version
from workorders.form_words import answer_words
from workorders.late_contents import (
    LateAnswer,
    LateArrival,
    LateCharge,
    LateConsent,
    LateForm,
    contents_of,
)
from workorders.models import ChargeCode, FlowVersion, LateEntry
from workorders.photo_views import picture_url, signer_words

if TYPE_CHECKING:
    from datetime import datetime

    from workorders.late_contents import LateContents
    from workorders.models import Evidence, WorkOrder


@dataclass(frozen=True, slots=True)
class LatePicture:
    """A picture of an entry with its protected address; `words` say what it is, and who signed."""

    url: str
    words: str


@dataclass(frozen=True, slots=True)
class LateView:
    """An entry as the office reads it: whose, when it was done and came, and all it says."""

    pk: int
    kind: str
    title: str
    by: str
    at: datetime
    received_at: datetime
    facts: tuple[tuple[str, str], ...]
    pictures: tuple[LatePicture, ...]


def late_entries(order: WorkOrder) -> list[LateView]:
    """Return what earlier holders sent, the oldest first; one query where there is none of it."""
    rows = LateEntry.objects.filter(work_order=order).order_by("at", "pk")
    joined = rows.select_related("installer__user", "photo", "drawn__signature")
    return [_view(each) for each in joined]


def _view(entry: LateEntry) -> LateView:
    title = entry.get_kind_display()
    pictures = [(entry.photo, _("Photo")), (entry.drawn, _("Signature"))]
    return LateView(
        pk=entry.pk,
        kind=entry.kind,
        title=f"{title} · {entry.label}" if entry.label else title,
        by=entry.installer.user.display_name,
        at=entry.at,
        received_at=entry.received_at,
        facts=tuple((label, words) for label, words in _facts(contents_of(entry)) if words),
        pictures=tuple(_picture(each, words) for each, words in pictures if each is not None),
    )


def _picture(kept: Evidence, words: str) -> LatePicture:
    who = signer_words(kept)
    return LatePicture(picture_url(kept), f"{words} · {who}" if who else words)


def _facts(said: LateContents) -> list[tuple[str, str]]:
    match said:
        case LateArrival():
            return _of_arrival(said)
        case LateCharge():
            name = str(dict(ChargeCode.choices).get(said.code, said.code))
            amount = formatting.NO_VALUE if said.amount_fen is None else _yuan(said.amount_fen)
            return [
                (_("Charge"), f"{name} × {said.quantity}" if said.quantity > 1 else name),
                (_("Amount"), amount),
                (_("Reason"), said.reason),
            ]
        case LateConsent():
            name = str(dict(ChargeCode.choices).get(said.code, said.code))
            amount = "" if said.amount_fen is None else _yuan(said.amount_fen)
            return [(_("Charge"), name), (_("Amount"), amount)]
        case LateAnswer():
            answer = _("agreed") if said.agrees else _("did not agree")
            return [
                (_("Question"), said.question),
                (_("Answer"), answer),
                (_("Remark"), said.remark),
            ]
        case LateForm():
            return _of_form(said)
    return []


def _of_arrival(said: LateArrival) -> list[tuple[str, str]]:
    distance = "" if said.from_site_m is None else formatting.distance(said.from_site_m)
    if said.is_far:
        distance = _("%(distance)s, far from the site") % {"distance": distance}
    place = "" if said.lon is None or said.lat is None else f"{said.lat:.6f}, {said.lon:.6f}"
    code = _("shown, and not used up") if said.by_code else ""
    return [
        (_("From the address"), distance),
        (_("Position"), place),
        (_("Customer's code"), code),
        (_("Reason"), said.reason),
    ]


def _of_form(said: LateForm) -> list[tuple[str, str]]:
    version = FlowVersion.objects.filter(pk=said.flow_version).first()
    form = read_version(version).form(said.form) if version is not None else None
    shown = answer_words(read_answers(form, said.values, {})) if form is not None else []
    return [*((each.label, each.words) for each in shown), *said.unread.items()]


def _yuan(amount_fen: int) -> str:
    return formatting.money(amount_fen)
