"""The closed lists a flow is written with: conditions, roles, questions, effects, actions."""

from collections.abc import Mapping

from common.marking import N_

GUARDS: Mapping[str, str] = {
    "has_installer": N_("An installer is assigned"),
    "has_appointment": N_("An appointment is agreed"),
    "checked_in": N_("The installer has checked in on site"),
    "steps_done": N_("All required steps are done"),
    "has_photos": N_("All required photos are there"),
    "has_a_photo": N_("At least one photo is there"),
    "has_signature": N_("The customer has signed"),
    "customer_confirmed": N_("The customer has confirmed"),
    "customer_accepted": N_("The customer has accepted with their code"),
    "customer_answered": N_("The customer has agreed by the link"),
    "has_reason": N_("A reason is given"),
    "trip_proven": N_("The empty trip is proven by a photo"),
    "has_next_contact": N_("The time of the next contact is set"),
    "form_done": N_("The form of the stage is filled in"),
    "not_own_request": N_("Whoever asked for it does not decide it"),
    "tasks_done": N_("All departments have finished their tasks"),
    "shop_code_verified": N_("The shop's code of the customer is verified"),
}
ROLE_NAMES: Mapping[str, str] = {
    "hq_admin": N_("Headquarters"),
    "region_manager": N_("Region manager"),
    "outlet_manager": N_("Outlet manager"),
    "dispatcher": N_("Dispatcher"),
    "finance": N_("Finance"),
    "installer": N_("Installer"),
    "system": N_("Automatic"),
}
ROLES = frozenset(ROLE_NAMES)
# What the person taking a transition is asked for; a form field each.
ASK_NAMES: Mapping[str, str] = {
    "installer": N_("Which installer"),
    "appointment": N_("An appointment"),
    "reason": N_("A reason"),
    "next_contact": N_("The time of the next contact"),
    "note": N_("A note"),
    "quote": N_("The amount of a quotation"),
}
ASKS = frozenset(ASK_NAMES)
# What the service does beside moving the stage; each is implemented once, in the progress service.
EFFECTS = frozenset(
    {"release_installer", "drop_appointment", "count_reschedule", "empty_trip", "end_empty_trip"}
)
# Keys that dispatch takes by name: without them nobody can be given an order.
NEEDED_KEYS = ("assign", "claim", "reassign", "cancel")

FACTS: Mapping[str, str] = {
    "order_type": N_("Order type"),
    "item": N_("Service item"),
    "category": N_("Product"),
    "region": N_("Region"),
    "customer_level": N_("Customer level"),
    "channel": N_("Channel"),
    "tag": N_("Tag"),
    "mark": N_("Mark"),
    "site_fact": N_("Fact of the site"),
}
"""Facts whose values are codes. `answer.FIELD` is besides the answer given to a form's field."""
NUMBER_FACTS: Mapping[str, str] = {
    "quote_yuan": N_("Quotation (yuan)"),
    "paid_yuan": N_("Paid (yuan)"),
    "distance_km": N_("Distance (km)"),
    "quantity": N_("Quantity"),
    "visits": N_("Visits so far"),
    "reschedules": N_("Changed appointments"),
}
MARKS: Mapping[str, str] = {
    "urgent": N_("Urgent"),
    "high_work": N_("Work at height"),
    "warehouse_direct": N_("Direct from warehouse"),
    "highway": N_("Motorway service area"),
    "remote": N_("Remote"),
    "rework": N_("Rework"),
}

EVENTS: Mapping[str, str] = {
    "entered": N_("an order enters the stage"),
    "left": N_("an order leaves the stage"),
    "overdue": N_("an order is over the stage's time"),
    "answered": N_("the stage's form is filled in"),
    "task_done": N_("a department's task is done"),
    "due_soon": N_("some time before the stage's limit"),
    "before_appointment": N_("some time before the appointment"),
    "after_appointment": N_("some time after the appointment"),
}
TIMED = ("due_soon", "before_appointment", "after_appointment")
"""Events that come with the time, and need how long before or after it is."""
LONGEST_LEAD = 30 * 24 * 60
PLACEHOLDERS: Mapping[str, str] = {
    "order": N_("Number of the work order"),
    "customer": N_("Customer's name"),
    "installer": N_("Installer's name"),
    "appointment": N_("Appointment"),
    "stage": N_("Stage"),
    "due": N_("Limit of the stage"),
    "item": N_("Service item"),
}
"""What {name} in a text stands for; {number}, of texts from before, is the order's too."""
ACTION_NAMES: Mapping[str, str] = {
    "notify": N_("notify somebody"),
    "create_order": N_("open another work order"),
    "assign": N_("give the order to an installer"),
    "attach_material": N_("add material to the order"),
    "ask_customer": N_("ask the office to send the customer a question"),
    "release_milestone": N_("reach a milestone of the settlement"),
    "webhook": N_("call a webhook"),
    "add_tag": N_("put a tag on the order"),
}
# What each action needs; a name with a question mark may be left out.
ACTIONS: Mapping[str, tuple[str, ...]] = {
    "notify": ("to", "text"),
    "create_order": ("item", "note?"),
    "assign": ("how",),
    "attach_material": ("material", "quantity"),
    "ask_customer": ("text",),
    "release_milestone": ("milestone",),
    "webhook": ("hook",),
    "add_tag": ("tag",),
}
RECEIVERS = ROLES - {"system"} | {"customer"}
ASSIGN_WAYS: Mapping[str, str] = {
    "best": N_("the best candidate"),
    "nearest": N_("the nearest free installer"),
    "pool": N_("the pool of jobs to claim"),
}

FIELD_KINDS: Mapping[str, str] = {
    "text": N_("Text"),
    "long_text": N_("Long text"),
    "number": N_("A number"),
    "choice": N_("Choice"),
    "choices": N_("Several choices"),
    "photo": N_("Photo"),
    "signature": N_("Signature"),
    "scan": N_("Scan"),
    "position": N_("Position"),
    "parts": N_("Parts used"),
    "date": N_("Date"),
    "computed": N_("Computed"),
}
FORMULAS: Mapping[str, str] = {
    "sum": N_("Sum"),
    "product": N_("Product"),
    "difference": N_("Difference"),
}
PREFILLS: Mapping[str, str] = {
    "product_model": N_("Product model"),
    "warranty_until": N_("Warranty until"),
    "purchased_on": N_("Purchased on"),
    "customer_name": N_("Customer's name"),
    "shop_number": N_("Number of the shop order"),
}
