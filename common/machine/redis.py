"""A Redis server of our own: loopback only, with a password, nothing newer than 6.2 is asked of it."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.machine.account import Account, make_folder
from common.machine.service import Service

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Broker:
    """Where a Redis lives and how it is reached; a durable one keeps an append-only file."""

    program: Path
    folder: Path
    port: int
    password: str
    account: Account | None
    durable: bool = True

    @property
    def url(self) -> str:
        """Address for clients."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"


def redis_service(broker: Broker) -> Service:
    """Write the configuration (the password must not stand among the arguments) and describe it."""
    folder = make_folder(broker.folder, broker.account)
    lines = [
        "bind 127.0.0.1",
        f"port {broker.port}",
        f"dir {folder}",
        f"requirepass {broker.password}",
        "daemonize no",
        'save ""',
        f"appendonly {'yes' if broker.durable else 'no'}",
        # A power cut may leave half a command at the end of the file.
        "aof-load-truncated yes",
    ]
    path = folder / "redis.conf"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.chmod(0o600)
    if broker.account:
        os.chown(path, broker.account.uid, broker.account.gid)
    return Service(
        name="redis",
        command=(str(broker.program), str(path)),
        folder=folder,
        account=broker.account,
        slowest_restart_s=2.0,
        stops_last=True,
    )


def answers(broker: Broker) -> bool:
    """Whether the server says PONG (it says LOADING while it reads its file)."""
    try:
        with socket.create_connection(("127.0.0.1", broker.port), timeout=2) as link:
            link.sendall(f"AUTH {broker.password}\r\nPING\r\n".encode())
            told = b""
            while told.count(b"\r\n") < 2:
                part = link.recv(256)
                if not part:
                    return False
                told += part
    except OSError:
        return False
    return b"+PONG" in told
