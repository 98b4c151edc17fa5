"""Files of a tenant in the tenant's own folder, whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files.storage import FileSystemStorage

from common.schema import current_schema

if TYPE_CHECKING:
    from django.core.files import File


_unhurried: ContextVar[bool] = ContextVar("unhurried_files", default=False)


@contextmanager
def unhurried_files() -> Iterator[None]:
    """Let the system write files to disk in its own time: for a made-up past, made again if lost."""
    token = _unhurried.set(True)
    try:
        yield
    finally:
        _unhurried.reset(token)


def random_name(name: str) -> str:
    """Return a name in the same folder and with the same suffix, the rest 128 random bits."""
    path = Path(name)
    return str(path.parent / f"{secrets.token_hex(16)}{path.suffix.lower()[:6]}")


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
        return random_name(name)

    def _save(self, name: str, content: File[Any]) -> str:
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.part")
        try:
            with partial.open("wb") as out:
                for chunk in content.chunks():
                    out.write(chunk)
                out.flush()
                if not _unhurried.get():
                    os.fsync(out.fileno())
            partial.rename(target)
        except OSError:
            partial.unlink(missing_ok=True)
            raise
        return name.replace("\\", "/")
