"""Secrets of one installation: made once, kept in a file only the owner can read."""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from common.machine.sentences import Halt

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Keys:
    """``field_key`` is base64 of 32 random bytes (AES-256-GCM), the others are URL-safe text."""

    secret_key: str
    field_key: str
    database_password: str
    redis_password: str


def new_keys() -> Keys:
    """Draw fresh secrets."""
    return Keys(
        secret_key=secrets.token_urlsafe(64),
        field_key=base64.b64encode(secrets.token_bytes(32)).decode(),
        database_password=secrets.token_urlsafe(24),
        redis_password=secrets.token_urlsafe(24),
    )


def kept_keys(folder: Path) -> Keys:
    """Read the secrets of an installation, drawing them at its first start.

    Raises Halt when the file is unreadable: drawing new ones would lock the encrypted columns.
    """
    path = folder / "keys.json"
    if not path.exists():
        draft = folder / "keys.json.new"
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(new_keys()), file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    try:
        return Keys(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError):
        raise Halt(
            f"{path} is damaged: put it back from a backup, or `make reset` to start afresh.",
            f"{path} 已损坏：请从备份恢复，或执行 `make reset` 重新开始。",
        ) from None
