"""Plans made for a test in a few words: indicators, areas, yearly values, targets."""

import csv

from helpers.observations.schema import MODELS, OBSERVATIONS

EMPTY = ("measures", "measure_indicators", "wanted_indicators", "events", "rejected")


class MadePlan:
    """A folder of raw tables that grows row by row, and is written at the end."""

    def __init__(self, title="A plan", published="2020-03-01"):
        self.title, self.set_on = title, published
        self.rows = {table: [] for table in ("areas", "indicators", "definitions", "targets")}
        self.rows |= {"sources": [], OBSERVATIONS: [], **{table: [] for table in EMPTY}}
        self.source("the_plan", published, kind="policy", title=title, title_en=title)

    def source(self, name, published, **more):
        known = {row["source_id"] for row in self.rows["sources"]}
        row = {
            "source_id": name,
            "title": name,
            "title_en": name,
            "publisher": "The Office",
            "kind": "yearbook",
            "published": published,
            "language": "en",
            "grade": "official",
        }
        if name not in known:
            self.rows["sources"].append(row | more)
        return name

    def area(self, name, kind="city", **more):
        row = {"area": name, "name_en": name.replace("_", " ").title(), "kind": kind}
        self.rows["areas"].append(row | more)
        return self

    def indicator(self, name, unit, scale, low, high, **more):
        about = {"indicator": name, "topic": "things", "unit": unit, "scale": scale}
        about |= {"release_month": 6, "plausible_min": low, "plausible_max": high}
        about |= {"name_en": name.replace("_", " ").capitalize(), "description": "made for a test"}
        self.rows["indicators"].append(about | more)
        self.rows["definitions"].append(
            {"definition": f"d_{name}", "indicator": name, "first_year": 1990, "last_year": 2060,
             "comparable_with_previous": "yes", "use": "main", "description": "made",
             "set_by": "The Office"}
        )  # fmt: skip
        return self

    def series(self, indicator, area, values, first, decimals=1, **more):
        unit = next(r["unit"] for r in self.rows["indicators"] if r["indicator"] == indicator)
        for year, value in enumerate(values, first):
            source = self.source(f"pub_{year}", f"{year + 1}-06-15")
            row = {"indicator": indicator, "area": area, "year": year, "months": 12, "unit": unit,
                   "value": f"{value:.{decimals}f}", "definition": f"d_{indicator}",
                   "status": "final", "qualifier": "exact", "source_id": source}  # fmt: skip
            self.rows[OBSERVATIONS].append(row | more)
        return self

    def target(self, name, indicator, area, year, operator, value, unit=None, **more):
        units = {row["indicator"]: row["unit"] for row in self.rows["indicators"]}
        row = {"target_id": name, "plan": self.title, "indicator": indicator, "area": area,
               "target_year": year, "operator": operator, "value": value, "stage": 1,
               "unit": units[indicator] if unit is None else unit, "set_on": self.set_on,
               "source_id": "the_plan"}  # fmt: skip
        self.rows["targets"].append(row | more)
        return self

    def write(self, folder):
        for table, rows in self.rows.items():
            path = folder / ("observations/made.csv" if table == OBSERVATIONS else f"{table}.csv")
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("w", newline="", encoding="utf-8") as file:
                names = list(MODELS[table].model_fields)
                writer = csv.DictWriter(file, names, "", lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
        return folder
