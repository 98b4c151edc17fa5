"""What makes long work of one process cheap must not change what is stored."""

from __future__ import annotations

import pytest

from common.errors import Refused
from common.gathering import attempt, gathering
from common.journal import record
from common.journal.models import AuditRecord
from common.remembering import remembered, remembering, remembers
from common.transactions import transactional, undivided

pytestmark = pytest.mark.usefixtures("tenant")


def actions() -> list[str]:
    return list(AuditRecord.objects.order_by("pk").values_list("action", flat=True))


@transactional
def ring() -> None:
    record(None, "bell.rung", None)


@transactional
def fail_after_writing() -> None:
    record(None, "pot.broken", None)
    raise Refused("pot", "the pot broke")


def test_gathered_rows_are_written_at_the_end_in_their_order():
    with gathering():
        record(None, "bell.rung", None)
        record(None, "pot.filled", None)
        assert actions() == []
    assert actions() == ["bell.rung", "pot.filled"]


def test_a_failed_attempt_leaves_nothing_gathered_and_nothing_written():
    with undivided(), gathering():
        record(None, "bell.rung", None)
        with pytest.raises(Refused), attempt():
            fail_after_writing()
        record(None, "pot.filled", None)
    assert actions() == ["bell.rung", "pot.filled"]


def test_a_failure_in_undivided_work_undoes_all_of_it():
    def ring_and_fail() -> None:
        with undivided():
            ring()
            fail_after_writing()

    with pytest.raises(Refused):
        ring_and_fail()
    assert actions() == []


def test_a_look_up_is_remembered_inside_the_block_alone():
    asked: list[int] = []

    @remembered(lambda number: number)
    def double(number: int) -> int:
        asked.append(number)
        return 2 * number

    with remembering():
        assert remembers()
        assert [double(1), double(1), double(2)] == [2, 2, 4]
    assert [double(1), double(1)] == [2, 2]
    assert asked == [1, 2, 1, 1]
    assert not remembers()
