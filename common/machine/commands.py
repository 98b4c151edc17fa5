"""The commands behind the make targets."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from common.machine.checking import test, throw_away_environment
from common.machine.layout import find_layout, read_ports
from common.machine.own_servers import reachable_servers
from common.machine.running import run
from common.machine.sentences import Halt, say
from common.machine.setting_up import set_up
from common.machine.stopping import reset, stop

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from common.machine.layout import Layout


def run_command(arguments: list[str]) -> int:
    """Run ``NAME [ARGUMENT …]`` and return the exit code. Raises Halt for an unknown name."""
    name, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if name in PLAIN and not rest:
        return PLAIN[name]()
    if name in ("manage", "with-servers") and rest:
        return manage(rest) if name == "manage" else with_servers(rest)
    known = ", ".join([*PLAIN, "manage", "with-servers"])
    raise Halt(
        f"Unknown command {name!r}; known: {known}.",
        f"未知命令 {name!r}；可用：{known}。",
        status=2,
    )


def setup() -> int:
    """Prepare the environment only."""
    set_up(find_layout(), "base")
    say("Ready for `make run`.", "环境已就绪，可执行 `make run`。")
    return 0


def manage(arguments: list[str]) -> int:
    """Run a management command on this installation, starting its servers when they are down.

    It has the terminal to itself and leaves no log: it may ask questions and print passwords.
    """
    layout, ports = find_layout(), read_ports()
    set_up(layout, "base")
    with reachable_servers(layout, ports) as environment:
        return _run_python(layout, environment, ["manage.py", *arguments])


def with_servers(arguments: list[str]) -> int:
    """Run a program of the environment (bench, pictures) on throw-away servers; its exit code."""
    layout = find_layout()
    set_up(layout, "dev")
    with throw_away_environment(layout) as environment:
        return _run_python(layout, environment, arguments)


def _run_python(layout: Layout, environment: Mapping[str, str], arguments: list[str]) -> int:
    command = [str(layout.python), *arguments]
    return subprocess.run(command, check=False, cwd=layout.root, env=environment).returncode


PLAIN: dict[str, Callable[[], int]] = {
    "run": run,
    "setup": setup,
    "test": test,
    "stop": stop,
    "reset": reset,
}
