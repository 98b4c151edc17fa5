"""Makes a demo company: schema, network, people, shops; its history follows."""

from __future__ import annotations

from random import Random

from django.db import transaction
from django_tenants.utils import tenant_context

from config.demo.network import build_network
from config.demo.people import build_people
from config.demo.plan import PASSWORD, Company, companies, person, phone
from config.demo.shops import connect_shops
from tenants.models import Tenant
from tenants.provisioning import FirstAdmin, create_tenant


def ensure_company(company: Company) -> tuple[Tenant, bool]:
    """Return the company's tenant and whether it was made just now."""
    found: Tenant | None = Tenant.objects.filter(
        domains__domain__startswith=f"{company.slug}."
    ).first()
    if found is not None:
        return found, False
    random = Random(company.slug)  # noqa: S311 - the same company every time, no secret
    admin = FirstAdmin("admin", person(random), phone(9999), PASSWORD)
    tenant = create_tenant(name=company.name, slug=company.slug, admin=admin, pack=company.pack)
    with tenant_context(tenant), transaction.atomic():
        places = build_network(company, random)
        build_people(company, places, random)
        connect_shops(company)
    return tenant, True


def demo_tenants() -> list[tuple[Company, Tenant]]:
    """Return the demo companies that exist."""
    found = {
        tenant.domains.get(is_primary=True).domain.split(".")[0]: tenant
        for tenant in Tenant.objects.prefetch_related("domains").exclude(kind="platform")
    }
    return [(company, found[company.slug]) for company in companies() if company.slug in found]
