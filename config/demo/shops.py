"""Units that own the demo's shops, and the connections to the simulated platforms."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from common import clock
from integrations import simulators
from integrations.keys import Extra, seal_extra, seal_secret
from integrations.models import Connection
from network.models import OrgUnit
from network.services.placing import place_node

if TYPE_CHECKING:
    from config.demo.plan import Company

PATHS = {
    "youzan": "/youzan",
    "tmall": "/top/router/rest",
    "wecom": "/wecom",
    "wechatpay": "/wechatpay",
}


@cache
def seed() -> dict[str, Any]:
    """Return what the simulators start with: shops, corps, catalogues."""
    folder = Path(simulators.__file__).parent
    return tomllib.loads((folder / "seed.toml").read_text(encoding="utf-8"))


def shop_units(company: Company) -> list[OrgUnit]:
    """Return the units that own the company's shops, in the order of its shops."""
    return [OrgUnit.objects.get(code=f"S{n}") for n in range(1, len(company.shops) + 1)]


def connect_shops(company: Company) -> None:
    """Write a unit and a connection for each shop, and the connection to WeCom."""
    rows = {row["shop_id"]: row for row in seed()["shop"]}
    for n, (shop_id, province) in enumerate(
        zip(company.shops, company.sold_by, strict=True), start=1
    ):
        row = rows[shop_id]
        branch = OrgUnit.objects.get(kind=OrgUnit.Kind.BRANCH, name=f"{province[:2]}分公司")
        kind = OrgUnit.Kind.DEALER if row["platform"] == "tmall" else OrgUnit.Kind.OUTLET
        unit = OrgUnit(code=f"S{n}", name=row["name"], kind=kind, parent=branch)
        place_node(unit)
        extra = Extra(session=row.get("session", ""), message_group=row.get("tmc_group", ""))
        _connect(row["platform"], row["name"], shop_id, unit, row, extra)
    corp = next(c for c in seed()["corp"] if c["corp_id"] == company.corp)
    headquarters = OrgUnit.objects.get(kind=OrgUnit.Kind.HQ, parent=None)
    extra = Extra(
        agent_id=str(corp["agent_id"]),
        callback_token=corp["callback_token"],
        encoding_aes_key=corp["encoding_aes_key"],
    )
    _connect(
        "wecom", corp["name"], company.corp, headquarters,
        {"client_id": company.corp, "client_secret": corp["secret"]}, extra,
    )  # fmt: skip
    connect_merchant(company)


def connect_merchant(company: Company) -> None:
    """Write the connection to the company's merchant at the simulated WeChat Pay."""
    merchant = merchant_of(company)
    if Connection.objects.filter(platform="wechatpay", shop_key=merchant["mch_id"]).exists():
        return
    extra = Extra(
        cert_serial=merchant["cert_serial"],
        apiv3_key=merchant["apiv3_key"],
        platform_key=_pay_seed()["platform"]["public_key"],
        platform_key_id=_pay_seed()["platform"]["key_id"],
    )
    headquarters = OrgUnit.objects.get(kind=OrgUnit.Kind.HQ, parent=None)
    keys = {"client_id": merchant["app_id"], "client_secret": merchant["private_key"]}
    _connect("wechatpay", merchant["name"], merchant["mch_id"], headquarters, keys, extra)


def merchant_of(company: Company) -> dict[str, Any]:
    """Return the seeded merchant of a demo company."""
    rows: list[dict[str, Any]] = _pay_seed()["merchant"]
    return next(row for row in rows if row["name"] == company.name)


@cache
def _pay_seed() -> dict[str, Any]:
    folder = Path(simulators.__file__).parent
    return tomllib.loads((folder / "wechatpay.toml").read_text(encoding="utf-8"))


def _connect(
    platform: str, name: str, shop_key: str, unit: OrgUnit, keys: dict[str, str], extra: Extra
) -> None:
    connection = Connection.objects.create(
        platform=platform,
        name=name,
        shop_key=shop_key,
        sold_by=unit,
        base_url=f"{settings.SIMULATORS_URL or 'http://127.0.0.1:8899'}{PATHS[platform]}",
        client_id=keys["client_id"],
        pulled_until=clock.now(),
    )
    seal_secret(connection, keys["client_secret"])
    seal_extra(connection, extra)
    connection.save()


def own_connections(company: Company) -> list[Connection]:
    """Return the demo's own connections; what a visitor connected stays as it is."""
    return list(
        Connection.objects.filter(
            shop_key__in=[*company.shops, company.corp, merchant_of(company)["mch_id"]]
        )
    )
