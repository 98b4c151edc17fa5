"""Every address of work orders that takes a picture, each with how a file is sent there."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, NamedTuple
from uuid import uuid4

from django.urls import reverse

from common import clock
from tests.factories import InstallerFactory
from tests.workorders.own_flows import another, order_with
from tests.workorders.test_signatures import DRAWN
from tests.workorders.walking import arrive, assign, step
from tests.workorders.world import World, photo, tomorrow
from workorders.models import CustomerQuestion, WorkOrder
from workorders.services.charges import Asked, add_charge
from workorders.services.crew import add_helper
from workorders.services.evidence import mark_step
from workorders.stickers import sticker_token

CHECK = {
    "key": "check",
    "name": "安装检查",
    "fields": [
        {"key": "plate", "label": "铭牌", "kind": "photo", "count": 1},
        {"key": "signed", "label": "业主", "kind": "signature"},
    ],
}
SEEN = {
    "key": "seen",
    "name": "看图",
    "fields": [{"key": "plan", "label": "图纸", "kind": "photo", "count": 1}],
}
EDITS = (
    {"op": "form", "form": CHECK, "stage": "on_site"},
    {"op": "form", "form": SEEN},
    {"op": "task", "stage": "on_site",
     "task": {"key": "look", "name": "看图", "role": "dispatcher", "form": "seen"}},
)  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """An order whose installer is on site, with a step done, and a browser."""

    world: World
    client: Any
    order: WorkOrder

    def queue(self, name: str, order: WorkOrder, *more: Any, **fields: Any) -> Any:
        """Post as the phone's queue does."""
        address = reverse(f"workorders-phone:{name}", args=[order.number, *more])
        headers = {"X-Outbox": "1", "Idempotency-Key": uuid4().hex, "Accept": "application/json"}
        return self.client.post(address, fields, headers=headers)

    def desk(self, name: str, *args: Any, **fields: Any) -> Any:
        """Post as the dispatcher's browser does."""
        self.client.force_login(self.world.dispatcher)
        headers = {"Accept": "application/json"}
        return self.client.post(reverse(f"workorders:{name}", args=args), fields, headers=headers)


def scene(world: World, client: Any) -> Scene:
    """The installer is on site and signed in."""
    client.force_login(world.installer.user)
    order = arrive(order_with(world, *EDITS), world)
    mark_step(order_id=order.pk, seq=1, actor=world.installer.user)
    return Scene(world, client, order)


def _job_photo(here: Scene, file: Any) -> Any:
    return here.queue("job-photo", here.order, photo=file, seq="1", label="铭牌照")


def _job_signature(here: Scene, file: Any) -> Any:
    drawn = json.dumps(DRAWN)
    return here.queue("job-signature", here.order, signature=file, signature_strokes=drawn)


def _job_arrive(here: Scene, file: Any) -> Any:
    order, me = assign(another(here.world), here.world), here.world.installer.user
    step(order, "accept", me)
    step(order, "book", me, appointment=tomorrow())
    step(order, "set_out", me)
    return here.queue("job-arrive", order, "arrive", photo=file, reason="定位不准")


def _job_check_in(here: Scene, file: Any) -> Any:
    helper = InstallerFactory(outlet=here.world.installer.outlet)
    add_helper(order_id=here.order.pk, installer=helper, actor=here.world.dispatcher)
    here.client.force_login(helper.user)
    return here.queue("job-check-in", here.order, photo=file, reason="定位不准")


def _job_leave(here: Scene, file: Any) -> Any:
    return here.queue("job-leave", here.order, photo=file, steps=["2"], reason="缺件")


def _charge_photo(here: Scene, file: Any) -> Any:
    said = {"code": "drilling", "quantity": "1", "reason": "承重墙"}
    return here.queue("charge-add", here.order, photo=file, **said)


def _charge_consent(here: Scene, file: Any) -> Any:
    said = {"code": "drilling", "quantity": "1", "reason": "承重墙", "photo": photo(77)}
    return here.queue("charge-add", here.order, consent=file, **said)


