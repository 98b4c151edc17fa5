"""Turns what a shop says of its receiver into what identification of customers reads."""

from __future__ import annotations

from customers.receiver import Receiver, Spot
from workorders.intake_facts import ReceiverFacts, Secrecy


def receiver_of(facts: ReceiverFacts) -> Receiver:
    """Return the receiver: readable and masked texts for showing, ciphertext kept apart.

    A masked text keeps the platform's handle beside it, with which it can be decrypted later.
    """
    name, name_cipher = _split(facts.name, facts.name_secrecy, facts.cipher_key)
    phone, phone_cipher = _split(facts.phone, facts.phone_secrecy, facts.cipher_key)
    detail, detail_cipher = _split(facts.detail, facts.detail_secrecy, facts.cipher_key)
    spot = facts.position
    return Receiver(
        name=name,
        phone=phone,
        province=facts.province,
        city=facts.city,
        district=facts.district,
        detail=f"{facts.town}{detail}" if detail else facts.town,
        name_cipher=name_cipher,
        phone_cipher=phone_cipher,
        detail_cipher=detail_cipher,
        spot=Spot(spot.lon, spot.lat, spot.datum.value) if spot else None,
    )


def _split(text: str, secrecy: Secrecy, handle: str) -> tuple[str, str]:
    if secrecy is Secrecy.PLAIN:
        return text, ""
    return (text, handle) if secrecy is Secrecy.MASKED else ("", text)
