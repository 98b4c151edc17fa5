"""Keeps a connection's access token in its row, without holding the row while a platform answers."""

from __future__ import annotations

from integrations.keys import open_token, seal_token
from integrations.models import Connection
from integrations.tokens import Token


class RowTokenStore:
    """The token of one connection; a new one is written by `flush`, after the last call.

    Writing at once would lock the row for the rest of a pull, and everybody who wants to note
    something on the connection would wait for the platform.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._new: Token | None = None

    def get(self) -> Token | None:
        """The kept token, if any."""
        if self._new is not None:
            return self._new
        row = Connection.objects.filter(pk=self._connection.pk).values_list(
            "token_sealed", "token_expires_at"
        )
        sealed, expires_at = row.get()
        if not sealed or expires_at is None:
            return None
        return Token(value=open_token(self._connection, sealed), expires_at=expires_at)

    def set(self, token: Token) -> None:
        """Keep this token from now on."""
        self._new = token

    def flush(self) -> None:
        """Write a token that came new."""
        if self._new is None:
            return
        Connection.objects.filter(pk=self._connection.pk).update(
            token_sealed=seal_token(self._connection, self._new.value),
            token_expires_at=self._new.expires_at,
        )
        self._new = None
