"""How often intervals hold the truth and verdicts are false, counted over surveys whose population is known.

One draw is one survey of one wave. Surveys are drawn in pairs, two waves of one population in which nothing changed, so
that the monitor's own comparisons can be counted too. Monte Carlo errors are those of a mean over pairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import domains, estimation, intervals
from analysis.comparisons import compare
from analysis.design import Design
from analysis.errors import MonitorError
from analysis.families import Families, read_families
from analysis.indicators import Base, Codebook, Indicator
from analysis.population import PopulationRules, read_rules
from analysis.settings import Settings, read_settings
from tests.coverage.population import (
    ARMS,
    BEFORE,
    EVEN,
    HEADLINE,
    ITEMS,
    NOW,
    RAISED,
    Arm,
    Population,
    populate,
    propensities,
    realise,
    survey,
)

ROOT = Path(__file__).parents[2]
SEED = 20241126
SIZES = {
    "national": ("all",),
    "function": tuple(
        f"function_group={name}" for name in ("burgemeester", "wethouder", "raadslid", "statenlid", "ab_lid")
    ),
    "province": tuple(
        f"province={name}"
        for name in (
            *("groningen", "fryslan", "drenthe", "overijssel", "flevoland", "gelderland", "utrecht"),
            *("noord-holland", "zuid-holland", "zeeland", "noord-brabant", "limburg"),
        )
    ),
    "small": (
        *("function_group=provinciebestuur", "function_group=waterschapsbestuur"),
        *("layer=provincie&gender=vrouw", "layer=waterschap&gender=vrouw"),
        *("province=flevoland&gender=vrouw", "province=zeeland&gender=vrouw"),
    ),
}
_SIZE = {domain: size for size, names in SIZES.items() for domain in names}
_DOMAINS = [*_SIZE, "province=*"]
_BETWEEN = {"function": "functions", "province": "provinces"}  # families whose groups do not differ in EVEN
_VERDICTS = ("higher", "lower")
_MEANS = ["n", "coverage", "below", "above", "width", "coverage_superpopulation"]
_JUDGED = ["false_verdicts", "false_between", *(f"power_{points}" for points in RAISED)]
_COLUMNS = [*_MEANS, *ITEMS, *_JUDGED]
_ERRORS = ["coverage", "coverage_superpopulation", *_JUDGED]


@dataclass(frozen=True, eq=False)
class Setup:
    """What every draw stands on: the population and what config decided."""

    population: Population
    rules: PopulationRules
    settings: Settings
    families: Families
    codebook: Codebook
    inside: np.ndarray  # persons x domains, each domain adding up to 1


def read_setup(root: Path = ROOT) -> Setup:
    """Read the counts and the rules of the monitor."""
    config, facts = root / "config", root / "data" / "raw" / "population"
    population = populate(pd.read_csv(facts / "strata.csv"), pd.read_csv(config / "functions.csv", dtype=str))
    codebook = {str(name): tuple(population.persons[name].unique()) for name in population.persons}
    masks = np.array([domains.mask(domain, population.persons, codebook) for domain in _DOMAINS], dtype=float)
    return Setup(
        population,
        read_rules(config / "population" / "officeholders.yml"),
        read_settings(config / "monitor.yml"),
        read_families(config / "families.yml"),
        codebook,
        (masks / masks.sum(axis=1, keepdims=True)).T,
    )


def draw_pair(setup: Setup, pair: int, arms: Iterable[Arm] = ARMS, *, verdicts: bool = True) -> Iterator[pd.DataFrame]:
    """Two surveys per arm, with the same realised populations and the same luck: one row per arm and size.

    Where the outcome itself decides who answers, no verdicts are counted: the raised item is not the one that did.
    """
    rng = np.random.default_rng([SEED, pair])
    realised = {wave: realise(setup.population, rng) for wave in (BEFORE, NOW)}
    truths = pd.concat([_truths(setup, answers).assign(wave=wave) for wave, answers in realised.items()])
    bounds = setup.settings.calibration
    for arm in arms:
        about = {"arm": arm.id, "odds": arm.outcome, "pair": pair, **_response(setup, realised[NOW], arm)}
        luck = np.random.default_rng([SEED, pair, 1])
        try:
            made = survey(setup.population, realised, arm, luck, setup.rules, (bounds.lower, bounds.upper))
        except MonitorError:  # nothing is published of such a survey, but the reader is told how many there were
            yield pd.DataFrame({**dict.fromkeys(_COLUMNS, np.nan), **about, "size": list(SIZES), "refused": 1.0})
            continue
        exact = _estimate(setup, made)
        counted = _count(setup, exact, truths)
        if verdicts and arm.outcome == 1.0:
            counted = counted.join(_verdicts(setup, made, exact))
        yield counted.reindex(columns=_COLUMNS).assign(**about, refused=0.0).reset_index()


def summarise(rows: pd.DataFrame) -> pd.DataFrame:
    """The table: means over pairs (0-1) per arm and size, with Monte Carlo errors of what a reader judges by."""
    lines = []
    for (arm, odds, size), own in rows.groupby(["arm", "odds", "size"], sort=False):
        kept = own[own["refused"] == 0]
        items = kept[list(ITEMS)].mean()
        line = {"arm": arm, "odds": odds, "size": size, "draws": 2 * len(own), "refused": 2 * int(own["refused"].sum())}
        line |= kept[["response_yes", "response_no", "n", "coverage", "below", "above", "width"]].mean()
        line |= {"worst_item": round(100 * ITEMS[str(items.idxmin())]), "worst_coverage": items.min()}
        line |= {"headline_coverage": items[HEADLINE]}
        line |= kept[_ERRORS[1:]].mean()
        line |= {f"error_{name}": kept[name].std() / np.sqrt(kept[name].count()) for name in _ERRORS}
        lines.append(line)
    return pd.DataFrame(lines).round({"n": 0, "width": 5}).round(4)


def _response(setup: Setup, answers: pd.DataFrame, arm: Arm) -> dict[str, float]:
    """How many are expected to answer (0-1) of those who say yes to the headline item, and of the others."""
    chances, yes = propensities(setup.population, answers, arm), answers[HEADLINE].to_numpy()
    return {"response_yes": chances[yes].mean(), "response_no": chances[~yes].mean()}


def _estimate(setup: Setup, made: dict[int, Design]) -> pd.DataFrame:
    indicators = [_indicator(name) for name in (*ITEMS, *RAISED.values())]
    return estimation.estimate(made, indicators, _DOMAINS, setup.codebook, setup.settings.confidence)


def _count(setup: Setup, exact: pd.DataFrame, truths: pd.DataFrame) -> pd.DataFrame:
    """How many intervals held the truth, as shares per size, and of every item."""
    items = exact[exact["indicator"].isin(list(ITEMS))]
    low, high, _ = intervals.of_level(
        *(items[name].to_numpy(dtype=float) for name in ("estimate", "se_superpopulation", "n", "yes", "df")),
        items["design_effect"].to_numpy(dtype=float),
        setup.settings.confidence,
    )
    rows = items.assign(low_behind=low, high_behind=high).merge(truths, on=["wave", "domain", "indicator"])
    rows["size"] = rows["domain"].map(_SIZE)
    rows = rows[rows["method"] != "none"].dropna(subset=["size"])
    rows["below"] = (rows["truth"] < rows["low"]).astype(float)
    rows["above"] = (rows["truth"] > rows["high"]).astype(float)
    rows["coverage"] = 1 - rows["below"] - rows["above"]
    rows["width"] = rows["high"] - rows["low"]
    rows["coverage_superpopulation"] = rows["chance"].between(rows["low_behind"], rows["high_behind"]).astype(float)
    of_sizes = rows.groupby("size")[_MEANS].mean().reindex(list(SIZES))
    return of_sizes.join(rows.pivot_table("coverage", "size", "indicator"))


def _truths(setup: Setup, answers: pd.DataFrame) -> pd.DataFrame:
    """Shares of the realised population (`truth`) and chances behind it (`chance`), a row per domain and item."""
    index = pd.MultiIndex.from_product([_DOMAINS, list(ITEMS)], names=["domain", "indicator"])
    of_persons = {"truth": answers, "chance": setup.population.chances}
    shares = {
        name: np.ravel(setup.inside.T @ values[list(ITEMS)].to_numpy(float)) for name, values in of_persons.items()
    }
    return pd.DataFrame(shares, index=index).reset_index()


def _verdicts(setup: Setup, made: dict[int, Design], exact: pd.DataFrame) -> pd.DataFrame:
    """Per size the share of families with a false verdict, and of true differences that are found.

    Every raise of the headline item has groups of its own ("all+3"), so that one call compares them all.
    """
    now = exact[exact["wave"] == NOW]
    between = _compared(setup, {NOW: made[NOW]}, now, tuple(_BETWEEN.values()), [EVEN])
    wrong = between["verdict"].isin(_VERDICTS).groupby(between["family"].str.partition("|")[0]).any()

    rows = [exact.assign(raised=0)]
    for points, name in RAISED.items():
        raised = now[now["indicator"] != HEADLINE].replace({"indicator": {name: HEADLINE}})
        rows.append(pd.concat([exact[exact["wave"] == BEFORE], raised]).assign(raised=points))
    together = pd.concat(rows)
    together["domain"] += "+" + together["raised"].astype(str)
    told = _compared(setup, {}, together, ("headline_since_previous",), list(ITEMS))
    told[["domain", "raised"]] = told["domain"].str.rsplit("+", n=1, expand=True)
    told["size"] = told["domain"].map(_SIZE)

    unchanged = told[told["raised"] == "0"]
    changed = unchanged["verdict"].isin(_VERDICTS).groupby([unchanged["size"], unchanged["domain"]]).any()
    result = changed.groupby("size").mean().to_frame("false_verdicts")
    result["false_between"] = pd.Series({size: float(wrong[family]) for size, family in _BETWEEN.items()})
    raised = told[told["indicator"] == HEADLINE].assign(found=lambda row: row["verdict"] == "higher")
    found = raised.pivot_table("found", "size", "raised")
    return result.assign(**{f"power_{points}": found[str(points)] for points in RAISED})


def _compared(
    setup: Setup, made: dict[int, Design], exact: pd.DataFrame, families: tuple[str, ...], names: list[str]
) -> pd.DataFrame:
    """The comparisons of these families of families.yml; those between waves need no designs."""
    only = tuple(row for row in setup.families.families if row.id in families)
    declared = setup.families.model_copy(update={"families": only})
    return compare(exact, made, [_indicator(name) for name in names], declared, {}, setup.codebook)


def _indicator(name: str) -> Indicator:
    return Indicator(id=name, kind="proportion", base=Base(all=True), variable=name, yes=("yes",), headline=True)
