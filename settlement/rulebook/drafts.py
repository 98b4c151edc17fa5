"""Drafts of headquarters' rules: begun, saved place by place, taken a step back, thrown away."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, Refused, See, refuse_unless
from common.journal import record
from settlement.engine.paths import Change, applied, changes
from settlement.engine.reading import first_float
from settlement.engine.regional import hq_part
from settlement.engine.rules import FORMAT, canonical
from settlement.models import RuleDraft, RuleDraftChange, RuleSet
from settlement.rulebook.merging import Difference, merge
from settlement.rulebook.renames import Rename, rename_in
from settlement.rulebook.size import refuse_too_large
from settlement.services.publishing import refuse_second

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User
    from settlement.models import RuleSetVersion

OPEN = (RuleDraft.State.EDITING, RuleDraft.State.SUBMITTED)
MOST_LETTERS = 2_000_000
KEY = re.compile(r"[a-z][a-z0-9_]{1,39}")


class EditConflict(Conflict):
    """Somebody else changed the same part meanwhile; `differences` says what, place by place.

    `own` are all changes that wait for the choice, by path (merging.Merge).
    """

    def __init__(
        self, draft: RuleDraft, differences: list[Difference], own: Mapping[str, Any]
    ) -> None:
        sentence = _("%(name)s changed this part meanwhile. Nothing is lost: choose what counts.")
        super().__init__("draft.stale", sentence % {"name": _name(draft)})
        self.draft = draft
        self.differences = differences
        self.own = own


@dataclass(frozen=True, slots=True)
class Saved:
    """The draft after a save, and whether what others did meanwhile was kept beside it."""

    draft: RuleDraft
    merged: bool


def empty_body(*, name: str, version: str, effective_from: date) -> dict[str, Any]:
    """Return the body of a rule set nobody has written anything in yet."""
    return {
        "format": FORMAT,
        "name": name,
        "version": version,
        "effective_from": effective_from.isoformat(),
        "parties": ["installer"],
        "components": [],
    }


def next_body(version: RuleSetVersion) -> dict[str, Any]:
    """Return headquarters' part of a version as the start of the next: number and day move on."""
    today = clock.business_day()
    first = today.replace(day=1)
    following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return {
        **hq_part(version.body),
        "version": _next_number(version.number),
        "effective_from": following.isoformat(),
    }


def open_rule_set(*, key: str, name: str, industry: str, actor: User) -> RuleSet:
    """Make a rule set without versions; Refused when the key is taken or not one.

    Refused too where another one settles the industry already.
    """
    _refuse_regions(actor)
    refuse_unless(
        KEY.fullmatch(key), "rules.key", _("A key is 2 to 40 small letters, digits and underscores")
    )
    refuse_unless(name.strip(), "rules.name", _("Give the rule set a name"))
    taken = RuleSet.objects.filter(key=key).exists()
    refuse_unless(not taken, "rules.key_taken", _("A rule set with this key exists already"))
    refuse_second(industry)
    rule_set = RuleSet.objects.create(key=key, name=name.strip(), industry=industry)
    record(actor, "rules.opened", rule_set, key=key)
    return rule_set


@transaction.atomic
def start_draft(
    *,
    rule_set: RuleSet,
    body: Mapping[str, Any],
    actor: User | None,
    base: RuleSetVersion | None = None,
) -> RuleDraft:
    """Begin headquarters' draft of a rule set with a body; Conflict while another one is open.

    `base` is the version the body was taken from. The body need not be without faults.
    """
    _refuse_regions(actor)
    RuleSet.objects.select_for_update().get(pk=rule_set.pk)
    open_one = RuleDraft.objects.filter(rule_set=rule_set, region=None, state__in=OPEN).first()
    if open_one is not None:
        sentence = _("%(name)s is already being edited; finish or discard that draft first")
        see = See(_("Open the draft"), reverse("settlement:draft-edit", args=[open_one.pk]))
        raise Conflict("draft.open", sentence % {"name": rule_set.name}, see=see)
    _check(body)
    draft = RuleDraft.objects.create(
        rule_set=rule_set, body=dict(body), base=base, updated_by=actor, updated_at=clock.now()
    )
    record(actor, "rules.drafted", draft, rule_set=rule_set.key, base=base.number if base else "")
    return draft


@transaction.atomic
def save_draft(*, draft_id: int, revision: int, change: Mapping[str, Any], actor: User) -> Saved:
    """Write values at their paths (engine.paths; None takes a place away) into a draft.

    `revision` is the one the caller looked at. What others saved since stays, under the name a part
    has by now; where they touched the same part, nothing is written and EditConflict tells both
    sides. Faults of the rules are
    no reason to refuse: a draft may be unfinished.
    """
    draft = _editable(draft_id, actor)
    seen = body_at(draft, revision)
    mine = applied(seen, change)
    _check(mine)
    merged = draft.revision != revision
    if not merged:
        written = applied(draft.body, {p: c.now for p, c in changes(seen, mine).items()})
        return Saved(_write(draft, written, actor), merged)
    found = merge(seen, draft.body, mine, _renames_since(draft, revision))
    if found.differences:
        draft.updated_by = _latest_other(draft, revision)
        raise EditConflict(draft, found.differences, found.own)
    _check(found.written)
    return Saved(_write(draft, found.written, actor), merged)


