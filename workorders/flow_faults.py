"""What keeps a flow from being published: the errors its checks find, here and in every preview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workorders.flow import read_flow
from workorders.flow_findings import findings
from workorders.milestones import company_to_check

if TYPE_CHECKING:
    from workorders.flow.bodies import Body
    from workorders.flow_findings import Found


def faults(body: Body, *, known: Body | None = None) -> list[Found]:
    """Return the errors of a body.

    `known` is a body that is in force already: what is wrong with it is nobody's doing today.
    """
    company = company_to_check()
    had = findings(read_flow(known), company) if known is not None else []
    old = {each.finding for each in had}
    found = findings(read_flow(body), company)
    return [each for each in found if each.is_error and each.finding not in old]
