"""Runs management commands of the product and shows what they say."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from common.machine.capacity import full_disk, speaks_of_full_disk
from common.machine.logs import last_line
from common.machine.sentences import Halt
from common.machine.state import MARKER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from common.machine.layout import Layout


def run_manage(layout: Layout, environment: Mapping[str, str], *arguments: str) -> None:
    """Run ``manage.py`` with its output on the terminal and in a log of its own.

    Raises Halt with the last line it said when it fails.
    """
    name = arguments[0]
    layout.logs.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = layout.logs / f"{name}.log"
    with (
        path.open("w", encoding="utf-8") as log,
        start_manage(layout, environment, *arguments) as run,
    ):
        for line in run.stdout or ():
            log.write(line)
            log.flush()
            sys.stdout.write(f"  {line}")
            sys.stdout.flush()
    if run.returncode == 0:
        return
    if speaks_of_full_disk(path.read_text(encoding="utf-8")):
        raise full_disk(layout.data, name)
    told = last_line(layout.logs, name)
    raise Halt(
        f"`manage.py {name}` failed: {told} (log: {path})",
        f"`manage.py {name}` 失败：{told}（日志：{path}）",
    )


def start_manage(
    layout: Layout, environment: Mapping[str, str], *arguments: str
) -> subprocess.Popen[str]:
    """Start ``manage.py`` with both outputs on one pipe; it belongs to the run like any process."""
    return subprocess.Popen(
        [str(layout.python), "manage.py", *arguments],
        cwd=layout.root,
        env={**environment, MARKER: str(layout.state)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
