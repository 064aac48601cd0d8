"""The population of each wave and survey, counted from public facts, in the cells that rows can tell apart."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.errors import MonitorError

NOT_IN_ROWS = "nvt"
# Where data/raw/population keeps the population of each survey.
STRATA_FILES = {
    "officeholders": "strata.csv",
    "employees": "strata-employees.csv",
    "organisations": "strata-organisations.csv",
}
_FUNCTION_OF = {"commissaris van de Koning": "commissaris", "DB-lid": "db_lid", "AB-lid, niet DB": "ab_lid"}
_SIZE_CLASSES = {"tot_20k": 0, "20k_50k": 20_000, "50k_100k": 50_000, "vanaf_100k": 100_000}
_CELL = ["wave", "function", "province", "size_class"]


def count_strata(
    gemeenten: pd.DataFrame, provinces: pd.DataFrame, totals: pd.DataFrame, codes: pd.DataFrame
) -> pd.DataFrame:
    """Spread each function's total over the cells that the respondents' rows can tell apart.

    Parameters: the facts `gemeenten.csv`, `provinces.csv` and `population_per_wave.csv`; `codes`, config/provinces.csv.
    Raadsleden follow council seats, wethouders the most that the law allows, burgemeesters the gemeenten of a size
    class, Statenleden the seats of their province; the others are one cell. Women are the function's share in every
    cell. Returns wave, layer, function, province, size_class, population (persons), women (expected number).
    Raises MonitorError for a province code that config does not know.
    """
    officeholders = totals[totals["population"] == "officeholders"]
    function = officeholders["function"].replace(_FUNCTION_OF)
    published = officeholders.assign(function=function).set_index(["wave", "function"])
    keys = pd.concat([_gemeente_keys(gemeenten, codes), _province_keys(provinces, codes)])
    elsewhere = published.index.difference(pd.MultiIndex.from_frame(keys[["wave", "function"]]))
    single = pd.DataFrame(index=elsewhere).reset_index().assign(province=NOT_IN_ROWS, size_class=NOT_IN_ROWS, key=1)
    cells = pd.concat([keys, single]).groupby(_CELL, as_index=False)["key"].sum()
    parts = []
    for (wave, name), row in published.iterrows():  # type: ignore[misc]
        mine = cells[(cells["wave"] == wave) & (cells["function"] == name)]
        population = share_out(mine["key"].to_numpy(float), int(row["total"]))
        women = np.round(population * row["women_pct"] / 100, 4)
        parts.append(mine.assign(layer=row["layer"], population=population, women=women))
    columns = ["wave", "layer", "function", "province", "size_class", "population", "women"]
    return pd.concat(parts)[columns].sort_values("wave", kind="stable").reset_index(drop=True)


def count_employees(totals: pd.DataFrame) -> pd.DataFrame:
    """Employees (persons) per wave and layer, from population_per_wave.csv."""
    ours = totals[totals["population"] == "employees"]
    counted = ours.assign(population=ours["total"])[["wave", "layer", "population"]]
    return counted.sort_values("wave", kind="stable").reset_index(drop=True)


def count_organisations(gemeenten: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
    """Organisations per wave, layer and size class: gemeenten from gemeenten.csv, others population_per_wave.csv."""
    ours = totals[(totals["population"] == "organisations") & (totals["layer"] != "gemeente")]
    others = ours.assign(population=ours["total"], size_class=NOT_IN_ROWS)
    classes = gemeenten.assign(layer="gemeente", size_class=_size_classes(gemeenten))
    counted = classes.groupby(["wave", "layer", "size_class"]).size().rename("population").reset_index()
    both = pd.concat([counted, others])[["wave", "layer", "size_class", "population"]]
    return both.sort_values("wave", kind="stable").reset_index(drop=True)


def share_out(keys: np.ndarray, total: int) -> np.ndarray:
    """Share `total` persons out in proportion to `keys` in whole numbers; the largest remainders round up."""
    exact = keys * total / keys.sum()
    whole = np.floor(exact).astype(int)
    largest = np.argsort(whole - exact, kind="stable")[: total - whole.sum()]
    whole[largest] += 1
    return whole


def by_gender(strata: pd.DataFrame) -> pd.DataFrame:
    """Split every cell into women and men: adds `gender` and `count`, the expected number of persons."""
    women = strata.assign(gender="vrouw", count=strata["women"])
    men = strata.assign(gender="man", count=strata["population"] - strata["women"])
    return pd.concat([women, men], ignore_index=True).drop(columns=["population", "women"])


def _gemeente_keys(gemeenten: pd.DataFrame, codes: pd.DataFrame) -> pd.DataFrame:
    classes = _size_classes(gemeenten)
    province = _slugs(gemeenten["province_code"], codes, "gemeenten.csv")
    known = gemeenten.assign(province=province, size_class=classes)
    raad = known.assign(function="raadslid", key=known["council_seats"])
    college = known.assign(function="wethouder", key=known["max_aldermen"])
    mayors = known.assign(function="burgemeester", key=1, province=NOT_IN_ROWS)
    return pd.concat([raad, college, mayors])[[*_CELL, "key"]]


def _size_classes(gemeenten: pd.DataFrame) -> pd.Series:
    limits = [*_SIZE_CLASSES.values(), np.inf]
    return pd.cut(gemeenten["inhabitants"], limits, right=False, labels=list(_SIZE_CLASSES)).astype(str)


def _province_keys(provinces: pd.DataFrame, codes: pd.DataFrame) -> pd.DataFrame:
    slugs = _slugs(provinces["code"], codes, "provinces.csv")
    staten = provinces.assign(function="statenlid", province=slugs, size_class=NOT_IN_ROWS)
    return staten.assign(key=provinces["statenleden"])[[*_CELL, "key"]]


def _slugs(column: pd.Series, codes: pd.DataFrame, file: str) -> pd.Series:
    slugs = column.map(codes.set_index("code")["province"])
    unknown = slugs.isna()
    if unknown.any():
        raise MonitorError(
            "Province does not exist",
            where=f"data/raw/population/{file}, row {int(np.argmax(unknown)) + 2} and {int(unknown.sum()) - 1} more",
            expected=f"one of {', '.join(codes['code'])}   from config/provinces.csv",
            got=", ".join(sorted(set(column[unknown].astype(str)))),
            hint="mend the code in the fact file; a new province needs a row in config/provinces.csv",
        )
    return slugs
