"""What one company stores is nowhere to be found from another's side: layer by layer, both ways."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.signing import BadSignature
from django.db import ProgrammingError, connection, transaction
from django_tenants.utils import schema_context, tenant_context

from accounts.models import User
from common.signing import sign, unsign
from tenants.models import Tenant
from tests import cast
from tests.factories import UserFactory

BOTH_WAYS = [(cast.ALPHA, cast.BETA), (cast.BETA, cast.ALPHA)]

pytestmark = pytest.mark.usefixtures("database")


def test_the_tests_run_as_the_role_that_serves_requests(tenant):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_schema()")
        assert cursor.fetchone() == ("kuaqu_app", "t_alpha")


@pytest.mark.parametrize(("mine", "theirs"), BOTH_WAYS)
def test_a_row_of_one_company_is_not_in_the_other(mine, theirs):
    with schema_context(mine.schema):
        UserFactory(username="only-here")
    with schema_context(theirs.schema):
        assert not User.objects.filter(username="only-here").exists()


@pytest.mark.parametrize(("mine", "theirs"), BOTH_WAYS)
def test_a_cached_value_of_one_company_is_not_in_the_other(mine, theirs):
    with schema_context(mine.schema):
        cache.set("today", "mine")
    with schema_context(theirs.schema):
        assert cache.get("today") is None
        cache.set("today", "theirs")
    with schema_context(mine.schema):
        assert cache.get("today") == "mine"


@pytest.mark.parametrize(("mine", "theirs"), BOTH_WAYS)
def test_a_signed_token_of_one_company_is_worthless_in_the_other(mine, theirs):
    with schema_context(mine.schema):
        token = sign("check-in", 7)
        assert unsign("check-in", token) == 7
    with schema_context(theirs.schema), pytest.raises(BadSignature):
        unsign("check-in", token)


def test_a_session_cookie_replayed_at_another_host_signs_nobody_in(
    tenant, other_tenant, client, other_client
):
    # The same key and the same password hash: what cloned companies would have.
    user = UserFactory(pk=4711, username="twin", password="md5$same")
    with tenant_context(other_tenant):
        UserFactory(pk=4711, username="twin", password="md5$same")
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    other_client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    answer = other_client.get("/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")
    assert Session.objects.filter(pk=cookie).exists(), "the replay must not end the real session"
    with tenant_context(other_tenant):
        assert not Session.objects.filter(pk=cookie).exists()


def test_a_cookie_is_for_one_host_only(tenant, client):
    client.force_login(UserFactory())
    client.get("/sign-in/")
    assert {cookie["domain"] for cookie in client.cookies.values()} == {""}


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE t_alpha.mine (id int)",
        "CREATE SCHEMA t_mine",
        "DROP TABLE t_alpha.accounts_user",
        "ALTER TABLE t_alpha.accounts_user ADD COLUMN x int",
        "TRUNCATE t_alpha.accounts_user",
        "UPDATE public.tenants_tenant SET status = 'active'",
        "INSERT INTO public.tenants_domain (domain, tenant_id, is_primary) VALUES ('x', 1, false)",
        "DELETE FROM t_alpha.django_migrations",
        "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'select 1'",
    ],
)
def test_the_serving_role_changes_no_structure_and_no_tenant_row(tenant, statement):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_dropped_schema_does_not_fall_through_to_public(tenant):
    with schema_context("t_gone"), pytest.raises(ProgrammingError), transaction.atomic():
        User.objects.count()


def test_public_holds_tenants_and_nothing_of_theirs(tenant):
    assert set(Tenant.objects.values_list("schema_name", flat=True)) == {
        cast.ALPHA.schema,
        cast.BETA.schema,
        cast.PLATFORM.schema,
    }
