"""A Poisson regression over all cities of a trade: what days are like against the weeks before."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dispatch.demand.features import Numbers, Rows

MOST_ROWS = 60_000
"""Days of all cities together a regression looks at, the newest; more would only cost memory."""
_FADES = 120
"""Days after which a day counts half."""
_FEWEST = 60
_FLOOR = 0.1
"""Jobs a day below which no level lies: the logarithm of none is no number."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was learned: one factor for each column."""

    factors: Numbers

    def jobs(self, rows: Rows) -> Numbers:
        """Return the jobs of days; never more than four times their level and a handful."""
        with np.errstate(over="ignore"):
            found = np.exp(rows.x @ self.factors + np.log(rows.level + _FLOOR))
        most: Numbers = np.minimum(found, 4 * rows.level + 5)
        return most


def fit(rows: Sequence[Rows], jobs: Sequence[Numbers]) -> Fitted | None:
    """Learn from the days of several series; None where they do not suffice or teach nothing."""
    at = np.concatenate([each.at for each in rows]) if rows else np.empty(0)
    if len(at) < _FEWEST:
        return None
    newest = np.argsort(at, kind="stable")[-MOST_ROWS:]
    x = np.concatenate([each.x for each in rows])[newest]
    level = np.concatenate([each.level for each in rows])[newest]
    y = np.concatenate(jobs)[newest]
    if not y.any():
        return None
    weights = 0.5 ** ((at.max() - at[newest]) / _FADES)
    # Heavy, and wanted by one process a night: the web's processes never load it.
    import statsmodels.genmod.families as families
    from statsmodels.genmod.generalized_linear_model import GLM

    model = GLM(
        y, x, family=families.Poisson(), offset=np.log(level + _FLOOR), freq_weights=weights
    )
    with warnings.catch_warnings():
        # A weekday on which nothing was ever done has no finite factor; the figures stay right.
        warnings.simplefilter("ignore")
        try:
            factors = np.asarray(model.fit(maxiter=50).params, dtype=np.float64)
        except (ValueError, np.linalg.LinAlgError):
            return None
    return Fitted(factors) if np.isfinite(factors).all() else None
