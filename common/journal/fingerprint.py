"""What makes two requests the same request."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, QueryDict

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

KEY_FIELD = "_idempotency_key"
_NOT_PART = frozenset({KEY_FIELD, "csrfmiddlewaretoken"})
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def body_sha256(request: HttpRequest) -> str:
    """Return the SHA-256 (hex) of what the request says.

    A form counts by its fields and files and not by its bytes: a repeated multipart post has
    another boundary, and every rendering of a page another mask over the CSRF token.
    """
    digest = hashlib.sha256()
    if request.content_type not in _FORMS:
        digest.update(request.body)
        return digest.hexdigest()
    for name, values in sorted(request.POST.lists()):
        if name not in _NOT_PART:
            _add(digest, "field", name, *(str(value) for value in values))
    for name, files in sorted(request.FILES.lists()):
        for upload in files:
            _add(digest, "file", name, upload.name or "", _file_sha256(upload))
    return digest.hexdigest()


def form_key(post: QueryDict) -> str:
    """Return the key a form carries in its hidden field, empty without one."""
    return str(post.get(KEY_FIELD, ""))


def _add(digest: hashlib._Hash, *parts: str) -> None:
    """Add parts with their lengths, so that ("ab", "c") is not ("a", "bc")."""
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(raw) + raw)
    digest.update(b";")


def _file_sha256(upload: UploadedFile[Any]) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()
