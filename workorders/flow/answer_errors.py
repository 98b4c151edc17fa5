"""What is said of an answer that cannot be taken."""

from collections.abc import Mapping

from common.marking import N_

ANSWER_ERRORS: Mapping[str, str] = {
    "missing": N_("%(label)s is missing"),
    "photos": N_("%(label)s: %(n)s more photos are needed"),
    "too_long": N_("%(label)s may have at most %(n)s characters"),
    "no_number": N_("%(label)s must be a number"),
    "decimals": N_("%(label)s may have at most %(n)s digits after the point"),
    "too_low": N_("%(label)s must be at least %(n)s"),
    "too_high": N_("%(label)s must be at most %(n)s"),
    "no_option": N_("%(label)s: this choice does not exist"),
    "no_date": N_("%(label)s must be a day such as 2026-05-01"),
    "no_position": N_("%(label)s must be a position"),
    "no_parts": N_("%(label)s: a part or its quantity cannot be read"),
    "no_text": N_("%(label)s cannot be read"),
}
