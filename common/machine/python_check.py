"""Refuses a Python that is too old with one sentence, before any newer syntax is read."""

import os
import shutil
import subprocess
import sys

from common.machine.sentences import Halt

OLDEST = (3, 11)
CANDIDATES = ("python3.12", "python3.11")


def use_supported_python() -> None:
    """Return when this Python is new enough; else start again with a newer one from PATH.

    Raises Halt when there is none.
    """
    if sys.version_info >= OLDEST:
        return
    for name in CANDIDATES:
        path = shutil.which(name)
        if path and _runs(path):
            command = [path, "-m", "common.machine", *sys.argv[1:]]
            os.execv(path, command)  # noqa: S606 - no shell is wanted
    here = "{}.{}".format(*sys.version_info[:2])
    raise Halt(
        f"Python 3.11 or 3.12 is needed, this is {here}: install python3.11 and python3.11-venv.",
        f"需要 Python 3.11 或 3.12，当前是 {here}：请安装 python3.11 与 python3.11-venv。",
    )


def _runs(path: str) -> bool:
    # A version manager may leave a shim on PATH whose Python is not switched on.
    asked = subprocess.run(  # noqa: UP022 - capture_output is unknown to Python 3.6
        [path, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    return asked.returncode == 0
