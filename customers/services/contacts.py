"""Numbers of people: shown one at a time to those who need them, each look noted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from common.clock import wall_now
from common.errors import TooMany, refuse_unless
from common.journal import record
from common.journal.models import AuditRecord
from common.schema import current_schema
from customers.models import Address, Contact
from customers.receiver import clean_phone, is_masked, last_four

if TYPE_CHECKING:
    from accounts.models import User

REVEALS_AN_HOUR = 30
REVEALED = "contact.revealed"


@transaction.atomic
def reveal_phone(*, contact: Contact, actor: User, work_order: Model | None = None) -> str:
    """Return the full number and note who looked.

    Raises TooMany beyond 30 looks an hour by one user, Refused while the shop keeps it hidden.
    """
    refuse_unless(
        contact.phone and not is_masked(contact.phone),
        "contact.hidden",
        _("The shop hides this number until the work is dispatched"),
    )
    note_look(of=contact, actor=actor, work_order=work_order)
    return contact.phone


@transaction.atomic
def note_look(*, of: Model, actor: User, work_order: Model | None = None) -> None:
    """Note that somebody looks at a number, of a customer or of a colleague.

    Raises TooMany beyond 30 looks an hour by one user.
    """
    _one_at_a_time(actor)
    since = wall_now() - timedelta(hours=1)
    looks = AuditRecord.objects.filter(action=REVEALED, actor_id=actor.pk, at__gte=since).count()
    if looks >= REVEALS_AN_HOUR:
        raise TooMany(
            "contact.too_many",
            _("You have looked at 30 numbers within an hour; please try again later"),
        )
    record(actor, REVEALED, of, work_order=work_order.pk if work_order else None)


@transaction.atomic
def store_decrypted(
    *, contact_id: int, phone: str = "", name: str = "", address_id: int = 0, detail: str = ""
) -> None:
    """Keep what a platform decrypted for dispatch; the ciphertext stays beside it."""
    contact = Contact.objects.select_for_update().get(pk=contact_id)
    contact.phone = clean_phone(phone) or contact.phone
    contact.phone_last4 = last_four(contact.phone)
    contact.name = name[:60] or contact.name
    contact.save(update_fields=["phone", "phone_last4", "name"])
    if address_id and detail:
        Address.objects.filter(pk=address_id).update(detail=detail[:200])
    record(None, "contact.decrypted", contact)


def _one_at_a_time(actor: User) -> None:
    """Counting and noting by many requests of one user at once would pass the limit."""
    with connection.cursor() as cursor:
        name = f"{current_schema()}\x1freveal\x1f{actor.pk}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 5310))", [name])
