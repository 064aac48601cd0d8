"""The survey on which speed is measured: public population counts, drawn respondents, binary items at random."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from analysis import weighting
from analysis.design import Design, designs
from analysis.indicators import Base, Indicator
from analysis.population import PopulationRules, cells, membership, read_rules, totals, with_groups

ROOT = Path(__file__).parents[2]
ITEMS, WAVES, RESPONDENTS, SEED = 120, 5, 3_000, 20241
BOUNDS = (0.3, 3.0)
GROUPINGS = ["one", "function", "province", "gender", "size_class", "years", "gender_years"]
INDICATORS = [
    Indicator.model_validate(
        {"id": f"item{at}", "kind": "proportion", "base": Base(all=True), "variable": f"item{at}", "yes": ("yes",)}
    )
    for at in range(ITEMS)
]
CODEBOOK = {f"item{at}": ("yes", "no") for at in range(ITEMS)}


def read_population(times: int = 1) -> tuple[pd.DataFrame, PopulationRules]:
    """The officeholders of 2024, each as often as asked, and rules in which every margin is known."""
    rules = read_rules(ROOT / "config" / "population" / "officeholders.yml")
    known = tuple(margin.model_copy(update={"certainty": "known"}) for margin in rules.margins)
    strata = pd.read_csv(ROOT / "data" / "raw" / "population" / rules.counted_in).query("wave == 2024")
    return strata.assign(population=strata["population"] * times, women=strata["women"] * times), rules.model_copy(
        update={"margins": known}
    )


def draw(strata: pd.DataFrame, wave: int, respondents: int, missing: float) -> pd.DataFrame:
    """Respondents at random from the population; `missing` is the share of answers left open."""
    random = np.random.default_rng([SEED, wave])
    persons = np.repeat(np.arange(len(strata)), strata["population"])
    drawn = strata.iloc[np.sort(random.choice(persons, respondents, replace=False))].reset_index(drop=True)
    woman = random.random(respondents) < drawn["women"] / drawn["population"]
    frame = drawn[["layer", "function", "province", "size_class"]].assign(
        survey="benchmark",
        wave=wave,
        respondent=[f"P{at}" for at in range(respondents)],
        one="1",
        gender=np.where(woman, "vrouw", "man"),
        years=random.integers(0, 4, respondents).astype(str),
    )
    frame["gender_years"] = frame["gender"] + "_" + random.integers(0, 3, respondents).astype(str)
    share = random.uniform(0.03, 0.6, ITEMS)
    chances = [[one * (1 - missing), (1 - one) * (1 - missing), missing] for one in share]
    items = {
        f"item{at}": pd.Categorical.from_codes(
            random.choice(3, respondents, p=chance).astype(np.int8), ["yes", "no", "no_answer"]
        )
        for at, chance in enumerate(chances)
    }
    made = pd.concat([frame, pd.DataFrame(items)], axis=1)
    return made.astype(dict.fromkeys(GROUPINGS, "category"))


def make_designs(waves: int, respondents: int, missing: float, calibrated: bool, times: int = 1) -> dict[int, Design]:
    """A design per wave, weighted to the population, or with base weights alone."""
    strata, rules = read_population(times)
    made = {}
    for wave in range(1, waves + 1):
        counted = strata.assign(wave=wave)
        weighted, _ = weighting.weight(draw(strata, wave, respondents, missing), counted, rules, BOUNDS)
        if not calibrated:
            weighted = weighted.assign(weight=weighted["base_weight"])
        met = rules if calibrated else rules.model_copy(update={"margins": ()})
        made |= designs(weighted, counted, met)
    return made


def domains(design: Design) -> list[str]:
    """Every value of every grouping."""
    return [f"{name}={value}" for name in GROUPINGS for value in design.respondents[name].cat.categories]


def write_for_r(made: dict[int, Design], folder: Path) -> None:
    """The same respondents, strata and margins as text, one file per wave."""
    strata, rules = read_population()
    for wave, design in made.items():
        rows = design.respondents
        population = cells(strata.assign(wave=wave), wave, rules)
        grouped = with_groups(rows, rules)
        margins = np.hstack([membership(grouped, population, one, rules.strata.coarsest) for one in rules.margins])
        named = pd.DataFrame(margins, columns=[f"margin{at}" for at in range(margins.shape[1])])
        items = {one.variable: rows[one.variable].map({"yes": 1, "no": 0}).astype("Int8") for one in INDICATORS}
        told = (
            rows[["stratum", *GROUPINGS]]
            .add_prefix("by_")
            .assign(persons=rows["population_stratum"], base=rows["base_weight"])
        )
        pd.concat([told, named, pd.DataFrame(items)], axis=1).to_csv(folder / f"wave-{wave}.csv", index=False)
        met = np.concatenate([totals(population, one).to_numpy() for one in rules.margins])
        pd.DataFrame({"total": met}).to_csv(folder / f"totals-{wave}.csv", index=False)
    (folder / "groupings.txt").write_text("".join(f"by_{name}\n" for name in GROUPINGS), encoding="utf-8")
