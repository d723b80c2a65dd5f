"""Learn how figures are revised, and score it in real time; writes revisions.csv and constants.

    OMP_NUM_THREADS=1 python benchmarks/revisions.py

`prints.csv` holds figures as two or more editions printed them, `print_sources.csv` where each was
read. The law is learned on all of them and on what `data/raw` holds printed twice. It is scored on
R&D intensity of 76 countries: base as in the edition of 2020, outcome as in that of 2025, the law
learned each time without the country that is scored.
"""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.forecasting import revision as tails
from helpers.forecasting.batch import SeriesBatch
from helpers.forecasting.projection import Projection, project
from helpers.forecasting.revision import revise, together
from helpers.forecasting.scores import calibration_slope, event_thresholds
from helpers.observations import read_raw
from helpers.topics.track_record import LEAST_POINTS, past_origins
from helpers.vintages import open_archive
from helpers.vintages.revision_risk import (
    FIRST_AGE,
    OLD,
    POOLED,
    SHARES,
    TABLE,
    Law,
    fit,
    law_of,
    reference,
    relative,
    reprints,
)  # fmt: skip

HERE = Path(__file__).parent
CELL = ["indicator", "area", "year", "definition"]
SCORED = "wdi"
"""The definition whose two editions are scored."""
HORIZON = 4
TAILS = (1.0, 1.5, 2.0, 3.0)
LOWEST, HIGHEST = 0.05, 0.95


def read_prints() -> pd.DataFrame:
    """Read the reference prints, by cell and day."""
    prints = pd.read_csv(HERE / "prints.csv", dtype={"printed": str})
    return prints.sort_values([*CELL, "printed"], ignore_index=True)


def revisions_of(prints: pd.DataFrame) -> pd.DataFrame:
    """Hold the last print of each cell against the first, where that was no older than `OLD`.

    Columns of `CELL`, age and revision.
    """
    cells = prints.groupby(CELL, sort=False)
    first, last = cells.head(1).set_index(CELL), cells.tail(1).set_index(CELL)
    last = last.reindex(first.index)
    again = last["printed"].gt(first["printed"])
    first, last = first[again], last[again]
    age = first["printed"].str[:4].astype(int) - first.index.get_level_values("year")
    share = first["scale"].isin(SHARES).to_numpy()
    moved = relative(first["value"], last["value"], share)
    table = first.assign(age=age, revision=moved)[["age", "revision"]].reset_index()
    return table[table["age"].le(OLD)]


def learn(table: pd.DataFrame) -> Law:
    """Find scale and decay of all revisions together, by maximum likelihood on a grid."""
    revision, age = table["revision"].to_numpy(), table["age"].to_numpy()
    scales, decays = np.exp(np.linspace(-7, -2, 126)), np.linspace(0, 0.8, 41)
    best = (-np.inf, 0.0, 0.0)
    for decay in decays:
        width = scales[:, None] * np.exp(-decay * (age - FIRST_AGE))
        kernel = np.log1p((revision / width) ** 2 / tails.DEGREES)
        likely = -(np.log(width) + (tails.DEGREES + 1) / 2 * kernel).sum(axis=1)
        best = max(best, (likely.max(), scales[np.argmax(likely)], decay))
    return Law(best[1], best[2], float(np.abs(revision).max()), len(table), 10.0)


def constants(table: pd.DataFrame) -> pd.DataFrame:
    """Lay out the constants: of all together, and of each indicator with enough prints."""
    pooled = learn(table)
    groups = table.groupby("indicator").filter(lambda rows: len(rows) >= 10).groupby("indicator")
    laws = {name: fit(rows["revision"], rows["age"], pooled) for name, rows in groups}
    apart = float(np.std([np.log(law.scale / pooled.scale) for law in laws.values()], ddof=1))
    rows = [(POOLED, pooled), *laws.items()]
    return pd.DataFrame(
        {
            "indicator": [name for name, _ in rows],
            "scale": [round(law.scale, 5) for _, law in rows],
            "decay": round(pooled.decay, 3),
            "largest": round(pooled.largest, 4),
            "apart": round(apart, 3),
            "prints": [law.prints for _, law in rows],
            "how": "benchmarks/revisions.py",
            "learned": date.today().isoformat(),
        }
    )


def race(prints: pd.DataFrame) -> tuple[Projection, np.ndarray, np.ndarray]:
    """Project the scored countries from the first edition.

    Returns
    -------
    projected : Projection
    thresholds : ndarray, shape (n, HORIZON, 9)
    outcomes : ndarray, shape (n, HORIZON)
        As in the last edition; NaN where it has none.
    """
    own = prints[prints["definition"].eq(SCORED)]
    first = own[own["printed"].eq(own["printed"].min())]
    last = own[own["printed"].eq(own["printed"].max())].set_index(["area", "year"])["value"]
    series = {name: rows.set_index("year")["value"] for name, rows in first.groupby("area")}
    batch = SeriesBatch.from_series(series)
    projected = project(batch, HORIZON, scale="logit")
    keys = [(n, y) for n, years in zip(batch.names, projected.years, strict=True) for y in years]
    outcomes = last.reindex(keys).to_numpy().reshape(-1, HORIZON)
    return projected, event_thresholds(batch.values, HORIZON), outcomes


