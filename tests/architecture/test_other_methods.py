"""Methods no page is written for: refused by every address to every role, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from tests.architecture.doors import Door, Stage, may_open, rows_of_company, said, url_of

FOREIGN = ("put", "patch", "delete", "options")


@pytest.mark.parametrize("method", FOREIGN)
def test_a_method_no_page_is_written_for_is_405_for_every_role_and_asks_the_database_nothing(
    stage: Stage, door: Door, method: str
) -> None:
    asked: list[str] = []

    def note(run: Callable[..., Any], sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return run(sql, *rest)

    near, wrong = list(stage.alpha.near.values()), []
    for n, (route, row) in enumerate(rows_of_company()):
        url = url_of(route, row, stage.alpha.objects)
        # Each address is asked by one of the seven roles in turn: who asks is never looked at.
        user = near[n % len(near)]
        door.sign_in(user)
        with connection.execute_wrapper(note):
            got = door.ask(user, method, url, row.get("sends", "")).status_code
        if got != 405:
            wrong.append((method, url, got))
    assert wrong == []
    assert [sql for sql in asked if "SAVEPOINT" not in sql and "search_path" not in sql] == []


def test_head_is_answered_like_get_or_refused_and_shows_nobody_but_the_way_in(
    stage: Stage, door: Door
) -> None:
    wrong = []
    for route, row in rows_of_company():
        url = url_of(route, row, stage.alpha.objects)
        role, user = next(one for one in stage.alpha.near.items() if may_open(row, one[0]))
        like_get = said(row, "get", role) if "get" in row else 405
        got = door.ask(user, "head", url).status_code
        if got not in (like_get, 405):
            wrong.append((url, str(role), got))
        if row["may"] != "open" and door.ask(None, "head", url).status_code != 302:
            wrong.append((url, "nobody", 0))
    assert wrong == []
