"""The signed address under which a customer reads one charge and answers it, without an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import segno
from django.core.signing import BadSignature, SignatureExpired
from django.urls import reverse

from common.schema import current_schema
from common.signing import sign, unsign
from tenants.addresses import tenant_url
from tenants.models import Tenant
from workorders.models import ExtraCharge

if TYPE_CHECKING:
    from collections.abc import Iterable

_PURPOSE = "charge-consent"
LINK_HOURS = 72
"""How long a link works after it was shown; showing it again gives a new one."""


class ConsentLink(NamedTuple):
    """The full address, and the same as a picture (a data address) to be scanned."""

    url: str
    picture: str


class ChargeRow(NamedTuple):
    """A charge, with the link for the customer while their answer is waited for."""

    charge: ExtraCharge
    link: ConsentLink | None


def consent_token(charge: ExtraCharge) -> str:
    """Return the token of a charge: worth nothing for another purpose or at another company."""
    return sign(_PURPOSE, [charge.pk])


def charge_rows(charges: Iterable[ExtraCharge]) -> tuple[ChargeRow, ...]:
    """Return charges with their links; two queries more when the customer is waited for."""
    found = tuple(charges)
    waits = [each for each in found if each.awaits_customer]
    links = _links(waits) if waits else {}
    return tuple(ChargeRow(each, links.get(each.pk)) for each in found)


def _links(charges: Iterable[ExtraCharge]) -> dict[int, ConsentLink]:
    host = tenant_url(Tenant.objects.get(schema_name=current_schema())).rstrip("/")
    return {each.pk: _link(host, each) for each in charges}


def _link(host: str, charge: ExtraCharge) -> ConsentLink:
    url = host + reverse("workorders-customer:charge", args=[consent_token(charge)])
    return ConsentLink(url, link_picture(url))


def link_picture(url: str) -> str:
    """Return an address as a picture to be scanned, itself an address of its data."""
    return segno.make(url, error="m").svg_data_uri(border=2, scale=4)


class Opened(NamedTuple):
    """What an address leads to: a charge, or why not."""

    charge: ExtraCharge | None
    is_expired: bool = False


def opened(token: str) -> Opened:
    """Return the charge of a token with its order; none for a token that is not ours or too old."""
    try:
        [signed] = unsign(_PURPOSE, token, max_age_s=LINK_HOURS * 3600)
        pk = int(signed)
    except SignatureExpired:
        return Opened(None, is_expired=True)
    except (BadSignature, ValueError, TypeError):
        return Opened(None)
    related = ("work_order__item_version", "photo", "made_by")
    return Opened(ExtraCharge.objects.select_related(*related).filter(pk=pk).first())
