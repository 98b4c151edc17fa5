"""The platform's staff sees companies and bills, at the platform's own host only."""

import pytest
from django_tenants.utils import tenant_context

from accounts.models import User
from accounts.roles import Role
from common.clock import business_day
from common.journal.models import AuditRecord
from tenants.models import Tenant, UsageMonth
from tests.factories import UserFactory

LIST = "/platform/companies/"


@pytest.fixture
def staff(platform, platform_client):
    with tenant_context(platform):
        platform_client.force_login(User.objects.get(username="admin"))
    return platform_client


def test_the_list_shows_every_company_with_its_orders_and_bill(staff):
    month = business_day().replace(day=1)
    UsageMonth.objects.create(schema_name="t_alpha", month=month, orders=142)
    body = staff.get(LIST).content.decode()
    assert "阿尔法家电服务" in body
    assert "贝塔充电服务" in body
    assert "¥21.00" in body
    assert "跨区平台" not in body.split("<tbody>")[1]


def test_a_company_host_has_no_console(tenant, client):
    assert client.get(LIST).status_code == 404
    client.force_login(UserFactory(role=Role.HQ_ADMIN))
    assert client.get(LIST).status_code == 404
    assert client.post(f"{LIST}t_beta/suspend/").status_code == 404


def test_staff_of_the_platform_without_the_permission_is_refused(platform, platform_client):
    with tenant_context(platform):
        platform_client.force_login(UserFactory(role=Role.FINANCE))
    assert platform_client.get(LIST).status_code == 403


def test_a_visitor_is_sent_to_sign_in(platform_client):
    assert platform_client.get(LIST).status_code == 302


@pytest.mark.commits
def test_suspending_and_resuming_change_the_state_and_are_journalled(staff, platform, client):
    assert staff.post(f"{LIST}t_alpha/suspend/").status_code == 302
    assert Tenant.objects.get(schema_name="t_alpha").status == Tenant.Status.SUSPENDED
    assert client.get("/sign-in/").status_code == 403
    assert staff.post(f"{LIST}t_alpha/suspend/").status_code == 409
    assert staff.post(f"{LIST}t_alpha/resume/").status_code == 302
    assert client.get("/sign-in/").status_code == 200
    with tenant_context(platform):
        actions = AuditRecord.objects.order_by("pk").values_list("action", flat=True)
        assert list(actions)[-2:] == ["tenant.suspended", "tenant.resumed"]


@pytest.mark.parametrize("schema", ["t_platform", "t_nobody", "public"])
def test_only_companies_can_be_suspended(staff, schema):
    assert staff.post(f"{LIST}{schema}/suspend/").status_code == 404


def test_a_link_never_suspends(staff):
    assert staff.get(f"{LIST}t_alpha/suspend/").status_code == 405
