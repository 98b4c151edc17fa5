"""Changes to the lists of city levels, price bands and cost levels."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from common.errors import Conflict, refuse_unless
from common.journal import record
from common.two_editors.comparing import refuse_stale, says_nothing
from network.models import Region, Tier
from network.shown import shown_tier
from network.tiers import starting_tiers

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from common.two_editors.seen import Shown

# What a cell of a rule may hold as it is: no sign that means something there.
CODE = re.compile(r"[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff_-]{0,9}")
MOST = 200


@transaction.atomic
def add_tier(*, kind: str, code: str, name: str, actor: AbstractBaseUser | None) -> Tier:
    """Put an entry at the end of a list.

    Refused: "tier.code" for signs a rule could misread, "tier.twice" for a code the list has.
    """
    refuse_unless(
        CODE.fullmatch(code),
        "tier.code",
        _("A code is 1 to 10 letters, digits, characters, - or _, such as NT1 or 7"),
    )
    own = Tier.objects.select_for_update().filter(kind=kind)
    codes = [tier.code for tier in own]
    refuse_unless(code not in codes, "tier.twice", _("This list has the code already"))
    refuse_unless(len(codes) < MOST, "tier.many", _("A list holds at most 200 entries"))
    last = Tier.objects.filter(kind=kind).aggregate(last=Max("position"))["last"]
    tier = Tier.objects.create(
        kind=kind, code=code, name=name or code, position=0 if last is None else last + 1
    )
    record(actor, "tier.added", tier, kind=kind, code=code)
    return tier


@transaction.atomic
def rename_tier(
    *, tier_id: int, name: str, actor: AbstractBaseUser | None, seen: Shown | None = None
) -> Tier:
    """Change what people call an entry; its code stays, because published rules name it.

    `seen` is the entry as its editor was shown it: ChangedMeanwhile when somebody renamed it since,
    Conflict when somebody removed it.
    """
    tier = Tier.objects.select_for_update().filter(pk=tier_id).first()
    if tier is None:
        raise Conflict("tier.gone", _("Somebody has removed this entry"))
    now, mine = shown_tier(tier), {**shown_tier(tier), "name": name}
    if says_nothing(seen, mine):
        return tier
    refuse_stale(tier, seen=seen, now=now, mine=mine)
    before, tier.name = tier.name, name
    tier.save(update_fields=["name"])
    record(actor, "tier.renamed", tier, code=tier.code, before=before, after=name)
    return tier


@transaction.atomic
def move_tier(*, tier_id: int, by: int, actor: AbstractBaseUser | None) -> Tier:
    """Move an entry up (-1) or down (1) in its list; at the end of the list nothing happens."""
    kind = Tier.objects.get(pk=tier_id).kind
    own = list(Tier.objects.select_for_update().filter(kind=kind))
    at = next(place for place, tier in enumerate(own) if tier.pk == tier_id)
    to = max(0, min(len(own) - 1, at + (1 if by > 0 else -1)))
    tier = own.pop(at)
    own.insert(to, tier)
    for position, each in enumerate(own):
        each.position = position
    Tier.objects.bulk_update(own, ["position"])
    record(actor, "tier.moved", tier, code=tier.code, to=to)
    return tier


@transaction.atomic
def remove_tier(*, tier_id: int, actor: AbstractBaseUser | None) -> None:
    """Take an entry out of its list; Refused("tier.used") while a region carries its code."""
    tier = Tier.objects.select_for_update().get(pk=tier_id)
    used = Region.objects.filter(**{tier.kind: tier.code}).count()
    sentence = _("%(n)s regions carry “%(name)s”; give them another value first")
    refuse_unless(used == 0, "tier.used", sentence % {"n": used, "name": tier.name})
    record(actor, "tier.removed", tier, kind=tier.kind, code=tier.code)
    tier.delete()


def add_starting_tiers() -> None:
    """Give a company its first lists; lists it has made its own stay as they are."""
    if not Tier.objects.exists():
        Tier.objects.bulk_create(starting_tiers(), ignore_conflicts=True)


def check_tiers(region: Region) -> None:
    """Refuse a new value that its list does not have; must run inside the saving transaction.

    The entries are locked, so that none can be removed before the region is stored. A value that
    stood there before the lists did may stay.
    """
    before = Region.objects.filter(pk=region.pk).first() if region.pk else None
    for kind in Tier.Kind:
        code = getattr(region, kind.value)
        if not code or (before and getattr(before, kind.value) == code):
            continue
        known = Tier.objects.select_for_update().filter(kind=kind.value, code=code).exists()
        sentence = _("%(list)s: the code %(code)s is not in your list")
        refuse_unless(known, "region.tier", sentence % {"list": kind.label, "code": code})
