"""One known series projected, and a projection laid out as a table of intervals."""

import pandas as pd

from helpers.forecasting.members import SeriesBatch
from helpers.forecasting.projection import Projection, project

INTERVALS = (50, 80, 95)
"""Central intervals of the tables, in percent."""


def project_series(series: pd.DataFrame, scale: str, horizon: int, **options) -> Projection:
    """Project the spliced values of one known series.

    Raises
    ------
    helpers.forecasting.members.TooFewPoints
        Naming indicator and area.
    """
    first = series.iloc[0]
    name = f"{first['indicator']}/{first['area']}"
    values = series.set_index("year")["spliced_value"].astype(float)
    return project(SeriesBatch.from_series({name: values}), horizon, scale=scale, **options)


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
    levels = {"median": 0.5}
    for i in INTERVALS:
        levels |= {f"lower{i}": (1 - i / 100) / 2, f"upper{i}": (1 + i / 100) / 2}
    table[list(levels)] = projected.quantiles(list(levels.values())).reshape(n * horizon, -1)
    return table
