"""What every new company gets: headquarters, its first administrator, the grades."""

from __future__ import annotations

from accounts.models import SkillGrade, User
from accounts.roles import Role
from network.models import OrgUnit
from network.services import place_node
from tenants.models import Tenant
from tenants.provisioning import SignUp, on_new_tenant

GRADES = [("G1", "试用"), ("G2", "初级"), ("G3", "中级"), ("G4", "高级"), ("G5", "资深")]


def found_company(sign_up: SignUp) -> None:
    """Write headquarters, grades and the first administrator into the new schema."""
    headquarters = place_node(OrgUnit(code="HQ", name=sign_up.tenant.name, kind=OrgUnit.Kind.HQ))
    SkillGrade.objects.bulk_create(
        SkillGrade(code=code, name=name, rank=rank)
        for rank, (code, name) in enumerate(GRADES, start=1)
    )
    if sign_up.admin is None or sign_up.password_hash is None:
        return
    is_platform = sign_up.tenant.kind == Tenant.Kind.PLATFORM
    admin = User(
        username=sign_up.admin.username,
        display_name=sign_up.admin.display_name,
        phone=sign_up.admin.phone,
        role=Role.PLATFORM if is_platform else Role.HQ_ADMIN,
        unit=headquarters,
    )
    admin.password = sign_up.password_hash.result()
    admin.save()


on_new_tenant(found_company, order=10)
