import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]


def start(*arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "integrations.simulators", *arguments]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ.copy(),
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_process_serves_and_keeps_its_orders_when_interrupted(tmp_path):
    port = free_port()
    process = start("--port", str(port), "--traffic", "0", "--state-dir", str(tmp_path))
    try:
        assert process.stdout is not None
        assert f":{port}/control/" in process.stdout.readline()
        base = f"http://127.0.0.1:{port}"
        assert httpx.get(f"{base}/healthz").text == "ok"
        order = httpx.post(f"{base}/control/api/shops/10010001/orders", json={"pay": True}).json()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=90) == 0
    finally:
        process.kill()
        process.communicate()
    kept = json.loads((tmp_path / "simulators.json").read_text(encoding="utf-8"))
    assert [row["number"] for row in kept["shops"]["10010001"]["orders"]] == [order["number"]]


def test_a_taken_port_is_an_error_and_not_a_second_server():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start("--port", str(taken.getsockname()[1]))
        _, complaint = process.communicate(timeout=90)
    assert process.returncode == 1
    assert "in use" in complaint
