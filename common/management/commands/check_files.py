"""Writes, reads and removes a file where uploads are kept, and says whether that worked."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError

from common.errors import Unavailable


class Command(BaseCommand):
    """`manage.py check_files`: exit code 1 with the reason when files cannot be kept."""

    help = "Write, read and remove a file in the storage of uploads"

    def handle(self, *args: Any, **options: Any) -> None:
        """Try the storage with sixteen random bytes."""
        content = secrets.token_bytes(16)
        try:
            name = default_storage.save("check/check.bin", ContentFile(content))
            with default_storage.open(name, "rb") as source:
                same = source.read() == content
            default_storage.delete(name)
        except (Unavailable, OSError) as error:
            cause = error.__cause__ or error
            raise CommandError(f"files cannot be kept: {cause}") from error
        if not same:
            raise CommandError("the storage gave back other bytes than were written")
        kind = type(default_storage._wrapped).__name__  # type: ignore[attr-defined]
        self.stdout.write(f"files are kept: {kind}")
