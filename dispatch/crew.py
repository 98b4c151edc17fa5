"""The people on an order as the desk sees them: what each has done, and what it would bring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.formatting import percent_exact
from dispatch.bookings import clash_words, clashing
from dispatch.forms_crew import HelperForm, LeaveForm
from settlement.people import settled_shares
from settlement.services.estimating import estimated_shares
from workorders.crew import people_of
from workorders.forms.shares import SharesForm

if TYPE_CHECKING:
    from accounts.models import User
    from workorders.crew import Person
    from workorders.models import WorkOrder


@dataclass(frozen=True, slots=True)
class Row:
    """One person; `fen` is None where nobody can say yet, `clash` what they are booked for besides."""

    person: Person
    share: str
    fen: int | None
    leave: LeaveForm | None
    clash: str


@dataclass(frozen=True, slots=True)
class Crew:
    """The panel: its people, whether the money is settled, and the forms somebody may use."""

    order: WorkOrder
    rows: list[Row]
    is_settled: bool
    is_chosen: bool
    helper_form: HelperForm | None
    shares_form: SharesForm | None

    @property
    def is_alone(self) -> bool:
        """Whether one person does it all."""
        return len(self.rows) < 2


def crew_of_order(
    order: WorkOrder,
    *,
    actor: User,
    may_change: bool,
    helper_form: HelperForm | None = None,
    leave_form: LeaveForm | None = None,
    shares_form: SharesForm | None = None,
) -> Crew:
    """Return the people on an order; forms that were refused take the place of empty ones."""
    people = people_of(order)
    settled = settled_shares(order)
    several = len(people) > 1
    fen = settled if settled is not None else estimated_shares(order) if several else {}
    may_change = may_change and order.is_open and order.completed_at is None
    may_change = may_change and order.installer_id is not None
    asked = leave_form.data.get("installer") if leave_form else None
    clashes = clashing(order, [each.part.installer_id for each in people]) if several else {}
    rows = [
        Row(
            person=person,
            share="" if person.part.share_bp is None else percent_exact(person.part.share_bp),
            fen=fen.get(person.part.installer_id, 0 if fen else None),
            leave=_leave(person, leave_form, str(asked)) if may_change else None,
            clash=clash_words(clashes.get(person.part.installer_id, ())) if person.is_here else "",
        )
        for person in people
    ]
    return Crew(
        order=order,
        rows=rows,
        is_settled=settled is not None,
        is_chosen=any(person.part.share_bp is not None for person in people),
        helper_form=(helper_form or HelperForm(actor=actor, order=order)) if may_change else None,
        shares_form=(shares_form or SharesForm(people=people)) if may_change and several else None,
    )


def _leave(person: Person, refused: LeaveForm | None, asked: str) -> LeaveForm | None:
    if person.leads or not person.is_here:
        return None
    if refused is not None and asked == str(person.part.installer_id):
        return refused
    return LeaveForm(initial={"installer": person.part.installer_id})
