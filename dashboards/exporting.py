"""The figures of the matrix as a CSV file that a spreadsheet opens as it is."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common import formatting
from common.csv_files import defused

if TYPE_CHECKING:
    from dashboards.charts import Sums


def matrix_csv(sums: Sums) -> bytes:
    """Return one line per item and column with every measure, in yuan; UTF-8 with a mark."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow([
        _("Service item"), _("Region"), _("Orders"), _("Revenue"), _("Installer pay"),
        _("Channel"), _("Tax"), _("Dealers, suppliers"), _("Margin"), _("Margin rate"),
    ])  # fmt: skip
    named = [
        (sums.items.get(item, ""), sums.columns.get(column, ""), figures)
        for (item, column), figures in sums.now.items()
    ]
    named.sort(key=lambda line: line[:2])
    for item, column, figures in named:
        money = [
            figures.revenue_fen, figures.installer_fen, figures.channel_fen,
            figures.tax_fen, figures.outside_fen, figures.margin_fen,
        ]  # fmt: skip
        lines.writerow([
            defused(item), defused(column), str(figures.orders),
            *(formatting.yuan(fen) for fen in money), formatting.percent_bp(figures.rate_bp),
        ])  # fmt: skip
    return b"\xef\xbb\xbf" + out.getvalue().encode()
