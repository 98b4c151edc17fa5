"""Runs one throw-away server and takes it down, with its folder, when its starter goes away.

Started as a process of its own with a pipe on standard input: the pipe closes when the starter ends,
however it ends, also by kill -9.
"""

from __future__ import annotations

import json
import select
import shutil
import signal
import subprocess
import sys

from common.machine.processes import send_signal

LOOK_S = 0.2


def main() -> int:
    """Read ``{command, folder, user, group, stop_signal, remove}`` from the argument and guard it."""
    order = json.loads(sys.argv[1])
    owner = {} if order["user"] is None else {"user": order["user"], "group": order["group"]}
    server = subprocess.Popen(
        order["command"],
        cwd=order["folder"],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        extra_groups=[] if owner else None,
        **owner,
    )
    # The end of the pipe is the only sign to stop; set before, the server would inherit it.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while server.poll() is None and not select.select([sys.stdin], [], [], LOOK_S)[0]:
        pass
    server.send_signal(order["stop_signal"])
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        send_signal(server.pid, signal.SIGKILL, group=True)
        server.wait()
    shutil.rmtree(order["remove"], ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
