"""A replay: started on a draft, advanced chunk by chunk in the background, cancelled by people."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models.functions import Abs
from django.utils.translation import gettext as _

from common import clock
from common.errors import Conflict, Refused, refuse_unless
from common.journal import record
from common.outbox import announce
from settlement.engine.rules import Compiled, compile_rules
from settlement.models import Party, Replay, ReplayOrder, RuleDraft
from settlement.proposals.approval import refuse_strangers
from settlement.proposals.merging import merge_of
from settlement.proposals.proofs import faults_of
from settlement.proposals.replay_report import rules_sha, tally_of
from settlement.replays.bonuses import add_bonuses, periods_of
from settlement.replays.concerned import settlements_of
from settlement.replays.events import ReplayAdvanced
from settlement.replays.tally import Shares, Tally
from settlement.rulebook.size import refuse_too_large
from settlement.shadow import UNREADABLE, Part, Stored, shadows, stored_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accounts.models import User

MOST_ORDERS = 50_000
CHUNK = 500
KEPT = 500
"""Changed orders kept of a replay: those with the largest changes."""
STUCK_AFTER = timedelta(minutes=10)


@transaction.atomic
def start_replay(*, draft_id: int, orders: int, actor: User) -> Replay:
    """Begin to run a draft over the latest settlements its rules and region concern.

    Refused for faults and for a number beyond 1 to 50,000; a replay of the same rules that is
    still running is returned as it is, one of older rules gives way.
    """
    inside = 1 <= orders <= MOST_ORDERS
    refuse_unless(inside, "replay.orders", _("Replay between 1 and 50,000 orders"))
    draft = RuleDraft.objects.select_for_update(of=("self",)).get(pk=draft_id)
    refuse_strangers(draft, actor)
    body = merge_of(draft).body
    refuse_too_large(body)
    if faults_of(body, draft.rule_set):
        raise Refused("replay.faults", _("Rules with faults cannot be replayed"))
    sha, now = rules_sha(body), clock.now()
    running = Replay.objects.filter(draft=draft, state=Replay.State.RUNNING)
    same = running.filter(rules_sha=sha, advanced_at__gt=now - STUCK_AFTER).first()
    if same is not None:
        return same
    running.update(state=Replay.State.CANCELLED)
    total = min(orders, settlements_of(draft).count())
    refuse_unless(total, "replay.empty", _("No settlement of these rules exists yet"))
    replay = Replay.objects.create(
        draft=draft,
        draft_revision=draft.revision,
        body=body,
        rules_sha=sha,
        total=total,
        tally=Tally().plain(),
        started_by=actor,
        started_at=now,
        advanced_at=now,
    )
    record(actor, "replay.started", replay, orders=total)
    announce(ReplayAdvanced(replay.pk, 0), key=f"replay:{replay.pk}:0")
    return replay


@transaction.atomic
def advance_replay(*, replay_id: int, below_id: int) -> Replay:
    """Run the next chunk, newest first, and announce the one after; safe to repeat."""
    replay = (
        Replay.objects.select_for_update(of=("self",)).select_related("draft").get(pk=replay_id)
    )
    if replay.state != Replay.State.RUNNING or replay.tally.get("below", 0) != below_id:
        return replay
    tally = tally_of(replay)
    found = settlements_of(replay.draft)
    if below_id:
        found = found.filter(pk__lt=below_id)
    size = min(CHUNK, replay.total - replay.done)
    rows = stored_rows(found.order_by("-pk")[:size])
    periods = periods_of(replay, rows)
    _keep(replay, run_chunk(compile_rules(replay.body), rows, tally, periods))
    replay.done += len(rows)
    last = rows[-1].pk if rows else 0
    replay.advanced_at = clock.now()
    if replay.done >= replay.total or not rows:
        add_bonuses(replay, tally)
        replay.total, replay.state = replay.done, Replay.State.DONE
    else:
        announce(ReplayAdvanced(replay.pk, last), key=f"replay:{replay.pk}:{last}")
    replay.tally = {**tally.plain(), "below": last}
    replay.save(update_fields=["done", "total", "tally", "state", "advanced_at"])
    return replay


@transaction.atomic
def cancel_replay(*, replay_id: int, actor: User) -> Replay:
    """Stop a running replay; Conflict when it has ended already."""
    replay = (
        Replay.objects.select_for_update(of=("self",)).select_related("draft").get(pk=replay_id)
    )
    refuse_strangers(replay.draft, actor)
    if replay.state != Replay.State.RUNNING:
        raise Conflict("replay.ended", _("This replay has ended already"))
    replay.state = Replay.State.CANCELLED
    replay.save(update_fields=["state"])
    record(actor, "replay.cancelled", replay, done=replay.done)
    return replay


def run_chunk(
    rules: Compiled, rows: list[Stored], tally: Tally, periods: Mapping[int, str]
) -> list[ReplayOrder]:
    """Settle a chunk anew, add it up, and return the orders that change, unsaved.

    `periods` are first days of the periods orders count in, where bonuses may depend on them.
    """
    changed, people = [], cache(_payee_of)
    for row, parts, outcome in shadows([(row, rules) for row in rows]):
        if outcome is None:
            tally.problems[UNREADABLE] = tally.problems.get(UNREADABLE, 0) + 1
            continue
        found = tally.add(
            _shares(parts), outcome, outcome.facts.region or "", periods.get(row.order_id, ""),
            people,
        )  # fmt: skip
        if found is not None:
            changed.append(
                ReplayOrder(
                    settlement_id=row.pk,
                    payee_id=found.payee_id,
                    before_fen=found.before_fen,
                    after_fen=found.after_fen,
                    diff_fen=found.after_fen - found.before_fen,
                )
            )
    return changed


def _payee_of(installer_id: int) -> int | None:
    found = Party.objects.filter(installer=installer_id).values_list("pk", flat=True)
    return found.first()


def _shares(parts: Sequence[Part]) -> Shares:
    found: dict[tuple[str, int | None], int] = {}
    for _pk, role, party_id, _code, _label, fen in parts:
        key = (role, party_id)
        found[key] = found.get(key, 0) + fen
    return found


def _keep(replay: Replay, changed: list[ReplayOrder]) -> None:
    """Keep the largest changes of all chunks so far."""
    for row in changed:
        row.replay = replay
    ReplayOrder.objects.bulk_create(changed)
    kept = replay.orders.order_by(Abs("diff_fen").desc(), "pk").values("pk")[:KEPT]
    if replay.orders.count() > KEPT:
        replay.orders.exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
