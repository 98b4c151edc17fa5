"""What customers of the demo companies order: who, where, what, when, and how it goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from random import Random
from typing import TYPE_CHECKING

from catalog.services.packs import shipped_pack
from common import clock
from config.demo.network import city_division, near
from config.demo.plan import Company, person, phone
from network.divisions.atlas import Division, children, division
from network.geo import Datum
from workorders.intake_facts import (
    Position,
    ReceiverFacts,
    ShopLineFacts,
    ShopOrderFacts,
    ShopOrderStatus,
)

if TYPE_CHECKING:
    from catalog.pack_format import Pack
    from catalog.pack_shapes import PackItem

DAYS = 90
_STREETS = [
    "文华路",
    "人民路",
    "解放大道",
    "新城大道",
    "和平街",
    "建设路",
    "滨河路",
    "学府街",
    "银杏路",
    "望江路",
]
_ESTATES = [
    "翠湖花园",
    "金色家园",
    "书香名邸",
    "阳光水岸",
    "锦绣江南",
    "云栖小筑",
    "东方雅苑",
    "星河湾畔",
]
_FATES = {
    "plain": 880, "reschedule": 30, "decline": 20, "sent_back": 12, "cancel": 24,
    "refund": 10, "hold": 14, "nobody_home": 10,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Order:
    """One order of the demo; `fate` says what happens to it."""

    number: str
    placed_at: datetime
    shop: int
    item: PackItem
    product_code: str
    city: str
    receiver: ReceiverFacts
    quantity: int
    paid_fen: int
    fate: str
    urgent: bool
    high_work: bool
    warehouse_direct: bool
    site_kind: str
    rain: bool
    cross: bool
    seed: str


def days(today: date) -> list[date]:
    """Return the days of the history in the order they are made.

    The newest four come first, so that the boards live from the first minute; then the rest of the
    current month, then each month before it, every stretch in chronological order.
    """
    newest = [today - timedelta(days=n) for n in range(3, -1, -1)]
    months: dict[tuple[int, int], list[date]] = {}
    for n in range(DAYS - 1, 3, -1):
        day = today - timedelta(days=n)
        months.setdefault((day.year, day.month), []).append(day)
    rest = [day for key in sorted(months, reverse=True) for day in months[key]]
    return newest + rest


@cache
def _pack(code: str) -> Pack:
    return shipped_pack(code)


@cache
def _districts(slug: str, cities: tuple[tuple[str, str, int], ...]) -> list[tuple[Division, int]]:
    """Districts the company's customers live in, each city weighted by its outlets."""
    found: list[tuple[Division, int]] = []
    for province, city, weight in cities:
        below = children(city_division(province, city).code)
        found += [(district, weight * 1000 // len(below)) for district in below]
    return found


@lru_cache(maxsize=3 * DAYS)
def orders_of(company: Company, day: date) -> tuple[Order, ...]:
    """Return the day's orders, by time; the same for the same company and day, always."""
    random = Random(f"{company.slug}:{day}")  # noqa: S311 - a repeatable story, no secret
    weekend = 13 if day.isoweekday() >= 6 else 9
    count = company.orders_per_day * random.randint(weekend - 1, weekend + 1) // 10
    moments = sorted(
        datetime.combine(day, time(7), clock.CHINA) + timedelta(seconds=random.randrange(14 * 3600))
        for _ in range(count)
    )
    return tuple(_order(company, moment, n, random) for n, moment in enumerate(moments, start=1))


def _order(company: Company, moment: datetime, n: int, random: Random) -> Order:
    pack = _pack(company.pack)
    hints = {hint.item: hint.prefixes[0] for hint in pack.mappings if hint.prefixes}
    items = [item for item in pack.items if item.code in hints]
    # The first items of a pack are its bread and butter.
    item = random.choices(items, [max(2, 14 - 2 * i) for i in range(len(items))])[0]
    cities = tuple((b.province, c.name, c.outlets) for b in company.branches for c in b.cities)
    choices = _districts(company.slug, cities)
    district = random.choices([d for d, _w in choices], [w for _d, w in choices])[0]
    quantity = 2 if item.category == "空调" and random.random() < 0.15 else 1
    return Order(
        number=f"H{moment:%Y%m%d}{n:04d}",
        placed_at=moment.astimezone(UTC),
        shop=random.randrange(len(company.shops)),
        item=item,
        product_code=hints[item.code],
        city=district.code[:4] + "00",
        receiver=_receiver(district, random),
        quantity=quantity,
        paid_fen=_price(pack, item, random) * quantity,
        fate=random.choices(list(_FATES), list(_FATES.values()))[0],
        urgent=random.random() < 0.08,
        high_work=random.random() < 0.1 and "CERT-HIGH" in item.certificates,
        warehouse_direct=random.random() < 0.25,
        site_kind="highway"
        if item.code == "EV-DC-HIGHWAY"
        else "remote"
        if item.code == "EV-RESCUE"
        else "urban",
        rain=random.random() < 0.12,
        cross=random.random() < 0.12,
        seed=f"{company.slug}:{moment.isoformat()}:{n}",
    )


def _price(pack: Pack, item: PackItem, random: Random) -> int:
    """The list price, give or take, with the standard materials in it, in whole yuan."""
    unit = {material.code: material.unit_price_fen for material in pack.materials}
    materials = sum(
        need.milli * unit[need.code] // 1000 for s in item.steps for need in s.materials
    )
    asked = item.list_price_fen * random.randint(118, 142) // 100 + materials * 14 // 10
    return asked // 100 * 100


def _receiver(district: Division, random: Random) -> ReceiverFacts:
    lon, lat = near(district.point, random, 0.035)
    above = division(district.parent)
    province = division(district.code[:2] + "0000")
    house = f"{random.randrange(1, 30)} 幢 {random.randrange(1, 4)} 单元 {random.randrange(1, 25)}{random.randrange(1, 5):02d} 室"
    return ReceiverFacts(
        province=province.name if province else "",
        city=above.name if above else "",
        district=district.name,
        detail=f"{random.choice(_STREETS)} {random.randrange(1, 400)} 号{random.choice(_ESTATES)} {house}",
        name=person(random),
        phone=phone(random.randrange(100, 8900)),
        position=Position(float(lon), float(lat), Datum.WGS84) if random.random() < 0.85 else None,
    )


def shop_facts(
    order: Order, *, platform: str, shop_id: str, closed_at: datetime | None = None
) -> ShopOrderFacts:
    """Return the order as its shop tells it; `closed_at` = refunded and closed at that moment."""
    modified = closed_at or order.placed_at + timedelta(seconds=40)
    status = ShopOrderStatus.CLOSED if closed_at else ShopOrderStatus.PAID
    line = ShopLineFacts(
        line_id=f"{order.number}-1",
        outer_item_id=order.product_code,
        outer_sku_id="",
        title=order.item.name,
        sku_text="",
        quantity=order.quantity,
        paid_fen=order.paid_fen,
        is_service=True,
    )
    return ShopOrderFacts(
        platform=platform,
        shop_id=shop_id,
        order_number=order.number,
        status=status,
        raw_status=status.value,
        created_at=order.placed_at,
        modified_at=modified,
        paid_at=order.placed_at + timedelta(seconds=35),
        paid_fen=order.paid_fen,
        post_fen=0,
        deposit_fen=0,
        buyer_ref=f"buyer-{order.receiver.phone}-{order.receiver.name}",
        receiver=order.receiver,
        lines=(line,),
        seller_memo="",
        buyer_message="请提前电话联系" if order.seed.endswith("7") else "",
        version=int(modified.timestamp()),
    )
