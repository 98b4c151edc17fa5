"""Files of a tenant in an S3-compatible bucket: a prefix per schema, never a public address."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _
from storages.backends.s3 import S3Storage

from common.errors import Unavailable
from common.schema import current_schema
from common.storage import random_name

if TYPE_CHECKING:
    from datetime import datetime

log = logging.getLogger(__name__)
_IN_MEMORY = 8 * 1024 * 1024
AWAY = _("The file storage cannot be reached at the moment and nothing was saved. Try again soon.")


class TenantBucket(S3Storage):  # type: ignore[misc]  # it has no types
    """A prefix per schema, random names; Unavailable (503) while the bucket does not answer.

    A missing file is a FileNotFoundError, as on a disk. Only views send files, so `url` refuses.
    """

    def __init__(self, **options: Any) -> None:
        addressing = options.pop("addressing", "auto")
        config = Config(
            s3={"addressing_style": addressing},
            signature_version="s3v4",
            connect_timeout=3,
            read_timeout=20,
            retries={"total_max_attempts": 2, "mode": "standard"},
            # Checksums of newer SDKs are unknown to many compatible servers.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        super().__init__(client_config=config, default_acl=None, **options)

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Keep folder and suffix, replace the rest: names of users reach no bucket."""
        return random_name(name)

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        """Refuse: an address of the bucket would pass every check of who may see a file."""
        raise TypeError("files are sent by views that check who asks")

    def size(self, name: str) -> int:
        """Return the bytes of a file."""
        with _answering(name):
            return int(super().size(name))

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        with _answering(name):
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        """Remove a file; one that is gone already stays so."""
        with _answering(name):
            super().delete(name)

    def get_modified_time(self, name: str) -> datetime:
        """Return when a file was written."""
        with _answering(name):
            found: datetime = super().get_modified_time(name)
            return found

    def _normalize_name(self, name: str) -> str:
        return f"{current_schema()}/{super()._normalize_name(name)}"

    def _save(self, name: str, content: Any) -> str:
        with _answering(name):
            return str(super()._save(name, content))

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        """Fetch the whole file now: a bucket that breaks off half-way is an error of this request."""
        if mode != "rb":
            raise ValueError("files are written whole by save() and only read here")
        kept = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - File closes it
        with _answering(name):
            self.bucket.Object(self._normalize_name(name)).download_fileobj(kept)
        kept.seek(0)
        return File(kept, name)


@contextmanager
def _answering(name: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404:
            raise FileNotFoundError(name) from error
        log.error("the bucket refused: %s", error)
        raise Unavailable("storage.away", AWAY) from error
    except (BotoCoreError, Boto3Error, OSError) as error:
        if isinstance(error, FileNotFoundError):
            raise
        log.error("the bucket does not answer: %s", error)
        raise Unavailable("storage.away", AWAY) from error
