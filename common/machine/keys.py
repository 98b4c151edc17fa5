"""Secrets of one installation: made once, kept in a file only the owner can read."""

from __future__ import annotations

import base64
import json
import os
import secrets
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from common.machine.sentences import Halt, say

if TYPE_CHECKING:
    from pathlib import Path

    from common.machine.layout import Layout

SERVED = ("postgres", "redis")
"""Folders of the servers inside the data folder: only who has their secrets can read them."""


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


def kept_keys(layout: Layout) -> Keys:
    """Read the secrets of an installation, drawing them at its first start.

    Data that lie there already when secrets are drawn belong to a checkout that is gone: nobody can
    read them any more, so they are set aside, and a person is told where. Raises Halt when the file
    is unreadable: drawing new ones would lock the encrypted columns.
    """
    path = layout.state / "keys.json"
    if not path.exists():
        _set_aside(layout.data)
        _draw(path)
    try:
        return Keys(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError):
        raise Halt(
            f"{path} is damaged: put it back from a backup, or `make reset` to start afresh.",
            f"{path} 已损坏：请从备份恢复，或执行 `make reset` 重新开始。",
        ) from None


def _draw(path: Path) -> None:
    draft = path.with_name("keys.json.new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(new_keys()), file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)


def _set_aside(data: Path) -> None:
    stamp = time.strftime("%Y%m%d-%H%M%S")
    for name in SERVED:
        found = data / name
        if found.exists():
            kept = found.rename(data / f"{name}.without-keys-{stamp}")
            say(
                f"{found} holds data of an earlier installation whose keys.json is gone; they are "
                f"kept in {kept}. Delete that folder when nobody needs it.",
                f"{found} 中是更早一次安装的数据，其 keys.json 已不存在；"
                f"数据保留在 {kept}，不再需要时可删除。",
            )
