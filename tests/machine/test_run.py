"""Starting, crashing and stopping the whole product."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
from functools import partial

from common.machine.processes import send_signal, start_mark
from tests.machine.product import end, eventually, read_until

EVERYTHING = {
    "postgres",
    "redis",
    "web",
    "worker-interactive",
    "worker-bulk",
    "relay",
    "simulators",
}


def _healthy(product) -> bool:
    link = http.client.HTTPConnection(product.environ["BIND"], timeout=2)
    try:
        link.request("GET", "/healthz", headers={"Host": "localhost:1"})
        return link.getresponse().status == 200
    except OSError:
        return False


def _is_replaced(product, killed) -> bool:
    return product.pieces[killed.name].pid != killed.pid


def test_a_run_prints_addresses_and_signins_and_ctrl_c_leaves_nothing(product):
    run = product.start()
    read_until(run, "boss@a.localhost")
    assert set(product.pieces) == EVERYTHING
    told = end(run)
    assert run.returncode == 0, told
    assert "nothing is left running" in told
    assert product.leftovers() == set()
    assert product.pieces == {}


def test_every_killed_process_is_started_again_while_the_rest_goes_on(product):
    run = product.start()
    read_until(run, "Ctrl-C")
    for name in sorted(EVERYTHING):
        before = product.pieces
        killed = before.pop(name)
        os.kill(killed.pid, signal.SIGKILL)
        read_until(run, f"{name} ended (signal 9)")
        assert eventually(partial(_is_replaced, product, killed))
        assert eventually(partial(_healthy, product))
        assert before == {other: product.pieces[other] for other in before}
    assert " ended " not in end(run)
    assert product.leftovers() == set()


def test_after_kill_nine_of_the_supervisor_the_next_start_clears_up_and_runs(product):
    first = product.start()
    read_until(first, "Ctrl-C")
    orphans = product.pieces
    first.kill()
    first.wait()
    assert all(start_mark(piece.pid) == piece.started for piece in orphans.values())
    second = product.start()
    told = read_until(second, "Ctrl-C")
    assert "interrupted run had left behind" in told
    assert not any(start_mark(piece.pid) == piece.started for piece in orphans.values())
    end(second)
    assert product.leftovers() == set()


def test_after_kill_nine_of_everything_data_is_still_there(product):
    first = product.start()
    read_until(first, "Ctrl-C")
    first.kill()
    for pid in product.leftovers():
        send_signal(pid, signal.SIGKILL)
    first.wait()
    (product.layout.state / "state.json").write_text("{half a fi")
    second = product.start()
    read_until(second, "Ctrl-C")
    assert (product.layout.data / "postgres/PG_VERSION").exists()
    end(second)
    assert product.leftovers() == set()


def test_a_second_run_is_refused_and_stop_ends_the_first_from_outside(product):
    run = product.start()
    read_until(run, "Ctrl-C")
    second = product.start()
    assert "It is already running here" in second.communicate()[0]
    assert second.returncode == 1
    stop = product.command("stop")
    assert "Nothing is running" in stop.communicate()[0]
    run.communicate()
    assert (run.returncode, stop.returncode) == (0, 0)
    assert product.leftovers() == set()


def test_a_management_command_starts_the_servers_only_for_itself(product):
    command = product.command("manage", "show")
    told = command.communicate()[0]
    assert command.returncode == 0, told
    assert f"@127.0.0.1:{product.environ['POSTGRES_PORT']}/kuaqu" in told
    assert product.leftovers() == set()


def test_a_checkout_made_anew_at_the_same_place_starts_afresh_beside_the_old_data(product):
    product.command("manage", "show").communicate()
    shutil.rmtree(product.layout.state)
    again = product.command("manage", "show")
    told = again.communicate()[0]
    assert again.returncode == 0, told
    assert "an earlier installation whose keys.json is gone" in told
    assert len(list(product.layout.data.glob("postgres.without-keys-*/PG_VERSION"))) == 1


def test_a_database_with_another_password_is_one_sentence(product):
    product.command("manage", "show").communicate()
    path = product.layout.state / "keys.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"database_password": "another"}))
    refused = product.command("manage", "show")
    told = refused.communicate()[0]
    assert refused.returncode == 1
    assert "has another password than keys.json" in told.splitlines()[-1]
    assert product.leftovers() == set()


def test_a_failed_management_command_passes_its_exit_code_on(product):
    command = product.command("manage", "fail")
    told = command.communicate()[0]
    assert command.returncode == 1
    assert "the reason" in told
    assert product.leftovers() == set()


def test_a_failed_preparation_stops_the_run_with_its_last_line(product):
    (product.layout.root / "manage.py").write_text("import sys; sys.exit('no such table')")
    run = product.start()
    told = run.communicate()[0]
    assert run.returncode == 1
    assert "`manage.py prepare` failed: no such table" in told.splitlines()[-1]
    assert product.leftovers() == set()


def test_reset_wipes_data_and_state(product):
    product.command("manage", "show").communicate()
    reset = product.command("reset")
    assert "Wiped" in reset.communicate()[0]
    assert not product.layout.state.exists()
    assert not product.layout.data.exists()
