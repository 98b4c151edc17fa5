"""What `manage.py prepare` does for the demo, and the sign-ins it prints."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django_tenants.utils import tenant_context

from common import clock
from common.outbox import announce
from config import env
from config.demo.building import demo_tenants, ensure_company
from config.demo.events import HistoryContinues
from config.demo.history import progress
from config.demo.people import INSTALLER, STAFF
from config.demo.plan import PASSWORD, companies
from config.demo.rosters import ensure_rosters
from config.demo.simulators import follow_simulators
from dispatch.demand.making import make_forecast
from tenants.provisioning import demo_hooks
from tenants.signins import tell_sign_ins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenants.models import Tenant

FIRST_ORDERS = 300


def ensure_demo() -> None:
    """Make the demo companies at the first start, 300 orders at once, and ask for the rest."""
    for company in companies():
        tenant, _is_new = ensure_company(company)
        with tenant_context(tenant):
            follow_simulators(company)
    _make_first_orders()
    for _company, tenant in demo_tenants():
        with tenant_context(tenant):
            ensure_rosters()
            make_forecast(today=clock.business_day())
    if not env.flag("KUAQU_DEMO_HISTORY", default=True):
        return
    for company, tenant in demo_tenants():
        with tenant_context(tenant), transaction.atomic():
            announce(HistoryContinues(company.slug, 1), key=f"history:{company.slug}:1")


def _make_first_orders() -> None:
    """Each company's share in a process of its own: two cores make them in half the time."""
    share = FIRST_ORDERS // len(companies())
    todo: list[str] = []
    for company, tenant in demo_tenants():
        with tenant_context(tenant):
            if progress(company).done < share:
                todo.append(company.slug)
    manage = str(settings.BASE_DIR / "manage.py")
    environment = {name: value for name, value in os.environ.items() if name != "KUAQU_DB_ROLE"}
    running = [
        subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, manage, "make_history", slug, "--until", str(share)], env=environment
        )
        for slug in todo
    ]
    codes = [each.wait() for each in running]
    if any(codes):
        raise RuntimeError("the demo's first orders could not be made; see the lines above")


def sign_ins(tenant: Tenant) -> Iterator[str]:
    """Yield the sign-ins of a demo company."""
    domain = tenant.get_primary_domain()
    slug = domain.domain.split(".")[0] if domain else ""
    if slug not in {company.slug for company in companies()}:
        return
    names = {
        "admin": "总部管理员",
        "diaodu": "调度员",
        "caiwu": "财务",
        "jingli": "区域经理",
        "dianzhang": "网点店长",
    }
    for username in ["admin", *(name for name, _role, _where in STAFF)]:
        yield f"{names[username]}  {username} / {PASSWORD}"
    yield f"师傅（手机）  {INSTALLER} / {PASSWORD}"


demo_hooks.append(ensure_demo)
tell_sign_ins(sign_ins)
