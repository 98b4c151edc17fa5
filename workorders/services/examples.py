"""Keeps example pictures that the builder of a form is given."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile, File

from common import clock
from common.journal import record
from common.transactions import transactional
from workorders.models import ExamplePicture
from workorders.pictures import read_example

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import QueryDict

    from accounts.models import User

_UPLOAD = re.compile(r"field-(\d{1,2})-upload")


@transactional
def keep_example(*, upload: File[Any], actor: User) -> ExamplePicture:
    """Keep a picture as an example, small and without what the camera wrote; the same one once.

    Raises TooLarge (413) and Refused as `pictures.read_photo`.
    """
    picture = read_example(upload)
    known = ExamplePicture.objects.filter(sha256=picture.sha256).first()
    if known is not None:
        return known
    kept = ExamplePicture(
        sha256=picture.sha256,
        size_bytes=len(picture.content),
        kept_by=actor,
        kept_at=clock.now(),
    )
    kept.file.save(f"example{picture.suffix}", ContentFile(picture.content), save=False)
    kept.save()
    record(actor, "flow.example_kept", kept)
    return kept


def with_examples(data: QueryDict, files: Mapping[str, Any], *, actor: User) -> QueryDict:
    """Return what the builder sent with the numbers of the pictures that came along, which are kept.

    A picture takes the place of the field's last one, also before the form is saved.
    """
    uploads = [(found[1], name) for name in files if (found := _UPLOAD.fullmatch(name))]
    if not uploads:
        return data
    filled = data.copy()
    for at, name in uploads:
        kept = keep_example(upload=files[name], actor=actor)
        filled[f"field-{at}-picture"] = str(kept.pk)
    return filled
