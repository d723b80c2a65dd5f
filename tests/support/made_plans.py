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


COUNTRIES = ("albion", "borduria", "carpathia", "dalmatia", "elbonia", "freedonia", "genovia",
             "hav", "illyria", "jura")  # fmt: skip


def hostile_plan(countries=COUNTRIES):
    """A plan of up to ten countries: net zero, all, none, and falls from a base year.

    A second document has goals for later years in three of them.
    """
    plan = MadePlan("Pact of Ten", "2021-03-01")
    plan.indicator("emissions", "Mt CO2e", "linear", -500, 5000, release_month=6)
    plan.indicator("schooling", "% of children", "share", 0, 100)
    plan.indicator("cases", "count", "count", 0, 1e6, name_en="Cases of polio")
    plan.indicator("poverty", "% of people", "logit", 0.01, 99)
    plan.source("later_pact", "2022-05-01", kind="policy", title="Later Pact",
                title_en="Later Pact")  # fmt: skip
    for k, name in enumerate(countries):
        plan.area(name, "country")
        falling = [500 + 40 * k - (14 + k) * t + 6 * (-1) ** (t + k) for t in range(16)]
        plan.series("emissions", name, falling, 2009)
        rising = [min(100, 78 + 2 * k + (1.1 + 0.1 * k) * t) for t in range(15)]
        plan.series("schooling", name, rising, 2010)
        plan.series("cases", name, [max(0, 40 - 3 * k - (3 + k) * t) for t in range(15)], 2010, 0)
        plan.series("poverty", name, [(20 + k) * 0.95**t for t in range(15)], 2010)
        plan.target(f"net_zero_{name}", "emissions", name, 2038, "le", 0)
        plan.target(f"half_{name}", "emissions", name, 2030, "le", 50, "pct_of_2010",
                    base_year=2010)  # fmt: skip
        plan.target(f"all_{name}", "schooling", name, 2030, "ge", 100)
        plan.target(f"none_{name}", "cases", name, 2030, "le", 0)
        plan.target(f"poor_{name}", "poverty", name, 2030, "le", 5)
    later = {"plan": "Later Pact", "set_on": "2022-05-01", "source_id": "later_pact"}
    for name in countries[:3]:
        plan.target(f"poor_later_{name}", "poverty", name, 2039, "le", 2, **later)
    return plan
