"""Real threads with connections of their own, at the same gate at the same moment."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import Any

from django.db import connection, connections
from django_tenants.utils import schema_context


def in_threads(*works: Any) -> list[Any]:
    """Run each work at once in a thread of its own; return what each gave or raised."""
    schema, gate = connection.schema_name, Barrier(len(works))
    found: list[Any] = [None] * len(works)

    def run(n: int) -> None:
        try:
            with schema_context(schema):
                gate.wait(30)
                found[n] = works[n]()
        except Exception as refused:  # noqa: BLE001 - what a thread raised is what the test asks for
            found[n] = refused
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(n,)) for n in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
