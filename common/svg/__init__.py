"""Pictures drawn on the server as SVG text, the same for pages and PDFs, without a line of script."""

from __future__ import annotations

from common.svg.bars import WeekBar, bars
from common.svg.curve import CurvePoint, curve_chart
from common.svg.heat import HEAT_STEPS, heat_level, quantile_bounds, two_sided_level
from common.svg.histogram import Bin, histogram
from common.svg.layering import Spot, layered
from common.svg.layers import Box, Line, layers
from common.svg.outlook import OutlookBar, outlook
from common.svg.radar import RadarPoint, radar
from common.svg.ring import progress_bar, ring
from common.svg.spans import span_bars
from common.svg.sparkline import sparkline
from common.svg.stacked import Segment, plain_bar, shares_bp, stacked_bar, swatch
from common.svg.stairs import Stair, stairs
from common.svg.tiles import TILES, Tile, TileValue, tile_grid
from common.svg.waterfall import Step, few_steps, waterfall

__all__ = [
    "HEAT_STEPS",
    "TILES",
    "Bin",
    "Box",
    "CurvePoint",
    "Line",
    "OutlookBar",
    "RadarPoint",
    "Segment",
    "Spot",
    "Stair",
    "Step",
    "Tile",
    "TileValue",
    "WeekBar",
    "bars",
    "curve_chart",
    "few_steps",
    "heat_level",
    "histogram",
    "layered",
    "layers",
    "outlook",
    "plain_bar",
    "progress_bar",
    "quantile_bounds",
    "radar",
    "ring",
    "shares_bp",
    "span_bars",
    "sparkline",
    "stacked_bar",
    "stairs",
    "swatch",
    "tile_grid",
    "two_sided_level",
    "waterfall",
]
