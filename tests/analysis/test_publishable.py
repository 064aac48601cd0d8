"""What may be shown: rounding, withholding and brackets by hand, and the laws that figures must keep."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import publishable
from analysis.errors import MonitorError
from analysis.indicators import Base, Indicator
from analysis.settings import Settings, read_settings
from deliveries.passports import passport_strata, read_manifest
from tests.analysis.told import told

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config"


@pytest.fixture(scope="module")
def settings() -> Settings:
    """Of monitor.yml: shown from 30, firm from 50 and 15 points; brackets below 3 from n 60; n in steps of 5 and 10."""
    return read_settings(CONFIG / "monitor.yml")


def test_halves_round_up_as_readers_round() -> None:
    values = pd.Series([0.5, 1.5, 2.5, 2.49, 44.5, -0.5, -2.5, np.nan])
    assert publishable.round_half_up(values).tolist()[:-1] == [1, 2, 3, 2, 45, -1, -3]
    assert publishable.round_half_up(values).isna().tolist() == [False] * 7 + [True]


def test_respondents_to_the_nearest_5_and_above_100_to_the_nearest_10(settings: Settings) -> None:
    n = pd.Series([0, 2, 3, 12, 13, 97, 98, 100, 101, 104, 105, 2000])
    assert publishable.round_respondents(n, settings).tolist() == [0, 0, 5, 10, 15, 95, 100, 100, 100, 100, 110, 2000]


def estimate(**changes: object) -> dict[str, object]:
    row = {
        **{"survey": "officeholders", "indicator": "threat", "answer": "", "wave": 2024, "domain": "all"},
        **{"n": 200, "yes": 90, "persons": 1000.0, "estimate": 0.445, "low": 0.4049, "high": 0.485},
    }
    return row | changes


def published(settings: Settings, **changes: object) -> pd.Series:
    return publishable.publish_estimates(pd.DataFrame([estimate(**changes)]), settings).iloc[0]


def test_a_firm_figure_is_whole_percents_and_nothing_finer(settings: Settings) -> None:
    row = published(settings, n=204)
    assert (row["percent"], row["low"], row["high"], row["n"]) == (45, 40, 49, 200)
    assert (row["text"], row["sign"], row["indicative"]) == ("45%", "", False)
    assert row["id"] == "threat|2024|all"
    exact = {"estimate", "yes", "persons", "se"}
    assert not exact & set(row.index)


def test_the_id_names_the_answer_too(settings: Settings) -> None:
    assert published(settings, indicator="motive", answer="anders")["id"] == "motive.anders|2024|all"


CASES: dict[str, tuple[dict, str, str, bool]] = {
    # changes, text, sign, indicative
    "29 respondents": ({"n": 29, "yes": 12}, "/", "/", False),
    "30 respondents": ({"n": 30, "yes": 13}, "45%", "", True),
    "49 respondents": ({"n": 49, "yes": 20}, "45%", "", True),
    "50 respondents": ({"n": 50, "yes": 20}, "45%", "", False),
    "half-width of 14.9 points": ({"low": 0.251, "high": 0.549}, "45%", "", False),
    "half-width of 15.1 points": ({"low": 0.25, "high": 0.552}, "45%", "", True),
    "no interval": ({"low": np.nan, "high": np.nan}, "/", "/", False),
    "nobody in the base": ({"n": 0, "yes": 0, "estimate": np.nan, "low": np.nan, "high": np.nan}, "/", "/", False),
    "2 say yes of 60": ({"n": 60, "yes": 2, "estimate": 0.03}, "minder dan 5%", "", False),
    "3 say yes of 60": ({"n": 60, "yes": 3, "estimate": 0.05, "low": 0.01, "high": 0.1}, "5%", "", False),
    "2 say yes of 59": ({"n": 59, "yes": 2, "estimate": 0.03}, "x", "x", False),
    "nobody says yes of 200": ({"yes": 0, "estimate": 0.0}, "minder dan 5%", "", False),
    "2 say no of 60": ({"n": 60, "yes": 58, "estimate": 0.97}, "meer dan 95%", "", False),
    "2 say no of 40": ({"n": 40, "yes": 38, "estimate": 0.95}, "x", "x", False),
    "nobody says no of 25": ({"n": 25, "yes": 25, "estimate": 1.0}, "/", "/", False),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_shown_withheld_or_bracketed(settings: Settings, case: str) -> None:
    changes, text, sign, indicative = CASES[case]
    row = published(settings, **changes)
    assert (row["text"], row["sign"], row["indicative"]) == (text, sign, indicative)
    hidden = not text[:-1].isdigit()
    assert [bool(pd.isna(row[name])) for name in ("percent", "low", "high")] == [hidden] * 3


def test_a_bracket_is_true_of_the_weighted_share_too(settings: Settings) -> None:
    """Two persons of large weight may stand for more than 5 %: the words must not deny that."""
    assert published(settings, n=60, yes=2, estimate=0.07, low=0.02, high=0.2)["text"] == "x"
    assert published(settings, n=60, yes=58, estimate=0.93, low=0.8, high=0.98)["text"] == "x"


def compared(settings: Settings, subject: dict, reference: dict, **changes: object) -> pd.Series:
    """The published comparison of two waves of `all` (2024 against 2022) with these estimates."""
    sides = pd.DataFrame([estimate(**subject), estimate(wave=2022, **reference)])
    row = {
        **{"kind": "wave", "survey": "officeholders", "indicator": "threat", "answer": "", "domain": "all"},
        **{"wave": 2024, "reference": "2022", "family": "f", "difference": 0.06, "low": 0.011, "high": 0.109},
        **{"smallest_demonstrable": 0.054, "verdict": "higher"},
    }
    figures = publishable.publish_estimates(sides, settings)
    return publishable.publish_comparisons(pd.DataFrame([row | changes]), figures, settings).iloc[0]


def test_a_difference_is_that_of_the_printed_percentages(settings: Settings) -> None:
    row = compared(settings, {"estimate": 0.455}, {"estimate": 0.394})
    assert row["difference"] == 46 - 39
    assert (row["low"], row["high"], row["smallest_demonstrable"]) == (1, 11, 5)
    assert row["verdict"] == "higher"
    assert row["id"] == "threat|2024|all|wave=2022"


@pytest.mark.parametrize("side", ["subject", "reference"])
@pytest.mark.parametrize(
    "not_firm", [{"n": 20}, {"n": 40}, {"n": 60, "yes": 2, "estimate": 0.03}, {"low": 0.2, "high": 0.6}]
)
def test_no_verdict_where_a_side_is_not_firm(settings: Settings, side: str, not_firm: dict) -> None:
    sides = {"subject": {}, "reference": {}} | {side: not_firm}
    row = compared(settings, sides["subject"], sides["reference"])
    assert row["verdict"] == "too_few"
    assert row[["difference", "low", "high", "smallest_demonstrable"]].isna().all()


def test_what_cannot_be_compared_says_so_even_where_numbers_are_small(settings: Settings) -> None:
    row = compared(settings, {"n": 20}, {}, verdict="not_comparable", difference=np.nan)
    assert row["verdict"] == "not_comparable"
    assert pd.isna(row["difference"])


def test_a_comparison_with_a_whole_looks_up_the_same_wave(settings: Settings) -> None:
    sides = pd.DataFrame([estimate(domain="gender=vrouw", estimate=0.55), estimate(estimate=0.45)])
    row = {
        **{"kind": "whole", "survey": "officeholders", "indicator": "threat", "answer": "", "wave": 2024},
        **{"domain": "gender=vrouw", "reference": "all", "family": "f", "difference": 0.1, "low": 0.05, "high": 0.15},
        **{"smallest_demonstrable": 0.06, "verdict": "higher"},
    }
    figures = publishable.publish_estimates(sides, settings)
    made = publishable.publish_comparisons(pd.DataFrame([row]), figures, settings).iloc[0]
    assert made["difference"] == 55 - 45
    assert made["id"] == "threat|2024|gender=vrouw|whole=all"


# Laws that figures keep: a country of three layers and three functions in one wave.

SEVERITIES = {"minder_ernstig": 0.25, "ernstig": 0.1, "zeer_ernstig": 0.05, "onbekend": 0.05, "geen": 0.55}
FORMS = {"any_aggression": 0.45, "verbal": 0.41, "threat": 0.24, "physical": 0.03}
PARTS = {"all": 100.0, "layer=gemeente": 60.0, "layer=provincie": 30.0, "layer=waterschap": 10.0}
GROUPS = {"function_group=raadslid": 60.0, "function_group=statenlid": 30.0, "function_group=ab_lid": 10.0}
INDICATORS = [
    Indicator(id="severity_all", kind="distribution", base=Base(all=True)),
    Indicator(id="any_aggression", kind="proportion", base=Base(all=True)),
]


def country() -> pd.DataFrame:
    rows = []
    for domain, persons in {**PARTS, **GROUPS}.items():
        shares = {("severity_all", answer): share for answer, share in SEVERITIES.items()}
        shares |= {(form, ""): share for form, share in FORMS.items()}
        for (indicator, answer), share in shares.items():
            where = {"indicator": indicator, "answer": answer, "domain": domain}
            rows.append(estimate(**where, estimate=share, persons=persons))
    return pd.DataFrame(rows)


def test_figures_that_agree_pass() -> None:
    publishable.check_consistent(country(), INDICATORS)


def test_an_empty_group_is_no_contradiction() -> None:
    empty = estimate(domain="layer=rijk", indicator="any_aggression", n=0, persons=0.0, estimate=np.nan)
    publishable.check_consistent(pd.concat([country(), pd.DataFrame([empty])]), INDICATORS)


BROKEN: dict[str, tuple[str, str, str, str, float]] = {
    # law: indicator, answer, domain, column, value
    "answers add up to 1": ("severity_all", "geen", "all", "estimate", 0.56),
    "persons per layer add up to the total": ("any_aggression", "", "layer=gemeente", "persons", 61.0),
    "persons per function_group add up to the total": ("verbal", "", "function_group=ab_lid", "persons", 9.0),
    "persons who say yes per layer add up to the total": ("threat", "", "layer=provincie", "estimate", 0.2),
    "persons who say yes per function_group add up to the total": (
        *("threat", "", "function_group=raadslid", "estimate"),
        0.25,
    ),
    "threat within any": ("threat", "", "domain=any", "estimate", 0.49),
}


@pytest.mark.parametrize("law", BROKEN)
def test_a_broken_law_stops_the_build(law: str) -> None:
    indicator, answer, domain, column, value = BROKEN[law]
    figures = country()
    at = (figures["indicator"] == indicator) & (figures["answer"] == answer)
    figures.loc[at & (figures["domain"] == domain) if domain != "domain=any" else at, column] = value
    with pytest.raises(MonitorError) as caught:
        publishable.check_consistent(figures, INDICATORS)
    message = told(caught.value)
    assert message["title"] == "Figures contradict each other"
    assert message["expected"].startswith(law)
    assert "2024" in message["where"]


def test_severities_add_up_to_any_aggression() -> None:
    figures = country()
    figures.loc[figures["indicator"] == "any_aggression", "estimate"] = 0.46
    with pytest.raises(MonitorError) as caught:
        publishable.check_consistent(figures, INDICATORS)
    assert told(caught.value)["expected"].startswith("severities add up to any aggression")


def test_a_group_that_is_missing_is_a_contradiction() -> None:
    figures = country()
    with pytest.raises(MonitorError) as caught:
        publishable.check_consistent(figures[figures["domain"] != "layer=waterschap"], INDICATORS)
    assert "per layer add up" in told(caught.value)["expected"]


def test_a_total_without_any_part_is_a_contradiction() -> None:
    figures = country()
    lone = figures[(figures["indicator"] != "physical") | (figures["domain"] == "all")]
    with pytest.raises(MonitorError) as caught:
        publishable.check_consistent(lone, INDICATORS)
    assert "physical" in told(caught.value)["where"]


# The response table.


def test_response_per_group_adds_up_and_names_no_office_of_a_few(settings: Settings) -> None:
    passports = read_manifest(ROOT / "data" / "raw" / "manifest.yml")
    strata = passport_strata([passport for passport in passports if passport.survey == "officeholders"])
    functions = pd.read_csv(CONFIG / "functions.csv", dtype=str)
    table = publishable.publish_response(strata, functions, settings)
    of_2022 = table[table["wave"] == 2022].set_index("domain")
    assert of_2022.loc["all", "percent"] == 26  # published: 3,033 of about 11,600
    for dimension in ("layer", "function_group"):
        parts = of_2022[of_2022.index.str.startswith(f"{dimension}=")]
        assert parts["population"].sum() == of_2022.loc["all", "population"]
    assert table["population"].min() >= 10
    assert not table["domain"].str.contains("commissaris|dijkgraaf").any()
    assert (table["responded"] % 5 == 0).all()


def test_response_percent_is_that_of_the_rounded_number(settings: Settings) -> None:
    strata = pd.DataFrame(
        [("officeholders", 2024, "raadslid", "drenthe", 400, 200, 53)],
        columns=["survey", "wave", "function", "province", "population", "invited", "responded"],
    )
    functions = pd.read_csv(CONFIG / "functions.csv", dtype=str)
    row = publishable.publish_response(strata, functions, settings).set_index("domain").loc["province=drenthe"]
    assert (row["responded"], row["percent"]) == (55, 28)  # 55 / 200 = 27.5 %; 53 / 200 would tell the exact number
