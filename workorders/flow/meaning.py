"""What a stage means to code."""

from enum import StrEnum


class Meaning(StrEnum):
    """What a stage means to code; its key and name belong to the tenant."""

    WAITING = "WAITING"
    ASSIGNED = "ASSIGNED"
    EN_ROUTE = "EN_ROUTE"
    ON_SITE = "ON_SITE"
    IN_REVIEW = "IN_REVIEW"
    DONE = "DONE"
    ON_HOLD = "ON_HOLD"
    CANCELLED = "CANCELLED"

    @property
    def is_final(self) -> bool:
        """Whether work has ended here, well or not."""
        return self in (Meaning.DONE, Meaning.CANCELLED)
