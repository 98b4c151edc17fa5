"""What is said of an edit that cannot be made."""

from collections.abc import Mapping

from common.marking import N_

EDIT_ERRORS: Mapping[str, str] = {
    "no_stage": N_("The flow has no stage “%(where)s”"),
    "no_block": N_("The library has no block “%(where)s”"),
    "no_way": N_("No way “%(where)s” starts here"),
    "no_edit": N_("“%(where)s” is no edit"),
    "no_form": N_("The flow has no form “%(where)s”"),
    "no_task": N_("The stage has no task “%(where)s”"),
    "first_stage": N_("The first stage “%(where)s” cannot be taken out"),
    "nothing_follows": N_("Nothing goes on behind “%(where)s”, so no stage can stand there"),
    "nothing_leads": N_("Nothing leads to “%(where)s” from an earlier stage"),
    "start_for_all": N_("Every order begins before “%(where)s”: no conditions can be set there"),
    "cannot_begin": N_("Orders cannot begin in “%(where)s”: it must mean waiting or on hold"),
    "behind_itself": N_("“%(where)s” cannot stand behind itself"),
}
