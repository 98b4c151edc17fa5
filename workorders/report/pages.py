"""A report's facts in the reader's words, as page and paper show them."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import formatting
from customers.models import Address
from workorders.models import ChargeCode, CheckIn, Evidence, ExtraCharge, Signature
from workorders.quantities import milli_text
from workorders.report.pictures import MOST_PICTURES
from workorders.strokes import stored_strokes, svg_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workorders.report.shape import Charge, Facts, Photo, Signed, Visit


class Row(NamedTuple):
    """Something with its time, and where both come from."""

    label: str
    at: str
    source: str = ""


class Shot(NamedTuple):
    """A photo: its address (empty: it cannot be read), and what is known and odd of it."""

    address: str
    label: str
    at: str
    where: str
    by_whom: str
    flags: list[str]
    sha256: str


class Ink(NamedTuple):
    """A signature in a form: its picture (empty: it cannot be read), whose, when, how it came."""

    drawing: str
    label: str
    signer: str
    at: str
    source: str


class FormShown(NamedTuple):
    """A filled-in form with its answers in words and its signatures."""

    name: str
    by: str
    answers: list[list[str]]
    signatures: list[Ink]


class ChargeLine(NamedTuple):
    """An extra charge and the customer's answer to it."""

    name: str
    reason: str
    quantity: str
    amount_fen: int
    answer: str


@dataclass(frozen=True, slots=True)
class ReportPage:
    """What stands on a report, in words."""

    times: list[Row]
    position: str
    visits: list[Row]
    steps: list[Row]
    forms: list[FormShown]
    shots: list[Shot]
    materials: list[tuple[str, str]]
    charges: list[ChargeLine]
    drawing: str
    signer: str
    signed_at: str


def page_of(facts: Facts, pictures: Mapping[int, str]) -> ReportPage:
    """Return the facts in the active language; `pictures` are addresses by evidence."""
    language, signed = str(get_language()), facts.signature
    return ReportPage(
        times=_times(facts),
        position=_position(facts),
        visits=[_visit(each) for each in facts.visits],
        steps=[Row(f"{each.seq}. {each.name}", moment(each.at), each.by) for each in facts.steps],
        forms=[
            FormShown(
                f"{each.stage} · {each.name}",
                f"{each.by} {moment(each.at)}",
                each.answers[language],
                [_ink(signature, pictures) for signature in each.signatures or ()],
            )
            for each in facts.forms
        ],
        shots=[
            _shot(each, pictures.get(each.pk, "")) for each in facts.photos[:MOST_PICTURES]
        ],
        materials=[
            (each.name, f"{milli_text(each.quantity_milli)} {each.unit}".strip())
            for each in facts.materials
        ],
        charges=[_charge(each) for each in facts.charges],
        drawing=_drawing(signed, pictures) if signed else "",
        signer=_signer(signed) if signed else "",
        signed_at=moment(signed.at) if signed else "",
    )  # fmt: skip


def moment(iso: str | None) -> str:
    """Return a stored moment as "2026-11-27 14:30", Shanghai time; "—" for none."""
    if not iso:
        return formatting.NO_VALUE
    return f"{datetime.fromisoformat(iso).astimezone(formatting.EDGE_ZONE):%Y-%m-%d %H:%M}"


def _times(facts: Facts) -> list[Row]:
    ended = _("Work completed") if facts.is_completed else _("Work ended")
    rows = [
        Row(_("Ordered"), moment(facts.ordered_at), _("from the shop order")),
        Row(_("Given to the installer"), moment(facts.assigned_at), _noted(None)),
        Row(_("Appointment"), _window(facts), _("as agreed")),
        Row(_("Work begun"), moment(facts.started_at), _noted(facts.started_received_at)),
        Row(_("Accepted by the customer"), moment(facts.accepted_at), _by_code(facts)),
        Row(ended, moment(facts.ended_at), _noted(facts.ended_received_at)),
    ]
    return [row for row in rows if row.at != formatting.NO_VALUE]


def _noted(received_at: str | None) -> str:
    """Who says when something was done: the system, or a phone that told of it later."""
    if received_at is None:
        return _("noted by the system")
    return _("done offline, received %(when)s") % {"when": moment(received_at)}


