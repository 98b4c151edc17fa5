"""The secrets of a connection: sealed to its row, opened only where a platform is called."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from common.sealed import seal, unseal

if TYPE_CHECKING:
    from integrations.models import Connection

_TAIL = 4


@dataclass(frozen=True, slots=True)
class Extra:
    """What some platforms need beside id and secret; unused fields are empty.

    Tmall: `session` of the seller and `message_group` of TMC. WeCom: `agent_id` of the application,
    `callback_token` and `encoding_aes_key` of its callback. WeChat Pay: the serial of the merchant's
    certificate, the API v3 key, the platform's public key with its id, the most that may be shared.
    """

    session: str = ""
    message_group: str = ""
    agent_id: str = ""
    callback_token: str = ""
    encoding_aes_key: str = ""
    cert_serial: str = ""
    apiv3_key: str = ""
    platform_key: str = ""
    platform_key_id: str = ""
    max_ratio_bp: str = ""


def seal_secret(connection: Connection, secret: str) -> None:
    """Put a secret on a saved connection; the caller saves it again."""
    connection.secret_sealed = seal(secret, place=_place(connection, "secret"))
    connection.secret_tail = secret[-_TAIL:] if len(secret) > 2 * _TAIL else ""


def seal_extra(connection: Connection, extra: Extra) -> None:
    """Put the extra values on a saved connection; the caller saves it again."""
    connection.extra_sealed = seal(json.dumps(asdict(extra)), place=_place(connection, "extra"))


def secret_of(connection: Connection) -> str:
    """Return the app secret; raises SealBroken for a row copied from elsewhere."""
    return unseal(connection.secret_sealed, place=_place(connection, "secret"))


def extra_of(connection: Connection) -> Extra:
    """Return the extra values, empty ones when none were stored."""
    if not connection.extra_sealed:
        return Extra()
    return Extra(**json.loads(unseal(connection.extra_sealed, place=_place(connection, "extra"))))


def seal_token(connection: Connection, token: str) -> str:
    """Return an access token sealed to the connection's row."""
    return seal(token, place=_place(connection, "token"))


def open_token(connection: Connection, sealed: str) -> str:
    """Return the access token of `seal_token`."""
    return unseal(sealed, place=_place(connection, "token"))


def _place(connection: Connection, what: str) -> str:
    return f"connection:{connection.pk}:{what}"
