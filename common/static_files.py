"""Static files as production serves them: ours without comments and blanks, named by content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rcssmin
import rjsmin
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.files.base import File
    from django.core.files.storage import Storage

_TOOLS = {"js": rjsmin.jsmin, "css": rcssmin.cssmin}


def slimmed(name: str, content: bytes) -> bytes:
    """Return a script or style of ours without comments and blanks, anything else as it is.

    `name` is the path below the static files, such as ``js/ui.js``. What is vendored comes minified.
    """
    folder, kind = name.split("/")[0], name.split(".")[-1]
    if folder != kind or kind not in _TOOLS:
        return content
    return str(_TOOLS[kind](content.decode())).encode()


class _Slimming:
    """Where one file is read from, slimmed on the way."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def open(self, name: str) -> File[bytes]:
        with self._storage.open(name) as whole:
            return ContentFile(slimmed(name, whole.read()), name=name)


class SlimStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped
    """WhiteNoise's hashed and compressed files, made of slimmed ones."""

    def post_process(
        self, paths: dict[str, tuple[Any, str]], dry_run: bool = False, **options: Any
    ) -> Iterator[Any]:
        """Yield (name, hashed name, processed) for every file, as Django's storage does."""
        slim = {name: (_Slimming(storage), path) for name, (storage, path) in paths.items()}
        yield from super().post_process(slim, dry_run, **options)
