"""Stored files sent to those who may see them: never by an address of the storage, in parts on request."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, TypeVar

from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.files.base import File
    from django.db.models.fields.files import FieldFile
    from django.http import HttpRequest

_Answer = TypeVar("_Answer", bound=HttpResponseBase)
_PIECE = 64 * 1024
_AT_ONCE = 1024 * 1024
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def send_stored(
    request: HttpRequest, stored: FieldFile, *, content_type: str, filename: str
) -> HttpResponseBase:
    """Answer with a stored file; 304 and single ranges as RFC 9110 has them.

    Its random name stands for the content: files are never written twice. The browser of this
    person may keep it, nobody between may. Raises Http404 when the file is gone.
    """
    tag = f'"{PurePath(str(stored.name)).stem}"'
    if _matches(request.headers.get("If-None-Match", ""), tag):
        return _headed(HttpResponse(status=304), tag)
    try:
        content: File[Any] = stored.open("rb")
        size = stored.size
    except FileNotFoundError as gone:
        raise Http404 from gone
    part = _part(request, tag, size)
    if part is None:
        whole = FileResponse(content, content_type=content_type, filename=filename)
        return _headed(whole, tag)
    first, last = part
    if last - first >= _AT_ONCE:
        answer: HttpResponseBase = StreamingHttpResponse(
            _pieces(content, first, last), content_type=content_type
        )
        answer["Content-Length"] = str(last - first + 1)
    else:
        with content:
            content.seek(first)
            answer = HttpResponse(content.read(last - first + 1), content_type=content_type)
    answer.status_code = 206 if first <= last else 416
    answer["Content-Range"] = f"bytes {first}-{last}/{size}" if first <= last else f"bytes */{size}"
    return _headed(answer, tag)


def _pieces(content: File[Any], first: int, last: int) -> Iterator[bytes]:
    """A large part of a file, never in memory as a whole."""
    left = last - first + 1
    with content:
        content.seek(first)
        while left > 0 and (piece := content.read(min(left, _PIECE))):
            left -= len(piece)
            yield piece


def _headed(answer: _Answer, tag: str) -> _Answer:
    answer["ETag"] = tag
    answer["Accept-Ranges"] = "bytes"
    answer["Cache-Control"] = "private, max-age=86400, immutable"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _matches(asked: str, tag: str) -> bool:
    return asked.strip() == "*" or tag in {
        one.strip().removeprefix("W/") for one in asked.split(",")
    }


def _part(request: HttpRequest, tag: str, size: int) -> tuple[int, int] | None:
    """First and last byte that are asked for, first > last for what lies outside; None: all."""
    found = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if found is None or not any(found.groups()):
        return None
    if "If-Range" in request.headers and request.headers["If-Range"].strip() != tag:
        return None
    first, last = found.groups()
    if not first:
        return max(0, size - int(last)), size - 1
    if int(first) >= size or (last and int(last) < int(first)):
        return 1, 0
    return int(first), min(int(last), size - 1) if last else size - 1
