"""Files of a tenant in the tenant's own folder, whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files.storage import FileSystemStorage

from common.schema import current_schema

if TYPE_CHECKING:
    from django.core.files import File


class TenantFiles(FileSystemStorage):
    """A folder per schema, random names, write to a temporary name and rename."""

    def __init__(self, location: str) -> None:
        super().__init__()
        self.root = Path(location)

    @property
    def base_location(self) -> str:
        """Folder of the tenant whose schema is active now."""
        return str(self.root / current_schema())

    @property
    def location(self) -> str:
        """Absolute folder of the tenant whose schema is active now."""
        return str(Path(self.base_location).absolute())

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Keep folder and suffix, replace the rest: names of users reach no disk."""
        path = Path(name)
        return str(path.parent / f"{secrets.token_hex(16)}{path.suffix.lower()[:6]}")

    def _save(self, name: str, content: File[Any]) -> str:
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.part")
        try:
            with partial.open("wb") as out:
                for chunk in content.chunks():
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            partial.rename(target)
        except OSError:
            partial.unlink(missing_ok=True)
            raise
        return name.replace("\\", "/")
