"""Pictures and signatures, for those who may see their work order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from common.access import signed_in
from workorders.selectors import visible_evidence

if TYPE_CHECKING:
    from workorders.models import Evidence
    from workorders.requests import StaffRequest

_TYPES = {".jpg": "image/jpeg", ".png": "image/png"}


@signed_in
@require_GET
def evidence_file(request: StaffRequest, pk: int) -> FileResponse:
    """Send one stored picture."""
    return picture(get_object_or_404(visible_evidence(actor=request.user), pk=pk))


def picture(evidence: Evidence) -> FileResponse:
    """Answer with a stored picture; its type is what we made of it, never what was uploaded."""
    suffix = evidence.file.name[-4:] if evidence.file.name else ""
    try:
        content = evidence.file.open("rb")
    except FileNotFoundError as gone:
        raise Http404 from gone
    answer = FileResponse(
        content,
        content_type=_TYPES.get(suffix, "application/octet-stream"),
        filename=f"{evidence.work_order.number}-{evidence.pk}{suffix}",
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, max-age=86400, immutable"
    return answer
