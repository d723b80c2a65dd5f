"""One known series projected, and a projection laid out as a table of intervals."""

import pandas as pd

from helpers.forecasting.members import SeriesBatch
from helpers.forecasting.projection import Projection, project

INTERVALS = (50, 80, 95)
"""Central intervals of the tables, in percent."""


def project_series(
    series: pd.DataFrame | pd.Series, scale: str, horizon: int, **options
) -> Projection:
    """Project one annual series.

    Parameters
    ----------
    series : DataFrame or Series
        Known series as `helpers.vintages.series.known_series` returns, of which the spliced values
        are projected; or any frame with year and value, or values by year.
    scale, horizon, **options
        As `helpers.forecasting.projection.project` takes them.

    Raises
    ------
    helpers.forecasting.members.TooFewPoints
        Naming indicator and area, or the series.

    Examples
    --------
    >>> import pandas as pd
    >>> filed = pd.Series([12, 14, 17, 19, 24, 27], index=range(2019, 2025), name="filed")
    >>> ahead = project_series(filed, "log", horizon=3)
    >>> ahead.years.tolist()
    [[2025, 2026, 2027]]
    >>> bool(ahead.probability_at_least(30)[0, 0] < ahead.probability_at_least(30)[0, 2])
    True
    """
    if isinstance(series, pd.Series):
        name, values = str(series.name or "series"), series
    else:
        column = "spliced_value" if "spliced_value" in series else "value"
        name, values = _name(series), series.set_index("year")[column]
    batch = SeriesBatch.from_series({name: values.astype(float)})
    return project(batch, horizon, scale=scale, **options)


def _name(series: pd.DataFrame) -> str:
    """Name a series by indicator and area, where it has them."""
    names = [str(series[column].iloc[0]) for column in ("indicator", "area") if column in series]
    return "/".join(names) or "series"


def interval_levels() -> dict[str, float]:
    """Levels of median and central intervals by their names: median, lower50, upper50 ..."""
    levels = {"median": 0.5}
    for i in INTERVALS:
        levels |= {f"lower{i}": (1 - i / 100) / 2, f"upper{i}": (1 + i / 100) / 2}
    return levels


def interval_table(projected: Projection) -> pd.DataFrame:
    """Lay out median and central intervals, one row a series and year.

    Returns
    -------
    DataFrame
        Columns series, origin_year, horizon, year, median, then lower and upper bounds of the 50,
        80 and 95 % intervals (lower50, upper50, ...), in the unit of the series.
    """
    n, horizon = projected.years.shape
    table = pd.DataFrame(
        {
            "series": pd.Series(projected.names).repeat(horizon).to_numpy(),
            "origin_year": projected.origin_years.repeat(horizon),
            "horizon": list(range(1, horizon + 1)) * n,
            "year": projected.years.ravel(),
        }
    )
    levels = interval_levels()
    table[list(levels)] = projected.quantiles(list(levels.values())).reshape(n * horizon, -1)
    return table
