"""Recognises a receiver: by channel identity, then by phone, else a new customer."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.db import connection

from common import clock
from common.schema import current_schema
from common.transactions import transactional
from customers.models import Address, ChannelIdentity, Contact, Customer
from customers.placing import place
from customers.receiver import ChannelBuyer, Receiver, clean_phone, is_phone, last_four


@dataclass(frozen=True, slots=True)
class Identified:
    """The records that stand for one receiver."""

    customer: Customer
    contact: Contact
    address: Address


@transactional
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
            name = f"{current_schema()}\x1f{key}"
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 5310))", [name])


def _customer(buyer: ChannelBuyer, phone: str, name: str) -> Customer:
    known = _by_identity(buyer)
    if known is not None:
        return known
    customer = _by_phone(phone) or Customer.objects.create(name=name[:60], created_at=clock.now())
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
    # Ciphertext is the identity where there is one: the readable text is filled in by decryption.
    hidden = (receiver.name_cipher, receiver.phone_cipher)
    key = _digest(*(hidden if receiver.phone_cipher else (receiver.name, phone)))
    known = Contact.objects.filter(customer=customer, source_key=key).order_by("pk").first()
    return known or Contact.objects.create(
        customer=customer,
        name=receiver.name[:60],
        phone=phone,
        phone_last4=last_four(phone),
        name_cipher=receiver.name_cipher,
        phone_cipher=receiver.phone_cipher,
        source_key=key,
    )


def _address(customer: Customer, receiver: Receiver) -> Address:
    # What was written stays the key: people and decryption correct the fields, not the source.
    key = _digest(
        receiver.province,
        receiver.city,
        receiver.district,
        receiver.division_code,
        receiver.detail_cipher or receiver.detail,
    )
    known = Address.objects.filter(customer=customer, source_key=key).order_by("pk").first()
    if known is not None and (known.precision == Address.Precision.EXACT or not receiver.spot):
        return known
    found = place(receiver)
    address = known or Address(
        customer=customer,
        province=receiver.province[:30],
        city=receiver.city[:30],
        district=receiver.district[:30],
        detail=receiver.detail[:200],
        detail_cipher=receiver.detail_cipher,
        note=receiver.note[:200],
        source_key=key,
    )
    address.division_code = found.division_code
    address.region = found.region
    address.lon, address.lat = found.lon, found.lat
    address.original_lon, address.original_lat = found.original_lon, found.original_lat
    address.datum, address.precision = found.datum, found.precision
    address.save()
    return address


def _digest(*texts: str) -> str:
    return hashlib.sha256("\x1f".join(texts).encode()).hexdigest()
