"""Writing the journal."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.validators import validate_ipv46_address
from django.db.models import Model

from common.context import request_facts
from common.gathering import keep
from common.journal.models import AuditRecord

Actor = AbstractBaseUser | AnonymousUser | None


def record(actor: Actor, action: str, obj: Model | None, **details: Any) -> None:
    """Note in the current tenant that `actor` (None: the system) did `action` to `obj`.

    `action` is `noun.verb` in the past tense ("workorder.assigned"); details are JSON scalars,
    lists of them, dates or decimals. Call it in the transaction of the change.
    """
    person = actor if actor is not None and actor.is_authenticated else None
    keep(
        AuditRecord(
            actor_id=person.pk if person else None,
            actor_name=_name_of(person) if person else "",
            action=action,
            object_type=obj._meta.label_lower if obj else "",
            object_id=str(obj.pk) if obj else "",
            details=details,
            ip=_address(),
        )
    )


def _name_of(person: AbstractBaseUser | AnonymousUser) -> str:
    return str(getattr(person, "display_name", "") or person.get_username())[:150]


def _address() -> str | None:
    """Return the caller's address when it is one: a socket behind a proxy may have none."""
    facts = request_facts()
    if facts is None:
        return None
    try:
        validate_ipv46_address(facts.ip)
    except ValidationError:
        return None
    return facts.ip
