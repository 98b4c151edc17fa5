"""One object of every kind a URL can name, and the people of every role beside it and far from it.

The order is sold in the south-west, its site is settled by the east, and Suzhou, an outlet of the
east, serves it; the far people belong to the north, which has no part in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from accounts.models import Certification, Installer, Leave, Skill, User
from accounts.roles import Role
from accounts.services.passwords import invitation
from catalog.models import ProductMapping, RegionalOverride
from common import clock
from common.outbox import drain
from common.outbox.models import OutboxRow
from common.signing import sign
from dispatch.services.offers import offer_job
from integrations.models import Connection, InboundEvent, Webhook
from integrations.services.connecting import ConnectionFacts, save_connection
from network.models import Geofence, OrgUnit, ServiceTerritory, Tier
from settlement.adjustments.making import Wish, make_adjustment
from settlement.adjustments.selectors import parties_of
from settlement.bills.lines import LineFacts
from settlement.bills.matching import advance as match_bill
from settlement.bills.taking import take_bill
from settlement.currencies.keeping import enter_rate
from settlement.disputes.filing import Claim, file_dispute
from settlement.models import (
    AreaHeat,
    BillPosition,
    Dispute,
    ExchangeRate,
    PayoutBatch,
    PayoutItem,
    PriceSurcharge,
    Quotation,
    RecomputeRun,
    RuleAlarm,
    Settlement,
)
from settlement.proposals.region_drafts import save_region_values
from settlement.recompute.comparing import advance
from settlement.recompute.facts import corrected_facts
from settlement.recompute.running import start_recompute
from settlement.replays.run import advance_replay, start_replay
from settlement.rulebook.drafts import next_body, start_draft
from settlement.services.publishing import publish_preset
from tests.architecture.matrix_designer import designed_flows
from tests.architecture.matrix_flows import waiting_things
from tests.architecture.matrix_help import help_wanted
from tests.architecture.matrix_kept import kept_files
from tests.architecture.matrix_roster import rostered
from tests.factories import GradeFactory, InstallerFactory, UnitFactory, UserFactory
from tests.settlement.statement_cast import locked, statement_of
from tests.workorders import walking
from tests.workorders.world import (
    World,
    make_world,
    open_order,
    photo,
    service_line,
    shop_order,
)
from workorders.charge_links import consent_token
from workorders.models import (
    Evidence,
    ExtraCharge,
    FlowMove,
    FlowSwitch,
    InstallerNotice,
    OrderImport,
    RequestPhoto,
    SavedFilter,
    ShopOrderLine,
    WorkOrder,
)
from workorders.report.links import link_token, paper_token
from workorders.services.intake import take_in
from workorders.services.reports import bring_report_up_to_date
from workorders.stickers import sticker_token

INDUSTRY = "home_appliances"
Found = dict[str, dict[str, Any]]


@dataclass
class Matrix:
    """What a tenant has: the arguments of a URL by the kind of object it names, and the people."""

    objects: Found
    near: dict[str, User] = field(default_factory=dict)
    far: dict[str, User] = field(default_factory=dict)


def number_on(day_used: int = 900) -> None:
    """Let today's work orders get high numbers, so that another tenant has none of the same."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO workorders_workordercounter (day, last) VALUES (%s, %s)"
            " ON CONFLICT (day) DO UPDATE SET last = EXCLUDED.last",
            [clock.business_day(), day_used],
        )


