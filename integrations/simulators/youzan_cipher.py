"""The stand-in for Youzan's field encryption: looks like it, opens per shop, protects nothing."""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from itertools import cycle

from integrations.simulators.world import Shop


def encrypt(shop: Shop, plain: str) -> str:
    """A text of the form $…$1$ that only the same shop's application opens."""
    if not plain:
        return ""
    sealed = _mixed(shop, f"{shop.shop_id}|{plain}".encode())
    return f"${urlsafe_b64encode(sealed).decode()}$1$"


def decrypt(shop: Shop, text: str) -> str:
    """The plain text; what is no ciphertext comes back unchanged, a foreign one is a ValueError."""
    if not (text.startswith("$") and text.endswith("$1$")):
        return text
    opened = _mixed(shop, urlsafe_b64decode(text[1:-3])).decode("utf-8", "replace")
    owner, _, plain = opened.partition("|")
    if owner != shop.shop_id:
        raise ValueError("the ciphertext belongs to another shop")
    return plain


def _mixed(shop: Shop, content: bytes) -> bytes:
    key = hashlib.sha256(f"{shop.client_id}:{shop.shop_id}".encode()).digest()
    return bytes(byte ^ mask for byte, mask in zip(content, cycle(key), strict=False))
