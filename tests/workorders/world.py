"""A small company for the tests of orders: sold in Chengdu, done in Hangzhou, served from Suzhou."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from accounts.models import Installer, User
from accounts.roles import Role
from catalog.models import Material, ProductMapping, ServiceItem
from catalog.pack_shapes import MaterialNeed, PackItem, PackStep, PhotoNeed, SkillNeed
from catalog.services.items import publish_item
from network.models import OrgUnit, Region, RegionDivision
from tests.factories import InstallerFactory, RegionFactory, UnitFactory, UserFactory
from workorders.intake_facts import (
    Datum,
    Position,
    ReceiverFacts,
    ShopLineFacts,
    ShopOrderFacts,
    ShopOrderStatus,
)
from workorders.models import WorkOrder
from workorders.services.intake import take_in

PLACED = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
HANGZHOU = ReceiverFacts(
    province="浙江省",
    city="杭州市",
    district="西湖区",
    detail="文三路 8 号 2 幢 301 室",
    name="王芳",
    phone="13712345678",
    position=Position(120.1355, 30.2874, Datum.BD09),
)
CHENGDU = replace(
    HANGZHOU,
    province="四川省",
    city="成都市",
    district="武侯区",
    detail="人民南路 4 段 9 号",
    position=None,
)

INSTALL_BODY = PackItem(
    code="T-AC",
    name="挂机空调安装",
    category="空调",
    unit="台",
    flow="installation",
    list_price_fen=26_000,
    skills=(SkillNeed("AC", 2),),
    certificates=(),
    hints=(),
    steps=(
        PackStep(1, "开箱验货", 10, True, "核对型号", (PhotoNeed("铭牌照", 1, ""),), (), ()),
        PackStep(
            2,
            "安装室内机",
            40,
            True,
            "水平",
            (PhotoNeed("完工照", 2, ""),),
            (MaterialNeed("T-PIPE", 3000),),
            ("断电",),
        ),
        PackStep(3, "清理现场", 5, False, "", (), (), ()),
    ),
)
REPAIR_BODY = replace(INSTALL_BODY, code="T-FIX", name="空调维修", flow="repair")


@dataclass
class World:
    """The units, regions, items and people of the tests."""

    hq: OrgUnit
    west: OrgUnit
    east: OrgUnit
    shop: OrgUnit
    suzhou: OrgUnit
    hangzhou: Region
    item: ServiceItem
    repair: ServiceItem
    admin: User
    seller: User
    dispatcher: User
    stranger: User
    installer: Installer
    other_installer: Installer
    pipe: Material


def make_world() -> World:
    """Make the company in the active schema."""
    hq = OrgUnit.objects.get(kind=OrgUnit.Kind.HQ)
    branch = partial(UnitFactory, kind=OrgUnit.Kind.BRANCH, parent=hq)
    west, east = branch(name="西南分公司"), branch(name="华东分公司")
    north = branch(name="华北分公司")
    shop = UnitFactory(code="CD01", name="成都旗舰店", parent=west)
    suzhou = UnitFactory(name="苏州网点", parent=east, lon="120.585300", lat="31.298900")
    zhejiang = RegionFactory(name="浙江", level=Region.Level.PROVINCE, branch=east)
    hangzhou = RegionFactory(name="杭州", parent=zhejiang, city_level="新一线")
    RegionDivision.objects.create(code="330100", region=hangzhou)
    sichuan = RegionFactory(name="成都", branch=west)
    RegionDivision.objects.create(code="510100", region=sichuan)
    items = [
        publish_item(body=body, industry="家电", actor=None).item
        for body in (INSTALL_BODY, REPAIR_BODY)
    ]
    ProductMapping.objects.create(product_code="SVC-AC", item=items[0])
    ProductMapping.objects.create(product_code="GOODS-AC", item=items[0], price_included=True)
    ProductMapping.objects.create(product_code="GIFT", item=None)
    return World(
        hq=hq,
        west=west,
        east=east,
        shop=shop,
        suzhou=suzhou,
        hangzhou=hangzhou,
        item=items[0],
        repair=items[1],
        admin=UserFactory(role=Role.HQ_ADMIN, unit=hq),
        seller=UserFactory(role=Role.DISPATCHER, unit=shop),
        dispatcher=UserFactory(role=Role.DISPATCHER, unit=east),
        stranger=UserFactory(role=Role.DISPATCHER, unit=north),
        installer=InstallerFactory(outlet=suzhou),
        other_installer=InstallerFactory(outlet=suzhou),
        pipe=Material.objects.create(
            code="T-PIPE", name="铜管", unit="米", kind="consumable", unit_price_fen=12_000
        ),
    )


def service_line(line_id: str = "L1", **changes: object) -> ShopLineFacts:
    """A paid service line of 280 yuan for the item of the world."""
    line = ShopLineFacts(
        line_id=line_id,
        outer_item_id="SVC-AC",
        outer_sku_id="",
        title="空调安装服务",
        sku_text="1.5 匹",
        quantity=1,
        paid_fen=28_000,
        is_service=True,
    )
    return replace(line, **changes)


def goods_line(line_id: str = "G1", **changes: object) -> ShopLineFacts:
    """A paid goods line whose product includes installation."""
    changes = {"outer_item_id": "GOODS-AC", "title": "空调", "is_service": False, **changes}
    return service_line(line_id, **{"paid_fen": 299_900, **changes})


def shop_order(
    *lines: ShopLineFacts, number: str = "E20261102001", **changes: object
) -> ShopOrderFacts:
    """A paid order of a shop in Chengdu for a site in Hangzhou."""
    facts = ShopOrderFacts(
        platform="youzan",
        shop_id="44001",
        order_number=number,
        status=ShopOrderStatus.PAID,
        raw_status="WAIT_SELLER_SEND_GOODS",
        created_at=PLACED,
        modified_at=PLACED,
        paid_at=PLACED,
        paid_fen=sum(line.paid_fen for line in lines) or 28_000,
        post_fen=0,
        deposit_fen=0,
        buyer_ref="buyer-1",
        receiver=HANGZHOU,
        lines=lines or (service_line(),),
        seller_memo="",
        buyer_message="",
        version=100,
    )
    return replace(facts, **changes)


def open_order(world: World, facts: ShopOrderFacts | None = None) -> WorkOrder:
    """Take an order in and return its first work order."""
    result = take_in(facts or shop_order(), sold_by=world.shop)
    return WorkOrder.objects.get(pk=result.opened[0])


def tomorrow() -> tuple[datetime, datetime]:
    """A window of two hours on the next day."""
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    return start, start + timedelta(hours=2)


def photo(
    shade: int = 10, size: tuple[int, int] = (64, 48), name: str = "a.jpg"
) -> SimpleUploadedFile:
    """A small JPEG; two shades are two pictures."""
    out = BytesIO()
    Image.new("RGB", size, (shade, 120, 200)).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def signature() -> SimpleUploadedFile:
    """A drawn signature."""
    out = BytesIO()
    image = Image.new("RGBA", (300, 120), (0, 0, 0, 0))
    ImageDraw.Draw(image).line([(10, 60), (290, 20), (150, 110)], fill=(0, 0, 0, 255), width=4)
    image.save(out, "PNG")
    return SimpleUploadedFile("s.png", out.getvalue(), "image/png")
