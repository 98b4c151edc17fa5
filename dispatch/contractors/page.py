"""What the desk sees of a contractor on an order: the link, whether it was opened, and the pay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dispatch.contractors.links import LEFT, link_address, live_link, why_not
from dispatch.contractors.words import gone_words
from dispatch.forms_contractor import BackForm, ContractorForm, LinkForm
from settlement.services.agreeing import agreed_pay
from workorders.flow import Meaning

if TYPE_CHECKING:
    from accounts.models import Installer, User
    from dispatch.models import ContractorLink
    from workorders.charge_links import ConsentLink
    from workorders.models import WorkOrder

_GIVEN_FROM = (Meaning.WAITING.value, Meaning.ASSIGNED.value)


@dataclass(frozen=True, slots=True)
class ContractorCard:
    """The card on an order's page. `agreed_fen` None: the rules decide; `why` of a link that ended."""

    order: WorkOrder
    contractor: Installer | None
    agreed_fen: int | None
    link: ContractorLink | None
    address: ConsentLink | None
    why: str
    give_form: ContractorForm | None
    link_form: LinkForm | None
    back_form: BackForm | None


def contractor_card(
    order: WorkOrder,
    *,
    actor: User,
    may_change: bool,
    give_form: ContractorForm | None = None,
    link_form: LinkForm | None = None,
    back_form: BackForm | None = None,
) -> ContractorCard | None:
    """Return the card, None where there is nothing to see or do; refused forms stand as typed."""
    holder = order.installer
    contractor = holder if holder and holder.kind == holder.Kind.CONTRACTOR else None
    may_change = may_change and order.is_open and order.completed_at is None
    may_give = may_change and order.meaning in _GIVEN_FROM and contractor is None
    if contractor is None and not may_give:
        return None
    link = live_link(order) if contractor else None
    why = why_not(link) if link else "revoked"
    works = link is not None and not why
    is_theirs = may_change and contractor is not None
    return ContractorCard(
        order=order,
        contractor=contractor,
        agreed_fen=agreed_pay(order.pk, contractor.pk) if contractor else None,
        link=link,
        address=link_address(link) if works and may_change and link else None,
        why=gone_words(why) if contractor and why == LEFT else "",
        give_form=(give_form or ContractorForm(actor=actor, order=order)) if may_give else None,
        link_form=(link_form or LinkForm()) if is_theirs else None,
        back_form=(back_form or BackForm(prefix="back")) if is_theirs else None,
    )
