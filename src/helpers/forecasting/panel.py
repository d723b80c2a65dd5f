"""A panel sets its own level: three numbers fitted to what its series have done before.

Many series that are projected together tell how wide they are beside the reference series that the
constants were learned on, and how far their growth is to be trusted. So the projection of one of
them depends on the others, by design. Only what is known at the panel's origin is looked at: past
origins whose six outcomes are out by then.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from helpers.forecasting.batch import SeriesBatch
from helpers.forecasting.calibration import GROWTH_MEMBERS, SPREAD_INPUTS, Calibration, shipped
from helpers.forecasting.learning import CONSTANTS, Origins, Sample, least_crps, sample_of
from helpers.forecasting.scores import mean_absolute_change
from helpers.forecasting.transforms import refuse_outside, series_scales

LEAST_SERIES = 15
"""Fewer series with a past leave the constants as they are."""
MOST_SERIES, MOST_PAST = 1000, 4000
"""Of more series and of more past origins that many are taken, evenly spread over the panel: about
a second of work, and three numbers need no more."""
ENOUGH_SERIES = 100
STRICT, EASY = 1000.0, 10.0
"""Pull towards the constants as they are, in series: below `ENOUGH_SERIES`, and from there on."""
HORIZON, MOST_ORIGINS, STEP, LEAST_KNOWN = 6, 12, 2, 6
STILL = 1e-3
"""Mean yearly change, relative to the last value, below which a past says nothing of a spread."""
SHIFTED = ("constant", "doubt", "trust")
FARTHEST = np.array([np.log(4.0), 5.0, 5.0])
"""No panel goes farther from the constants as they are, whatever its figures."""
DECIMALS = 4
"""Of a shift: beyond these, processors differ."""
SHOWN = {"8 %": 0.0, "20 %": 0.9}
"""Yearly volatilities for which the weight of growth is told, and the log volatility they are."""


@dataclass(frozen=True)
class PanelLevel:
    """What a panel says of its own level.

    Attributes
    ----------
    width : float
        Shift of the log spread.
    doubt, trust : float
        Shifts of `helpers.forecasting.calibration.Calibration.doubt` and `.trust`.
    series, origins : int
        How many series and past origins say so; no shift with fewer than `LEAST_SERIES`.
    """

    width: float = 0.0
    doubt: float = 0.0
    trust: float = 0.0
    series: int = 0
    origins: int = 0

    def on(self, calibration: Calibration | None = None) -> Calibration:
        """Shift constants, by default the shipped ones, to the level of the panel."""
        calibration = calibration or shipped()
        spread = calibration.spread.copy()
        spread[SPREAD_INPUTS.index("constant")] += self.width
        doubt, trust = calibration.doubt + self.doubt, calibration.trust + self.trust
        linear = calibration.linear and self.on(calibration.linear)
        return replace(calibration, spread=spread, doubt=doubt, trust=trust, linear=linear)

    def words(self, calibration: Calibration | None = None) -> str:
        """Say in a sentence how the panel stands to the constants that it shifts."""
        if self.series < LEAST_SERIES:
            return (
                f"{self.series} series with a past of {LEAST_KNOWN + HORIZON} years or more are "
                f"too few to set their own level (at least {LEAST_SERIES}): the reference stands"
            )
        volatility = np.array(list(SHOWN.values()))
        before = calibration or shipped()
        growth = np.array([member in GROWTH_MEMBERS for member in before.members])
        ours, theirs = (
            100 * of.weights(volatility)[:, growth].sum(axis=1) for of in (self.on(before), before)
        )
        shares = (
            f"{mine:.0f} % (reference {other:.0f} %) where yearly changes vary by {size}"
            for size, mine, other in zip(SHOWN, ours, theirs, strict=True)
        )
        return (
            f"this panel is {np.exp(self.width):.2g} times as wide as the reference; log growth "
            f"weighs {', '.join(shares)}; so say {self.origins:,} past origins of "
            f"{self.series:,} series"
        )


def panel_level(
    batch: SeriesBatch, scale: str | Sequence[str] = "log", calibration: Calibration | None = None
) -> PanelLevel:
    """Fit the level of a panel by minimum CRPS over its past origins.

    A ridge holds the shifts near 0, the more so the fewer the series.

    Parameters
    ----------
    batch : SeriesBatch
        All that is known.
    scale : str or sequence of str
        See `helpers.forecasting.projection.project`.
    calibration : Calibration, optional
        What is shifted; by default the shipped constants.

    Raises
    ------
    ValueError
        If a value lies outside the support of its scale.
    """
    scales = series_scales(scale, batch.names)
    refuse_outside(batch.values, scales, batch.names)
    origins = past_origins(batch)
    count = len(np.unique(origins.series))
    if count < LEAST_SERIES:
        return PanelLevel(series=count, origins=len(origins.series))
    free = np.array([CONSTANTS.index(name) for name in SHIFTED])
    pull = EASY if count >= ENOUGH_SERIES else STRICT
    ridge = np.full(len(free), 0.01 * pull / count)
    samples = _by_constants(origins, scales[origins.series], calibration or shipped())
    shifts = least_crps(samples, ridge, free, FARTHEST)
    # Figures at the end of what a double holds overflow the score: they say nothing.
    found = shifts if np.isfinite(shifts).all() else np.zeros(len(free))
    width, doubt, trust = (found.round(DECIMALS) + 0.0).tolist()
    return PanelLevel(width, doubt, trust, count, len(origins.series))


def _by_constants(
    origins: Origins, scales: np.ndarray, calibration: Calibration
) -> list[tuple[Sample, np.ndarray]]:
    """Put origins on scales with the same constants together, each series with the same weight."""
    samples = []
    linear, every = scales == "linear", len(np.unique(origins.series))
    for scale, rows in (("log", ~linear), ("linear", linear)):
        if not rows.any():
            continue
        batch, series = origins.batch.select(rows), origins.series[rows]
        part = Origins(batch, origins.outcomes[rows], series)
        own = calibration.of(scale)
        start = np.array([*own.spread, own.doubt, own.trust])
        samples.append((sample_of(part, scales[rows], len(np.unique(series)) / every), start))
    return samples


def past_origins(batch: SeriesBatch) -> Origins:
    """Lay out the past origins of a panel, `series` as positions in it.

    Each series from up to twelve origins, two years apart and at least six years ago, that it has a
    figure, six points and some change for.
    """
    count, width = batch.values.shape
    picked = np.unique(np.linspace(0, count - 1, min(count, MOST_SERIES)).round().astype(int))
    values, years = batch.values[picked], batch.origin_years[picked]
    cuts, outcomes, rows, lasts = [], [], [], []
    for back in range(HORIZON, min(HORIZON + STEP * MOST_ORIGINS, width), STEP):
        known, came = values[:, :-back], values[:, width - back :][:, :HORIZON]
        there = np.isfinite(known[:, -1]) & (np.isfinite(known).sum(axis=1) >= LEAST_KNOWN)
        there &= np.isfinite(came).any(axis=1)
        at = np.flatnonzero(there)
        moved = mean_absolute_change(known[at]) > STILL * np.abs(known[at, -1])
        at = at[moved]
        cuts.append(np.pad(known[at], ((0, 0), (back, 0)), constant_values=np.nan))
        outcomes.append(came[at])
        rows.append(picked[at])
        lasts.append(years[at] - back)
    if not rows:
        cuts, outcomes = [np.empty((0, width))], [np.empty((0, HORIZON))]
        rows = lasts = [np.empty(0, dtype=int)]
    found = len(np.concatenate(rows))
    kept = np.unique(np.linspace(0, found - 1, min(found, MOST_PAST)).round().astype(int))
    series = np.concatenate(rows)[kept]
    names = tuple(batch.names[i] for i in series)
    known = SeriesBatch(names, np.concatenate(cuts)[kept], np.concatenate(lasts)[kept])
    return Origins(known, np.concatenate(outcomes)[kept], series)