def scored(projected, thresholds, outcomes) -> dict[str, float]:
    """Score probabilities and bands against what came."""
    chance = np.stack(
        [projected.probability_at_least(thresholds[:, :, k]) for k in range(thresholds.shape[2])],
        axis=2,
    )
    out = np.isfinite(outcomes)
    p, came = chance[out], (outcomes[:, :, None] >= thresholds)[out].astype(float)
    low, high = p < LOWEST, p > HIGHEST
    sure = np.clip(p, 1e-4, 1 - 1e-4)
    bands = projected.quantiles([0.025, 0.1, 0.9, 0.975])[out]
    inside = [((bands[:, i] <= outcomes[out]) & (outcomes[out] <= bands[:, 3 - i])).mean()
              for i in (1, 0)]  # fmt: skip
    return {
        "events": p.size,
        "brier": ((p - came) ** 2).mean(),
        "log": -(came * np.log(sure) + (1 - came) * np.log(1 - sure)).mean(),
        "slope": calibration_slope(p.ravel(), came.ravel()),
        "said_below_1": int((p < 0.01).sum()),
        "came_of_them": int(came[p < 0.01].sum()),
        "said_below_5": int(low.sum()),
        "came_below_5": int(came[low].sum()),
        "said_above_95": int(high.sum()),
        "missed_above_95": int((1 - came[high]).sum()),
        "coverage80": inside[0],
        "coverage95": inside[1],
    }


def left_out(table: pd.DataFrame, areas, age: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scales of base and of outcome by area, learned without it; shape (n,) each."""
    laws = [learn(table[table["area"].ne(area)]) for area in areas]
    base = np.array([law.at(old) for law, old in zip(laws, age, strict=True)])
    return base, np.array([law.at(2) for law in laws])


def real_time(prints: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Score without revisions, with the base's, and with the outcome's too, tail by tail."""
    projected, thresholds, outcomes = race(prints)
    age = 2020 - projected.origin_years
    own = table[table["definition"].eq(SCORED) & table["age"].ge(1)]
    rest = table[table["indicator"].ne("rd_intensity")]
    rows = [{"revisions": "none", "learned_on": "", "degrees": np.nan}
            | scored(projected, thresholds, outcomes)]  # fmt: skip
    shipped = tails.DEGREES
    for degrees in TAILS:
        tails.DEGREES = degrees
        for name, known in (("other countries", own), ("other statistics", rest)):
            base, outcome = left_out(known, projected.names, age)
            largest = np.array([known.loc[known["area"].ne(area), "revision"].abs().max()
                                for area in projected.names])  # fmt: skip
            for print_, scale in (("base", base), ("base and outcome", together(base, outcome))):
                row = {"revisions": print_, "learned_on": name, "degrees": degrees}
                found = scored(revise(projected, scale, largest), thresholds, outcomes)
                rows.append(row | found)
    tails.DEGREES = shipped
    return pd.DataFrame(rows)


def at_home(raw) -> pd.DataFrame:
    """Score the project's own series in real time, outcomes being first prints."""
    archive, today = open_archive(raw), date.today().isoformat()
    pairs = [pair for pair in archive.pairs if archive.scales[pair[0]] != "linear"]
    found = [
        origin
        for pair in pairs
        for origin in past_origins(archive, pair, today, HORIZON, least=LEAST_POINTS)
    ]
    batch = SeriesBatch.from_series({str(i): origin.known for i, origin in enumerate(found)})
    scales = [archive.scales[origin.indicator] for origin in found]
    projected = project(batch, HORIZON, scale=scales)
    told = event_thresholds(batch.values, HORIZON), np.array([o.outcomes(HORIZON) for o in found])
    laws = [law_of(archive, origin.indicator, origin.as_of) for origin in found]
    base = [law.at(o.as_of.year - o.year) for law, o in zip(laws, found, strict=True)]
    mixed = revise(projected, np.array(base), np.array([law.largest for law in laws]))
    rows = [("none", projected), ("base", mixed)]
    return pd.DataFrame(
        {"series": "own", "revisions": name, "origins": len(found)} | scored(each, *told)
        for name, each in rows
    )


def main() -> None:
    """Learn, score, write."""
    prints = read_prints()
    table = revisions_of(prints)
    made = constants(table)
    TABLE.parent.mkdir(exist_ok=True)
    made.to_csv(TABLE, index=False, lineterminator="\n")
    reference.cache_clear()
    raw = read_raw()
    countries = real_time(prints, table).assign(series="countries", origins=76)
    scores = pd.concat([countries, at_home(raw)], ignore_index=True).round(4)
    scores = scores[["series", "origins", *scores.columns.drop(["series", "origins"])]]
    scores.to_csv(HERE / "revisions.csv", index=False, lineterminator="\n")
    print(made.to_string(index=False), scores.to_string(index=False), sep="\n\n")
    own = reprints(open_archive(raw), date.today().isoformat())
    for name, each in (("reference", table), ("data/raw", own)):
        sizes = each["revision"].abs().quantile([0.5, 0.8, 0.9, 0.95, 1.0]).round(4).tolist()
        print(f"{name}: {len(each)} figures printed twice; 50, 80, 90, 95, 100 % within {sizes}")


if __name__ == "__main__":
    main()
