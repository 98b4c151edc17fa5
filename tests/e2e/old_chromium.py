"""Chromium 80, the oldest browser the phone's pages are for, driven by its own protocol.

Playwright no longer speaks to it. The program comes from the npm registry in a package made for
another purpose (MIT, https://www.npmjs.com/package/chrome-aws-lambda, 2.1.1: Chromium 80.0.3987);
it is fetched once and kept beside the packages of the environment. The protocol is
https://chromedevtools.github.io/devtools-protocol/ over a pair of pipes, JSON between zero bytes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import brotli

PACKAGE = "chrome-aws-lambda@2.1.1"
SHA512 = "Wer2QuygxsCov5bM2+8CLa6qYpNsc5AxYTlgTne00aFoxFP491LGJRxOQtGnYtsJP6UG4pB0SfrwTyPnLys1Lw=="
KEPT = Path(sys.prefix) / "share" / "chromium-80"
_OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--single-process", "--no-zygote",
    "--remote-debugging-pipe", "--window-size=390,844",
    "--host-resolver-rules=MAP *.localhost 127.0.0.1",
)  # fmt: skip


class ScriptError(AssertionError):
    """A script of a page failed."""


def program() -> Path | None:
    """Return the browser's program, fetched when it is not here yet; None where that cannot be."""
    found = KEPT / "chromium"
    if found.exists():
        return found
    npm = shutil.which("npm")
    if npm is None:
        return None
    KEPT.mkdir(parents=True, exist_ok=True)
    packed = subprocess.run(
        [npm, "pack", PACKAGE, "--silent"], cwd=KEPT, capture_output=True, text=True, check=False
    )
    if packed.returncode != 0:
        return None
    archive = KEPT / packed.stdout.strip().splitlines()[-1]
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    assert digest == SHA512, f"{PACKAGE} is not what it was: {digest}"
    with tarfile.open(archive) as tar:
        member = tar.extractfile("package/bin/chromium.br")
        assert member is not None
        draft = KEPT / "chromium.new"
        draft.write_bytes(brotli.decompress(member.read()))
    archive.unlink()
    draft.chmod(0o755)
    draft.rename(found)
    return found


class OldPage:
    """The one page of a running Chromium 80; faults of its scripts are gathered in `faults`."""

    def __init__(self, commands: int, answers: int) -> None:
        self.faults: list[str] = []
        self._commands, self._answers = commands, answers
        self._read, self._number, self._session = b"", 0, ""
        self.loads = 0
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        attached = self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "DOM"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **params: Any) -> Any:
        """Send a command and return its result; raises AssertionError with the browser's words."""
        self._number += 1
        command = {"id": self._number, "method": method, "params": params}
        if self._session:
            command["sessionId"] = self._session
        os.write(self._commands, json.dumps(command).encode() + b"\0")
        while True:
            message = self._next()
            if message.get("id") == self._number:
                assert "error" not in message, f"{method}: {message['error']}"
                return message["result"]

    def open(self, url: str, **cookies: str) -> None:
        """Open an address with cookies and wait until it is loaded."""
        for name, value in cookies.items():
            self.ask("Network.setCookie", url=url, name=name, value=value)
        before = self.loads
        self.ask("Page.navigate", url=url)
        while self.loads == before:
            self._next()

    def run(self, expression: str) -> Any:
        """Evaluate an expression in the page, wait for its promise, and return its value."""
        done = self.ask(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in done:
            raise ScriptError(_words(done["exceptionDetails"]))
        return done["result"].get("value")

    def until(self, expression: str) -> None:
        """Wait until an expression is true in the page, at most 20 s."""
        held = (
            f"new Promise((yes, no) => {{ let n = 0; const look = () => {{ if ({expression}) yes();"
            f" else if (++n > 400) no(new Error({json.dumps(expression)}));"
            " else setTimeout(look, 50); }; look(); })"
        )
        self.run(held)

    def choose_file(self, selector: str, path: Path) -> None:
        """Put a file into an input, as a person who picks it."""
        root = self.ask("DOM.getDocument")["root"]["nodeId"]
        node = self.ask("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.ask("DOM.setFileInputFiles", nodeId=node, files=[str(path)])

    def offline(self, *, state: bool) -> None:
        """Cut the page's network, or give it back."""
        self.ask(
            "Network.emulateNetworkConditions",
            offline=state,
            latency=0,
            downloadThroughput=-1,
            uploadThroughput=-1,
        )

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._read:
            part = os.read(self._answers, 65_536)
            assert part, "the browser has gone"
            self._read += part
        text, _zero, self._read = self._read.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        if message.get("method") == "Runtime.exceptionThrown":
            self.faults.append(_words(message["params"]["exceptionDetails"]))
        self.loads += message.get("method") == "Page.loadEventFired"
        return message


def _words(details: dict[str, Any]) -> str:
    thrown = details.get("exception", {})
    return f"{details.get('url', '')} {thrown.get('description') or details['text']}"


@contextmanager
def old_page(browser: Path, folder: Path) -> Iterator[OldPage]:
    """Run the browser with a profile in the folder and give its page; stop it at the end."""
    to_browser, commands = os.pipe()
    answers, from_browser = os.pipe()
    # The browser reads commands from descriptor 3 and writes to 4.
    line = f'exec "$0" "$@" 3<&{to_browser} 4>&{from_browser}'
    with (folder / "chromium.log").open("wb") as log:
        running = subprocess.Popen(
            ["/bin/bash", "-c", line, str(browser), *_OPTIONS, f"--user-data-dir={folder}/profile"],
            pass_fds=(to_browser, from_browser),
            stdout=log,
            stderr=log,
        )
    os.close(to_browser)
    os.close(from_browser)
    try:
        yield OldPage(commands, answers)
    finally:
        running.kill()
        running.wait(10)
        os.close(commands)
        os.close(answers)
