"""The pictures of a report, made small enough that a document of many stays a small file."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, UnidentifiedImageError

from workorders.models import Evidence

if TYPE_CHECKING:
    from workorders.models import WorkOrder
    from workorders.report.shape import Facts

MOST_PICTURES = 60
"""What a report shows; further ones are named with their fingerprints."""
_LONGEST_SIDE = 560


def embedded_pictures(order: WorkOrder, facts: Facts) -> dict[int, str]:
    """Return pictures as `data:` addresses by their evidence; without those that cannot be read.

    A signature whose pen movements are known needs none, under the work or in a form.
    """
    wanted = {photo.pk: photo.sha256 for photo in facts.photos[:MOST_PICTURES]}
    signed = [each for form in facts.forms for each in form.signatures or ()]
    for each in [facts.signature, *signed] if facts.signature else signed:
        if not each.strokes:
            wanted[each.pk] = each.sha256
    found = {}
    for row in Evidence.objects.filter(work_order=order, pk__in=wanted):
        if row.sha256 == wanted[row.pk] and (address := _address(row)):
            found[row.pk] = address
    return found


def _address(row: Evidence) -> str:
    try:
        with row.file.open("rb") as source, Image.open(source) as image:
            image.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
            small, out = image.convert("RGB"), BytesIO()
    except (FileNotFoundError, UnidentifiedImageError, SyntaxError, ValueError):
        return ""
    small.save(out, "JPEG", quality=72, optimize=True)
    return f"data:image/jpeg;base64,{base64.b64encode(out.getvalue()).decode()}"
