"""Sends text compressed; pictures and documents are small already and go as they are."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

_TEXT = ("text/", "application/json", "application/javascript", "image/svg+xml")


class TextCompressionMiddleware(GZipMiddleware):
    """Compresses whole answers of text.

    A secret beside text of an attacker's choice could be guessed from the compressed length
    (BREACH). The form token is masked anew in every answer and the length varies by up to a
    hundred random bytes, so there is nothing to measure.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Compress a text; part of a file (206) keeps its byte positions."""
        is_text = str(response.headers.get("Content-Type", "")).startswith(_TEXT)
        if not is_text or response.status_code == 206:
            return response
        return super().process_response(request, response)
