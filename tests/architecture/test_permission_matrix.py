"""Every URL × role × method × whose object it names: the table beside this file says what is answered.

`permission_matrix.toml` has a row for each route of the resolver. A row names who may open it, the
kind of object it is about, and the answer to each method for a person who may and an empty form.
What follows from a row is worked out here: other methods 405, other roles 403, people of another
unit and other installers 404, another company's object 404, nobody signed in: the way in.
"""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import transaction
from django_tenants.utils import schema_context

from accounts.models import User
from accounts.roles import Role
from common.access_check import walk
from tests import cast
from tests.architecture.doors import (
    COMPANY,
    EVERYWHERE,
    PUBLIC,
    SHARED,
    Door,
    may_open,
    methods,
    rows_of_company,
    said,
    url_of,
)
from tests.browsing import TenantClient
from tests.factories import UserFactory
from workorders.models import InstallerNotice, SavedFilter


@pytest.mark.parametrize(
    ("urlconf", "rows"),
    [(settings.ROOT_URLCONF, COMPANY), (settings.PUBLIC_SCHEMA_URLCONF, PUBLIC)],
)
def test_every_route_has_a_row_that_names_who_may_open_it(urlconf, rows):
    marks = {route: pattern.callback.kq_access.split(":")[0] for route, pattern in walk(urlconf)}
    assert {route: row["may"] for route, row in rows.items()} == marks
    assert [route for route, row in rows.items() if not methods(row)] == []


def test_every_role_is_answered_as_its_row_says_or_with_403(stage, door):
    wrong = []
    for route, row in rows_of_company():
        url = url_of(route, row, stage.alpha.objects)
        for role, user in stage.alpha.near.items():
            for method in methods(row):
                wanted = said(row, method, role) if may_open(row, role) else 403
                got = door.ask(user, method, url, row.get("sends", "")).status_code
                if got != wanted:
                    wrong.append((method, url, str(role), got, wanted))
    assert wrong == []


def test_a_method_without_an_answer_is_405(stage, door):
    wrong = []
    for route, row in rows_of_company():
        url = url_of(route, row, stage.alpha.objects)
        user = next(user for role, user in stage.alpha.near.items() if may_open(row, role))
        for method in {"get", "post"} - set(methods(row)):
            got = door.ask(user, method, url, row.get("sends", "")).status_code
            if got != 405:
                wrong.append((method, url, got))
    assert wrong == []


def test_what_belongs_to_another_unit_or_installer_is_404(stage, door):
    wrong = []
    for route, row in rows_of_company(about=True):
        url = url_of(route, row, stage.alpha.objects)
        for role, user in stage.alpha.far.items():
            for method in methods(row) if may_open(row, role) else ():
                wanted = said(row, method, role) if row["of"] in SHARED else 404
                wanted = row.get("far", wanted)
                got = door.ask(user, method, url, row.get("sends", "")).status_code
                if got != wanted:
                    wrong.append((method, url, str(role), got, wanted))
    assert wrong == []


def test_what_belongs_to_another_company_is_404(stage, door):
    wrong = []
    for route, row in rows_of_company(about=True):
        if row["of"] in EVERYWHERE:
            continue
        url = url_of(route, row, stage.beta.objects)
        for role, user in stage.alpha.near.items():
            for method in methods(row) if may_open(row, role) else ():
                got = door.ask(user, method, url, row.get("sends", "")).status_code
                if got != 404:
                    wrong.append((method, url, str(role), got))
    assert wrong == []


def test_the_other_way_round_too(stage):
    door, wrong = Door(cast.BETA), []
    admin, installer = (stage.beta.near[role] for role in (Role.HQ_ADMIN, Role.INSTALLER))
    for route, row in rows_of_company(about=True):
        if row["of"] in EVERYWHERE:
            continue
        user = admin if may_open(row, Role.HQ_ADMIN) else installer
        url = url_of(route, row, stage.alpha.objects)
        for method in methods(row):
            got = door.ask(user, method, url, row.get("sends", "")).status_code
            if got != 404:
                wrong.append((method, url, got))
    assert wrong == []


def test_nobody_signed_in_is_shown_the_way_in(stage, door):
    wrong = []
    for route, row in rows_of_company():
        if row["may"] == "open":
            continue
        url = url_of(route, row, stage.alpha.objects)
        for method in methods(row):
            page = door.ask(None, method, url)
            if (page.status_code, page.headers.get("Location", "")[:9]) != (302, "/sign-in/"):
                wrong.append((method, url, page.status_code))
            part = door.ask(None, method, url, **{"HX-Request": "true"})
            if (part.status_code, part.headers.get("HX-Refresh")) != (401, "true"):
                wrong.append((method, url, "htmx", part.status_code))
            if method == "post":
                queued = door.ask(None, method, url, **{"X-Outbox": "1"})
                if (queued.status_code, queued["Content-Type"]) != (401, "application/json"):
                    wrong.append((method, url, "outbox", queued.status_code))
    assert wrong == []


def test_the_platforms_pages_exist_at_its_own_host_alone(stage, door):
    own = Door(cast.PLATFORM)
    with schema_context(cast.PLATFORM.schema):
        staff = User.objects.get(role=Role.PLATFORM)
        clerk = UserFactory(role=Role.FINANCE, unit=None)
    wrong = []
    for route, row in COMPANY.items():
        if row.get("host") != "platform":
            continue
        url = "/" + route.replace("<slug:schema_name>", cast.BETA.schema)
        for method in methods(row):
            got = [
                own.ask(staff, method, url).status_code,
                own.ask(clerk, method, url).status_code,
                own.ask(None, method, url).status_code,
                *(door.ask(user, method, url).status_code for user in stage.alpha.near.values()),
            ]
            if got != [row[method], 403, 302, *[404] * len(stage.alpha.near)]:
                wrong.append((method, url, got))
    assert wrong == []


def test_the_public_host_answers_everybody_and_has_no_company_pages(stage):
    door, wrong = Door(cast.PUBLIC), []
    for route, row in PUBLIC.items():
        url = "/" + route.replace("<str:token>", "forged")
        for method in methods(row):
            got = door.ask(None, method, url).status_code
            if got != row[method]:
                wrong.append((method, url, got, row[method]))
    for route, row in rows_of_company():
        got = door.ask(None, "get", url_of(route, row, stage.alpha.objects)).status_code
        if route not in PUBLIC and got != 404:
            wrong.append(("get", route, got, 404))
    assert wrong == []


def test_posts_about_what_is_somebody_elses_change_nothing(stage, door):
    objects, far = stage.alpha.objects, stage.alpha.far
    filter_id, notice_id = objects["filter"]["pk"], objects["notice"]["notice_id"]
    other = TenantClient(cast.ALPHA)
    with schema_context(cast.ALPHA.schema), transaction.atomic():
        other.force_login(far[Role.DISPATCHER])
        other.post(f"/orders/filters/{filter_id}/forget/")
        other.force_login(far[Role.INSTALLER])
        other.post(f"/m/notices/{notice_id}/seen/")
        assert SavedFilter.objects.filter(pk=filter_id).exists()
        assert InstallerNotice.objects.get(pk=notice_id).seen_at is None
        transaction.set_rollback(True)
