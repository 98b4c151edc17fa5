"""The closed lists a flow is written with: conditions, roles, questions and effects."""

from collections.abc import Mapping

from common.marking import N_

GUARDS: Mapping[str, str] = {
    "has_installer": N_("An installer is assigned"),
    "has_appointment": N_("An appointment is agreed"),
    "checked_in": N_("The installer has checked in on site"),
    "steps_done": N_("All required steps are done"),
    "has_photos": N_("All required photos are there"),
    "has_signature": N_("The customer has signed"),
    "customer_confirmed": N_("The customer has confirmed"),
    "has_reason": N_("A reason is given"),
    "trip_proven": N_("The empty trip is proven by a photo"),
    "has_next_contact": N_("The time of the next contact is set"),
}
ROLES = frozenset(
    {
        "hq_admin",
        "region_manager",
        "outlet_manager",
        "dispatcher",
        "finance",
        "installer",
        "system",
    }
)
# What the person taking a transition is asked for; a form field each.
ASKS = frozenset({"installer", "appointment", "reason", "next_contact", "note", "quote"})
# What the service does beside moving the stage; each is implemented once, in the progress service.
EFFECTS = frozenset(
    {"release_installer", "drop_appointment", "count_reschedule", "empty_trip", "end_empty_trip"}
)