def _renames_since(draft: RuleDraft, revision: int) -> list[Rename]:
    steps = draft.changes.filter(revision__gt=revision).order_by("revision")
    found = (
        rename_in({path: Change(**change) for path, change in step.changes.items()})
        for step in steps
    )
    return [each for each in found if each is not None]


@transaction.atomic
def undo_draft(*, draft_id: int, revision: int, actor: User) -> RuleDraft:
    """Take the latest save back that was not taken back yet; Refused when there is none.

    `revision` is the one the caller looked at; Conflict when there is a later one, so that a
    second click never takes back a save its person did not see on top.
    """
    draft = _editable(draft_id, actor)
    if revision != draft.revision:
        raise Conflict("draft.revision", _("The draft was changed meanwhile; load the page again"))
    undone = draft.changes.filter(undoes__isnull=False).values("undoes")
    latest = (
        draft.changes.filter(undoes=None).exclude(revision__in=undone).order_by("-revision").first()
    )
    if latest is None:
        raise Refused("draft.first", _("There is nothing to undo"))
    back = {path: change["was"] for path, change in latest.changes.items()}
    return _write(draft, applied(draft.body, back), actor, undoes=latest.revision)


@transaction.atomic
def discard_draft(*, draft_id: int, actor: User) -> RuleDraft:
    """Throw a draft away; what was published stays as it is."""
    draft = _editable(draft_id, actor)
    draft.state = RuleDraft.State.DISCARDED
    draft.updated_by, draft.updated_at = actor, clock.now()
    draft.save(update_fields=["state", "updated_by", "updated_at"])
    record(actor, "rules.draft_discarded", draft, rule_set=draft.rule_set.key)
    return draft


def body_at(draft: RuleDraft, revision: int) -> dict[str, Any]:
    """Return the body as it stood at an earlier revision; Conflict for one that never was."""
    if not 1 <= revision <= draft.revision:
        raise Conflict("draft.revision", _("This page is out of date; load it again"))
    body = dict(draft.body)
    for step in draft.changes.filter(revision__gt=revision).order_by("-revision"):
        body = applied(body, {path: change["was"] for path, change in step.changes.items()})
    return body


def earlier_bodies(draft: RuleDraft, most: int) -> Iterator[dict[str, Any]]:
    """Yield the stored body and those before it, the latest first."""
    body = dict(draft.body)
    yield body
    for step in draft.changes.order_by("-revision")[:most]:
        body = applied(body, {path: change["was"] for path, change in step.changes.items()})
        yield body


def _write(
    draft: RuleDraft, body: dict[str, Any], actor: User, *, undoes: int | None = None
) -> RuleDraft:
    found = changes(draft.body, body)
    if not found:
        return draft
    draft.body, draft.revision = body, draft.revision + 1
    draft.updated_by, draft.updated_at = actor, clock.now()
    draft.save(update_fields=["body", "revision", "updated_by", "updated_at"])
    RuleDraftChange.objects.create(
        draft=draft,
        revision=draft.revision,
        changes={path: Change(*change)._asdict() for path, change in found.items()},
        undoes=undoes,
        made_by=actor,
        made_at=draft.updated_at,
    )
    return draft


def _editable(draft_id: int, actor: User) -> RuleDraft:
    draft = RuleDraft.objects.select_for_update().get(pk=draft_id, region=None)
    editing = draft.state == RuleDraft.State.EDITING
    refuse_unless(editing, "draft.closed", _("This draft is not being edited any more"))
    _refuse_regions(actor)
    return draft


def _refuse_regions(actor: User | None) -> None:
    everything = actor is None or actor.sees_everything
    refuse_unless(everything, "draft.headquarters", _("Only headquarters edits these rules"))


def _latest_other(draft: RuleDraft, revision: int) -> User | None:
    later = draft.changes.filter(revision__gt=revision).select_related("made_by")
    step = later.order_by("-revision").first()
    return step.made_by if step else draft.updated_by


def _name(draft: RuleDraft) -> str:
    return str(draft.updated_by.display_name) if draft.updated_by else _("Somebody")


def _check(body: Mapping[str, Any]) -> None:
    """Refuse fractions, which no form of ours writes, and bodies beyond measure."""
    refuse_too_large(body)
    if place := first_float(body, "rules"):
        sentence = _("%(place)s: numbers with a fraction are not allowed")
        raise Refused("draft.fraction", sentence % {"place": place})
    if len(canonical(body)) > MOST_LETTERS:
        raise Refused("draft.large", _("These rules are too large to be edited as one draft"))


def _next_number(number: str) -> str:
    found = re.search(r"(\d+)(?!.*\d)", number)
    if found is None:
        return f"{number}.2"
    return f"{number[: found.start()]}{int(found[1]) + 1}{number[found.end() :]}"[:20]
