"""A company that sells in Guangzhou, settles in Hangzhou and serves from Huzhou."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from accounts.models import Certification, Installer, Skill, User
from accounts.roles import Role
from catalog.services.packs import import_pack
from integrations.keys import Extra
from integrations.models import Connection
from integrations.services.connecting import ConnectionFacts, save_connection
from integrations.simulators.seed import make_world
from network.models import OrgUnit, Region, ServiceTerritory
from network.services.seeding import seed_regions
from settlement.services.publishing import publish_rules
from tests.factories import GradeFactory, InstallerFactory, UnitFactory, UserFactory

SHOPS = {"youzan": "10010001", "tmall": "20010001"}
PATHS = {"youzan": "/youzan", "tmall": "/top/router/rest"}
HANGZHOU = "330100"
CONTRACT = Path(__file__).with_name("thread_contract.toml")


@dataclass(frozen=True)
class ThreadCompany:
    """The people of the three cities, of headquarters, and one who has no part in it."""

    seller: User
    settler: User
    server: User
    stranger: User
    dispatcher: User
    finance: User
    boss: User
    installer: Installer
    connections: dict[str, Connection]


def found(simulators: str) -> ThreadCompany:
    """Make the company in the active schema; its shops are those of the simulators at this address."""
    import_pack("home_appliances", actor=None)
    body = tomllib.loads(CONTRACT.read_text("utf-8"))
    publish_rules(key="thread", industry="home_appliances", body=body, actor=None)
    hq = OrgUnit.objects.get(kind=OrgUnit.Kind.HQ, parent=None)
    branch = partial(UnitFactory, kind=OrgUnit.Kind.BRANCH, parent=hq)
    guangdong, zhejiang, huzhou = (
        branch(name="广东分公司"), branch(name="浙江分公司"), branch(name="湖州分公司")
    )  # fmt: skip
    zhejiang.agent = UnitFactory(kind=OrgUnit.Kind.AGENT, parent=hq, name="浙江代理")
    zhejiang.save()
    shop = UnitFactory(code="GZ01", name="广州旗舰店", parent=guangdong)
    # Leidian in Deqing: another prefecture, some twenty kilometres from Hangzhou's Yuhang.
    outlet = UnitFactory(
        code="HZ01", name="湖州德清网点", parent=huzhou, lon="120.030000", lat="30.460000"
    )
    seed_regions(codes=[HANGZHOU], branches={"330000": zhejiang})
    region = Region.objects.get(code=HANGZHOU)
    ServiceTerritory.objects.create(outlet=outlet, region=region, radius_m=80_000)
    person = partial(UserFactory, role=Role.DISPATCHER)
    return ThreadCompany(
        seller=person(unit=shop),
        settler=person(unit=zhejiang),
        server=UserFactory(role=Role.OUTLET_MANAGER, unit=outlet),
        stranger=person(unit=branch(name="四川分公司")),
        dispatcher=person(unit=hq),
        finance=UserFactory(role=Role.FINANCE, unit=hq),
        boss=UserFactory(role=Role.HQ_ADMIN, unit=hq),
        installer=_installer(outlet),
        connections={name: _connect(name, shop, simulators) for name in SHOPS},
    )


def _installer(outlet: OrgUnit) -> Installer:
    made: Installer = InstallerFactory(
        outlet=outlet, grade=GradeFactory(code="G4", name="高级", rank=4),
        user__display_name="李建国", home_lon="120.030000", home_lat="30.460000", radius_m=80_000,
    )  # fmt: skip
    made.skills.create(skill=Skill.objects.get(code="AC"), rank=4)
    for code in ("CERT-REFRIG", "CERT-HIGH"):
        Certification.objects.create(installer=made, code=code, valid_until="2099-12-31")
    return made


def _connect(platform: str, shop: OrgUnit, simulators: str) -> Connection:
    known: Any = make_world().shops[SHOPS[platform]]
    facts = ConnectionFacts(
        platform=platform,
        name=known.name,
        shop_key=known.shop_id,
        client_id=known.client_id,
        secret=known.client_secret,
        sold_by=shop,
        base_url=f"{simulators}{PATHS[platform]}",
        extra=Extra(session=known.session, message_group=known.tmc_group),
    )
    return save_connection(facts=facts, actor=None)
