"""The editor's page: reads the form of one part into the draft and shows all of it again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common.errors import Refused
from settlement.engine.paths import changes
from settlement.rule_sheets import table_word
from settlement.rulebook import parts
from settlement.rulebook.change_words import DifferenceShown, differences_shown
from settlement.rulebook.component_form import component_shown, read_component
from settlement.rulebook.drafts import EditConflict, body_at, earlier_bodies, save_draft
from settlement.rulebook.entries import Posted, place_of
from settlement.rulebook.findings import findings_of, marks_of
from settlement.rulebook.grid_form import grid_shown, read_grid_form
from settlement.rulebook.kinds import GROUPS, KINDS
from settlement.rulebook.merging import resolved
from settlement.rulebook.parts import PartsShown, parts_shown, raw_of, split_part
from settlement.rulebook.period_form import bonus_entries, read_bonus
from settlement.rulebook.small_forms import general_entries, read_general, read_sum, sum_entries
from settlement.rulebook.table_form import read_table_form, table_shown
from settlement.rulebook.trial import Trial, trial
from settlement.rulebook.vocabulary import Vocabulary, vocabulary
from settlement.services.ground import ground_of

if TYPE_CHECKING:
    from django.http import QueryDict

    from accounts.models import User
    from settlement.models import RuleDraft
    from settlement.rulebook.found import Found

Raw = dict[str, Any]
STATES = 20
"""How far back a state of a draft without faults is looked for, for the example."""


@dataclass(frozen=True, slots=True)
class Editor:
    """Everything the page of a draft shows."""

    draft: RuleDraft
    part: str
    parts: PartsShown
    form: Mapping[str, Any]
    findings: tuple[Found, ...]
    faults: int
    trial: Trial
    words: Vocabulary
    kinds: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]
    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Edited:
    """What became of a post: the part to show next, wrong entries, what stands against it."""

    draft: RuleDraft
    part: str
    posted: Posted
    body: Raw
    merged: bool = False
    conflict: tuple[DifferenceShown, ...] = ()
    sentence: str = ""
    mine: str = ""
    rest: str = "{}"


def editor(
    draft: RuleDraft, part: str, query: QueryDict, edited: Edited | None = None, *, actor: User
) -> Editor:
    """Return the page of a draft at a part; one that is not there shows the rule set as a whole."""
    words = vocabulary()
    body: Raw = edited.body if edited and edited.posted.errors else draft.body
    if not split_part(part)[0] or raw_of(body, part) is None:
        part = parts.GENERAL
    found = findings_of(body, words, ground_of(draft.rule_set.industry))
    posted = edited.posted if edited else None
    wrong = posted if posted and posted.errors else None
    return Editor(
        draft=draft, part=part, parts=parts_shown(body, found),
        form=_form(body, part, query, words, found, wrong),
        findings=tuple(each for each in found if each.part == part),
        faults=sum(each.level == "fault" for each in found),
        trial=_trial(draft, body, words, actor, posted),
        words=words, kinds=_kinds(), errors=wrong.errors if wrong else {},
    )  # fmt: skip


def edit_part(*, draft: RuleDraft, part: str, post: QueryDict, actor: User) -> Edited:
    """Read the form of a part and save what it changes; wrong entries save nothing."""
    revision = revision_of(post)
    seen = body_at(draft, revision)
    posted = Posted(post)
    body, at = read_part(seen, part, posted, vocabulary())
    if posted.errors:
        return Edited(draft, part, posted, body)
    return _saved(draft, revision, seen, body, at, posted, actor)


def change_parts(*, draft: RuleDraft, post: QueryDict, actor: User) -> Edited:
    """Add, copy, remove or move a part."""
    revision = revision_of(post)
    seen = body_at(draft, revision)
    body, posted = copied(seen), Posted(post)
    here, (what, *where) = posted.text("part"), posted.op
    target = ":".join(where)
    if what == "add":
        here = parts.add(body, where[0] if where else "c", posted.text("kind"))
    elif what == "copy":
        here = parts.copy(body, target)
    elif what == "remove":
        parts.remove(body, target)
    elif what in ("up", "down"):
        parts.move(body, target, -1 if what == "up" else 1)
    elif what == "to" and (at := place_of(where[0] if where else "")) is not None:
        parts.move_to(body, ":".join(where[1:]), at)
    return _saved(draft, revision, seen, body, here, posted, actor)


def resolve(*, draft: RuleDraft, post: QueryDict, actor: User) -> Edited:
    """Write what was chosen of a conflict: mine at some places, theirs at the others.

    What nobody else touched (`rest`) was never in question and is written too.
    """
    mine, rest = _places(post.get("mine", "")), _places(post.get("rest", "{}"))
    dropped = mine.keys() - set(post.getlist("mine_at"))
    revision = revision_of(post)
    seen = body_at(draft, revision)
    body = resolved(seen, rest | mine, dropped)
    chosen = {path: change.now for path, change in changes(seen, body).items()}
    saved = save_draft(draft_id=draft.pk, revision=revision, change=chosen, actor=actor)
    return Edited(saved.draft, post.get("part", parts.GENERAL), Posted(post), saved.draft.body)


def _places(text: str) -> Raw:
    """Read values by path as a page of a conflict sends them back; Refused where they are none."""
    sentence = _("This page is out of date; load it again")
    try:
        found = _loaded(text)
    except (ValueError, RecursionError) as error:
        raise Refused("draft.choice", sentence) from error
    if not isinstance(found, dict):
        raise Refused("draft.choice", sentence)
    return found


def _loaded(text: str) -> Any:
    """Read JSON that PostgreSQL can keep; ValueError for half a surrogate or a U+0000 in it."""
    found = json.loads(text)
    plain = json.dumps(found, ensure_ascii=False)
    plain.encode()
    if "\\u0000" in plain:
        raise ValueError(plain[:20])
    return found


def read_part(
    seen: Mapping[str, Any], part: str, posted: Posted, words: Vocabulary
) -> tuple[Raw, str]:
    """Return the body with what was posted for a part, and where that part is now."""
    body: Raw = copied(seen)
    letter, name = split_part(part)
    raw = raw_of(body, part)
    if not letter:
        read_general(body, posted, words)
        return body, parts.GENERAL
    if raw is None:
        raise Refused("draft.part", _("This part is not there any more; choose another"))
    if letter == "c":
        new = read_component(raw, body, posted, words)
        body["components"][body["components"].index(raw)] = new
        if new["code"] != name:
            parts.rename(body, name, new["code"])
        return body, f"c.{new['code']}"
    if letter == "p":
        return body, parts.put_bonus(body, name, read_bonus(raw, body, posted))
    if letter == "t":
        read_table_form(raw, name, posted, words)
    elif letter == "g":
        read_grid_form(raw, posted, words)
    else:
        body["sums"][name] = read_sum(raw, posted)
    return body, parts.rename_named(body, letter, name, posted.text("part_name", 40))


def copied(body: Mapping[str, Any]) -> Raw:
    """Return a body of its own to write into; plain values as JSON knows them, which is fast."""
    found: Raw = json.loads(json.dumps(body))
    return found


def preview(*, draft: RuleDraft, part: str, post: QueryDict, actor: User) -> Trial:
    """Return the example with what stands in the form, saving nothing."""
    words, posted = vocabulary(), Posted(post)
    body: Raw = draft.body
    if post.get("form_shown") and raw_of(body, part) is not None:
        body, _at = read_part(body, part, posted, words)
    return _trial(draft, body, words, actor, posted)


def _trial(
    draft: RuleDraft, body: Raw, words: Vocabulary, actor: User, posted: Posted | None
) -> Trial:
    earlier = earlier_bodies(draft, STATES)
    return trial(
        rule_set=draft.rule_set, body=body, earlier=earlier, words=words, actor=actor,
        posted=posted,
    )  # fmt: skip


def _saved(
    draft: RuleDraft, revision: int, seen: Raw, body: Raw, at: str, posted: Posted, actor: User
) -> Edited:
    wanted = {path: change.now for path, change in changes(seen, body).items()}
    try:
        saved = save_draft(draft_id=draft.pk, revision=revision, change=wanted, actor=actor)
    except EditConflict as conflict:
        found = conflict.differences
        asked = {each.path for each in found}
        return Edited(
            conflict.draft, at, posted, body, sentence=str(conflict),
            conflict=tuple(differences_shown(found, conflict.draft.body, body, vocabulary())),
            mine=json.dumps({each.path: each.mine for each in found}, ensure_ascii=False),
            rest=json.dumps(
                {p: value for p, value in conflict.own.items() if p not in asked},
                ensure_ascii=False,
            ),
        )  # fmt: skip
    return Edited(saved.draft, at, posted, saved.draft.body, saved.merged)


def _form(
    body: Raw, part: str, query: QueryDict, words: Vocabulary, found: list[Found],
    posted: Posted | None,
) -> Mapping[str, Any]:  # fmt: skip
    letter, name = split_part(part)
    raw, marks, page = raw_of(body, part), marks_of(found, part), _page(query)
    if letter == "c":
        shown = component_shown(raw, body, words, posted)
        table = table_shown(raw, words, page=page, marks=marks, posted=posted)
        return {"is": "component", "component": shown, "table": table if shown.own_table else None}
    if letter == "t":
        table = table_shown(raw, words, page=page, marks=marks, posted=posted)
        return {"is": "table", "table": table, "name": table_word(name)}
    if letter == "g":
        search = query.get("q", "")
        grid = grid_shown(raw, words, page=page, search=search, posted=posted)
        return {"is": "grid", "grid": grid, "name": table_word(name)}
    if letter == "s":
        return {"is": "sum", "entries": sum_entries(name, raw, body, words)}
    if letter == "p":
        return {"is": "bonus", "entries": bonus_entries(raw, body, words, posted)}
    return {"is": "general", "entries": general_entries(body, words, posted)}


def _kinds() -> tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]:
    return tuple(
        (
            str(word),
            tuple(
                (name, str(kind.label), str(kind.sentence))
                for name, kind in KINDS.items()
                if kind.group == group
            ),
        )
        for group, word in GROUPS.items()
    )


def revision_of(post: QueryDict) -> int:
    """Return the revision a page was made from; Refused where it is none."""
    typed = str(post.get("revision", ""))
    if not typed.isdecimal() or len(typed) > 9:
        raise Refused("draft.revision", _("This page is out of date; load it again"))
    return int(typed)


def _page(query: QueryDict) -> int:
    typed = str(query.get("page", "1"))
    return int(typed) if typed.isdecimal() and len(typed) < 6 else 1
