"""Stored pictures as pages show them: protected address, where and when, who signed, what is odd."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from common import formatting
from workorders.models import Evidence

if TYPE_CHECKING:
    from datetime import datetime

    from workorders.models import Signature

PICTURED = (Evidence.Kind.PHOTO, Evidence.Kind.ARRIVAL)
"""The kinds that show something of the site."""


@dataclass(frozen=True, slots=True)
class PhotoView:
    """A photo with its protected address; `where` and `by_whom` are words, empty when not known.

    `late` names the earlier holder who sent it after the order was taken from them.
    """

    url: str
    label: str
    at: datetime
    where: str
    by_whom: str
    is_duplicate: bool
    is_alike: bool
    is_far: bool
    is_old: bool
    late: str = ""


@dataclass(frozen=True, slots=True)
class SignatureView:
    """A signature with its protected address; `who` is "王芳（本人）", empty when nobody said."""

    url: str
    who: str
    at: datetime


def signature_view(each: Evidence) -> SignatureView:
    """Return what is shown of a signature; no query when `signature` was joined."""
    return SignatureView(picture_url(each), signer_words(each), each.taken_at)


def signer_words(each: Evidence) -> str:
    """Return who signed and in which relation to the customer."""
    signed: Signature | None = getattr(each, "signature", None)
    if signed is None or not signed.name:
        return ""
    if not signed.relation:
        return signed.name
    words = {"name": signed.name, "relation": signed.get_relation_display()}
    return _("%(name)s (%(relation)s)") % words


def photo_view(each: Evidence, *, late: str = "") -> PhotoView:
    """Return what is shown of a photo; no query."""
    return PhotoView(
        url=picture_url(each),
        label=each.label or each.get_kind_display(),
        at=each.taken_at,
        where=where_words(each),
        by_whom=by_whom_words(each),
        is_duplicate=each.is_known,
        is_alike=each.alike_id is not None,
        is_far=each.is_far,
        is_old=each.is_old,
        late=late,
    )


def picture_url(each: Evidence) -> str:
    """Return the address under which those who may see the order see the picture."""
    return reverse("workorders:evidence-file", args=[each.pk])


def where_words(each: Evidence) -> str:
    """Return "320 m from the site", the coordinates of a site that is not located, or nothing."""
    if each.from_site_m is not None:
        return _("%(distance)s from the site") % {"distance": formatting.distance(each.from_site_m)}
    return f"{each.lat}, {each.lon}" if each.lon is not None else ""


def by_whom_words(each: Evidence) -> str:
    """Return who says where and when: one source for both, or one for each."""
    when, where = each.get_time_source_display(), each.get_place_source_display()
    if not each.place_source or where == when:
        return when
    return _("time %(when)s, place %(where)s") % {"when": when, "where": where}
