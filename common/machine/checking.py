"""``test``: every check of the repository, in order, on servers of its own."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from common.machine.capacity import free_low_port
from common.machine.keys import new_keys
from common.machine.layout import find_layout, read_ports
from common.machine.sentences import Halt, in_language, say
from common.machine.servers import (
    application_url,
    postgres_tools,
    temporary_postgres,
    temporary_redis,
)
from common.machine.setting_up import set_up
from common.machine.surroundings import Servers, throw_away_surroundings
from common.machine.system_packages import ensure_npm, find_browser

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from common.machine.layout import Layout

# One more than the cores asked for: a test that waits for a killed worker to be missed, or for a
# server to start, leaves its core to another.
PYTEST_PROCESSES = 3
BROWSER_PROCESSES = 2
PRODUCTION = {
    "KUAQU_ENV": "production",
    "DOMAIN": "kuaqu.example",
    "DEBUG": "0",
    "EGRESS_ALLOW": "",
}


@dataclass(frozen=True)
class Check:
    """One command of the run; ``environment`` is put over the common one.

    One that is ``early`` starts beside the first check; its turn is when its end is waited for.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    early: bool = False


def test() -> int:
    """Run all checks, stop at the first that fails, print a summary; return the exit code.

    Without a Chromium the browser tests are left out with a loud line, except when CI is set:
    then that is a failure.
    """
    layout = find_layout()
    set_up(layout, "dev")
    browser = _browser()
    if browser is not None and not _old_browser(layout).exists():
        ensure_npm()
    with throw_away_environment(layout, in_memory=True) as environment:
        if not _all_pass(layout, tuple(_checks(layout, browser)), environment):
            return 1
    if browser is None:
        say(
            "!!! BROWSER TESTS WERE SKIPPED: no Chromium !!!",
            "!!! 未找到 Chromium，浏览器测试已跳过 !!!",
        )
    elif not _old_browser(layout).exists():
        say(
            "!!! SKIPPED: the phone's pages in Chromium 80 itself (no npm, or no way to its registry) !!!",
            "!!! 已跳过：在 Chromium 80 中打开手机页面（没有 npm 或无法访问其仓库） !!!",
        )
    return 0


def _old_browser(layout: Layout) -> Path:
    """Where the browser tests keep the oldest browser the phone is for."""
    return layout.venv / "share" / "chromium-80" / "chromium"


def _all_pass(layout: Layout, checks: tuple[Check, ...], environment: Mapping[str, str]) -> bool:
    durations: list[tuple[str, float]] = []
    early = {check.name: _start(layout, check, environment) for check in checks if check.early}
    try:
        for check in checks:
            started = time.monotonic()
            print(f"━━ {check.name}", flush=True)
            passed = _passes(layout, check, environment, early.get(check.name))
            durations.append((check.name, time.monotonic() - started))
            print(f"{'✓' if passed else '✗'} {check.name}  {durations[-1][1]:.1f} s", flush=True)
            if not passed:
                _summarise(durations, failed=check.name)
                return False
    finally:
        for process in early.values():
            process.kill()
            process.wait()
    _summarise(durations, failed=None)
    return True


@contextmanager
def throw_away_environment(layout: Layout, *, in_memory: bool = False) -> Iterator[dict[str, str]]:
    """Yield an environment with servers, ports, secrets and folders that vanish at the end.

    With ``in_memory`` PostgreSQL keeps its data there; figures are taken on the disk.
    """
    # The public port stays the usual one: nothing listens on it here, and tests name it in addresses.
    ports = replace(read_ports({}), simulators=free_low_port())
    with (
        tempfile.TemporaryDirectory(prefix="kuaqu-state-") as folder,
        temporary_postgres(in_memory=in_memory) as owner_url,
        temporary_redis() as redis_url,
    ):
        yield throw_away_surroundings(
            replace(layout, state=Path(folder)),
            ports,
            new_keys(),
            Servers(owner_url, application_url(owner_url), redis_url, postgres_tools()),
        )


def _browser() -> str | None:
    found = find_browser()
    if found is None and os.environ.get("CI", "").lower() in ("1", "true", "yes"):
        raise Halt(
            "No Chromium for the browser tests, and in CI they may not be skipped.",
            "没有 Chromium，CI 中不允许跳过浏览器测试。",
        )
    if found is None:
        say(
            "!!! NO CHROMIUM: BROWSER TESTS WILL BE SKIPPED !!!",
            "!!! 没有 Chromium：将跳过浏览器测试 !!!",
        )
    return found


def _checks(layout: Layout, browser: str | None) -> Iterator[Check]:
    python = str(layout.python)
    tools = layout.venv / "bin"
    yield Check("ruff check", (str(tools / "ruff"), "check", "--output-format", "concise", "."))
    yield Check("ruff format", (str(tools / "ruff"), "format", "--check", "."))
    yield Check("mypy", (str(tools / "mypy"),))
    yield Check("import contracts", (str(tools / "lint-imports"),))
    yield Check("migrations", (python, "manage.py", "makemigrations", "--check", "--dry-run"))
    yield Check(
        "production settings",
        (python, "manage.py", "check", "--deploy", "--fail-level", "WARNING"),
        PRODUCTION,
    )
    yield Check("test database", (python, "-m", "tests.template"), early=True)
    pytest = (python, "-m", "pytest", "-q", "-m")
    yield Check("tests", (*pytest, "not browser", "-n", str(PYTEST_PROCESSES)))
    if browser is not None:
        shared = ("-n", str(BROWSER_PROCESSES), "--dist", "loadfile", *_in_browser(layout))
        yield Check("browser tests", (*pytest, "browser", *shared), {"CHROMIUM": browser})


def _in_browser(layout: Layout) -> Iterator[str]:
    """Where tests in a browser stand; the others need not be collected once more."""
    yield "tests/e2e"
    for path in sorted((layout.root / "tests").rglob("test_*_in_browser.py")):
        yield str(path.relative_to(layout.root))


def _start(layout: Layout, check: Check, environment: Mapping[str, str]) -> subprocess.Popen[str]:
    """Start a check whose words are kept until its turn."""
    return subprocess.Popen(
        check.command,
        cwd=layout.root,
        env={**environment, **check.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _passes(
    layout: Layout,
    check: Check,
    environment: Mapping[str, str],
    begun: subprocess.Popen[str] | None,
) -> bool:
    if begun is not None:
        said, _nothing = begun.communicate()
        print(said, end="", flush=True)
        return begun.returncode == 0
    ran = subprocess.run(
        check.command, check=False, cwd=layout.root, env={**environment, **check.environment}
    )
    return ran.returncode == 0


def _summarise(durations: list[tuple[str, float]], failed: str | None) -> None:
    print("━━ " + in_language("summary", "汇总"))
    for name, duration_s in durations:
        print(f"{'✗' if name == failed else '✓'} {name:<22} {duration_s:7.1f} s")
    print(
        f"  {in_language('total', '合计'):<22} {sum(taken for _, taken in durations):7.1f} s",
        flush=True,
    )
