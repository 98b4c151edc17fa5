"""One thing that is wrong or doubtful with a draft, as the editor shows it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """One finding: its part and field, a sentence, an order that shows it, and the rows it names."""

    level: str
    part: str
    field: str
    sentence: str
    example: str
    rows: tuple[str, ...]
