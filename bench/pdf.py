"""Measures the CPU time of a statement's PDF: 200 lines, against one of 10 lines."""

import gc
import os
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from time import process_time

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402 - the script finds its packages first

django.setup()

from accounts.models import User  # noqa: E402 - Django has to be set up first
from bench.figures import Figure, at_most, figure, median, print_figures  # noqa: E402 - as above
from common.pdf.render import pdf_obstacle  # noqa: E402 - as above
from settlement.models import Party, Statement, StatementPeriod, StatementRun  # noqa: E402 - as above
from settlement.pdf.document import part_html, parts  # noqa: E402 - as above
from settlement.pdf.render import render_pdf  # noqa: E402 - as above
from settlement.statements.sheet import Balance, Sheet, SheetLine  # noqa: E402 - as above

RUNS = 5
SHORT, LONG = 10, 200
ADDRESS = "https://demo.example.test/settlement/verify/" + "x" * 140 + "/"
ITEMS = ("挂机空调安装", "柜机空调移机", "燃气热水器安装", "油烟机安装与旧机拆除", "智能门锁安装")
PLACES = ("杭州", "南京", "呼和浩特", "成都武侯", "苏州工业园区")
LABELS = ("区域人工", "技能系数", "远程费", "夜间费", "跨区补贴", "辅材:铜管")


def statement(lines: int) -> tuple[Statement, Sheet]:
    """Return a locked statement of so many lines, kept nowhere."""
    person = User(display_name="钱会计")
    period = StatementPeriod(
        starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 30), state="locked", locked_by=person
    )
    run = StatementRun(period=period, state="locked", started_by=person)
    party = Party(pk=7, kind="installer", name="李建国")
    rows = tuple(_line(n) for n in range(1, lines + 1))
    total = sum(row.amount_fen for row in rows)
    balances = tuple(
        Balance(kind, kind, 12_345, total) for kind in ("pending", "held", "available", "paid")
    )
    sheet = Sheet(party, period, rows, balances, (), total, 4 * lines)
    made = Statement(run=run, party=party, number=sheet.number, made_at=datetime.now(UTC))
    return made, sheet


def _line(n: int) -> SheetLine:
    return SheetLine(
        n=n, order_number=f"WO-261103-{n // 7:04d}", done_on=date(2026, 11, 1 + n % 28),
        place=PLACES[n % 5], item=ITEMS[n // 7 % 5], code="DIST", label=LABELS[n % 6],
        rule=f"DIST-EACH5-{n % 9}", version="2025.1", seq=n % 7, base_fen=12_000 + 37 * n,
        rate_num=800, rate_den=10_000, amount_fen=(12_000 + 37 * n) * 8 // 100,
        because={"how": "percent", "of": ["labour"]}, provisional=False, taken_back=n % 40 == 0,
        late=n % 50 == 0,
    )  # fmt: skip


def seconds(lines: int) -> float:
    """Return the CPU seconds of one PDF, from the figures to the bytes."""
    made, sheet = statement(lines)
    gc.collect()
    start = process_time()
    for part in parts(sheet):
        render_pdf(part_html(made, sheet, part, company="示范家电服务", address=ADDRESS))
    return process_time() - start


def measure() -> Iterator[Figure]:
    """Yield the CPU time of a short and of a long statement, medians of alternating runs."""
    seconds(1)  # imports and the font's table are read once per process
    pairs = [(seconds(SHORT), seconds(LONG)) for _ in range(RUNS)]
    short, long = (median(times) for times in zip(*pairs, strict=True))
    yield figure(f"statement PDF of {SHORT} lines, CPU", short, "s")
    yield figure(
        f"statement PDF of {LONG} lines, CPU, against {SHORT}", long, "s", short, at_most(2)
    )


if __name__ == "__main__":
    if obstacle := pdf_obstacle():
        raise SystemExit(obstacle)
    print_figures(__doc__, measure)
