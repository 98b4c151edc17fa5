"""The call after the visit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock
from common.errors import refuse_unless
from common.journal import record
from common.outbox import announce
from common.transactions import transactional
from workorders import timeline
from workorders.events import WorkRated
from workorders.flow import Meaning
from workorders.models import FollowUp
from workorders.services.locking import lock_open_order
from workorders.services.ratings import earn_rating

if TYPE_CHECKING:
    from accounts.models import User


@transactional
def record_follow_up(
    *, order_id: int, passed: bool, rating_x10: int | None, remark: str, actor: User | None
) -> FollowUp:
    """Keep what the customer said; `rating_x10` is tenths of a star, 10 to 50.

    Raises Refused before the work is done, for an impossible rating, and for a failure without a
    remark: the installer must know what to put right.
    """
    order = lock_open_order(order_id)
    refuse_unless(
        order.meaning == Meaning.IN_REVIEW.value,
        "follow_up.stage",
        _("The customer is asked when the work is done"),
    )
    refuse_unless(
        rating_x10 is None or 10 <= rating_x10 <= 50,
        "follow_up.rating",
        _("The rating lies between 1 and 5 stars"),
    )
    refuse_unless(
        passed or remark.strip(), "follow_up.remark", _("Say what the customer is not content with")
    )
    kept, is_new = FollowUp.objects.update_or_create(
        work_order=order,
        defaults={
            "passed": passed,
            "rating_x10": rating_x10,
            "remark": remark.strip()[:200],
            "made_by": actor,
            "made_at": clock.now(),
        },
    )
    stars = f"{rating_x10 // 10}.{rating_x10 % 10}" if rating_x10 else ""
    timeline.note(
        order,
        "follow_up_passed" if passed else "follow_up_failed",
        kind=timeline.Kind.PEOPLE,
        actor=actor,
        rating=stars,
        remark=kept.remark,
    )
    record(actor, "workorder.followed_up", order, passed=passed, rating=stars)
    if rating_x10 is not None or not is_new:
        if order.installer is not None:
            earn_rating(order.installer)
        announce(WorkRated(order.pk))
    return kept
