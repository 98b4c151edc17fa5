"""Where an access token lives between calls; the owner of the connection decides how."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

# A token that dies on the way to the platform costs a refused call; a minute costs nothing.
_MARGIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and its last moment (aware UTC)."""

    value: str = field(repr=False)
    expires_at: datetime

    def is_fresh(self, now: datetime) -> bool:
        """Whether it will surely outlive a call that starts now."""
        return now + _MARGIN < self.expires_at


class TokenStore(Protocol):
    """Keeps the token of one shop or one corp application; must be safe between processes."""

    def get(self) -> Token | None:
        """The kept token, if any."""

    def set(self, token: Token) -> None:
        """Keep this token from now on."""


class MemoryTokenStore:
    """A token kept in this process only: for one-off calls such as testing a connection form."""

    def __init__(self) -> None:
        self._token: Token | None = None

    def get(self) -> Token | None:
        """The kept token, if any."""
        return self._token

    def set(self, token: Token) -> None:
        """Keep this token from now on."""
        self._token = token
