"""Where the machine keeps things: repository, virtual environment, state, data, fixed ports."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from common.machine.sentences import Halt

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
# Below 32768: outgoing connections take their ports from there up and could sit on ours.
POSTGRES_PORT = 15432
REDIS_PORT = 16379
SIMULATORS_PORT = 8899
WEB_PORT = 8000


@dataclass(frozen=True)
class Layout:
    """Folders of one installation. ``data`` holds the servers' files, ``state`` everything else."""

    root: Path
    state: Path
    data: Path

    @property
    def venv(self) -> Path:
        """The virtual environment."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.venv / "bin" / "python"

    @property
    def logs(self) -> Path:
        """One log file per process."""
        return self.state / "logs"


def find_layout(environ: Mapping[str, str] = os.environ, root: Path = ROOT) -> Layout:
    """Work out the folders; KUAQU_STATE and KUAQU_DATA move them.

    Servers do not run as root, and another user may be unable to enter the folder the repository
    lies in, so as root the data folder is ``/var/lib/kuaqu-<hash of the state folder>``.
    """
    state = Path(environ.get("KUAQU_STATE") or root / ".run").absolute()
    if environ.get("KUAQU_DATA"):
        data = Path(environ["KUAQU_DATA"]).absolute()
    elif os.geteuid() == 0:
        digest = hashlib.sha256(str(state).encode()).hexdigest()[:8]
        data = Path("/var/lib") / f"kuaqu-{digest}"
    else:
        data = state
    return Layout(root=root, state=state, data=data)


@dataclass(frozen=True)
class Ports:
    """TCP ports of one run and the address the web server listens on."""

    host: str
    web: int
    postgres: int
    redis: int
    simulators: int

    @property
    def bind(self) -> str:
        """Listening address of the web server, ``host:port``."""
        return f"{self.host}:{self.web}"

    @property
    def own_host(self) -> str:
        """The address our own processes connect to."""
        return "127.0.0.1" if self.host in ("0.0.0.0", "localhost", "") else self.host  # noqa: S104 - compared, not bound


def read_ports(environ: Mapping[str, str] = os.environ) -> Ports:
    """Read BIND (``host:port``, ``:port`` or ``port``) and the three port variables.

    Raises Halt for something that is not an address or a port from 1 to 65535.
    """
    host, _, port = (environ.get("BIND") or f"127.0.0.1:{WEB_PORT}").rpartition(":")
    return Ports(
        host=host or "127.0.0.1",
        web=_port("BIND", port),
        postgres=_port("POSTGRES_PORT", environ.get("POSTGRES_PORT") or str(POSTGRES_PORT)),
        redis=_port("REDIS_PORT", environ.get("REDIS_PORT") or str(REDIS_PORT)),
        simulators=_port("SIMULATORS_PORT", environ.get("SIMULATORS_PORT") or str(SIMULATORS_PORT)),
    )


def _port(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise Halt(
            f"{name} must hold a port from 1 to 65535, for example BIND=0.0.0.0:8000; it says {text!r}.",
            f"{name} 须含 1 到 65535 的端口，例如 BIND=0.0.0.0:8000；现在是 {text!r}。",
        )
    return int(text)
