"""Pictures and signatures, for those who may see their work order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from common.access import signed_in
from common.sending import send_stored
from workorders.selectors import visible_evidence

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from workorders.models import Evidence
    from workorders.requests import StaffRequest

_TYPES = {".jpg": "image/jpeg", ".png": "image/png"}


@signed_in
@require_GET
def evidence_file(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Send one stored picture."""
    return picture(request, get_object_or_404(visible_evidence(actor=request.user), pk=pk))


def picture(request: HttpRequest, evidence: Evidence) -> HttpResponseBase:
    """Answer with a stored picture; its type is what we made of it, never what was uploaded."""
    suffix = evidence.file.name[-4:] if evidence.file.name else ""
    return send_stored(
        request,
        evidence.file,
        content_type=_TYPES.get(suffix, "application/octet-stream"),
        filename=f"{evidence.work_order.number}-{evidence.pk}{suffix}",
    )
