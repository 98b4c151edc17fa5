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
    def may_begin(self) -> bool:
        """Whether orders may begin here: waiting for somebody to be sent, or for others before that."""
        return self in (Meaning.WAITING, Meaning.ON_HOLD)

    @property
    def is_after_work(self) -> bool:
        """Whether the work on site is over here, and settled."""
        return self in (Meaning.IN_REVIEW, Meaning.DONE)

    @property
    def is_final(self) -> bool:
        """Whether work has ended here, well or not."""
        return self in (Meaning.DONE, Meaning.CANCELLED)
