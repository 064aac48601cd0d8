"""Equality with R's survey package: relative 1e-8, and 1e-6 for R's interval that stops on a deviance.

The values and the data are those of tests/reference; `against_r.py` says which function stands beside which file.
`pytest -s tests/analysis/test_against_r.py` prints how many values there are and how close ours come.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from analysis import estimation, weighting
from analysis.calibration import calibrate
from analysis.population import MISSING, cells, membership, totals, with_groups
from tests.analysis import against_r
from tests.analysis.against_r import CHECKS, REFERENCE, Compared, designed, read, respondents, rules

# What says which value a row is, or what the values were computed from
NAMING = {
    *(
        "wave",
        "respondent",
        "design",
        "kind",
        "family",
        "measure",
        "model",
        "outcome",
        "terms",
        "name",
        "series",
        "rows",
    ),
    *("columns", "answer", "indicator", "domain", "reference"),
}
GIVEN = {("holm", "p"), ("exact", "yes"), ("exact", "n")}


@cache
def made(name: str) -> list[Compared]:
    return list(CHECKS[name]())


@pytest.fixture(scope="module")
def everything() -> list[Compared]:
    return [compared for name in CHECKS for compared in made(name)]


@pytest.mark.parametrize("name", CHECKS)
def test_equal_to_r(name: str) -> None:
    assert made(name)
    wrong = [f"{one.file}.csv, {one.column}: {one.largest:.1e}" for one in made(name) if not one.equal]
    assert not wrong, "\n".join(wrong)


def test_every_value_of_r_is_compared(everything: list[Compared]) -> None:
    """What R wrote and no check looks at would be a figure that nobody verifies."""
    for path in sorted(REFERENCE.glob("*.csv")):
        if path.stem.startswith(("population", "respondents", "response", "organisations", "coverage")):
            continue  # data, and what test_response.py and test_organisations.py compare
        rows = read(path.stem)
        columns = [name for name in rows if name not in NAMING and (path.stem, name) not in GIVEN]
        wanted = {name: int(rows[name].notna().sum()) for name in columns}
        if path.stem in ("models", "trend"):
            told = rows[~rows["name"].str.match("(estimate|covariance) [0-9]")]
            names = told["name"].str.partition(" ")[0] if path.stem == "models" else pd.Series("value", told.index)
            wanted = {str(name): int(count) for name, count in names.value_counts().items()}
        for name, count in wanted.items():
            mine = [one for one in everything if (one.file, one.column) == (path.stem, name) and not one.again]
            assert sum(int(pd.notna(one.theirs).sum()) for one in mine) >= count > 0, f"{path.name}, {name}"


def test_there_are_at_least_2000_values_beside_the_weights(everything: list[Compared]) -> None:
    rows = pd.DataFrame(
        [
            (one.file, one.column, 0 if one.again else int(pd.notna(one.theirs).sum()), one.largest)
            for one in everything
        ],
        columns=["file", "column", "values", "largest"],
    )
    table = rows.groupby(["file", "column"], sort=False).agg({"values": "sum", "largest": "max"})
    print(f"\n{table.to_string(float_format=lambda value: f'{value:.0e}')}\n{table['values'].sum()} values")
    assert table.drop(index="weights")["values"].sum() >= 2000


def test_data_are_as_nasty_as_they_claim() -> None:
    """README.md of tests/reference says what is in them; a new draw must hold it too."""
    levels = read("levels")
    main = levels[(levels["wave"] == 2024) & (levels["design"] == "logit")]
    verbal = main[main["indicator"] == "verbal"].set_index("domain")
    assert list(verbal.loc[["group=g12", "group=g20", "group=g30"], "n"]) == [12, 20, 30]
    assert list(verbal.loc[["few=df7", "few=df8", "few=df9"], "df"]) == [7, 8, 9]
    assert list(verbal.loc[["few=df7", "few=df8", "few=df9"], "method"] == "none") == [True, False, False]
    assert verbal.loc["function=dijkgraaf", "n"] == 1
    few = main[["yes"]].assign(no=main["n"] - main["yes"]).min(axis=1)
    assert ((few > 0) & (few < 5) & (main["df"] >= 8)).sum() >= 10
    assert (main.loc[main["df"] >= 8, "estimate"].isin([0, 1])).sum() >= 10
    assert set(read("comparisons")["verdict"]) == {
        *("higher", "lower", "about_equal", "no_demonstrable_difference", "too_few")
    }
    once = respondents().groupby("respondent")["wave"].nunique()
    assert (once == 1).sum() > 100 and (once > 1).sum() > 100
    moved = respondents().groupby("respondent")["function"].nunique()
    assert (moved > 1).sum() >= 2
    for name in ("verbal", "threat", "rare", "channel__mail", "incidents", "reports", "gender"):
        assert respondents()[name].isin(MISSING).sum() > 5, name


def test_bounds_are_reached_for() -> None:
    """Two bounds that gave the same weights would verify one of them."""
    weights = read("weights")
    ratio = weights[["logit", "tight", "raking", "linear"]].div(weights["base"], axis=0)
    assert ratio["tight"].between(0.55, 1.5).all()
    for one, other in [("logit", "tight"), ("logit", "raking"), ("raking", "linear")]:
        assert (ratio[one] - ratio[other]).abs().max() > 0.003, (one, other)


def test_stratum_that_answered_in_full_has_no_chance_in_it() -> None:
    waves, domains = {2024: designed(2024, "none")}, ["function=commissaris"]
    estimates = estimation.estimate(waves, against_r.INDICATORS, domains, against_r.CODEBOOK)
    row = estimates[(estimates["indicator"] == "channel") & (estimates["answer"] == "mail")].iloc[0]
    assert row["n"] == 5
    assert row["se"] == 0.0
    assert row["estimate"] == pytest.approx(0.2)
    assert row["se_superpopulation"] == pytest.approx((0.2 * 0.8 / 4) ** 0.5)


@pytest.mark.filterwarnings("ignore:samplics is archived:FutureWarning")
def test_raking_is_that_of_samplics() -> None:
    """Second witness, by another algorithm (iterative proportional fitting); it knows no fractions of a person."""
    from samplics.weighting import SampleWeight

    of_wave = cells(pd.read_csv(REFERENCE / "population.csv"), 2024, rules())
    told = respondents()[(respondents()["wave"] == 2024) & (respondents()["gender"] != "no_answer")]
    grouped = with_groups(told, rules())
    base = weighting.merge_strata(grouped, of_wave, rules(), 2024).set_index(["function", "province"])
    placed = base.loc[pd.MultiIndex.from_frame(grouped[["function", "province"]])]
    start = (placed["stratum_population"] / placed["stratum_respondents"]).to_numpy()
    margins = rules().margins
    columns = [membership(grouped, of_wave, margin) for margin in margins]
    targets = [totals(of_wave, margin) for margin in margins]
    ours, _ = calibrate(start, columns, targets, [margin.id for margin in margins], (0.0, np.inf))
    theirs = SampleWeight().rake(
        samp_weight=start,
        margins={
            margin.id: np.array(target.index)[matrix.argmax(axis=1)]
            for margin, target, matrix in zip(margins, targets, columns, strict=True)
        },
        control={margin.id: target.to_dict() for margin, target in zip(margins, targets, strict=True)},
        tol=1e-12,
        ctrl_tol=1e-12,
        max_iter=2000,
    )
    np.testing.assert_allclose(ours, theirs, rtol=1e-9)