def _charge_agree(here: Scene, file: Any) -> Any:
    asked = Asked(code="drilling", reason="承重墙", photo=photo(uuid4().int % 200))
    me = here.world.installer.user
    charge = add_charge(order_id=here.order.pk, asked=asked, actor=me)
    return here.queue("charge-agree", here.order, charge.pk, consent=file)


def _question(here: Scene, file: Any) -> Any:
    stay = here.order.stays.get(left_at=None)
    question = CustomerQuestion.objects.create(
        work_order=here.order, stay=stay, text="可以打孔吗？", asked_at=clock.now()
    )
    said = {"answer": "agree", "consent": file}
    return here.queue("question-answer", here.order, question.pk, **said)


def _form_sign(here: Scene, file: Any) -> Any:
    return here.queue("form-sign", here.order, "check", field="signed", signature=file)


def _stage_form(here: Scene, file: Any) -> Any:
    order = order_with(here.world, {"op": "form", "form": CHECK, "stage": "waiting"})
    return here.desk("stage-form-fill", order.number, "check", **{"check-plate": [file]})


def _stage_scan(here: Scene, file: Any) -> Any:
    order = order_with(here.world, {"op": "form", "form": CHECK, "stage": "waiting"})
    return here.desk("stage-form-fill", order.number, "check", **{"check-signed": [file]})


def _task_form(here: Scene, file: Any) -> Any:
    task = here.order.tasks.get(key="look")
    return here.desk("task-finish", here.order.number, task.pk, **{"seen-plan": [file]})


ASKED = {"fault": "漏水", "name": "李雷", "phone": "13911112222", "address": "杭州市西湖区 8 号"}


_strangers = count(1)


def _asked(here: Scene, address: str, file: Any) -> Any:
    """Each request from another phone and network: strangers are limited by both."""
    here.client.logout()
    n = next(_strangers)
    said = {**ASKED, "phone": f"1392222{n:04d}", "photos": file}
    return here.client.post(address, said, REMOTE_ADDR=f"10.9.{n // 250}.{n % 250}")


def _repair(here: Scene, file: Any) -> Any:
    return _asked(here, reverse("workorders-public:repair"), file)


def _repair_about(here: Scene, file: Any) -> Any:
    token = sticker_token(here.order)
    return _asked(here, reverse("workorders-public:repair-about", args=[token]), file)


class Door(NamedTuple):
    """The address by its name, how a file is sent, and whether it wants ink instead of a photo."""

    url: str
    send: Callable[[Scene, Any], Any]
    is_ink: bool = False
    is_public: bool = False


DOORS: Mapping[str, Door] = {
    "photo of a step": Door("workorders-phone:job-photo", _job_photo),
    "signature under the work": Door("workorders-phone:job-signature", _job_signature, True),
    "photo of the arrival": Door("workorders-phone:job-arrive", _job_arrive),
    "photo of a helper's arrival": Door("workorders-phone:job-check-in", _job_check_in),
    "photo of what is left": Door("workorders-phone:job-leave", _job_leave),
    "photo of a charge": Door("workorders-phone:charge-add", _charge_photo),
    "signature under a new charge": Door("workorders-phone:charge-add", _charge_consent, True),
    "signature under a charge": Door("workorders-phone:charge-agree", _charge_agree, True),
    "signature under an answer": Door("workorders-phone:question-answer", _question, True),
    "signature in a form": Door("workorders-phone:form-sign", _form_sign, True),
    "photo in a form at the desk": Door("workorders:stage-form-fill", _stage_form),
    "picture of a signed paper at the desk": Door("workorders:stage-form-fill", _stage_scan),
    "photo in a task's form": Door("workorders:task-finish", _task_form),
    "repair request": Door("workorders-public:repair", _repair, is_public=True),
    "repair request by sticker": Door(
        "workorders-public:repair-about", _repair_about, is_public=True
    ),
}
