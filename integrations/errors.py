"""Errors that speak about a platform's answer or its payload, never about our own rules."""

from enum import StrEnum


class Kind(StrEnum):
    """What a caller can do about a platform error."""

    RETRY = "retry"  # the platform or the line had a bad moment: ask again later
    AUTH = "auth"  # token, session, signature or permission: a person or a new token is needed
    LIMIT = "limit"  # called too often: wait at least `retry_after_s`
    REFUSED = "refused"  # the platform understood and said no: asking again changes nothing
    UNKNOWN = "unknown"  # an answer nobody described: keep it, show it, do not guess


class PlatformError(Exception):
    """A platform call that did not give its result; `code` is the platform's own, as text."""

    def __init__(
        self, code: str, message: str, kind: Kind, *, retry_after_s: int | None = None
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.kind = kind
        self.retry_after_s = retry_after_s


class MappingError(ValueError):
    """A payload that cannot become facts; `path` names the field, `reason` is a stable code."""

    def __init__(self, path: str, reason: str, value: object = None) -> None:
        super().__init__(
            f"{path}: {reason} ({value!r})" if value is not None else f"{path}: {reason}"
        )
        self.path = path
        self.reason = reason


class ForgedMessageError(Exception):
    """An incoming message whose signature, sender or envelope is wrong; nothing of it is kept."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BadBodyError(ValueError):
    """An incoming body that is not acceptable as such; `status` is the HTTP answer it deserves."""

    def __init__(self, code: str, status: int) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
