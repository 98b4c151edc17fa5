"""The steps and photos of a visit as its page on the phone shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from catalog.videos import video_address

if TYPE_CHECKING:
    from catalog.item_body import ItemBody
    from workorders.models import Evidence, WorkOrder


@dataclass(frozen=True, slots=True)
class JobStep:
    """A step of the item, and whether it is done."""

    seq: int
    name: str
    instruction: str
    minutes: int
    safety: tuple[str, ...]
    is_required: bool
    is_done: bool
    video: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for one photo; `evidence` is what lies there already."""

    name: str
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class PhotoWish:
    """Photos of one kind: `slots` holds a place for each that is asked for, and one more."""

    seq: int
    step: str
    label: str
    count: int
    example: str
    is_required: bool
    slots: tuple[Slot, ...]

    @property
    def is_done(self) -> bool:
        """Whether as many photos are there as are asked for."""
        return sum(slot.evidence is not None for slot in self.slots) >= self.count


def job_steps(order: WorkOrder, body: ItemBody) -> list[JobStep]:
    """Return the steps of an order's item, and which are done; one query."""
    done = set(order.steps_done.values_list("seq", flat=True))
    return [
        JobStep(
            seq=step.seq,
            name=step.name,
            instruction=step.instruction,
            minutes=step.minutes,
            safety=step.safety,
            is_required=step.required,
            is_done=step.seq in done,
            video=video_address(step.video),
        )
        for step in body.steps
    ]


def photo_wishes(body: ItemBody, taken: list[Evidence]) -> list[PhotoWish]:
    """Return the photos the steps ask for, with those that were taken in their places."""
    wishes = []
    for step in body.steps:
        for wish in step.photos:
            mine = [one for one in taken if (one.seq, one.label) == (step.seq, wish.name)]
            places = max(wish.count, len(mine)) + 1
            slots = [
                Slot(f"{step.seq}-{wish.name}-{n}", mine[n] if n < len(mine) else None)
                for n in range(places)
            ]
            wishes.append(
                PhotoWish(
                    seq=step.seq,
                    step=step.name,
                    label=wish.name,
                    count=wish.count,
                    example=wish.example,
                    is_required=step.required,
                    slots=tuple(slots),
                )
            )
    return wishes


def free_photo(taken: list[Evidence]) -> PhotoWish:
    """Return a place for a picture that no step asks for, such as that of a fault."""
    label = _("Photo of the site")
    mine = [one for one in taken if one.seq == 0]
    slots = [
        Slot(f"0-{n}", mine[n] if n < len(mine) else None) for n in range(max(1, len(mine)) + 1)
    ]
    return PhotoWish(
        seq=0, step="", label=label, count=1, example="", is_required=True, slots=tuple(slots)
    )
