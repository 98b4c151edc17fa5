"""Free ports and free disk: found lacking before anything is started, told in one sentence."""

from __future__ import annotations

import errno
import os
import random
import re
import shutil
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

from common.machine.sentences import Halt

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FREE_BYTES_FIRST = 400 << 20  # a new cluster, its write-ahead log and two demo companies
FREE_BYTES_AGAIN = 64 << 20
FREE_BYTES_RUNNING = 16 << 20  # one write-ahead segment: below it PostgreSQL panics
LOW_PORTS = (20000, 32000)


def require_free_port(host: str, port: int, en: str, zh: str, variable: str) -> None:
    """Raise Halt when something listens on the port already; ``en``/``zh`` name who needs it."""
    try:
        _bind(host, port)
    except OSError as error:
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            raise Halt(
                f"Port {port} for {en} is taken: free it or choose another with {variable}=…",
                f"{zh}要用的端口 {port} 已被占用：请释放它，或用 {variable}=… 换一个。",
            ) from None
        raise Halt(
            f"This machine has no address {host} to listen on: set {variable}=… ({error.strerror}).",
            f"本机没有可监听的地址 {host}：请设置 {variable}=…（{error.strerror}）。",
        ) from None


def free_low_port() -> int:
    """Find a port below the range of outgoing connections that nobody uses at this moment."""
    choose = random.SystemRandom()
    for _ in range(200):
        port = choose.randrange(*LOW_PORTS)
        try:
            _bind("127.0.0.1", port)
        except OSError:
            continue
        return port
    raise Halt("No free port below 32000 was found.", "找不到 32000 以下的空闲端口。")


def _bind(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        # Without listening, a second socket with the same option would bind as well.
        probe.listen(1)


def require_free_space(folder: Path, needed: int) -> None:
    """Raise Halt when the disk below ``folder`` has fewer than ``needed`` bytes for us."""
    free = free_bytes(folder)
    if free < needed:
        raise full_disk(folder, f"{free >> 20} MB < {needed >> 20} MB")


def free_bytes(folder: Path) -> int:
    """Free bytes on the disk that holds ``folder`` or its nearest existing parent."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def full_disk(folder: Path, detail: str) -> Halt:
    """Build the sentence for a full disk."""
    return Halt(
        f"The disk that holds {folder} is full ({detail}): make room and start again.",
        f"{folder} 所在磁盘空间不足（{detail}）：请清理后重新启动。",
    )


@contextmanager
def disk_errors_told(folder: Path) -> Iterator[None]:
    """Turn "no space left" from the system into the sentence for a full disk."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise full_disk(folder, os.strerror(error.errno)) from None
        raise


def speaks_of_full_disk(text: str) -> bool:
    """Whether a program's output says that the disk is full.

    The third wording is PostgreSQL's hint when only part of a block could be written.
    """
    wordings = r"no space left on device|disk quota exceeded|check free disk space"
    return re.search(wordings, text, re.IGNORECASE) is not None
