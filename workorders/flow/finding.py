"""A weakness of a flow, and what is said of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from common.marking import N_


@dataclass(frozen=True, slots=True)
class Finding:
    """A well-formed flow's weakness: `code` of FINDINGS and the key of what it is about."""

    code: str
    where: str


FINDINGS: Mapping[str, str] = {
    "initial_not_waiting": N_("The first stage “%(where)s” must mean waiting or on hold"),
    "settles_nobody": N_(
        "An order can come to “%(where)s” without being given to anybody: nobody is paid for it"
    ),
    "works_when_settled": N_(
        "“%(where)s” goes on with the work after it was settled: put the stage before the review"
    ),
    "unreachable": N_("Stage “%(where)s” can never be reached"),
    "no_exit": N_("Nothing leads out of stage “%(where)s”"),
    "leaves_final": N_("“%(where)s” leads out of a final stage"),
    "no_way_to_done": N_("No way leads from stage “%(where)s” to completion"),
    "no_way_to_cancelled": N_("A work order in stage “%(where)s” cannot be cancelled"),
    "no_done": N_("No stage means completion"),
    "no_cancelled": N_("No stage means cancelled"),
    "nobody_may": N_("Nobody may take “%(where)s”"),
    "role_not_held": N_("Nobody holds a role that may take “%(where)s”"),
    "stage_role_not_held": N_("Nobody holds the role responsible for stage “%(where)s”"),
    "too_few_people": N_("“%(where)s” asks for more people than hold a role that may take it"),
    "unknown_guard": N_("“%(where)s” asks for a condition that does not exist"),
    "needed_key": N_("The flow lacks the action “%(where)s”, without which nobody is given orders"),
    "stuck_without_else": N_(
        "An order for which no condition holds, or only some do, is stuck in stage “%(where)s”:"
        " add a way on without conditions (holding it or sending it back does not count)"
    ),
    "circles": N_(
        "An order can go round from stage “%(where)s” without ever being completed:"
        " add a way on that is open to every order"
    ),
    "no_full_trial": N_(
        "The conditions tell so many kinds of orders apart that not all were tried: whether orders"
        " that meet many conditions at once come to their end was not looked at"
    ),
    "milestone_missing": N_(
        "The rules release money at the milestone “%(where)s”, but the flow never reaches it"
    ),
    "form_missing": N_("“%(where)s” waits for a form, but its stage has none"),
    "form_not_awaited": N_("Stage “%(where)s” has a form, but an order may go on without it"),
    "pictures_alike": N_(
        "Two photos or signatures are asked for under one name in the form “%(where)s”:"
        " name them differently"
    ),
    "answers_alike": N_(
        "A condition asks for an answer that the form “%(where)s” shares with another form:"
        " take the question out of one of them and add it again"
    ),
    "form_unused": N_("No stage and no task uses the form “%(where)s”"),
    "tasks_missing": N_("“%(where)s” waits for tasks, but its stage has none"),
    "tasks_not_awaited": N_("Stage “%(where)s” has tasks, but an order may go on without them"),
    "task_role_not_held": N_("Nobody holds the role of the task “%(where)s”"),
    "overdue_without_limit": N_("“%(where)s” waits for a time limit, but its stage has none"),
    "limit_too_short": N_(
        "“%(where)s” acts as soon as an order comes: the stage's whole limit is no longer than that"
    ),
    "no_task_to_end": N_("“%(where)s” waits for a task that its stage does not have"),
    "unknown_placeholder": N_(
        "A text of “%(where)s” has a placeholder in braces that stands for nothing"
    ),
    "answered_without_form": N_("“%(where)s” waits for a form, but its stage has none"),
}
