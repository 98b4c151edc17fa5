"""Recognises a receiver: by channel identity, then by phone, else a new customer."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction

from common import clock
from customers.models import Address, ChannelIdentity, Contact, Customer
from customers.placing import place
from customers.receiver import ChannelBuyer, Receiver, clean_phone, is_phone, last_four


@dataclass(frozen=True, slots=True)
class Identified:
    """The records that stand for one receiver."""

    customer: Customer
    contact: Contact
    address: Address


@transaction.atomic
def identify(*, buyer: ChannelBuyer, receiver: Receiver) -> Identified:
    """Return the customer, contact and address of a receiver, made where they are not known yet.

    The same receiver again yields the same three rows. A masked or encrypted number recognises
    nobody; the customer of the channel identity is then the only link.
    """
    phone = clean_phone(receiver.phone)
    _one_at_a_time(buyer, phone)
    customer = _customer(buyer, phone, receiver.name)
    return Identified(
        customer=customer,
        contact=_contact(customer, receiver, phone),
        address=_address(customer, receiver),
    )


def _one_at_a_time(buyer: ChannelBuyer, phone: str) -> None:
    """Two first orders of one person at the same moment must not make two customers."""
    keys = {phone} if is_phone(phone) else set()
    if buyer.buyer_ref:
        keys.add(f"{buyer.platform}/{buyer.shop_key}/{buyer.buyer_ref}")
    with connection.cursor() as cursor:
        for key in sorted(keys):
            name = f"{connection.schema_name}\x1f{key}"
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 5310))", [name])


def _customer(buyer: ChannelBuyer, phone: str, name: str) -> Customer:
    known = _by_identity(buyer)
    if known is not None:
        return known
    customer = _by_phone(phone) or Customer.objects.create(
        name=name[:60], created_at=clock.now()
    )
    if buyer.buyer_ref:
        ChannelIdentity.objects.create(
            customer=customer,
            platform=buyer.platform,
            shop_key=buyer.shop_key,
            buyer_ref=buyer.buyer_ref,
        )
    return customer


def _by_identity(buyer: ChannelBuyer) -> Customer | None:
    if not buyer.buyer_ref:
        return None
    found = (
        ChannelIdentity.objects.select_related("customer")
        .filter(platform=buyer.platform, shop_key=buyer.shop_key, buyer_ref=buyer.buyer_ref)
        .first()
    )
    return found.customer if found else None


def _by_phone(phone: str) -> Customer | None:
    if not is_phone(phone):
        return None
    same_tail = Contact.objects.filter(phone_last4=last_four(phone), phone=phone)
    contact = same_tail.select_related("customer").order_by("pk").first()
    return contact.customer if contact else None


def _contact(customer: Customer, receiver: Receiver, phone: str) -> Contact:
    fields = {
        "name": receiver.name[:60],
        "phone": phone,
        "name_cipher": receiver.name_cipher,
        "phone_cipher": receiver.phone_cipher,
    }
    known = Contact.objects.filter(customer=customer, **fields).order_by("pk").first()
    return known or Contact.objects.create(
        customer=customer, phone_last4=last_four(phone), **fields
    )


def _address(customer: Customer, receiver: Receiver) -> Address:
    written = {
        "province": receiver.province[:30],
        "city": receiver.city[:30],
        "district": receiver.district[:30],
        "detail": receiver.detail[:200],
        "detail_cipher": receiver.detail_cipher,
    }
    known = Address.objects.filter(customer=customer, **written).order_by("pk").first()
    if known is not None and (known.precision == Address.Precision.EXACT or not receiver.spot):
        return known
    found = place(receiver)
    address = known or Address(customer=customer, note=receiver.note[:200], **written)
    address.division_code = found.division_code
    address.region = found.region
    address.lon, address.lat = found.lon, found.lat
    address.original_lon, address.original_lat = found.original_lon, found.original_lat
    address.datum, address.precision = found.datum, found.precision
    address.save()
    return address
