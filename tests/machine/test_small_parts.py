"""Rules of the parts that need no process."""

from __future__ import annotations

import base64
import json
import os
import re
import stat

import pytest

from common.machine.keys import kept_keys
from common.machine.layout import ROOT, Layout, find_layout, read_ports
from common.machine.logs import last_line, open_log, rotate_logs
from common.machine.platform_check import glibc_version, servers_come_from_wheels
from common.machine.processes import start_mark
from common.machine.sentences import Halt, in_language
from common.machine.state import Piece, end_orphans, load_pieces, save_pieces


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "停"),
        ({"LANG": "en_GB.UTF-8"}, "stop"),
        ({"LANG": "C.UTF-8"}, "stop / 停"),
        ({}, "stop / 停"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "stop"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "停"),
        ({"LANG": "de_DE.UTF-8"}, "stop / 停"),
    ],
)
def test_the_language_follows_the_locale_and_both_are_said_otherwise(monkeypatch, environ, said):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert in_language("stop", "停") == said


@pytest.mark.parametrize(
    ("system", "machine", "glibc", "python", "expected"),
    [
        ("Linux", "x86_64", "2.34", (3, 11), True),
        ("Linux", "x86_64", "2.36", (3, 12), True),
        ("Linux", "x86_64", "2.31", (3, 12), False),
        ("Linux", "x86_64", "2.36", (3, 13), False),
        ("Linux", "aarch64", "2.36", (3, 12), False),
        ("Darwin", "x86_64", "", (3, 12), False),
        ("Linux", "x86_64", "musl", (3, 12), False),
    ],
)
def test_servers_come_from_wheels_on_one_platform(system, machine, glibc, python, expected):
    assert servers_come_from_wheels(system, machine, glibc_version(glibc), python) is expected


@pytest.mark.parametrize(
    ("environ", "bind", "own_host"),
    [
        ({}, "127.0.0.1:8000", "127.0.0.1"),
        ({"BIND": "0.0.0.0:9000"}, "0.0.0.0:9000", "127.0.0.1"),
        ({"BIND": ":9000"}, "127.0.0.1:9000", "127.0.0.1"),
        ({"BIND": "9000"}, "127.0.0.1:9000", "127.0.0.1"),
        ({"BIND": "192.168.1.5:80"}, "192.168.1.5:80", "192.168.1.5"),
    ],
)
def test_bind_names_host_and_port(environ, bind, own_host):
    ports = read_ports(environ)
    assert (ports.bind, ports.own_host) == (bind, own_host)


def test_fixed_ports_lie_below_the_range_of_outgoing_connections():
    ports = read_ports({})
    assert max(ports.web, ports.postgres, ports.redis, ports.simulators) < 32768


def test_two_checkouts_keep_their_data_apart(tmp_path):
    first, second = (find_layout({}, tmp_path / name) for name in ("a", "b"))
    assert first.data != second.data
    assert first.state != second.state


def test_secrets_are_drawn_once_and_only_the_owner_reads_them(tmp_path):
    layout = find_layout({"KUAQU_STATE": str(tmp_path), "KUAQU_DATA": str(tmp_path)})
    keys = kept_keys(layout)
    assert kept_keys(layout) == keys
    assert len(base64.b64decode(keys.field_key)) == 32
    assert len(keys.secret_key) >= 50
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600


def test_damaged_secrets_are_never_replaced_silently(tmp_path):
    (tmp_path / "keys.json").write_text('{"secret_key": ')
    with pytest.raises(Halt, match="is damaged"):
        kept_keys(find_layout({"KUAQU_STATE": str(tmp_path)}))


def test_a_log_beyond_its_size_is_kept_once_and_goes_on_at_its_start(tmp_path):
    descriptor = open_log(tmp_path, "web")
    os.write(descriptor, b"old\n" * 100)
    rotate_logs(tmp_path, largest=399)
    os.write(descriptor, b"new\n\n")
    os.close(descriptor)
    assert (tmp_path / "web.log").read_text() == "new\n\n"
    assert (tmp_path / "web.log.1").read_text() == "old\n" * 100
    assert last_line(tmp_path, "web") == "new"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pieces": [{"pid": 1}]}'])
def test_a_broken_state_file_is_an_empty_one(tmp_path, text):
    layout = Layout(tmp_path, tmp_path, tmp_path)
    (tmp_path / "state.json").write_text(text)
    assert load_pieces(layout) == []


def test_a_process_that_got_a_dead_ones_number_is_left_alone(tmp_path):
    layout = Layout(tmp_path, tmp_path, tmp_path)
    save_pieces(layout, [Piece("web", os.getpid(), "1")])
    assert end_orphans(layout) == 0
    assert start_mark(os.getpid())


@pytest.mark.parametrize("name", ["base", "dev", "uv"])
def test_every_pin_has_an_exact_version_and_a_hash_and_no_file_names_an_index(name):
    text = (ROOT / f"requirements/{name}.txt").read_text()
    pins = re.split(r"\n(?=\S)", text.strip())
    assert [pin for pin in pins if not re.match(r"[\w.\[\]-]+==[\w.!+]+[^\n]*\\\n", pin)] == []
    assert [pin for pin in pins if "--hash=sha256:" not in pin] == []
    assert re.search(r"https?://|--(extra-)?index-url|--find-links", text) is None


def test_dev_pins_hold_every_base_pin_at_the_same_version():
    base, dev = (
        set(
            re.findall(
                r"^(\S+==\S+)", (ROOT / f"requirements/{name}.txt").read_text(), re.MULTILINE
            )
        )
        for name in ("base", "dev")
    )
    assert base - dev == set()


def test_a_state_file_is_replaced_whole(tmp_path):
    layout = Layout(tmp_path, tmp_path, tmp_path)
    save_pieces(layout, [Piece("web", 7, "123")])
    assert json.loads((tmp_path / "state.json").read_text())["pieces"][0]["pid"] == 7
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]
