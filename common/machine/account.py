"""The unprivileged account servers run as when the machine is started by root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

NAME = "kuaqu"


@dataclass(frozen=True)
class Account:
    """A system account; PostgreSQL refuses to start as root."""

    name: str
    uid: int
    gid: int


def server_account() -> Account | None:
    """Return the account for servers, made when missing; None when we are not root anyway."""
    if os.geteuid() != 0:
        return None
    if shutil.which("useradd") and not _known(NAME):
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME]
        subprocess.run(command, check=False, capture_output=True)
    entry = pwd.getpwnam(NAME if _known(NAME) else "nobody")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _known(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def as_account(account: Account | None) -> dict[str, Any]:
    """Keyword arguments for subprocess that run a program as the account."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def make_folder(path: Path, account: Account | None) -> Path:
    """Make a folder only its owner may enter (PostgreSQL demands that of its own)."""
    path.mkdir(parents=True, exist_ok=True)
    if account is not None:
        os.chown(path, account.uid, account.gid)
    path.chmod(0o700)
    return path


def everyone_may_enter(path: Path) -> bool:
    """Whether any account can read ``path``, given the modes of it and its parents."""
    resolved = path.resolve()
    if not resolved.stat().st_mode & 0o004:
        return False
    return all(parent.stat().st_mode & 0o001 for parent in resolved.parents)
