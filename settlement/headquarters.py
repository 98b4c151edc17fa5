"""Who works on the books of the whole company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.errors import refuse_unless

if TYPE_CHECKING:
    from accounts.models import User


def refuse_outsiders(actor: User) -> None:
    """Refuse people who do not see the whole company: its books are kept, closed and paid as one."""
    sentence = _("Only headquarters works on the books of the whole company")
    refuse_unless(actor.sees_everything, "books.headquarters", sentence)
