"""Ways that several people must agree to: who agreed, who takes it back, and who was the last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import clock, formatting
from common.errors import Conflict, Refused
from common.journal import record
from common.transactions import transactional
from workorders import timeline
from workorders.agreed import agreed_words, mark_of, values_agreed
from workorders.flow_versions import flow_of
from workorders.models import StageApproval
from workorders.services.locking import lock_open_order
from workorders.services.staff_notices import tell_staff
from workorders.services.stays import current_stay

if TYPE_CHECKING:
    from accounts.models import User
    from workorders.flow import Transition
    from workorders.models import StageStay, WorkOrder
    from workorders.services.answers import Answers


def agree(order: WorkOrder, way: Transition, actor: User | None, answers: Answers) -> bool:
    """Note that a person agrees to a way of the locked order; returns whether all needed ones have.

    Each agrees to what the others agreed to: raises Conflict with both values where they differ, and
    for who agreed before, Refused where nobody in person asks: no machine counts as
    somebody who agrees.
    """
    if actor is None:
        raise Refused("approval.system", _("“%(name)s” needs people") % {"name": way.name})
    stay = current_stay(order)
    void_outdated(order, by=actor)
    before = _given(stay, way.key)
    if any(each.user_id == actor.pk for each in before):
        missing = way.approvals - len(before)
        sentence = ngettext(
            "You have agreed already; %(n)d more person has to agree",
            "You have agreed already; %(n)d more people have to agree",
            missing,
        )
        raise Conflict("approval.again", sentence % {"n": missing})
    values = values_agreed(way, answers)
    _same_as(before, way, values)
    said = answers.note.strip() or answers.reason.strip()
    StageApproval.objects.create(
        stay=stay,
        way=way.key,
        user=actor,
        note=said[:200],
        values=values,
        mark=mark_of(stay),
        at=clock.now(),
    )
    given = len(before) + 1
    people = timeline.Kind.PEOPLE
    timeline.note(
        order, "agreed", kind=people, actor=actor, name=way.name, n=given, of=way.approvals
    )
    if said and given < way.approvals:
        timeline.note(order, "note", kind=people, actor=actor, text=said[:500])
    record(actor, "workorder.agreed", order, way=way.key, stay=stay.pk)
    return given >= way.approvals


@transactional
def withdraw_approval(*, order_id: int, key: str, actor: User) -> WorkOrder:
    """Take one's own yes to a way back while the others are waited for.

    Raises Conflict when there is none here: it was never given, or the order has moved on by it.
    """
    order = lock_open_order(order_id)
    mine = [each for each in _given(current_stay(order), key) if each.user_id == actor.pk]
    if not mine:
        sentence = _("There is nothing to take back here: the order may have moved on meanwhile")
        raise Conflict("approval.gone", sentence)
    mine[0].delete()
    timeline.note(order, "agreed_not", kind=timeline.Kind.PEOPLE, actor=actor)
    record(actor, "workorder.agreement_withdrawn", order, way=key)
    return order


def void_outdated(order: WorkOrder, *, by: User | None) -> int:
    """Void every yes of the locked order's stay that was given to something else than lies there now.

    Those who gave them are told; returns how many. Of a yes without a mark, from before they were
    bound, nobody knows what lay there: it stays.
    """
    given = StageApproval.objects.filter(stay__work_order=order, stay__left_at=None).exclude(
        mark=""
    )
    rows = list(given.select_related("user", "stay").order_by("pk"))
    old = [each for each in rows if each.mark != mark_of(each.stay)] if rows else []
    names = {way.key: way.name for way in flow_of(order).transitions} if old else {}
    for each in old:
        name = names.get(each.way, each.way)
        tell_staff(order, [each.user], code="approval_void", sender=by, way=name)
        who = each.user.display_name
        timeline.note(order, "agreement_void", kind=timeline.Kind.ALERT, name=name, text=who)
        each.delete()
    return len(old)


def _same_as(before: list[StageApproval], way: Transition, values: dict[str, str]) -> None:
    other = next((each for each in before if each.mark and each.values != values), None)
    if other is None:
        return
    sentence = _(
        "%(name)s agreed to “%(way)s” with %(theirs)s, you with %(yours)s: agree on one, and let"
        " whoever was wrong take theirs back"
    )
    none = formatting.NO_VALUE
    words = {
        "name": other.user.display_name,
        "way": way.name,
        "theirs": agreed_words(other.values) or none,
        "yours": agreed_words(values) or none,
    }
    raise Conflict("approval.differs", sentence % words)


def _given(stay: StageStay, key: str) -> list[StageApproval]:
    """The yes of people who still work here; who left the company no longer counts."""
    rows = StageApproval.objects.filter(stay=stay, way=key, user__is_active=True)
    return list(rows.select_related("user").order_by("pk"))
