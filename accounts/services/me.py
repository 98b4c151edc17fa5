"""What people change about themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from accounts.models import User
from common.journal import record

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


@transaction.atomic
def change_own_facts(*, user: AbstractBaseUser, display_name: str, phone: str) -> User:
    """Store one's own name and phone; role and unit stay with the administrators."""
    person = User.objects.select_for_update().get(pk=user.pk)
    person.display_name, person.phone = display_name, phone
    person.save(update_fields=["display_name", "phone"])
    record(person, "user.edited", person, changed=["display_name", "phone"])
    return person
