"""Why a contractor's link leads nowhere, in a sentence that says what to do."""

from __future__ import annotations

from django.utils.translation import gettext as _


def gone_words(why: str) -> str:
    """Return the sentence for an ended, expired or unknown link."""
    if why == "expired":
        return _("The time of this link is over. Ask the company for a new one.")
    if why == "replaced":
        return _("There is a newer link for this work order. Open the one you were sent last.")
    if why == "moved":
        return _(
            "This work order was given to somebody else. Ask the company if you think it is yours."
        )
    if why == "elsewhere":
        return _(
            "This work order was opened on another phone since. Open the link again to go on here."
        )
    if why == "revoked":
        return _("The company has taken this link back. Call them if you are at the customer's.")
    return _("This link leads nowhere. Check that it was copied whole, or ask the company for it.")