def make_matrix() -> Matrix:
    """Make people and objects in the active schema."""
    world = _world()
    north = OrgUnit.objects.get(pk=world.stranger.unit_id)
    far_outlet = UnitFactory(parent=north)
    objects = _network(world) | _people(world) | _catalog(world)
    objects |= _orders(world)
    near = {
        Role.HQ_ADMIN: world.admin,
        Role.REGION_MANAGER: UserFactory(role=Role.REGION_MANAGER, unit=world.east),
        Role.OUTLET_MANAGER: UserFactory(role=Role.OUTLET_MANAGER, unit=world.suzhou),
        Role.DISPATCHER: world.dispatcher,
        Role.FINANCE: UserFactory(role=Role.FINANCE, unit=world.hq),
        Role.INSTALLER: world.installer.user,
        Role.PLATFORM: UserFactory(role=Role.PLATFORM, unit=world.hq),
    }
    far = {
        Role.REGION_MANAGER: UserFactory(role=Role.REGION_MANAGER, unit=north),
        Role.OUTLET_MANAGER: UserFactory(role=Role.OUTLET_MANAGER, unit=far_outlet),
        Role.DISPATCHER: world.stranger,
        Role.FINANCE: UserFactory(role=Role.FINANCE, unit=north),
        # A colleague of the same outlet: what is one installer's is no other installer's.
        Role.INSTALLER: world.other_installer.user,
    }
    objects |= _money(world, near[Role.FINANCE])
    # Last, because what a saved connection asks for must not be worked off: nobody answers it.
    objects |= _integrations(world)
    return Matrix(objects, near, far)


def _world() -> World:
    world = make_world()
    world.hangzhou.city_level = "NT1"
    world.hangzhou.save()
    for item in (world.item, world.repair):
        item.industry = INDUSTRY
        item.save()
    publish_preset(INDUSTRY, actor=None)
    skill, _made = Skill.objects.get_or_create(code="AC", defaults={"name": "空调"})
    # Only one of the two can do the work, so that an offer reaches one of them alone.
    world.installer.home_lon, world.installer.home_lat = "120.150000", "30.280000"
    world.installer.save()
    world.installer.skills.create(skill=skill, rank=4)
    return world


def _network(world: World) -> Found:
    territory = ServiceTerritory.objects.create(outlet=world.suzhou, region=world.hangzhou)
    tier = Tier.objects.create(kind=Tier.Kind.PRICE_BAND, code="QX", name="Q", position=99)
    port = Geofence.objects.create(code="P", name="港", lon="120.3", lat="36.1", radius_m=50_000)
    return {
        "unit": {"pk": world.suzhou.pk},
        "region": {"pk": world.hangzhou.pk},
        "region value": {"pk": world.hangzhou.pk, "field": "city_level"},
        "territory": {"pk": territory.pk},
        "tier list": {"kind": "price_band"},
        "template": {"key": "per_hour"},
        "tier": {"pk": tier.pk},
        "geofence": {"pk": port.pk},
    }


def _people(world: World) -> Found:
    installer: Installer = InstallerFactory(outlet=world.suzhou)
    today = clock.business_day()
    certificate = Certification.objects.create(
        installer=installer, code="HV", number="1", valid_until=today + timedelta(days=90)
    )
    leave = Leave.objects.create(installer=installer, starts_on=today, ends_on=today)
    person = UserFactory(unit=world.suzhou)
    return {
        "person": {"pk": person.pk},
        "invitation": {"token": invitation(person)},
        "installer": {"pk": installer.pk},
        "certificate": {"pk": certificate.pk},
        "leave": {"pk": leave.pk},
        "skill": {"pk": Skill.objects.latest("pk").pk},
        "grade": {"pk": GradeFactory(code="M9", name="特级", rank=9).pk},
        "filter": {"pk": SavedFilter.objects.create(user=person, name="急", query="q=1").pk},
    }


def _catalog(world: World) -> Found:
    override = RegionalOverride.objects.create(
        item=world.item, region=world.hangzhou, extra_minutes=10
    )
    return {
        **kept_files(world),
        "item": {"pk": world.item.pk},
        "item version": {"pk": world.item.pk, "number": 1},
        "override": {"pk": override.pk},
        "pack": {"code": "bathrooms"},
        "material": {"pk": world.pipe.pk},
        "mapping": {"pk": ProductMapping.objects.get(product_code="GIFT").pk},
    }


