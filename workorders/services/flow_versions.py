"""The one way a version of a flow is published: checked, numbered after the newest, recorded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, Refused
from common.journal import record
from workorders.flow_faults import faults
from workorders.models import FlowVersion

if TYPE_CHECKING:
    from accounts.models import User
    from workorders.flow.bodies import Body


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """What is to be published; a variant has the edits it consists of, and for whom it is.

    A `withdrawn` one is followed by no new order. `is_product`: it goes on as it came with the
    product, and with its next version.
    """

    key: str
    name: str
    body: Body
    variant: str = ""
    edits: list[Any] = field(default_factory=list)
    applies: dict[str, Any] = field(default_factory=dict)
    withdrawn: bool = False
    is_product: bool = False


def following(before: FlowVersion, body: Body) -> NewVersion:
    """Return a version as the one before it, with another body."""
    return NewVersion(
        key=before.key,
        name=before.name,
        body=body,
        variant=before.variant,
        edits=before.edits,
        applies=before.applies,
    )


@transaction.atomic
def publish_version(
    new: NewVersion, *, after: FlowVersion | None, actor: User, by: str = "flow.published",
    keeps_faults: bool = False, **said: Any,
) -> FlowVersion:  # fmt: skip
    """Publish a version after the newest one (None: the first); `by` and `said` are recorded.

    Refused while the checks find errors, with `keeps_faults` only for those the version before has
    not. Conflict for the second of two who publish at once.
    """
    wrong = faults(new.body, known=after.body if keeps_faults and after is not None else None)
    if wrong:
        sentence = _("This flow still has faults: mend them first, then publish")
        raise Refused("flow.faults", f"{sentence} ({wrong[0].sentence})")
    number = after.number + 1 if after is not None else 1
    try:
        with transaction.atomic():
            version = FlowVersion.objects.create(
                key=new.key,
                variant=new.variant,
                number=number,
                name=new.name,
                body=new.body,
                edits=new.edits,
                applies=new.applies,
                withdrawn=new.withdrawn,
                published_by=None if new.is_product else actor,
                published_at=clock.now(),
            )
    except IntegrityError:
        raise Conflict(
            "flow.base",
            _("Version %(number)s was published meanwhile: look at what differs from it first")
            % {"number": number},
        ) from None
    record(actor, by, version, key=new.key, variant=new.variant, number=number, **said)
    return version
