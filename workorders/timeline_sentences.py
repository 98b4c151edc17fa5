"""The sentences of a work order's timeline, by the code an event is written with."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_noop

SENTENCES: Mapping[str, str] = {
    "opened": gettext_noop("Work order opened from order %(shop_number)s: %(item)s × %(quantity)s"),
    "entered": gettext_noop("Work order entered by hand: %(item)s × %(quantity)s"),
    "moved": gettext_noop("%(transition)s: %(from)s → %(to)s"),
    "installer": gettext_noop("%(installer)s of %(outlet)s takes the work order"),
    "released": gettext_noop("%(installer)s no longer has the work order: %(reason)s"),
    "crew_joined": gettext_noop("%(installer)s of %(outlet)s helps on this work order"),
    "crew_left": gettext_noop("%(installer)s no longer helps: %(reason)s"),
    "crew_kept": gettext_noop("%(value)s steps finished by %(installer)s stay theirs"),
    "shares_chosen": gettext_noop("The pay is divided as chosen: %(text)s"),
    "shares_by_steps": gettext_noop("The pay is divided by finished steps"),
    "shares_void": gettext_noop(
        "The people on this work order changed: the chosen parts are void, finished steps count"
    ),
    "shares_corrected": gettext_noop("How the pay is divided was corrected: %(text)s"),
    "visits_corrected": gettext_noop("The times on site were corrected: %(text)s"),
    "region_corrected": gettext_noop(
        "The region of the site was corrected: %(region)s instead of %(was)s (%(source)s)"
    ),
    "step_late": gettext_noop(
        "After completion: step %(seq)s done by %(installer)s; the settled parts stay"
    ),
    "appointment": gettext_noop("Appointment %(window)s"),
    "appointment_dropped": gettext_noop("The appointment is void"),
    "stayed": gettext_noop("%(transition)s"),
    "note": gettext_noop("%(text)s"),
    "reason": gettext_noop("Reason: %(text)s"),
    "check_in_position": gettext_noop("Checked in on site, %(distance)s from the address"),
    "check_in_code": gettext_noop("Checked in with the customer's code"),
    "shop_code": gettext_noop("The shop verified the customer's code"),
    "check_in_manual": gettext_noop("Checked in without a position: %(reason)s"),
    "check_in_far": gettext_noop(
        "The check-in lies %(distance)s from the address, more than %(radius)s. Reason: %(reason)s"
    ),
    "check_in_bare": gettext_noop(
        "The check-in lies %(distance)s from the address, more than %(radius)s, and photo or reason"
        " is missing"
    ),
    "step_done": gettext_noop("Step %(seq)s done: %(name)s"),
    "late_work": gettext_noop(
        "%(installer)s sent work done before the order was taken from them: please look whether the"
        " parts of the pay are right"
    ),
    "late_step": gettext_noop("Step %(seq)s (%(name)s) was done by %(installer)s on %(moment)s"),
    "late_step_twice": gettext_noop(
        "%(installer)s says to have done step %(seq)s (%(name)s) on %(moment)s; it was done already"
    ),
    "late_photo": gettext_noop("Photo “%(label)s” of %(installer)s from before, %(moment)s"),
    "late_material": gettext_noop(
        "Used by %(installer)s on %(moment)s: %(material)s × %(quantity)s %(unit)s"
    ),
    "late_material_open": gettext_noop(
        "%(installer)s says to have used %(material)s × %(quantity)s %(unit)s on %(moment)s; the"
        " recorded quantity stays"
    ),
    "late_entry": gettext_noop(
        "Sent by %(installer)s afterwards, from %(moment)s: %(late_kind)s. It is kept as evidence and"
        " moves and pays nothing"
    ),
    "late_entry_of": gettext_noop(
        "Sent by %(installer)s afterwards, from %(moment)s: %(late_kind)s “%(text)s”. It is kept as"
        " evidence and moves and pays nothing"
    ),
    "photo": gettext_noop("Photo “%(label)s” added"),
    "photo_arrival": gettext_noop("Photo of the arrival added"),
    "photo_again": gettext_noop("Photo “%(label)s” was used for %(number)s before"),
    "photo_alike": gettext_noop("Photo “%(label)s” looks like one of %(number)s"),
    "photo_of_request": gettext_noop("Photo “%(label)s” is one the customer sent with %(number)s"),
    "photo_far": gettext_noop("Photo “%(label)s” was taken %(distance)s from the site"),
    "photo_old": gettext_noop("Photo “%(label)s” was taken before this visit: %(moment)s"),
    "signature": gettext_noop("The customer signed"),
    "signature_replaced": gettext_noop("The signature of %(moment)s (%(name)s) was replaced"),
    "accepted_by_code": gettext_noop("The customer accepted the work with their code"),
    "signed_by": gettext_noop("Signed by %(name)s (%(relation)s)"),
    "form": gettext_noop("“%(form)s” filled in"),
    "told_staff": gettext_noop("Told %(who)s: %(text)s"),
    "told_installer": gettext_noop("Told %(installer)s: %(text)s"),
    "tag_added": gettext_noop("Tag “%(text)s” added"),
    "material_planned": gettext_noop("Planned besides: %(material)s × %(quantity)s %(unit)s"),
    "told_customer_phone": gettext_noop("Told the customer by phone (%(moment)s): %(text)s"),
    "told_customer_wechat": gettext_noop("Told the customer by WeChat (%(moment)s): %(text)s"),
    "told_customer_message": gettext_noop(
        "Told the customer by text message (%(moment)s): %(text)s"
    ),
    "told_customer_shop": gettext_noop(
        "Told the customer in the shop's chat (%(moment)s): %(text)s"
    ),
    "told_customer_here": gettext_noop("Told the customer in person (%(moment)s): %(text)s"),
    "asked_customer": gettext_noop("The customer is asked: %(text)s"),
    "customer_agreed": gettext_noop("The customer agreed by the link: %(text)s"),
    "customer_declined": gettext_noop("The customer did not agree: %(text)s"),
    "customer_agreed_here": gettext_noop(
        "The customer agreed and signed on the installer's phone: %(text)s"
    ),
    "customer_declined_here": gettext_noop(
        "The customer did not agree and signed on the installer's phone: %(text)s"
    ),
    "order_brought": gettext_noop("Brought work order %(number)s: %(item)s"),
    "order_came": gettext_noop("Comes from work order %(number)s: %(text)s"),
    "milestone": gettext_noop("Milestone “%(name)s” reached"),
    "given": gettext_noop("Given by the flow: %(text)s"),
    "auto_given": gettext_noop("Assigned automatically by “%(name)s”, because: %(text)s"),
    "auto_suggested": gettext_noop("“%(name)s” suggests: %(text)s"),
    "auto_offered": gettext_noop(
        "Offered by “%(name)s” to %(value)s people until %(moment)s: %(text)s"
    ),
    "auto_nobody": gettext_noop("“%(name)s” found nobody (%(text)s): %(why)s"),
    "auto_left": gettext_noop("“%(name)s” leaves the order to a dispatcher: %(text)s"),
    "hook_called": gettext_noop("Told “%(name)s” (%(text)s)"),
    "overdue": gettext_noop("Over the time of “%(name)s”"),
    "task_overdue": gettext_noop("Over the time of the task “%(task)s”"),
    "action_failed": gettext_noop("The flow could not %(what)s: %(text)s"),
    "agreed": gettext_noop("Agreed to “%(name)s” (%(n)s of %(of)s)"),
    "agreed_not": gettext_noop("Took the agreement back"),
    "agreement_void": gettext_noop(
        "What was agreed to has changed: %(text)s has to agree to “%(name)s” again"
    ),
    "task_done": gettext_noop("Task done: %(task)s"),
    "task_reopened": gettext_noop("Task taken up again: %(task)s"),
    "material": gettext_noop("Material: %(material)s × %(quantity)s %(unit)s"),
    "material_removed": gettext_noop("Material removed: %(material)s"),
    "fact": gettext_noop("Recorded: %(what)s = %(value)s (source: %(source)s)"),
    "quote": gettext_noop("Quotation %(amount)s"),
    "follow_up_passed": gettext_noop("Follow-up passed, rating %(rating)s"),
    "follow_up_failed": gettext_noop("Follow-up not passed: %(remark)s"),
    "shop_address": gettext_noop("The shop changed the address: %(address)s"),
    "shop_contact": gettext_noop("The shop changed the contact"),
    "shop_quantity": gettext_noop("The shop changed the quantity: %(before)s → %(after)s"),
    "shop_paid": gettext_noop("The shop changed the paid amount: %(before)s → %(after)s"),
    "shop_refunded": gettext_noop("The shop refunded a part: %(before)s → %(after)s"),
    "shop_refund_asked": gettext_noop("The buyer asked the shop for a refund"),
    "shop_refund_withdrawn": gettext_noop("The request for a refund was withdrawn"),
    "shop_cancelled": gettext_noop("The shop ended this line: %(reason)s"),
    "after_completion": gettext_noop("After completion: %(what)s"),
    "relocated": gettext_noop("The site was placed: %(address)s, region %(region)s"),
    "edited": gettext_noop("Changed: %(what)s"),
    "charge_added": gettext_noop("Extra charge %(name)s %(amount)s: %(text)s"),
    "charge_second_visit": gettext_noop("Second visit: extra charge %(amount)s proposed"),
    "charge_agreed": gettext_noop("The customer agreed to the charge %(name)s %(amount)s"),
    "charge_agreed_by_link": gettext_noop(
        "The customer agreed to the charge %(name)s %(amount)s by the link"
    ),
    "charge_agreed_by_word": gettext_noop(
        "%(who)s agreed to the charge %(name)s %(amount)s on the telephone: %(text)s"
    ),
    "charge_declined": gettext_noop(
        "The customer declined the charge %(name)s %(amount)s by the link: %(text)s"
    ),
    "charge_approved": gettext_noop("Extra charge %(name)s %(amount)s approved"),
    "charge_refused": gettext_noop("Extra charge %(name)s %(amount)s refused: %(text)s"),
    "charge_cancelled": gettext_noop("Extra charge %(name)s %(amount)s cancelled: %(text)s"),
    "rework_found": gettext_noop(
        "Rework: %(number)s (%(item)s) was completed here %(days)s days ago, within its warranty"
    ),
    "rework_suspected": gettext_noop(
        "May be rework: %(number)s (%(item)s) was completed here %(days)s days ago"
    ),
    "rework_confirmed": gettext_noop("It is rework of %(number)s: %(text)s"),
    "rework_denied": gettext_noop("It is no rework of %(number)s: %(text)s"),
    "flow_moved": gettext_noop(
        "Moved to another version of its flow: %(before)s → %(after)s, %(to)s"
    ),
    "nudged": gettext_noop("Reminded of this work order: %(name)s"),
    "number_shown": gettext_noop("The phone number was shown"),
    "help_asked": gettext_noop("%(installer)s was asked for help: %(reason)s"),
    "help_declined": gettext_noop("%(installer)s cannot help: %(reason)s"),
    "help_expired": gettext_noop("%(installer)s did not answer the request for help"),
    "help_withdrawn": gettext_noop("The request for help was withdrawn"),
    "help_nobody": gettext_noop("Nobody near could be asked for help: %(reason)s"),
    "help_number_shown": gettext_noop("The phone number of %(installer)s was shown"),
    "time_bounded": gettext_noop("By the phone this was done %(said)s; %(moment)s counts: %(why)s"),
}
