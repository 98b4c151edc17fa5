"""Measures a draft's replay over 50,000 real orders against reading the same rows and settling them."""

from __future__ import annotations

import copy
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from bench.figures import Figure, at_most, figure, median, print_figures  # noqa: E402 - the script finds its packages first
from bench.product import product  # noqa: E402 - as above
from bench.recomputing import dearer, memory_mb  # noqa: E402 - as above
from bench.settled import copy_settlements, make_company  # noqa: E402 - as above

if TYPE_CHECKING:
    from settlement.models import Replay, RuleDraft

ORDERS = 50_000
"""As many as somebody may ask for."""
ROUNDS = 3


def figures() -> Iterator[Figure]:
    """The whole replay as the background runs it, chunk by chunk, and the least it could be."""
    with product():
        make_company()
        copy_settlements(ORDERS)
        from common.garbage import collect_rarely

        collect_rarely()  # as every worker does at its start
        draft = _draft()
        before = memory_mb()
        seconds, plain = [], []
        for _round in range(ROUNDS):
            taken, replay = _replayed(draft)
            seconds.append(taken)
            grown = memory_mb() - before
            plain.append(_plain(replay))
    if replay.done != ORDERS or not replay.tally["changed"]:
        raise SystemExit("the draft changed nothing, or not all orders were replayed")
    yield figure(
        f"replay of {ORDERS:,} orders against reading and settling them",
        ORDERS / median(seconds), "orders/s", ORDERS / median(plain),
    )  # fmt: skip
    yield figure(f"the whole replay of {ORDERS:,} orders", median(seconds), "s")
    yield figure("memory growth of it", grown, "MB", aim=at_most(100))


def _draft() -> RuleDraft:
    """The next version with every price one per cent up."""
    from accounts.models import User
    from settlement.models import RuleSetVersion
    from settlement.rulebook.drafts import next_body, start_draft

    latest = RuleSetVersion.objects.select_related("rule_set").latest("pk")
    body = copy.deepcopy(next_body(latest))
    body["grids"]["price"]["fen"] = dearer(body["grids"]["price"]["fen"])
    person = User.objects.get(username="admin")
    return start_draft(rule_set=latest.rule_set, body=body, base=latest, actor=person)


def _replayed(draft: RuleDraft) -> tuple[float, Replay]:
    """Seconds of a replay from its start to its last chunk, and the replay."""
    from settlement.models import Replay
    from settlement.replays.run import advance_replay, start_replay

    started = perf_counter()
    replay = start_replay(draft_id=draft.pk, orders=ORDERS, actor=draft.updated_by)
    while replay.state == Replay.State.RUNNING:
        replay = advance_replay(replay_id=replay.pk, below_id=replay.tally.get("below", 0))
    return perf_counter() - started, replay


def _plain(replay: Replay) -> float:
    """Seconds of the same settlements and lines read chunk by chunk, and each settled; nothing more."""
    from settlement.engine.evaluate import settle
    from settlement.engine.facts import restored
    from settlement.engine.rules import compile_rules
    from settlement.models import SettlementLine
    from settlement.replays.concerned import settlements_of
    from settlement.replays.run import CHUNK

    started = perf_counter()
    rules, found = compile_rules(replay.body), settlements_of(replay.draft).order_by("-pk")
    left, rows = ORDERS, list(found.values_list("pk", "facts")[:CHUNK])
    while left and rows:
        lines = SettlementLine.objects.filter(settlement_id__in=[pk for pk, _facts in rows])
        list(lines.values_list("settlement_id", "party_role", "payee_id", "code", "amount_fen"))
        for _pk, facts in rows:
            settle(rules, restored(facts))
        left -= len(rows)
        rows = list(found.filter(pk__lt=rows[-1][0]).values_list("pk", "facts")[: min(CHUNK, left)])
    return perf_counter() - started


if __name__ == "__main__":
    print_figures(__doc__, figures)