def _orders(world: World) -> Found:
    visited = walking.arrive(_opened(world, 1), world)
    walking.prove(visited, world)
    waiting, offered = _opened(world, 2), _opened(world, 3)
    offer = offer_job(order_id=offered.pk, actor=world.dispatcher, radius_m=100_000)
    unknown = shop_order(
        service_line("X", outer_item_id="NOBODY-KNOWS"), number=f"E-{_schema()}-x", buyer_ref="b9"
    )
    unmapped = take_in(unknown, sold_by=world.suzhou).unmapped[0]
    notice = InstallerNotice.objects.create(
        installer=world.installer, work_order=waiting, at=clock.now()
    )
    file = OrderImport.objects.create(
        sha256="0" * 64, name="a.csv", rows=[], total=0, confirmed_by=world.dispatcher,
        confirmed_at=clock.now(), state=OrderImport.State.FINISHED,
    )  # fmt: skip
    sent = RequestPhoto(order=visited.line.order, sha256="0" * 64, size_bytes=1)
    sent.kept_at = clock.now()
    sent.file.save("request.jpg", photo(), save=True)
    number = {"number": visited.number}
    evidence = Evidence.objects.filter(work_order=visited).latest("pk")
    charge, waiting_charge, proven = (
        ExtraCharge.objects.create(
            work_order=visited, code=code, amount_fen=1_000, bearer=bearer, installer_bp=10_000,
            reason="x", state=state, made_at=clock.now(), made_by=world.installer.user,
            photo=proof,
        )
        for code, bearer, state, proof in (
            ("glue", "customer", "unconfirmed", None), ("other", "company", "waiting", None),
            ("parts", "customer", "unconfirmed", evidence),
        )
    )  # fmt: skip
    return waiting_things(world, visited) | {
        "charge": number | {"pk": charge.pk},
        "waiting charge": number | {"pk": waiting_charge.pk},
        "charge code": {"code": "glue"},
        "charge link": {"token": consent_token(charge)},
        "proven charge link": {"token": consent_token(proven)},
        "order": number,
        "move": number | {"key": "hold"},
        "waiting order": {"number": waiting.number},
        "offered order": {"number": offered.number},
        "visit": number,
        **help_wanted(world, visited),
        **rostered(world, visited),
        "visit move": number | {"key": "complete"},
        "arrival": number | {"key": "arrive"},
        "form": number | {"form": "none"},
        "flow move": {"pk": _flow_move(world, visited).pk},
        "switch": {"pk": _switch(world).pk},
        **designed_flows(world),
        "offer": {"offer_id": offer.pk},
        "notice": {"notice_id": notice.pk},
        "evidence": {"pk": evidence.pk},
        "unmapped line": {"pk": ShopOrderLine.objects.get(pk=unmapped).pk},
        "import": {"pk": file.pk},
        "preview": {"token": f"{_schema()}-none"},
        "request photo": {"pk": sent.pk},
        "sticker": {"token": sticker_token(visited)},
        "sticker of anybody": {"token": sticker_token(visited)},
        "taken request": {"token": sign("repair-done", "R1")},
        "customer": {"pk": visited.customer_id},
        "address": {"pk": visited.address_id},
    }


def _flow_move(world: World, order: WorkOrder) -> FlowMove:
    return FlowMove.objects.create(
        from_version=order.flow_version, to_version=order.flow_version, stages={},
        state=FlowMove.State.DONE, made_by=world.admin, made_at=clock.now(),
    )  # fmt: skip


def _switch(world: World) -> FlowSwitch:
    start = clock.now() + timedelta(days=300)
    return FlowSwitch.objects.create(
        key="repair", variant="none", starts_at=start, ends_at=start + timedelta(days=1),
        switched_by=world.admin, switched_at=clock.now(),
    )  # fmt: skip


