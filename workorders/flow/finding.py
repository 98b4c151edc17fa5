"""One weakness of a flow."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """A well-formed flow's weakness: `code` of FINDINGS and the key of what it is about."""

    code: str
    where: str
