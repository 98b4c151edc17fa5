"""Signatures of the TOP gateway, in its three methods."""

import hashlib
import hmac
from collections.abc import Mapping
from enum import StrEnum


class SignMethod(StrEnum):
    """The value of the `sign_method` parameter."""

    MD5 = "md5"
    HMAC_MD5 = "hmac"
    HMAC_SHA256 = "hmac-sha256"


def top_sign(parameters: Mapping[str, str], secret: str, method: SignMethod) -> str:
    """Upper-case hex signature of all text parameters, before URL encoding.

    Struct parameters must already be the JSON text that is sent. Order is by the bytes of the
    names, names and values are joined without any separator; `sign` itself is left out.
    """
    names = sorted((name for name in parameters if name != "sign"), key=str.encode)
    joined = "".join(name + parameters[name] for name in names).encode()
    key = secret.encode()
    match method:
        case SignMethod.MD5:
            digest = hashlib.md5(key + joined + key, usedforsecurity=False).hexdigest()
        case SignMethod.HMAC_MD5:
            digest = hmac.new(key, joined, "md5").hexdigest()
        case SignMethod.HMAC_SHA256:
            digest = hmac.new(key, joined, "sha256").hexdigest()
    return digest.upper()
