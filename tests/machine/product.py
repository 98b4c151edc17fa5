"""A small product beside a copy of the machine: real gunicorn, Celery and servers, no Django."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from common.machine.capacity import free_low_port
from common.machine.layout import ROOT, Layout
from common.machine.processes import marked_processes, send_signal, wait_until
from common.machine.state import Piece, load_pieces, marker

SOURCES = {
    "manage.py": """
import os, sys, time
said = {"prepare": "prepared", "signins": "boss@a.localhost password"}
if sys.argv[1] == "run_relay":
    while True:
        time.sleep(60)
if sys.argv[1] == "fail":
    sys.exit("the reason")
print(said.get(sys.argv[1]) or os.environ["DATABASE_OWNER_URL"])
""",
    "config/__init__.py": "from config.celery import app\n__all__ = ['app']\n",
    "config/celery.py": """
import os
from celery import Celery
app = Celery("small", broker=os.environ["REDIS_URL"])
""",
    "config/settings.py": "SECRET_KEY = 'small'\nDATABASES = {}\nINSTALLED_APPS = []\n",
    "config/wsgi.py": """
def application(environ, start_response):
    known = environ["HTTP_HOST"].startswith("localhost:") and environ["PATH_INFO"] == "/healthz"
    start_response("200 OK" if known else "404 Not Found", [("Content-Type", "text/plain")])
    return [b"ok"]
""",
    "integrations/__init__.py": "",
    "integrations/simulators.py": """
import http.server, sys
address = ("127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1]))
http.server.ThreadingHTTPServer(address, http.server.SimpleHTTPRequestHandler).serve_forever()
""",
}
READY_S = 60.0


@dataclass
class Product:
    """One installation in a folder of its own, on free low ports."""

    layout: Layout
    environ: dict[str, str]
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def pieces(self) -> dict[str, Piece]:
        return {piece.name: piece for piece in load_pieces(self.layout)}

    def start(self) -> subprocess.Popen[str]:
        return self.command("run")

    def command(self, *arguments: str) -> subprocess.Popen[str]:
        run = subprocess.Popen(
            [str(self.layout.python), "-m", "common.machine", *arguments],
            cwd=self.layout.root,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.started.append(run)
        return run

    def remove(self) -> None:
        """Kill whatever a failed test left running."""
        for run in self.started:
            run.kill()
            run.wait()
        for pid in self.leftovers():
            send_signal(pid, signal.SIGKILL)

    def leftovers(self) -> set[int]:
        return marked_processes(marker(self.layout), self.layout.data)


def make_product(folder: Path, **environ: str) -> Product:
    root = folder / "product"
    for name, source in SOURCES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    shutil.copytree(ROOT / "common/machine", root / "common/machine")
    (root / "common/__init__.py").touch()
    (root / "requirements").symlink_to(ROOT / "requirements")
    (root / ".venv").symlink_to(ROOT / ".venv")
    ports = {
        name: str(free_low_port()) for name in ("POSTGRES_PORT", "REDIS_PORT", "SIMULATORS_PORT")
    }
    inherited = ("PATH", "HOME", "TMPDIR", "SSL_CERT_FILE")
    built = {name: os.environ[name] for name in inherited if name in os.environ}
    built |= {"LANG": "en_US.UTF-8", "BIND": f"127.0.0.1:{free_low_port()}", **ports}
    built |= {"KUAQU_STATE": str(folder / "state"), "KUAQU_DATA": str(folder / "data"), **environ}
    layout = Layout(root, Path(built["KUAQU_STATE"]), Path(built["KUAQU_DATA"]))
    return Product(layout, built)


def read_until(run: subprocess.Popen[str], text: str) -> str:
    """Read a run's output up to the line that holds ``text``; fail with all of it otherwise."""
    told = ""
    for line in run.stdout or ():
        told += line
        if text in line:
            return told
    raise AssertionError(told)


def end(run: subprocess.Popen[str]) -> str:
    """End a run the way Ctrl-C does; return the rest of what it said."""
    if run.poll() is None:
        run.send_signal(signal.SIGINT)
    return run.communicate(timeout=READY_S)[0]


def eventually(claim) -> bool:
    return wait_until(claim, READY_S)
