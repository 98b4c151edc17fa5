"""Where uploads and papers are kept: a folder, or an S3-compatible bucket chosen by S3_BUCKET."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config import env

if TYPE_CHECKING:
    from pathlib import Path

_ADDRESSING = ("auto", "path", "virtual")


def storage(base: Path, *, production: bool) -> dict[str, Any]:
    """Return Django's entry for the default storage; ImproperlyConfigured for half a bucket."""
    if not env.text("S3_BUCKET"):
        if env.text("S3_ENDPOINT"):
            raise ImproperlyConfigured("S3_ENDPOINT needs S3_BUCKET")
        folder = env.text("MEDIA_DIR", str(base / "media"))
        return {"BACKEND": "common.storage.TenantFiles", "OPTIONS": {"location": folder}}
    return {"BACKEND": "common.bucket.TenantBucket", "OPTIONS": _bucket(production=production)}


def _bucket(*, production: bool) -> dict[str, Any]:
    missing = [name for name in ("S3_ACCESS_KEY", "S3_SECRET_KEY") if not env.text(name)]
    if missing:
        raise ImproperlyConfigured(f"S3_BUCKET needs {' and '.join(missing)}")
    endpoint, addressing = env.text("S3_ENDPOINT"), env.text("S3_ADDRESSING", "auto")
    if addressing not in _ADDRESSING:
        raise ImproperlyConfigured(f"S3_ADDRESSING is one of {', '.join(_ADDRESSING)}")
    parts = urlsplit(endpoint)
    if endpoint and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ImproperlyConfigured("S3_ENDPOINT must look like https://storage.example")
    if production and parts.scheme == "http" and not env.flag("S3_PLAIN_HTTP", default=False):
        raise ImproperlyConfigured(
            "S3_ENDPOINT is plain http: use https, or set S3_PLAIN_HTTP=1 inside one's own network"
        )
    return {
        "bucket_name": env.text("S3_BUCKET"),
        "endpoint_url": endpoint or None,
        "region_name": env.text("S3_REGION", "us-east-1"),
        "access_key": env.text("S3_ACCESS_KEY"),
        "secret_key": env.text("S3_SECRET_KEY"),
        "addressing": addressing,
    }
