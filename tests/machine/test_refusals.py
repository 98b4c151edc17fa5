"""What cannot work is told in one sentence before anything is started."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

from common.machine import python_check
from common.machine.account import server_account
from common.machine.postgres import Cluster, make_cluster
from common.machine.sentences import Halt
from common.machine.servers import postgres_tools
from tests.machine.product import make_product, read_until


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


@pytest.fixture
def small_disk(request):
    """A tmpfs of the given size, as a folder everyone may enter."""
    if os.geteuid() != 0:
        pytest.skip("mounting a file system needs root")
    folder = Path(tempfile.mkdtemp(prefix="kuaqu-full-"))
    options = f"size={request.param},mode=755"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", folder], check=True)
    folder.rmdir()


@pytest.mark.parametrize("small_disk", ["20m"], indirect=True)
def test_a_start_on_a_full_disk_is_one_sentence(small_disk):
    product = make_product(small_disk)
    run = product.start()
    told = run.communicate()[0]
    assert run.returncode == 1
    assert told.count("\n") == 1
    assert told.startswith("✗ The disk that holds ")
    assert product.leftovers() == set()


@pytest.mark.parametrize("small_disk", ["20m"], indirect=True)
def test_a_database_that_does_not_fit_is_one_sentence(small_disk):
    cluster = Cluster(
        programs=postgres_tools(),
        folder=small_disk / "data" / "postgres",
        port=1,
        password="p",
        account=server_account(),
    )
    with pytest.raises(Halt, match="is full"):
        make_cluster(cluster)
    assert list((small_disk / "data").iterdir()) == []


@pytest.mark.parametrize("small_disk", ["500m"], indirect=True)
def test_a_disk_that_fills_up_stops_the_run_with_one_sentence(small_disk):
    product = make_product(small_disk)
    run = product.start()
    read_until(run, "Ctrl-C")
    ballast_bytes = shutil.disk_usage(small_disk).free - (8 << 20)
    with (small_disk / "ballast").open("wb") as ballast:
        os.posix_fallocate(ballast.fileno(), 0, ballast_bytes)
    os.kill(product.pieces["postgres"].pid, signal.SIGKILL)
    told = run.communicate()[0]
    assert run.returncode == 1
    assert told.splitlines()[-1].startswith("✗ The disk that holds ")
    assert "Traceback" not in told
    assert product.leftovers() == set()


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
