"""Telling plain, masked and enciphered receiver fields apart."""

from workorders.intake_facts import Secrecy


def secrecy_of(value: str) -> Secrecy:
    """How readable a field is: Youzan's ciphertext is "$…$1$", masks of both shops use stars."""
    if value.startswith("$") and value.endswith("$") and len(value) > 2:
        return Secrecy.CIPHER
    return Secrecy.MASKED if "*" in value else Secrecy.PLAIN