def _by_code(facts: Facts) -> str:
    told = [_("by their one-time code")]
    if facts.accepted_received_at:
        told.append(_noted(facts.accepted_received_at))
    return " · ".join(told)


def _window(facts: Facts) -> str:
    end = moment(facts.window_to)
    return moment(facts.window_from) if not facts.window_to else (
        f"{moment(facts.window_from)}–{end[-5:]}"
    )  # fmt: skip


def _position(facts: Facts) -> str:
    how = str(dict(Address.Precision.choices).get(facts.precision, facts.precision))
    if facts.lon is None or facts.lat is None:
        return how
    return _("%(lon)s° E, %(lat)s° N (%(how)s)") % {"lon": facts.lon, "lat": facts.lat, "how": how}


def _visit(visit: Visit) -> Row:
    told = [str(dict(CheckIn.Method.choices).get(visit.method, visit.method))]
    if visit.lon is not None:
        told.append(
            _("%(lon)s° E, %(lat)s° N") % {"lon": visit.lon, "lat": visit.lat}
            + (f" ±{visit.accuracy_m} m" if visit.accuracy_m is not None else "")
        )
    if visit.from_site_m is not None:
        words = {"distance": formatting.distance(visit.from_site_m)}
        told.append(_("%(distance)s from the site") % words)
    if visit.is_far:
        told.append(_("beyond the company's radius"))
    if visit.reason:
        told.append(visit.reason)
    if visit.received_at:
        told.append(_noted(visit.received_at))
    return Row(visit.by, moment(visit.at), " · ".join(told))


def _shot(photo: Photo, address: str) -> Shot:
    sources = dict(Evidence.Source.choices)
    when, where = sources.get(photo.time_source, ""), sources.get(photo.place_source, "")
    by_whom = str(when)
    if where and where != when:
        by_whom = _("time %(when)s, place %(where)s") % {"when": when, "where": where}
    place = f"{photo.lat}, {photo.lon}" if photo.lon is not None else ""
    if photo.from_site_m is not None:
        words = {"distance": formatting.distance(photo.from_site_m)}
        place = _("%(distance)s from the site") % words
    odd = (
        (photo.is_far, _("far from the site")),
        (photo.is_old, _("from before the visit")),
        (photo.is_again, _("used before")),
    )
    label = photo.label or str(dict(Evidence.Kind.choices).get(photo.kind, ""))
    flags = [words for is_so, words in odd if is_so]
    return Shot(address, label, moment(photo.at), place, by_whom, flags, photo.sha256)


def _charge(charge: Charge) -> ChargeLine:
    if charge.is_declined:
        answer = _("Customer declined")
    elif charge.way:
        answer = _("Customer agreed")
    else:
        answer = _("The customer has not answered")
    way = dict(ExtraCharge.Way.choices).get(charge.way)
    told = [
        answer,
        str(way) if way else "",
        moment(charge.answered_at) if charge.answered_at else "",
    ]
    return ChargeLine(
        str(dict(ChargeCode.choices).get(charge.code, charge.code)),
        charge.reason,
        f"{charge.quantity} {charge.unit}".strip() if charge.unit else "",
        charge.amount_fen,
        " · ".join(part for part in told if part),
    )


def _signer(signed: Signed) -> str:
    relation = dict(Signature.Relation.choices).get(signed.relation)
    if not signed.name or relation is None:
        return signed.name
    return _("%(name)s (%(relation)s)") % {"name": signed.name, "relation": relation}


def _ink(signed: Signed, pictures: Mapping[int, str]) -> Ink:
    how = _("drawn, taken by %(name)s") if signed.strokes else _("a picture, handed in by %(name)s")
    return Ink(
        _drawing(signed, pictures),
        signed.label or "",
        _signer(signed),
        moment(signed.at),
        how % {"name": signed.by or ""},
    )


def _drawing(signed: Signed, pictures: Mapping[int, str]) -> str:
    """The signature as a data address: lines where the pen's movements are known."""
    if not signed.strokes:
        return pictures.get(signed.pk, "")
    drawn = stored_strokes(signed.strokes)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawn.width} {drawn.height}">'
        f'<path d="{svg_path(drawn)}" fill="none" stroke="#131a26" stroke-width="24"'
        ' stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
