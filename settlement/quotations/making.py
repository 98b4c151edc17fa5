"""Keeps an offer as it was computed at that moment."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import Refused, refuse_unless
from common.journal import record
from network.selectors import visible_regions
from settlement.models import Quotation, QuotationLine
from settlement.quotations.costing import expected_cost
from settlement.quotations.limits import unofferable
from settlement.quotations.pricing import LEFT_OUT, price

if TYPE_CHECKING:
    from accounts.models import User
    from settlement.quotations.asking import Asked


@transaction.atomic
def make_quotation(*, asked: Asked, actor: User) -> Quotation:
    """Price the job now and keep it with its lines, the version of the rules and the facts.

    Refused for a region the actor does not see, a withdrawn item, or an offer of nothing or less.
    """
    if actor.unit is None:
        raise Refused("quotation.no_unit", _("Somebody without a unit cannot make a quotation"))
    refuse_unless(
        visible_regions(actor=actor).filter(pk=asked.region.pk).exists(),
        "region.not_yours",
        _("Choose a region your units settle or serve"),
    )
    refuse_unless(
        asked.item_version.item.is_active,
        "item.retired",
        _("This service item is not offered any more"),
    )
    priced = price(asked)
    if wrong := unofferable(priced):
        raise Refused("quotation.unofferable", wrong)
    cost = expected_cost(asked, priced, actor=actor)
    quotation = Quotation.objects.create(
        number=_number(),
        item_version=asked.item_version,
        region=asked.region,
        unit=actor.unit,
        customer_name=asked.customer_name,
        site=asked.site,
        remark=asked.remark,
        quantity=asked.quantity,
        planned_on=asked.planned_on,
        valid_until=asked.valid_until,
        vat_bp=asked.vat_bp,
        total_fen=priced.total_fen,
        vat_fen=priced.vat_fen,
        included=list(priced.included),
        channel=asked.channel,
        starts_at=asked.starts_at,
        site_kind=asked.site_kind,
        urgent=asked.urgent,
        high_work=asked.high_work,
        floor=asked.floor,
        distance_m=asked.distance_m,
        member_level=asked.member_level,
        version=cost.version if cost else None,
        facts=cost.facts.plain() if cost else {},
        cost_lines=[
            line._asdict() | {"because": dict(line.because)}
            for line in (cost.lines if cost else ())
        ],
        installer_fen=cost.installer_fen if cost else None,
        channel_fen=cost.channel_fen if cost else None,
        tax_fen=cost.tax_fen if cost else None,
        outside_fen=cost.outside_fen if cost else None,
        is_provisional=bool(cost and cost.unknown),
        made_by=actor,
        made_at=clock.now(),
    )
    QuotationLine.objects.bulk_create(
        QuotationLine(
            quotation=quotation,
            seq=seq,
            code=line.code,
            label=line.label,
            quantity_milli=line.quantity_milli,
            unit=line.unit,
            unit_fen=line.unit_fen,
            amount_fen=line.amount_fen,
            because=dict(line.because),
        )
        for seq, line in enumerate(priced.lines, start=1)
    )
    left_out = [line.label for line in priced.lines if line.code == LEFT_OUT]
    record(actor, "quotation.made", quotation, total_fen=priced.total_fen, left_out=left_out)
    return quotation


def _number() -> str:
    return f"BJ{clock.china(clock.now()):%y%m%d%H%M%S}{secrets.randbelow(10_000):04d}"