def _integrations(world: World) -> Found:
    facts: dict[str, Any] = {
        "sold_by": world.shop, "secret": "s" * 32, "base_url": "http://127.0.0.1:9/none",
    }  # fmt: skip
    made: dict[str, Connection] = {}
    for platform in ("youzan", "wecom"):
        key = f"{platform}-{_schema()}"
        made[platform] = save_connection(
            facts=ConnectionFacts(
                **facts, platform=platform, name=platform, shop_key=key, client_id=key
            ),
            actor=None,
        )
    event = InboundEvent.objects.create(
        connection=made["youzan"], source="push", external_id="1", topic="trade", body="{}",
        received_at=clock.now(),
    )  # fmt: skip
    hook = Webhook.objects.create(code="hook", name="x", url="https://example.org/x")
    now = clock.wall_now()
    failed = OutboxRow.objects.create(
        topic="Nothing", handler="nobody", key=f"dead:{_schema()}", queue="bulk", tries=3,
        dead_at=now, last_error="x",
    )  # fmt: skip
    return {
        "webhook": {"pk": hook.pk},
        "connection": {"pk": made["youzan"].pk},
        "platform": {"platform": "youzan"},
        "event": {"pk": event.pk},
        "push address": {"public_id": made["youzan"].public_id},
        "callback address": {"public_id": made["wecom"].public_id},
        "failed task": {"row_id": failed.pk},
    }


def _money(world: World, finance: User) -> Found:
    order = walking.complete(_opened(world, 4), world)
    drain(strict=True)
    slip = Settlement.objects.get(work_order=order)
    period = locked(finance)
    statement = statement_of(slip.installer.party)
    payout = PayoutBatch.objects.create(period=period, made_by=finance, made_at=clock.now())
    # More than anybody has, so that nobody's approval takes effect.
    PayoutItem.objects.create(batch=payout, party=slip.installer.party, amount_fen=10**9)
    doubted = _doubted(slip)
    run = _recompute(slip, finance)
    payee, payer = parties_of(slip)[:2]
    wish = Wish(payee=payee, payer=payer, amount_fen=100, reason="x")
    adjustment = make_adjustment(settlement=slip, wish=wish, actor=finance)
    return {
        "adjustment": {"pk": adjustment.pk},
        "payout": {"pk": payout.pk},
        **_bill(slip),
        "payee": {"pk": slip.installer.party.pk},
        "recompute": {"pk": run.pk},
        "recomputed order": {"pk": run.pk, "settlement_pk": slip.pk},
        "slip": {"pk": slip.pk},
        "job": {"number": order.number},
        **_reported(order),
        "doubted line": {"kind": "line", "pk": doubted.line_id},
        "dispute": {"number": doubted.number},
        **_of_branch(slip),
        "dispute file": {"number": doubted.number, "sha256": _file_of(doubted)},
        "rules": {"pk": slip.version_id},
        "rate": {"pk": _rate(finance).pk},
        "alarm": {"pk": _alarm(slip).pk},
        "busy area": {"pk": _busy(slip).pk},
        "quotation": {"number": _quotation(world).number},
        "surcharge": {"pk": _surcharge().pk},
        **_rules(world, slip, finance),
        "period": {"name": f"{period.starts_on:%Y-%m}"},
        "balance": {"kind": "available"},
        "statement": {"number": statement.number},
        "printed": {"token": sign("statement", [statement.number, statement.sha256])},
    }


def _bill(slip: Settlement) -> Found:
    """A bill whose fee is not the contract's."""
    bought = slip.work_order.line
    shop = {"platform": bought.order.platform, "shop_key": bought.order.shop_key}
    line = LineFacts(
        "B1", bought.order.number, bought.line_id, "payment", bought.paid_fen, 1, slip.done_on
    )
    bill = take_bill(**shop, source="pull", name="bill", lines=[line])
    match_bill(bill_id=bill.pk, after=0)
    position = BillPosition.objects.get(order_number=bought.order.number)
    return {"bill": {"pk": bill.pk}, "bill position": {"pk": position.pk}}


def _busy(slip: Settlement) -> AreaHeat:
    return AreaHeat.objects.create(
        area=slip.work_order.site_region, month=slip.done_on.replace(day=1), orders=120,
        asked_on=slip.done_on,
    )  # fmt: skip


def _surcharge() -> PriceSurcharge:
    return PriceSurcharge.objects.create(
        position=1, name="加急费", occasion="urgent", way="service", rate_bp=3000
    )


