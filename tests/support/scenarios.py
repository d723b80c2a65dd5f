"""Where each scenario of a goal leads, year by year, as a cell of the notebook reckons it."""

from helpers.topics.outlook.scenarios import scenario_paces


def scenario_paths(stage, raw, run):
    paces = scenario_paces(stage, raw, run)
    ahead = paces.loc[paces.index.repeat(paces["last_year"] - paces["first_year"] + 1)]
    passed = ahead.groupby(["target_id", "scenario"]).cumcount()
    value = ahead["start"] * (1 + ahead["growth"] / 100) ** passed
    return ahead.assign(year=ahead["first_year"] + passed,
                        value=value.where(value <= ahead["ceiling"]))  # fmt: skip
