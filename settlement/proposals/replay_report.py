"""What a proposal knows of its replays, and what the published version keeps of the last one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from settlement.engine.rules import canonical
from settlement.models import Replay
from settlement.replays.concerned import settlements_of
from settlement.replays.tally import Tally

if TYPE_CHECKING:
    from settlement.models import RuleDraft

SHOWN = 10


def rules_sha(body: Mapping[str, Any]) -> str:
    """Return the fingerprint of rules without their number and first day."""
    rules = {k: v for k, v in body.items() if k not in ("version", "effective_from")}
    return hashlib.sha256(canonical(rules).encode()).hexdigest()


def latest_replay(draft: RuleDraft) -> Replay | None:
    """Return the draft's latest replay that was not cancelled."""
    return (
        Replay.objects.filter(draft=draft)
        .exclude(state=Replay.State.CANCELLED)
        .order_by("pk")
        .last()
    )


def is_outdated(replay: Replay, body: Mapping[str, Any]) -> bool:
    """Whether the rules to be published are not those that were replayed."""
    return replay.rules_sha != rules_sha(body)


def tally_of(replay: Replay) -> Tally:
    """Return what a replay added up so far."""
    return Tally.read({key: value for key, value in replay.tally.items() if key != "below"})


def lacks_replay(draft: RuleDraft, body: Mapping[str, Any]) -> bool:
    """Whether these rules concern settled orders and no finished replay has shown what they do."""
    seen = Replay.objects.filter(
        draft=draft, state=Replay.State.DONE, rules_sha=rules_sha(body)
    ).exists()
    return not seen and settlements_of(draft).exists()


def replay_report(draft: RuleDraft, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a version keeps of the latest finished replay of its rules; empty without one.

    Without one of just these rules it is the latest of the draft, which says that it is outdated.

    `hits` per component and row, over `orders`, are the rates these rules are expected to have.
    """
    found = Replay.objects.filter(draft=draft, state=Replay.State.DONE).order_by("pk")
    done = found.filter(rules_sha=rules_sha(body)).last() or found.last()
    if done is None:
        return {}
    tally = tally_of(done)
    worst = done.orders.filter(diff_fen__lt=0).order_by("diff_fen", "pk")[:SHOWN]
    return {
        "id": done.pk,
        "outdated": is_outdated(done, body),
        "orders": tally.orders,
        "changed": tally.changed,
        "roles": tally.roles,
        "regions": tally.regions,
        "histogram": tally.histogram,
        "bonuses": tally.bonuses.roles,
        "bonuses_cut": tally.bonuses.cut,
        "problems": tally.problems,
        "hits": tally.hits,
        "worst": [[row.settlement_id, row.before_fen, row.after_fen] for row in worst],
    }
