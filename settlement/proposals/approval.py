"""From a draft to a version: submitted, approved by a second person, published; or sent back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from common.access import Perm
from common.errors import Conflict, Refused, refuse_unless
from common.journal import record
from settlement.models import RuleDraft, RuleSet, RuleSetVersion
from settlement.proposals.closed_days import kept, refuse_closed
from settlement.proposals.finding_rows import finding_rows
from settlement.proposals.merging import HQ, REGION, Merge, merge_of
from settlement.proposals.places import places_of
from settlement.proposals.proofs import Proofs, faults_of, prove
from settlement.proposals.replay_report import lacks_replay, replay_report, rules_sha
from settlement.rulebook.selectors import is_theirs
from settlement.rulebook.size import refuse_too_large
from settlement.services.publishing import freeze, stored
from settlement.services.rules_in_force import overtaking

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from accounts.models import User
    from settlement.engine.proving.finding import Finding

State = RuleDraft.State
LONGEST_NUMBER = 20


@dataclass(frozen=True, slots=True)
class Terms:
    """What an approver fills in: number and days of the version, and why."""

    number: str
    effective_from: date
    effective_to: date | None
    reason: str
    gap_reason: str = ""
    confirmed: bool = False
    unreplayed: bool = False  # ticked: to be published although nobody replayed just these rules
    uncovered: frozenset[str] = frozenset()  # fingerprints of the gaps that were ticked
    closed: bool = False  # days of locked periods are corrected, for the reason below
    closed_reason: str = ""
    overtaken: bool = False  # ticked: a version that begins later counts instead from then on


@transaction.atomic
def submit_draft(*, draft_id: int, revision: int, note: str, actor: User) -> RuleDraft:
    """Ask for approval; Refused while conflicts are open or the rules have faults."""
    draft = _locked(draft_id, revision, State.EDITING)
    refuse_strangers(draft, actor)
    merge = merge_of(draft)
    refuse_too_large(merge.body)
    _refuse_open(merge)
    _refuse_faults(faults_of(merge.body, draft.rule_set))
    draft.state, draft.note = State.SUBMITTED, note.strip()[:200]
    draft.submitted_by, draft.submitted_at = actor, clock.now()
    draft.decided_by = draft.decided_at = None
    draft.decision = ""
    draft.save()
    record(actor, "rules.submitted", draft, revision=draft.revision)
    return draft


@transaction.atomic
def withdraw_draft(*, draft_id: int, actor: User) -> RuleDraft:
    """Take a submitted draft back to edit it on."""
    draft = _locked(draft_id, None, State.SUBMITTED)
    refuse_strangers(draft, actor)
    draft.state = State.EDITING
    draft.save(update_fields=["state"])
    record(actor, "rules.withdrawn", draft)
    return draft


@transaction.atomic
def reject_draft(*, draft_id: int, reason: str, actor: User) -> RuleDraft:
    """Send a submitted draft back with a reason; it can be edited and submitted again."""
    draft = _locked(draft_id, None, State.SUBMITTED)
    _refuse_first_person(draft, actor)
    refuse_unless(reason.strip(), "draft.reason", _("Say why, so that it can be put right"))
    draft.state, draft.decision = State.EDITING, reason.strip()[:200]
    draft.decided_by, draft.decided_at = actor, clock.now()
    draft.save()
    record(actor, "rules.rejected", draft, reason=draft.decision)
    return draft


@transaction.atomic
def publish_draft(
    *, draft_id: int, revision: int, seen: str, terms: Terms, actor: User
) -> RuleSetVersion:
    """Approve a submitted draft and freeze it, merged with all regions' values, as a version.

    `seen` is the rules_sha of the merged body the approver looked at: regions' values and decided
    conflicts change it without a new revision. Refused for everybody who submitted or edited the
    draft, for open conflicts, faults, unconfirmed factors, gaps that were not ticked, values of
    regions too far apart without a reason, rules that concern settled orders without a replay of
    just these nor a tick for that, days in locked periods unless they are said to be corrected, and
    a version that begins later unless it is said to count then; Conflict for a stale page.
    """
    draft = _locked(draft_id, revision, State.SUBMITTED)
    _refuse_first_person(draft, actor)
    merge = merge_of(draft)
    if seen != rules_sha(merge.body):
        sentence = _("The rules to publish changed since you looked; load the page and check again")
        raise Conflict("draft.seen", sentence)
    _refuse_open(merge)
    _check_terms(draft, terms)
    body = {
        **merge.body,
        "version": terms.number.strip(),
        "effective_from": terms.effective_from.isoformat(),
    }
    refuse_too_large(body)
    proofs = prove(body, draft.rule_set)
    _refuse_faults(proofs.faults)
    _refuse_unexplained(proofs, terms)
    _refuse_unticked(proofs, terms, body)
    unreplayed = lacks_replay(draft, merge.body)
    _refuse_unreplayed(unreplayed, terms)
    version = freeze(
        rule_set=draft.rule_set,
        body=body,
        checks=_checks(draft, merge, proofs, terms) | {"unreplayed": unreplayed},
        published_by=draft.submitted_by,
        approved_by=actor,
        effective_to=terms.effective_to,
    )
    draft.state, draft.decision, draft.published = State.PUBLISHED, terms.reason[:200], version
    draft.decided_by, draft.decided_at = actor, clock.now()
    draft.save()
    return version


@transaction.atomic
def resolve_clash(
    *, draft_id: int, revision: int, region: str, path: str, choice: str, actor: User
) -> RuleDraft:
    """Decide between a region's value and headquarters'; whoever decides has edited the draft."""
    draft = _locked(draft_id, revision, State.EDITING, State.SUBMITTED)
    refuse_strangers(draft, actor)
    refuse_unless(choice in (REGION, HQ), "clash.choice", _("Choose one of the two values"))
    found = [c for c in merge_of(draft).clashes if (c.region, c.path) == (region, path)]
    if not found or found[0].gone:
        raise Conflict("clash.gone", _("There is nothing to decide here any more"))
    made = {"hq": found[0].hq, "own": found[0].own, "choice": choice}
    decided = draft.resolutions.get(region, {}) | {path: made}
    draft.resolutions = {**draft.resolutions, region: decided}
    draft.updated_by, draft.updated_at = actor, clock.now()
    draft.save(update_fields=["resolutions", "updated_by", "updated_at"])
    record(actor, "rules.clash_resolved", draft, region=region, choice=choice)
    return draft


def later_words(versions: Sequence[RuleSetVersion]) -> str:
    """Return versions with the days they begin on, as a person reads them."""
    words = _("%(number)s from %(day)s")
    return ", ".join(
        words % {"number": one.number, "day": one.effective_from.isoformat()} for one in versions
    )


def refuse_strangers(draft: RuleDraft, actor: User) -> None:
    """Refuse people who may not edit the draft: headquarters' own or another branch's region."""
    sentence = _("Only headquarters or the region's branch edits this")
    refuse_unless(is_theirs(draft, actor=actor), "draft.foreign", sentence)


def may_decide(draft: RuleDraft, actor: User) -> bool:
    """Whether a person may approve or reject: of headquarters, and a second pair of eyes."""
    if not (actor.has(Perm.RULES_PUBLISH) and actor.sees_everything):
        return False
    if actor.pk in (draft.submitted_by_id, draft.updated_by_id):
        return False
    return not draft.changes.filter(made_by=actor).exists()


def _locked(draft_id: int, revision: int | None, *states: RuleDraft.State) -> RuleDraft:
    rule_set_id = RuleDraft.objects.values_list("rule_set_id", flat=True).get(pk=draft_id)
    RuleSet.objects.select_for_update().get(pk=rule_set_id)
    draft = RuleDraft.objects.select_for_update(of=("self",)).get(pk=draft_id)
    if draft.state not in states:
        sentence = _("This draft is %(state)s; load the page again")
        raise Conflict("draft.state", sentence % {"state": draft.get_state_display()})
    if revision is not None and revision != draft.revision:
        raise Conflict("draft.revision", _("The draft was changed meanwhile; load the page again"))
    return draft


def _refuse_first_person(draft: RuleDraft, actor: User) -> None:
    refuse_unless(
        actor.has(Perm.RULES_PUBLISH) and actor.sees_everything,
        "draft.headquarters",
        _("Only headquarters publishes rules"),
    )
    sentence = _("A second person approves: nobody who submitted or edited the draft")
    refuse_unless(may_decide(draft, actor), "draft.second_person", sentence)


def _refuse_open(merge: Merge) -> None:
    if count := len(merge.open_clashes):
        sentence = _("%(n)d values were changed by headquarters and by a region: decide them first")
        raise Refused("draft.clashes", sentence % {"n": count})


def _refuse_faults(faults: Sequence[Finding]) -> None:
    if faults:
        first = faults[0]
        sentence = _("The rules have %(n)d faults; the first: %(first)s")
        words = _(first.message) % first.params
        raise Refused("rules.faults", sentence % {"n": len(faults), "first": words})


def _refuse_unexplained(proofs: Proofs, terms: Terms) -> None:
    if proofs.odd and not terms.confirmed:
        raise Refused("rules.factor", _("Confirm the unusual factors, or send the draft back"))
    if proofs.gaps and not terms.gap_reason.strip():
        sentence = _("%(n)d values of regions lie too far apart: write down why that is right")
        raise Refused("rules.guard_rail", sentence % {"n": len(proofs.gaps)})


def _refuse_unticked(proofs: Proofs, terms: Terms, body: Mapping[str, Any]) -> None:
    """No row applies in a gap and its component gives nothing: that somebody means it is said for each, with its example."""
    left = [found for found in proofs.uncovered if found.fingerprint not in terms.uncovered]
    if left:
        first = finding_rows(left[:1], body, places_of(body).words)[0]
        sentence = _("%(n)d gaps are not confirmed: tick each, or send the draft back. %(first)s")
        raise Refused("rules.uncovered", sentence % {"n": len(left), "first": first})


def _refuse_unreplayed(unreplayed: bool, terms: Terms) -> None:
    if unreplayed and not terms.unreplayed:
        sentence = _(
            "Replay these rules on settled orders first, or tick that they are published without"
        )
        raise Refused("rules.unreplayed", sentence)


def _check_terms(draft: RuleDraft, terms: Terms) -> None:
    number, start, end = terms.number.strip(), terms.effective_from, terms.effective_to
    fits = number and len(number) <= LONGEST_NUMBER
    refuse_unless(fits, "terms.number", _("A version number has 1 to 20 letters"))
    taken = draft.rule_set.versions.filter(number=number).exists()
    refuse_unless(not taken, "terms.number_taken", _("There is a version with this number already"))
    refuse_unless(
        terms.reason.strip(), "terms.reason", _("Write down why these rules are published")
    )
    backwards = end is not None and end < start
    refuse_unless(not backwards, "terms.days", _("The last day lies before the first"))
    refuse_closed(start, end, ticked=terms.closed, reason=terms.closed_reason)
    later = overtaking(draft.rule_set, start, end)
    if later and not terms.overtaken:
        sentence = _("%(version)s was published already: tick that it counts instead from then on")
        raise Refused("terms.overtaken", sentence % {"version": later_words(later)})


def _checks(draft: RuleDraft, merge: Merge, proofs: Proofs, terms: Terms) -> dict[str, Any]:
    """Return what the version keeps of how it came about."""
    return {
        **stored([*proofs.warnings, *proofs.odd]),
        "uncovered": stored(proofs.uncovered)["warnings"],
        "conditions": proofs.conditions,
        "guard_rail": {
            "limit_bp": proofs.limit_bp,
            "gaps": [asdict(gap) for gap in proofs.gaps],
            "reason": terms.gap_reason.strip() if proofs.gaps else "",
        },
        "clashes": [asdict(clash) for clash in merge.clashes],
        "region": draft.region.code if draft.region else "",
        "reason": terms.reason.strip(),
        **kept(terms.effective_from, terms.effective_to, terms.closed_reason),
        "note": draft.note,
        "replay": replay_report(draft, merge.body),
    }