def _quotation(world: World) -> Quotation:
    today = clock.business_day()
    return Quotation.objects.create(
        number=f"BJ-{_schema()}", item_version=world.item.current, region=world.hangzhou,
        unit=world.suzhou, customer_name="王女士", quantity=1, planned_on=today, valid_until=today,
        vat_bp=600, total_fen=10_600, vat_fen=600, made_by=world.dispatcher, made_at=clock.now(),
    )  # fmt: skip


def _alarm(slip: Settlement) -> RuleAlarm:
    return RuleAlarm.objects.create(
        version=slip.version, code="BASE", rule="T-A", since=slip.done_on, last_on=slip.done_on,
        hits=9, orders=30, expected_hits=1, expected_orders=100,
    )  # fmt: skip


def _recompute(slip: Settlement, finance: User) -> RecomputeRun:
    """A run of one order whose distance was wrong; it waits for approval."""
    run = start_recompute(
        corrects=slip,
        asked=corrected_facts(kind="distance_m", value="40000", source="地图"),
        reason="路程有误",
        actor=finance,
    )
    return advance(run_id=run.pk, after=0)


def _rate(finance: User) -> ExchangeRate:
    """A rate that no order was settled without."""
    return enter_rate(
        currency="USD", day=clock.business_day(), rate=Decimal("7.1"), source="央行", actor=finance
    )


def _rules(world: World, slip: Settlement, finance: User) -> Found:
    rule_set = slip.version.rule_set
    draft = save_region_values(
        rule_set_id=rule_set.pk, region=world.hangzhou, revision=0,
        values={"/tables/tier/rows/T-B/coef_bp": 9_100}, actor=finance,
    )  # fmt: skip
    assert draft is not None
    replay = start_replay(draft_id=draft.pk, orders=10, actor=finance)
    replay = advance_replay(replay_id=replay.pk, below_id=0)
    whole = start_draft(
        rule_set=rule_set, body=next_body(slip.version), base=slip.version, actor=finance
    )
    return {
        "rule set": {"pk": rule_set.pk},
        "region rules": {"pk": rule_set.pk, "region_pk": world.hangzhou.pk},
        "region draft": {"pk": draft.pk},
        "rules draft": {"pk": whole.pk},
        "draft of rules": {"pk": whole.pk},
        "replay": {"pk": replay.pk},
        "replayed bonus": {"pk": replay.pk, "at": 0},
        "replayed order": {"pk": replay.pk, "order_pk": replay.orders.latest("pk").pk},
    }


def _reported(order: WorkOrder) -> Found:
    report = bring_report_up_to_date(order_id=order.pk)
    assert report is not None
    token = {"token": link_token(order)}
    return {
        "report": {"number": order.number, "version": report.version, "language": "zh"},
        "report link": token,
        "report file link": token | {"language": "zh"},
        "printed report": {"token": paper_token(report)},
    }


def _doubted(slip: Settlement) -> Dispute:
    line = slip.lines.filter(party_role="installer").order_by("seq")[0]
    return file_dispute(
        kind="line",
        pk=line.pk,
        claim=Claim(100, Dispute.Kind.OTHER, "x"),
        party=slip.installer.party,
        actor=slip.installer.user,
    )


def _of_branch(slip: Settlement) -> Found:
    """A line of the branch that settles the order, in dispute by the branch itself."""
    branch = slip.work_order.settled_by
    line = slip.lines.filter(payee__unit=branch).order_by("seq")[0]
    own = file_dispute(
        kind="line",
        pk=line.pk,
        claim=Claim(100, Dispute.Kind.OTHER, "x"),
        party=line.payee,
        actor=UserFactory(role=Role.REGION_MANAGER, unit=branch),
    )
    return {
        "branch line": {"kind": "line", "pk": line.pk},
        "branch dispute": {"number": own.number},
    }


def _file_of(dispute: Dispute) -> str:
    return str(dispute.evidence.bundle["photos"][0]["sha256"])


def _opened(world: World, nth: int) -> WorkOrder:
    number = f"E-{_schema()}-{nth}"
    return open_order(world, shop_order(number=number, buyer_ref=f"buyer-{nth}"))


def _schema() -> str:
    return str(connection.schema_name)
