"""The signed address of one order for one contractor, and whether it still leads there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.core.signing import BadSignature
from django.urls import reverse

from common import clock
from common.schema import current_schema
from common.signing import sign, unsign
from dispatch.models import ContractorLink
from tenants.addresses import tenant_url
from tenants.models import Tenant
from workorders.charge_links import ConsentLink, link_picture

if TYPE_CHECKING:
    from typing import Any

    from django.db.models import QuerySet

    from workorders.models import WorkOrder

_PURPOSE = "contractor"
LEFT = "expired"
State = ContractorLink.State


class Found(NamedTuple):
    """What an address leads to: a link, and why it does not work any more ("" while it does)."""

    link: ContractorLink | None
    why: str = ""


def link_token(link: ContractorLink) -> str:
    """Return the token of a link: worth nothing for another purpose or at another company."""
    return sign(_PURPOSE, [link.pk])


def link_address(link: ContractorLink) -> ConsentLink:
    """Return the address to send to the contractor, and the same as a picture."""
    host = tenant_url(Tenant.objects.get(schema_name=current_schema())).rstrip("/")
    url = host + reverse("dispatch-contractor:open", args=[link_token(link)])
    return ConsentLink(url, link_picture(url))


def found_link(token: str) -> Found:
    """Return the link of a token; none for a token that is not ours."""
    try:
        signed: list[Any] = unsign(_PURPOSE, token)
        pk = int(signed[0])
    except (BadSignature, ValueError, TypeError, IndexError):
        return Found(None)
    link = _links().filter(pk=pk).first()
    return Found(link, why_not(link)) if link else Found(None)


def why_not(link: ContractorLink) -> str:
    """Return why a link leads nowhere: a state that ended it, "expired", or "" while it works."""
    if link.state != State.LIVE:
        return link.state
    return LEFT if link.expires_at <= clock.now() else ""


def live_link(order: WorkOrder) -> ContractorLink | None:
    """Return the link an order is worked on through, expired or not; None for any other order."""
    return _links().filter(work_order=order, state=State.LIVE).first()


def links_by_number(pks: list[int], number: str) -> ContractorLink | None:
    """Return the newest of some links that is about the order of a number."""
    return _links().filter(pk__in=pks, work_order__number=number).order_by("-pk").first()


def _links() -> QuerySet[ContractorLink]:
    return ContractorLink.objects.select_related(
        "work_order__item_version",
        "work_order__address",
        "work_order__site_region",
        "installer__user",
        "installer__outlet",
    ).defer("work_order__item_version__body")
