"""The virtual environment and its pinned packages, installed only when the pins changed."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from common.machine.capacity import full_disk, speaks_of_full_disk
from common.machine.progress import step
from common.machine.sentences import Halt, say
from common.machine.system_packages import install_packages

if TYPE_CHECKING:
    from pathlib import Path

    from common.machine.layout import Layout


def ensure_requirements(layout: Layout, name: str) -> None:
    """Make ``.venv`` hold ``requirements/NAME.txt`` (``base`` or ``dev``), with hashes checked.

    A stamp in the environment remembers the hash of what was installed, so that a start with
    unchanged pins takes no time. Raises Halt with the reason when something cannot be installed.
    """
    wanted = _fingerprint(layout, name)
    if _environment_works(layout) and _stamps(layout).get(name) == wanted:
        return
    if not _environment_works(layout):
        with step("Python environment .venv", "Python 环境 .venv"):
            _make_environment(layout)
    with step(f"pinned packages ({name})", f"安装锁定版本的依赖（{name}）"):
        _install(layout, layout.root / "requirements" / f"{name}.txt")
    # dev.txt holds all of base.txt: after a test run the product starts without installing again.
    held = ("base", "dev") if name == "dev" else (name,)
    stamps = _stamps(layout) | {one: _fingerprint(layout, one) for one in held}
    _stamp_path(layout).write_text(json.dumps(stamps) + "\n", encoding="utf-8")


def _fingerprint(layout: Layout, name: str) -> str:
    pins = (layout.root / "requirements" / f"{name}.txt").read_bytes()
    return hashlib.sha256(pins + repr(sys.version_info[:2]).encode()).hexdigest()


def _stamp_path(layout: Layout) -> Path:
    return layout.venv / "installed.json"


def _stamps(layout: Layout) -> dict[str, str]:
    try:
        found = json.loads(_stamp_path(layout).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _environment_works(layout: Layout) -> bool:
    """Whether .venv has the version of this Python and a pip (an interrupted set-up may not)."""
    minor = "{}.{}".format(*sys.version_info[:2])
    if not layout.python.exists() or not _is_of(layout, minor):
        return False
    return (layout.venv / f"lib/python{minor}/site-packages/pip/__main__.py").exists()


def _is_of(layout: Layout, minor: str) -> bool:
    try:
        noted = (layout.venv / "pyvenv.cfg").read_text(encoding="utf-8")
    except OSError:
        return False
    versions = [line.partition("=")[2].strip() for line in noted.splitlines() if "version" in line]
    return any(version.startswith(f"{minor}.") for version in versions)


def _make_environment(layout: Layout) -> None:
    if importlib.util.find_spec("ensurepip") is None:
        # Debian ships Python without it, in a package of its own.
        package = "python{}.{}-venv".format(*sys.version_info[:2])
        if not install_packages((package,)):
            raise Halt(
                f"Python lacks venv: run `apt-get install {package}`, then again.",
                f"Python 缺少 venv：请执行 `apt-get install {package}` 后重试。",
            )
    command = [sys.executable, "-m", "venv", "--clear", str(layout.venv)]
    _refuse_failure(layout, subprocess.run(command, check=False, capture_output=True, text=True))


def _install(layout: Layout, pins: Path) -> None:
    uv = _find_uv(layout)
    if uv:
        command = [uv, "pip", "install", "--python", str(layout.python), "--require-hashes"]
        told = subprocess.run(
            [*command, "-r", str(pins)],
            check=False,
            capture_output=True,
            text=True,
            cwd=layout.root,
            env=_uv_environment(layout),
        )
        if told.returncode == 0:
            return
        if speaks_of_full_disk(told.stderr):
            raise full_disk(layout.venv, "uv")
        say("… uv could not install the packages, pip goes on", "… uv 未能安装，改用 pip 继续")
    _refuse_failure(layout, _pip(layout, "install", "--require-hashes", "-r", str(pins)))


def _find_uv(layout: Layout) -> str | None:
    """Return a uv to install with, fetching it by pip first; None when that does not work."""
    own = layout.venv / "bin" / "uv"
    if own.exists():
        return str(own)
    found = shutil.which("uv")
    if found:
        return found
    pins = layout.root / "requirements" / "uv.txt"
    fetched = _pip(layout, "install", "--require-hashes", "--only-binary=:all:", "-r", str(pins))
    return str(own) if fetched.returncode == 0 and own.exists() else None


def _uv_environment(layout: Layout) -> dict[str, str]:
    """Let uv trust and ask whom pip does: the system's certificates, and what pip's files name."""
    environment = {"UV_SYSTEM_CERTS": "1", **os.environ}
    for name, setting in (("UV_DEFAULT_INDEX", "index-url"), ("SSL_CERT_FILE", "cert")):
        configured = _pip(layout, "config", "get", f"global.{setting}").stdout.strip()
        if configured:
            environment.setdefault(name, configured)
    return environment


def _pip(layout: Layout, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(layout.python), "-m", "pip", "--disable-pip-version-check", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=layout.root)


def _refuse_failure(layout: Layout, told: subprocess.CompletedProcess[str]) -> None:
    if told.returncode == 0:
        return
    output = told.stdout + told.stderr
    if speaks_of_full_disk(output):
        raise full_disk(layout.venv, "pip")
    lines = [line for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()] or lines or ["?"]
    raise Halt(
        f"The packages could not be installed: {errors[-1].strip()}",
        f"依赖安装失败：{errors[-1].strip()}",
    )
