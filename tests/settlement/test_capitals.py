"""Amounts in Chinese capitals follow the rules for receipts."""

from __future__ import annotations

import pytest

from settlement.statements.capitals import capitals

CASES = [
    (0, "人民币零元整"),
    (5, "人民币伍分"),
    (10, "人民币壹角整"),
    (15, "人民币壹角伍分"),
    (1_00, "人民币壹元整"),
    (1_05, "人民币壹元零伍分"),
    (1_50, "人民币壹元伍角整"),
    (10_00, "人民币壹拾元整"),
    (1_010_00, "人民币壹仟零壹拾元整"),
    (1_001_00, "人民币壹仟零壹元整"),
    (1_680_32, "人民币壹仟陆佰捌拾元叁角贰分"),
    (16_409_02, "人民币壹万陆仟肆佰零玖元零贰分"),
    (10_000_00, "人民币壹万元整"),
    (10_001_00, "人民币壹万零壹元整"),
    (100_100_00, "人民币壹拾万零壹佰元整"),
    (107_000_53, "人民币壹拾万柒仟元伍角叁分"),
    (100_000_001_00, "人民币壹亿零壹元整"),
    (100_001_000_00, "人民币壹亿零壹仟元整"),
    (200_000_000_00, "人民币贰亿元整"),
    (1_234_567_890_12, "人民币壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾元壹角贰分"),
    (-17_17, "人民币负壹拾柒元壹角柒分"),
    (-5, "人民币负伍分"),
]


@pytest.mark.parametrize(("amount_fen", "words"), CASES)
def test_zeros_in_a_row_are_said_once_and_an_amount_without_fen_ends_in_zheng(amount_fen, words):
    assert capitals(amount_fen) == words
