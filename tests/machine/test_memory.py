"""Data is kept in memory only where memory is what the folder is made of, and enough is left."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from common.machine import memory
from common.machine.memory import NEEDED_BYTES, memory_folder

PLENTY = f"MemTotal: 9 kB\nMemAvailable: {2 * NEEDED_BYTES >> 10} kB\n"


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """A system whose folder `shm` is memory, with just enough left."""
    for name in ("proc", "sys/fs/cgroup", "shm"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "proc/mounts").write_text(f"tmpfs {tmp_path}/shm tmpfs rw 0 0\n")
    (tmp_path / "proc/meminfo").write_text(PLENTY)
    return tmp_path


def test_a_folder_in_memory_with_enough_left_is_taken(system):
    assert memory_folder(system, system / "shm") == system / "shm"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("proc/mounts", "/dev/vda {shm} ext4 rw 0 0\n"),
        ("proc/mounts", "tmpfs {shm} tmpfs rw 0 0\n/dev/vda {shm} ext4 rw 0 0\n"),
        ("proc/mounts", "tmpfs /elsewhere tmpfs rw 0 0\n"),
        ("proc/meminfo", "MemAvailable: 1000000 kB\n"),
        ("proc/meminfo", ""),
    ],
    ids=["a disk", "a disk over it", "elsewhere", "little left", "nothing told"],
)
def test_a_folder_on_a_disk_or_with_little_memory_left_is_not_taken(system, file, text):
    (system / file).write_text(text.format(shm=system / "shm"))
    assert memory_folder(system, system / "shm") is None


@pytest.mark.parametrize(
    ("most", "used", "taken"),
    [
        ("max", 5 * NEEDED_BYTES, True),
        (3 * NEEDED_BYTES, NEEDED_BYTES, True),
        (3 * NEEDED_BYTES, NEEDED_BYTES + 1, False),
    ],
)
def test_a_containers_limit_counts(system, most, used, taken):
    (system / "sys/fs/cgroup/memory.max").write_text(f"{most}\n")
    (system / "sys/fs/cgroup/memory.current").write_text(f"{used}\n")
    assert (memory_folder(system, system / "shm") is not None) is taken


def test_a_folder_that_is_too_small_is_not_taken(system, monkeypatch):
    # As the shared memory of a container is that was given none: 64 MB.
    needed = 2 * shutil.disk_usage(system).free
    monkeypatch.setattr(memory, "NEEDED_BYTES", needed)
    (system / "proc/meminfo").write_text(f"MemAvailable: {2 * needed >> 10} kB\n")
    assert memory_folder(system, system / "shm") is None


def test_a_system_without_such_a_folder_keeps_data_on_its_disk(tmp_path):
    assert memory_folder(tmp_path, tmp_path / "shm") is None
