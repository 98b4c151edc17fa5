"""Keeps videos that the editor of an item is given."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import StepVideo
from catalog.videos import MAX_BYTES, is_mp4
from common import clock
from common.errors import refuse_unless
from common.journal import record

if TYPE_CHECKING:
    from django.core.files.base import File

    from accounts.models import User


@transaction.atomic
def keep_video(*, upload: File[Any], actor: User) -> StepVideo:
    """Keep an MP4 of at most 30 MB under a random name; the same one once.

    Raises Refused("video.large") and Refused("video.kind"). It is never decoded here; browsers play
    it as video/mp4 alone, whatever is in it.
    """
    refuse_unless(
        (upload.size or 0) <= MAX_BYTES, "video.large", _("The video is too large; 30 MB at most")
    )
    upload.seek(0)
    start = upload.read(256)
    refuse_unless(
        is_mp4(start), "video.kind", _("This is no MP4 video; save it as MP4 (H.264) first")
    )
    digest = hashlib.sha256(start)
    for part in iter(lambda: upload.read(1 << 20), b""):
        digest.update(part)
    known = StepVideo.objects.filter(sha256=digest.hexdigest()).first()
    if known is not None:
        return known
    upload.seek(0)
    kept = StepVideo(
        name=(upload.name or "")[-80:],
        sha256=digest.hexdigest(),
        size_bytes=upload.size,
        kept_by=actor,
        kept_at=clock.now(),
    )
    kept.file.save("step.mp4", upload, save=False)
    kept.save()
    record(actor, "item.video_kept", kept)
    return kept
