"""A handover at the same moment as a post of the phone: the post is wholly before it, or wholly after."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from common import clock
from tests import cast
from tests.browsing import TenantClient
from tests.settlement.threads import in_threads
from tests.workorders.test_phone import url
from tests.workorders.test_stage_forms import publish
from tests.workorders.walking import assign, step
from tests.workorders.world import open_order, photo, shop_order, signature
from workorders.models import (
    CheckIn,
    Evidence,
    ExtraCharge,
    FormAnswers,
    LateEntry,
    StepDone,
    TimelineEvent,
)
from workorders.services.progress import assign_installer

pytestmark = pytest.mark.commits

FORM = {
    "key": "quick",
    "name": "速查",
    "fields": [{"key": "seen", "label": "已查看", "kind": "text", "required": True}],
}
ROUNDS = 6
POSTS = {
    "signature": ("job-signature", (), lambda n: {"signature": signature()}),
    "form": ("form-fill", ("quick",), lambda n: {"quick-seen": "是"}),
    "arrival": ("job-check-in", (), lambda n: {"latitude": "30.2841", "longitude": "120.1244"}),
    "charge": (
        "charge-add", (),
        lambda n: {"code": "drilling", "reason": "承重墙", "photo": photo(9 * n)},
    ),
    "photo": ("job-photo", (), lambda n: {"seq": 1, "label": "铭牌照", "photo": photo(9 * n + 3)}),
    "step": ("job-step", (), lambda n: {"seq": 1, "done": "true"}),
}  # fmt: skip


def own_and_late(order, name):
    """How often the deed counts as the order's own, and how often it was taken in as late."""
    mine = {
        "signature": Evidence.objects.filter(kind="signature"),
        "form": FormAnswers.objects.all(),
        "arrival": CheckIn.objects.all(),
        "charge": ExtraCharge.objects.all(),
        "photo": Evidence.objects.filter(kind="photo"),
        "step": StepDone.objects.all(),
    }[name].filter(work_order=order)
    late = TimelineEvent.objects.filter(work_order=order, code=f"late_{name}")
    if name in ("photo", "step"):
        return mine.count() - late.count(), late.count()
    return mine.count(), LateEntry.objects.filter(work_order=order).count()


@pytest.mark.parametrize("name", POSTS)
def test_what_was_done_before_is_there_once_whoever_comes_first(tenant, world, name):
    publish({"op": "form", "form": FORM, "stage": "accepted"})
    address, args, fields = POSTS[name]
    for n in range(ROUNDS):
        with clock.moved_to(clock.now() - timedelta(hours=2)):
            facts = shop_order(number=f"R{n}", buyer_ref=f"r{n}")
            order = assign(open_order(world, facts), world)
            step(order, "accept", world.installer.user)
        phone = TenantClient(cast.ALPHA)
        phone.force_login(world.installer.user)
        headers = {
            "X-Outbox": "1",
            "X-Happened-Ago": str(5 * 60_000),
            "Idempotency-Key": uuid4().hex,
            "Accept": "application/json",
        }

        def tell(phone=phone, order=order, headers=headers, n=n):
            return phone.post(url(address, order, *args), fields(n), headers=headers)

        def hand_over(order=order):
            return assign_installer(
                order_id=order.pk,
                installer=world.other_installer,
                actor=world.dispatcher,
                reason="客户催",
            )

        answer, handed = in_threads(tell, hand_over)
        order.refresh_from_db()
        assert handed.installer == world.other_installer, handed
        assert (order.installer, order.stage) == (world.other_installer, "assigned")
        assert answer.status_code == 200, answer.content
        assert sum(own_and_late(order, name)) == 1
        again = tell()
        assert (again.status_code, again.json()) == (200, answer.json())
        assert sum(own_and_late(order, name)) == 1
