"""Who helps on an order, who had it before, and how its pay is divided among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, Refused, refuse_unless
from common.formatting import percent_exact
from common.journal import record
from common.outbox import announce
from common.transactions import transactional
from workorders import timeline
from workorders.crew import ALL_BP, people_of
from workorders.events import HelperJoined, HelperLeft, SharesChosen
from workorders.models import ChosenShare, CrewMember, StepDone
from workorders.services.locking import lock_open_order, lock_order
from workorders.services.notices import tell_installer

if TYPE_CHECKING:
    from accounts.models import Installer, User
    from workorders.models import WorkOrder

People = timeline.Kind.PEOPLE


@transactional
def add_helper(*, order_id: int, installer: Installer, actor: User | None) -> CrewMember:
    """Let somebody help on an order that an installer has and that is not done yet.

    Raises Conflict when they are on it already, Refused while nobody has the order, after its
    completion and for somebody who is not active. Chosen parts are void then.
    """
    order = _unfinished(order_id)
    name = installer.user.display_name
    refuse_unless(
        order.installer_id is not None,
        "crew.no_lead",
        _("Assign the responsible installer first; helpers come after"),
    )
    refuse_unless(
        installer.is_active and installer.user.is_active,
        "installer.inactive",
        _("%(name)s is not active") % {"name": name},
    )
    there = CrewMember.objects.filter(work_order=order, installer=installer, left_at=None)
    if order.installer_id == installer.pk or there.exists():
        raise Conflict("crew.twice", _("%(name)s is on this work order already") % {"name": name})
    place = CrewMember.objects.create(
        work_order=order, installer=installer, joined_at=clock.now(), added_by=actor
    )
    timeline.note(
        order,
        "crew_joined",
        kind=People,
        actor=actor,
        installer=name,
        outlet=installer.outlet.name,
    )
    record(actor, "workorder.helper_added", order, installer=installer.pk)
    _void_shares(order, actor)
    announce(HelperJoined(order.pk, installer.pk))
    return place


@transactional
def remove_helper(
    *, order_id: int, installer_id: int, reason: str, actor: User | None
) -> CrewMember:
    """Let a helper go; the steps they finished stay theirs. Conflict when they are gone already."""
    order = _unfinished(order_id)
    refuse_unless(reason.strip(), "crew.reason", _("Give a reason"))
    places = CrewMember.objects.filter(
        work_order=order, installer_id=installer_id, left_at=None
    ).select_related("installer__user")
    place = places.first()
    if place is None:
        raise Conflict("crew.gone", _("This person is not on the work order any more"))
    _let_go(order, place, reason=reason.strip(), actor=actor)
    record(actor, "workorder.helper_removed", order, installer=installer_id, reason=reason.strip())
    _void_shares(order, actor)
    return place


@transactional
def choose_shares(
    *, order_id: int, shares: Mapping[int, int] | None, actor: User | None
) -> WorkOrder:
    """Divide an order's pay by chosen parts, in hundredths of a percent by installer id.

    None: by finished steps. Raises Refused unless the parts name people of this order and sum to
    100 %, and after completion: then the parts are settled and only corrected.
    """
    order = _unfinished(order_id)
    words = _put_shares(order, shares)
    code = "shares_by_steps" if shares is None else "shares_chosen"
    timeline.note(order, code, kind=timeline.Kind.MONEY, actor=actor, text=words)
    record(actor, "workorder.shares_chosen", order, shares=words)
    announce(SharesChosen(order.pk))
    return order


@transactional
def correct_parts(
    *,
    order_id: int,
    shares: Mapping[int, int] | None,
    words: str,
    actor: User | None,
    steps: Mapping[int, int] | None = None,
) -> None:
    """Record on an order, closed or not, how its pay is divided; and who finished which step.

    `steps` is the installer's id by the number of a finished step, None: as it is recorded. Money
    that is settled is corrected by who calls.
    """
    order = lock_order(order_id)
    if steps is not None:
        _put_steps(order, steps)
    _put_shares(order, shares)
    timeline.note(order, "shares_corrected", kind=timeline.Kind.MONEY, actor=actor, text=words)
    record(actor, "workorder.shares_corrected", order, shares=words)


def check_shares(order: WorkOrder, shares: Mapping[int, int]) -> dict[int, str]:
    """Return the names of the people the parts are for.

    Raises Refused unless they are on this order or finished a step of it, no part is negative and
    the parts sum to 100 %.
    """
    names = {each.part.installer_id: each.installer.user.display_name for each in people_of(order)}
    refuse_unless(
        set(shares) <= set(names),
        "shares.stranger",
        _("Choose parts only for people of this work order"),
    )
    total = sum(shares.values())
    if total != ALL_BP or min(shares.values()) < 0:
        raise Refused(
            "shares.sum",
            _("The parts must sum to 100%%; now they sum to %(total)s")
            % {"total": percent_exact(total)},
        )
    return names


def keep_part(order: WorkOrder, leaving: Installer, *, actor: User | None) -> None:
    """Keep a place for who no longer has the locked order and has finished steps of it."""
    steps = StepDone.objects.filter(work_order=order, installer=leaving).count()
    if not steps:
        _void_shares(order, actor)
        return
    CrewMember.objects.create(
        work_order=order,
        installer=leaving,
        joined_at=order.assigned_at or clock.now(),
        left_at=clock.now(),
    )
    timeline.note(
        order,
        "crew_kept",
        kind=People,
        actor=actor,
        installer=leaving.user.display_name,
        value=steps,
    )
    _void_shares(order, actor)


def take_lead(order: WorkOrder, installer: Installer) -> None:
    """End the place of a helper who takes the locked order over."""
    places = CrewMember.objects.filter(work_order=order, installer=installer, left_at=None)
    places.update(left_at=clock.now())


def dismiss_helpers(order: WorkOrder, *, actor: User | None, reason: str) -> None:
    """Let all helpers of the locked order go: it has no installer any more."""
    places = CrewMember.objects.filter(work_order=order, left_at=None)
    for place in places.select_related("installer__user"):
        _let_go(order, place, reason=reason, actor=actor)


def _unfinished(order_id: int) -> WorkOrder:
    order = lock_open_order(order_id)
    refuse_unless(
        order.completed_at is None,
        "crew.completed",
        _("The work is done: finance corrects how its pay is divided"),
    )
    return order


def _let_go(order: WorkOrder, place: CrewMember, *, reason: str, actor: User | None) -> None:
    place.left_at = clock.now()
    place.save(update_fields=["left_at"])
    timeline.note(
        order,
        "crew_left",
        kind=People,
        actor=actor,
        installer=place.installer.user.display_name,
        reason=reason,
    )
    since = place.joined_at
    tell_installer(order, place.installer, since=since, actor=actor, reason=reason)
    announce(HelperLeft(order.pk, place.installer_id, reason))


def _put_shares(order: WorkOrder, shares: Mapping[int, int] | None) -> str:
    names = check_shares(order, shares) if shares is not None else {}
    ChosenShare.objects.filter(work_order=order).delete()
    rows = (shares or {}).items()
    ChosenShare.objects.bulk_create(
        ChosenShare(work_order=order, installer_id=who, share_bp=bp) for who, bp in rows
    )
    return "、".join(f"{names[who]} {percent_exact(bp)}" for who, bp in rows)


def _put_steps(order: WorkOrder, steps: Mapping[int, int]) -> None:
    """Write who finished which step; whoever was not on the order before finds it from now on."""
    known = {row.seq: row for row in StepDone.objects.filter(work_order=order)}
    StepDone.objects.filter(work_order=order).exclude(seq__in=steps).delete()
    at = order.completed_at or clock.now()
    for seq, who in steps.items():
        row = known.get(seq) or StepDone(work_order=order, seq=seq, done_at=at)
        if row.installer_id != who:
            row.installer_id = who
            row.save()
    places = CrewMember.objects.filter(work_order=order)
    there = {order.installer_id, *places.values_list("installer_id", flat=True)}
    CrewMember.objects.bulk_create(
        CrewMember(work_order=order, installer_id=who, joined_at=at, left_at=at)
        for who in sorted(set(steps.values()) - there)
    )


def _void_shares(order: WorkOrder, actor: User | None) -> None:
    """Chosen parts name everybody on the order: when the people change they say nothing more."""
    if ChosenShare.objects.filter(work_order=order).delete()[0]:
        timeline.note(order, "shares_void", kind=timeline.Kind.MONEY, actor=actor)
        announce(SharesChosen(order.pk))
