"""Finance closes a period on its pages; everybody else sees what is theirs."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import Role
from common.outbox import drain
from settlement.services.parties import installer_party, unit_party
from settlement.statements.run import start_run
from settlement.statements.selectors import visible_statements
from tests.factories import InstallerFactory, UserFactory
from tests.settlement.company import Company, settled
from tests.settlement.statement_cast import adjust, computed, locked, period_now, statement_of


def page(client: Any, user: User, path: str, **headers: str) -> Any:
    client.force_login(user)
    return client.get(f"/settlement/{path}", headers=headers)


def post(client: Any, user: User, path: str, **fields: str) -> Any:
    client.force_login(user)
    return client.post(f"/settlement/{path}", fields, headers={"HX-Request": "true"})


def test_a_period_goes_from_draft_to_locked_on_its_page(company: Company, client: Any) -> None:
    settled(company)
    name, finance = str(period_now()), company.finance
    assert "runs/" in page(client, finance, "runs/").content.decode()
    assert page(client, finance, f"runs/{name}/").status_code == 200
    started = post(client, finance, f"runs/{name}/start/")
    assert (started.status_code, started["HX-Redirect"]) == (204, f"/settlement/runs/{name}/")
    poll = f"runs/{name}/progress/"
    first = page(client, finance, poll, **{"HX-Request": "true"})
    assert first.status_code == 200
    assert 'data-live="2"' in first.content.decode()
    same = page(client, finance, f"{poll}?stamp={first['X-Stamp']}", **{"HX-Request": "true"})
    assert same.status_code == 204
    drain(queues=("bulk",), strict=True)
    last = page(client, finance, poll, **{"HX-Request": "true"})
    assert (last.status_code, last["HX-Refresh"]) == (286, "true")
    words = page(client, finance, f"runs/{name}/").content.decode()
    assert company.installer.user.display_name in words
    assert "<svg" in words
    assert 'for="lock-typed" data-key="a"' in words
    assert "锁定周期：输入周期名称" in words
    wrong = post(client, finance, f"runs/{name}/lock/", typed="2026")
    assert (wrong.status_code, wrong["HX-Retarget"]) == (422, "#x-toasts")
    done = post(client, finance, f"runs/{name}/lock/", typed=name)
    assert done.status_code == 204
    other = UserFactory(role=Role.FINANCE, unit=company.world.hq)
    late = post(client, other, f"runs/{name}/lock/", typed=name)
    assert late.status_code == 409
    assert finance.display_name in late.content.decode()
    assert "typed" not in page(client, finance, f"runs/{name}/").content.decode()


def test_the_statement_page_explains_every_line(company: Company, client: Any) -> None:
    settled(company)
    computed(company.finance)
    statement = statement_of(installer_party(company.installer))
    words = page(client, company.finance, f"statements/{statement.number}/").content.decode()
    assert statement.sha256 in words
    assert words.count('id="line-') == statement.lines
    assert words.count("x-why") == statement.lines
    sent = page(client, company.finance, f"statements/{statement.number}/csv/")
    assert sent.status_code == 200
    assert sent.content.startswith(b"\xef\xbb\xbf")


def test_the_pdf_is_made_on_demand_and_downloaded(company: Company, client: Any) -> None:
    settled(company)
    computed(company.finance)
    number = statement_of(installer_party(company.installer)).number
    path = f"statements/{number}/file/"
    assert page(client, company.finance, path).status_code == 410
    assert post(client, company.finance, f"{path}make/").status_code == 204
    waiting = page(client, company.finance, f"{path}state/", **{"HX-Request": "true"})
    assert "data-live" in waiting.content.decode()
    drain(strict=True)
    ready = page(client, company.finance, f"{path}state/", **{"HX-Request": "true"})
    assert "data-live" not in ready.content.decode()
    sent = page(client, company.finance, path)
    assert sent.content.startswith(b"%PDF")
    assert number in sent["Content-Disposition"]


def test_the_page_waits_for_the_file_that_follows_a_lock(company: Company, client: Any) -> None:
    settled(company)
    locked(company.finance)
    statement = statement_of(installer_party(company.installer))
    path = f"statements/{statement.number}/"
    assert 'data-live="2"' in page(client, company.finance, path).content.decode()
    poll = {"HX-Request": "true"}
    waiting = page(client, company.finance, f"{path}file/state/?stamp=queued-0", **poll)
    assert waiting.status_code == 204
    drain(queues=("bulk",), strict=True)
    after = page(client, company.finance, f"{path}file/state/?stamp=queued-0", **poll)
    assert f"{path}file/" in after.content.decode()
    assert "data-live" not in after.content.decode()


def test_an_installers_page_waits_for_the_file_too_and_names_every_state(
    company: Company, client: Any
) -> None:
    settled(company)
    locked(company.finance)
    path = f"/m/statements/{statement_of(installer_party(company.installer)).number}/"
    client.force_login(company.installer.user)
    queued = client.get(path).content.decode()
    assert "本期 PDF 正在生成" in queued
    poll = f"{path}file/state/"
    assert f'hx-get="{poll}?stamp=queued-0"' in queued
    same = client.get(f"{poll}?stamp=queued-0", headers={"HX-Request": "true"})
    assert same.status_code == 204
    client.post(f"{path}file/make/")
    making = client.get(f"{poll}?stamp=queued-0", headers={"HX-Request": "true"}).content.decode()
    assert f'hx-get="{poll}?stamp=making-0"' in making
    drain(queues=("bulk",), strict=True)
    ready = client.get(f"{poll}?stamp=making-0", headers={"HX-Request": "true"}).content.decode()
    assert f"{path}file/" in ready
    assert "data-live" not in ready


def test_lists_hold_what_lies_in_the_readers_scope(company: Company, client: Any) -> None:
    settled(company)
    elsewhere = InstallerFactory()
    adjust(installer_party(elsewhere), 100)
    mine, theirs = installer_party(company.installer), installer_party(elsewhere)
    branch = unit_party(company.world.east)
    computed(company.finance)
    east = UserFactory(role=Role.REGION_MANAGER, unit=company.world.east)
    cases = [
        (company.finance, {mine.pk, theirs.pk, branch.pk}, set()),
        (company.manager, {mine.pk}, {theirs.pk, branch.pk}),
        (east, {branch.pk}, {mine.pk, theirs.pk}),
        (company.installer.user, set(), {mine.pk, theirs.pk, branch.pk}),
    ]
    for actor, seen, unseen in cases:
        parties = set(visible_statements(actor=actor).values_list("party_id", flat=True))
        assert seen <= parties
        assert not unseen & parties
    number = statement_of(theirs).number
    assert page(client, company.manager, f"statements/{number}/").status_code == 404
    assert page(client, company.manager, f"runs/{period_now()}/").status_code == 200
    assert post(client, company.manager, f"runs/{period_now()}/start/").status_code == 403
    assert page(client, company.installer.user, f"statements/{number}/").status_code == 403


def test_an_installer_sees_an_own_statement_once_the_period_is_locked(
    company: Company, client: Any
) -> None:
    settled(company)
    computed(company.finance)
    user, number = company.installer.user, statement_of(installer_party(company.installer)).number
    assert not visible_statements(actor=user).exists()
    locked(company.finance)
    client.force_login(user)
    assert number in client.get("/m/statements/").content.decode()
    assert client.get(f"/m/statements/{number}/").status_code == 200
    other = InstallerFactory()
    client.force_login(other.user)
    assert client.get(f"/m/statements/{number}/").status_code == 404


@pytest.mark.parametrize("name", ["2026-13", "abc", "1999-01", "2026-1"])
def test_a_period_that_does_not_exist_is_not_found(
    company: Company, client: Any, name: str
) -> None:
    assert page(client, company.finance, f"runs/{name}/").status_code == 404


def test_words_of_tenants_are_escaped_on_the_pages(company: Company, client: Any) -> None:
    settled(company)
    party = installer_party(company.installer)
    party.name = "<script>alert(1)</script>"
    party.save()
    start_run(period_id=period_now().pk, actor=company.finance)
    drain(queues=("bulk",), strict=True)
    for path in (f"runs/{period_now()}/", f"statements/{statement_of(party).number}/"):
        words = page(client, company.finance, path).content.decode()
        assert "<script>alert" not in words
        assert "&lt;script&gt;alert" in words


def test_the_list_of_payees_costs_the_same_queries_for_few_and_for_many(
    company: Company, client: Any, django_assert_num_queries: Any
) -> None:
    settled(company)
    computed(company.finance)
    client.force_login(company.finance)
    page = f"/settlement/runs/{period_now()}/"
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    for n in range(30):
        adjust(installer_party(InstallerFactory()), 100 + n, key=f"adjust:{n}")
    computed(company.finance)
    with django_assert_num_queries(len(few)):
        client.get(page)
    assert len(few) < 45
