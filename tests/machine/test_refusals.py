"""What cannot work is told in one sentence before anything is started."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

from common.machine import python_check
from common.machine.sentences import Halt
from tests.machine.product import make_product


@pytest.mark.parametrize("variable", ["BIND", "POSTGRES_PORT", "REDIS_PORT", "SIMULATORS_PORT"])
def test_a_taken_port_is_one_sentence(product, variable):
    port = int(product.environ[variable].rpartition(":")[2])
    with socket.create_server(("127.0.0.1", port)):
        run = product.start()
        told = run.communicate()[0]
    assert run.returncode == 1
    assert told.startswith("✗ ")
    assert told.count("\n") == 1
    assert f"Port {port} for" in told
    assert f"{variable}=" in told
    assert product.leftovers() == set()


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a file system needs root")
@pytest.mark.parametrize(("size", "fill_mb"), [("20m", 0), ("500m", 460)])
def test_a_full_disk_is_one_sentence(size, fill_mb):
    folder = Path(tempfile.mkdtemp(prefix="kuaqu-full-"))
    folder.chmod(0o755)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)
    try:
        folder.chmod(0o755)
        (folder / "ballast").write_bytes(bytes(fill_mb << 20))
        product = make_product(folder)
        run = product.start()
        told = run.communicate()[0]
        assert run.returncode == 1
        assert told.splitlines()[-1].startswith("✗ The disk that holds ")
        assert "Traceback" not in told
        assert product.leftovers() == set()
    finally:
        subprocess.run(["umount", folder], check=True)
        shutil.rmtree(folder)


def test_an_old_python_without_a_newer_one_on_path_is_one_sentence(monkeypatch):
    monkeypatch.setattr(python_check, "OLDEST", (99, 0))
    monkeypatch.setattr(python_check, "CANDIDATES", ())
    with pytest.raises(Halt, match=r"Python 3\.11 or 3\.12 is needed, this is 3"):
        python_check.use_supported_python()


@pytest.mark.parametrize("bind", ["nowhere", "127.0.0.1:", "0", "127.0.0.1:65536", ":８０００"])
def test_a_bind_without_a_port_is_one_sentence(product, bind):
    product.environ["BIND"] = bind
    run = product.start()
    told = run.communicate()[0]
    assert run.returncode == 1
    assert "BIND must hold a port" in told


def test_an_address_of_another_machine_is_one_sentence(product):
    product.environ["BIND"] = "203.0.113.7:8000"
    run = product.start()
    assert "This machine has no address 203.0.113.7" in run.communicate()[0]
    assert run.returncode == 1


def test_an_unknown_command_names_the_known_ones(product):
    run = product.command("fly")
    assert "known: run, setup, test, stop, reset, manage, with-servers" in run.communicate()[0]
    assert run.returncode == 2
