"""What may be shown: rounding, withholding and brackets by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import publishable
from analysis.groups import read_groups
from analysis.indicators import Base, Indicator
from analysis.settings import Settings, read_settings
from deliveries.passports import passport_strata, read_manifest

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


def test_a_half_is_a_half_on_whichever_side_floating_point_puts_it() -> None:
    """Guards a bug: 5 of 200 with equal weights became 2 or 3 by the last digit of the weights."""
    assert publishable.round_half_up(pd.Series([2.5 - 4e-16, 2.5 + 4e-16, 2.5 - 1e-8])).tolist() == [3, 3, 2]


def test_respondents_to_the_nearest_5_and_above_100_to_the_nearest_10(settings: Settings) -> None:
    n = pd.Series([0, 2, 3, 12, 13, 97, 98, 100, 101, 104, 105, 2000])
    assert publishable.round_respondents(n, settings).tolist() == [0, 0, 5, 10, 15, 95, 100, 100, 100, 100, 110, 2000]


def estimate(**changes: object) -> dict[str, object]:
    row = {
        **{"survey": "officeholders", "indicator": "threat", "answer": "", "wave": 2024, "domain": "all"},
        **{"n": 200, "yes": 90, "persons": 1000.0, "estimate": 0.445, "low": 0.4049, "high": 0.485},
        "method": "logit",
    }
    return row | changes


def published(settings: Settings, **changes: object) -> pd.Series:
    return publishable.publish_estimates(pd.DataFrame([estimate(**changes)]), settings).iloc[0]


def test_a_firm_figure_is_whole_percents_and_nothing_finer(settings: Settings) -> None:
    told = {"se": 0.0204, "se_superpopulation": 0.0351, "df": 187, "n_effective": 171.5, "design_effect": 1.19}
    row = published(settings, n=204, **told)
    assert (row["percent"], row["low"], row["high"], row["n"]) == (45, 40, 49, 200)
    assert (row["text"], row["sign"], row["indicative"]) == ("45%", "", False)
    assert row["id"] == "threat|2024|all"
    exact = {"estimate", "yes", "persons", "method", *told}
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
    "an interval that is a point": ({"low": 0.445, "high": 0.445 + 1e-12}, "x", "x", False),
    "an interval that is printed as a point": ({"low": 0.4446, "high": 0.4454}, "45%", "", False),
    "nobody says no of 25": ({"n": 25, "yes": 25, "estimate": 1.0}, "/", "/", False),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_shown_withheld_or_bracketed(settings: Settings, case: str) -> None:
    changes, text, sign, indicative = CASES[case]
    row = published(settings, **changes)
    assert (row["text"], row["sign"], row["indicative"]) == (text, sign, indicative)
    hidden = not text[:-1].isdigit()
    assert [bool(pd.isna(row[name])) for name in ("percent", "low", "high")] == [hidden] * 3


def test_a_group_that_answered_in_full_has_neither_a_mean_nor_a_percentage(settings: Settings) -> None:
    """With its finite population correction the standard error is 0; of organisations the count takes the place."""
    point = {"estimate": 2.5, "low": 2.5, "high": 2.5, "method": "t"}
    row = published(settings, **point)
    assert (row["text"], row["sign"]) == ("x", "x")
    assert row[["percent", "low", "high", "number", "number_low", "number_high"]].isna().all()
    counted = published(settings, survey="organisations", n=40, yes=20, estimate=0.5, low=0.5, high=0.5)
    assert (counted["text"], counted["sign"]) == ("20 van de 40", "")


def test_a_bracket_is_true_of_the_weighted_share_too(settings: Settings) -> None:
    """Two persons of large weight may stand for more than 5 %: the words must not deny that."""
    assert published(settings, n=60, yes=2, estimate=0.07, low=0.02, high=0.2)["text"] == "x"
    assert published(settings, n=60, yes=58, estimate=0.93, low=0.8, high=0.98)["text"] == "x"


MOTIVE = Indicator(
    id="motive",
    kind="distribution",
    base=Base(all=True),
    variable="motive",
    thin={"a_b": ("a", "b"), "c_d": ("c", "d")},
)
TOGETHER: dict[str, tuple[dict[str, int], int, dict[str, str]]] = {
    # how many of n gave each answer, n, and what is published
    "one is rare": ({"a": 20, "b": 2, "c": 10, "d": 8}, 40, {"a_b": "55%", "a": "x", "b": "x", "c": "25%", "d": "20%"}),
    "both are": ({"a": 2, "b": 2, "c": 20, "d": 16}, 40, {"a_b": "10%", "a": "x", "b": "x", "c": "50%", "d": "40%"}),
    "none is": ({"a": 12, "b": 10, "c": 10, "d": 8}, 40, {"a": "30%", "b": "25%", "c": "25%", "d": "20%"}),
    "in a large group": (
        {"a": 50, "b": 2, "c": 20, "d": 8},
        80,
        {"a": "63%", "b": "minder dan 5%", "c": "25%", "d": "10%"},
    ),
    "together they are rare too": (
        {"a": 1, "b": 1, "c": 20, "d": 18},
        40,
        {"a": "x", "b": "x", "c": "50%", "d": "45%"},
    ),
    "together they are nearly all": ({"a": 36, "b": 2, "c": 1, "d": 1}, 40, dict.fromkeys("abcd", "x") | {"a": "90%"}),
    "of both sets": (
        {"a": 20, "b": 2, "c": 17, "d": 1},
        40,
        {"a_b": "55%", "a": "x", "b": "x", "c_d": "45%", "c": "x", "d": "x"},
    ),
    "too few answered": ({"a": 10, "b": 2, "c": 9, "d": 8}, 29, dict.fromkeys("abcd", "/")),
}


def together(
    settings: Settings, counts: dict[str, int], n: int, **changes: object
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Answers of one group as published and exact, those together before the first of them."""
    counts = {"a_b": counts["a"] + counts["b"], "a": counts["a"], "b": counts["b"], **counts}
    counts = {
        name: counts[name] if name != "c_d" else counts["c"] + counts["d"]
        for name in ("a_b", "a", "b", "c_d", "c", "d")
    }
    rows = [
        estimate(
            indicator="motive", answer=answer, n=n, yes=yes, estimate=yes / n, low=yes / n / 2, high=(1 + yes / n) / 2
        )
        for answer, yes in counts.items()
    ]
    exact = pd.DataFrame(rows).assign(**changes)
    return publishable.show_together(
        publishable.publish_estimates(exact, settings), exact, {"officeholders": [MOTIVE], "employees": []}
    )


@pytest.mark.parametrize("case", TOGETHER)
def test_answers_are_shown_together_where_one_would_be_withheld(settings: Settings, case: str) -> None:
    counts, n, texts = TOGETHER[case]
    made, exact = together(settings, counts, n)
    assert dict(zip(made["answer"], made["text"], strict=True)) == texts
    assert made["answer"].tolist() == exact["answer"].tolist()
    wholes = {"a": "a_b", "b": "a_b", "c": "c_d", "d": "c_d"}
    told = {name: f"motive.{wholes[name]}|2024|all" for name in "abcd" if wholes[name] in texts}
    assert dict(zip(made["answer"], made["together"], strict=True)) == {name: told.get(name, "") for name in texts}
    secret = made[made["sign"] == "x"]
    assert secret[["percent", "low", "high"]].isna().all(axis=None) and not secret["indicative"].any()


def test_answers_are_together_in_the_group_wave_and_survey_that_need_it_alone(settings: Settings) -> None:
    few, many = TOGETHER["one is rare"][:2], TOGETHER["none is"][:2]
    parts = [
        together(settings, *few)[1],
        together(settings, *many, wave=2022)[1],
        together(settings, *many, domain="x")[1],
    ]
    exact = pd.concat([*parts, together(settings, *few, survey="employees")[1]])
    made, _ = publishable.show_together(
        publishable.publish_estimates(exact, settings), exact, {"officeholders": [MOTIVE], "employees": []}
    )
    assert made.loc[made["together"] != "", "id"].tolist() == ["motive.a|2024|all", "motive.b|2024|all"]
    assert made["text"].tolist().count("x") == 3  # of the other survey its own


COUNTED: dict[str, tuple[dict, str, str, object]] = {
    # changes, text, sign, count
    "6 of 8": ({"n": 8, "yes": 6, "low": np.nan, "high": np.nan}, "6 van de 8", "", 6),
    "29 of 29": ({"n": 29, "yes": 29, "estimate": 1.0}, "29 van de 29", "", 29),
    "2 of 40, which would make persons known": ({"n": 40, "yes": 2, "estimate": 0.05}, "2 van de 40", "", 2),
    "2 of 60, which are few enough for words": ({"n": 60, "yes": 2, "estimate": 0.03}, "minder dan 5%", "", pd.NA),
    "30 organisations": ({"n": 30, "yes": 13}, "45%", "", pd.NA),
    "a group that was not asked": ({"n": 0, "yes": 0, "estimate": np.nan, "low": np.nan}, ".", ".", pd.NA),
}


@pytest.mark.parametrize("case", COUNTED)
def test_of_organisations_a_count_takes_the_place_of_a_percentage_that_is_not_shown(
    settings: Settings, case: str
) -> None:
    changes, text, sign, count = COUNTED[case]
    row = published(settings, survey="organisations", **changes)
    assert (row["text"], row["sign"]) == (text, sign)
    if pd.isna(count):
        assert pd.isna(row["count"])
    else:
        assert (row["count"], row["n"]) == (count, changes["n"])  # the pair is exact
        assert pd.isna(row["percent"]) and not row["indicative"]


@pytest.mark.parametrize("survey", ["officeholders", "employees"])
@pytest.mark.parametrize("case", CASES)
def test_of_persons_no_count_is_ever_published(settings: Settings, survey: str, case: str) -> None:
    row = published(settings, survey=survey, **CASES[case][0])
    assert pd.isna(row["count"]) and row["n"] % 5 == 0


def test_a_figure_of_another_survey_has_its_name_in_front_so_that_no_lookup_mixes_them(settings: Settings) -> None:
    ids = {survey: published(settings, survey=survey)["id"] for survey in ("officeholders", "employees")}
    assert ids == {"officeholders": "threat|2024|all", "employees": "employees:threat|2024|all"}


def test_the_margin_of_a_panel_is_marked_in_its_wave_alone(settings: Settings) -> None:
    rows = pd.DataFrame([estimate(survey="employees", wave=wave) for wave in (2016, 2024)] + [estimate()])
    made = publishable.publish_estimates(rows, settings, {("employees", 2024)})
    assert made["panel"].tolist() == [False, True, False]


def compared(settings: Settings, subject: dict, reference: dict, **changes: object) -> pd.Series:
    """The published comparison of two waves of `all` (2024 against 2022) with these estimates."""
    sides = pd.DataFrame([estimate(**subject), estimate(wave=2022, **reference)])
    row = {
        **{"kind": "wave", "survey": "officeholders", "indicator": "threat", "answer": "", "domain": "all"},
        **{"wave": 2024, "reference": "2022", "family": "f", "difference": 0.06, "low": 0.011, "high": 0.109},
        **{"smallest_demonstrable": 0.054, "verdict": "higher"},
    }
    figures = publishable.publish_estimates(sides, settings)
    return publishable.publish_comparisons(pd.DataFrame([row | changes]), figures).iloc[0]


def test_a_difference_is_that_of_the_printed_percentages(settings: Settings) -> None:
    row = compared(settings, {"estimate": 0.455}, {"estimate": 0.394})
    assert row["difference"] == 46 - 39
    assert (row["low"], row["high"], row["smallest_demonstrable"]) == (1, 11, 5)
    assert row["verdict"] == "higher"
    assert row["id"] == "threat|2024|all|wave=2022"


@pytest.mark.parametrize("side", ["subject", "reference"])
@pytest.mark.parametrize("not_firm", [{"n": 20}, {"n": 40, "yes": 18}, {"low": 0.2, "high": 0.6}])
def test_no_verdict_where_a_side_is_not_firm(settings: Settings, side: str, not_firm: dict) -> None:
    sides = {"subject": {}, "reference": {}} | {side: not_firm}
    row = compared(settings, sides["subject"], sides["reference"])
    assert row["verdict"] == "too_few"
    assert row[["difference", "low", "high", "smallest_demonstrable"]].isna().all()


@pytest.mark.parametrize("secret", [{"n": 40, "yes": 1, "estimate": 0.03}, {"n": 60, "yes": 2, "estimate": 0.03}])
@pytest.mark.parametrize("other", [{}, {"n": 20}, {"n": 40, "yes": 18}])
@pytest.mark.parametrize("side", ["subject", "reference"])
def test_a_comparison_with_a_side_withheld_or_bracketed_is_withheld_whatever_the_other(
    settings: Settings, side: str, other: dict, secret: dict
) -> None:
    """It would read "te weinig waarnemingen", where enough answered and persons would be recognisable."""
    sides = {"subject": other, "reference": other} | {side: secret}
    row = compared(settings, sides["subject"], sides["reference"])
    assert row["verdict"] == "withheld"
    assert row[["difference", "low", "high", "smallest_demonstrable"]].isna().all()
    assert compared(settings, secret, {}, verdict="not_comparable", difference=np.nan)["verdict"] == "not_comparable"


def test_a_mean_is_a_number_in_tenths_and_no_bracket_is_about_it(settings: Settings) -> None:
    """Of a mean everybody who answers counts, so that "few say no" would be said of every one."""
    row = published(settings, method="t", yes=200, estimate=3.449, low=2.96, high=3.951)
    assert (row["text"], row["number"], row["number_low"], row["number_high"]) == ("3,4", 3.4, 3.0, 4.0)
    assert row[["percent", "low", "high"]].isna().all()
    assert (row["sign"], row["indicative"]) == ("", False)
    few = published(settings, method="t", n=29, yes=29, estimate=3.449, low=2.96, high=3.951)
    assert few["text"] == "/" and pd.isna(few["number"])
    assert published(settings)[["number", "number_low", "number_high"]].isna().all()


def trend(**changes: object) -> pd.DataFrame:
    row = {
        **{
            "survey": "officeholders",
            "indicator": "threat",
            "answer": "",
            "domain": "all",
            "wave": 2024,
            "first": 2020,
        },
        **{"waves": 3, "change": 0.0449, "low": 0.004, "high": 0.085, "verdict": "rising", "family": "trends"},
    }
    return pd.DataFrame([row | changes])


@pytest.mark.parametrize(
    ("changed", "verdict", "change", "low"),
    [
        ({}, "rising", 4, 1),  # a bound above 0 is not printed as 0
        ({"n": 40, "yes": 18}, "too_few", None, None),  # a figure that is indicative
        ({"n": 20}, "too_few", None, None),
        ({"wave": 2016}, "too_few", None, None),  # no figure of 2022
        ({"n": 40, "yes": 1, "estimate": 0.03}, "withheld", None, None),
        ({"n": 60, "yes": 2, "estimate": 0.03}, "withheld", None, None),  # less than 5 %
        ({"wave": 2016, "n": 40, "yes": 1, "estimate": 0.03}, "too_few", None, None),  # withheld, but not on the line
    ],
)
def test_a_trend_is_shown_where_every_figure_on_its_line_is_firm(
    changed: dict[str, object], verdict: str, change: int | None, low: int | None, settings: Settings
) -> None:
    waves = [estimate(wave=2020), estimate(**{"wave": 2022} | changed), estimate(wave=2024), estimate(wave=2018)]
    shown = publishable.publish_estimates(pd.DataFrame(waves), settings)
    row = publishable.publish_trends(trend(), shown).iloc[0]
    assert row["id"] == "threat|2024|all|trend=2020"
    assert (row["verdict"], row["wave"], row["first"]) == (verdict, 2024, 2020)
    assert [None if pd.isna(row[name]) else row[name] for name in ("change", "low")] == [change, low]
    assert not {"slope", "se", "q", "p"} & set(row.index)


def test_a_line_that_was_not_judged_to_rise_may_begin_at_0(settings: Settings) -> None:
    shown = publishable.publish_estimates(pd.DataFrame([estimate(wave=wave) for wave in (2020, 2022, 2024)]), settings)
    row = publishable.publish_trends(trend(verdict="not_linear"), shown).iloc[0]
    assert (row["verdict"], row["low"], row["high"]) == ("not_linear", 0, 9)


def test_a_comparison_that_was_not_tested_has_no_figure_however_firm_its_sides(settings: Settings) -> None:
    """Two waves of the same people with the same answers differ by nothing that could be tested."""
    row = compared(settings, {}, {}, difference=0.0, low=np.nan, high=np.nan, verdict="too_few")
    assert row["verdict"] == "too_few"
    assert row[["difference", "low", "high", "smallest_demonstrable"]].isna().all()


def test_what_cannot_be_compared_says_so_even_where_numbers_are_small(settings: Settings) -> None:
    row = compared(settings, {"n": 20}, {}, verdict="not_comparable", difference=np.nan)
    assert row["verdict"] == "not_comparable"
    assert pd.isna(row["difference"])


def test_a_comparison_looks_up_the_figures_of_its_own_survey(settings: Settings) -> None:
    """The same indicator, wave and group of two surveys: 45 against 39, and 25 against 12."""
    shares = {"officeholders": (0.45, 0.39), "employees": (0.25, 0.12)}
    rows = [
        estimate(survey=survey, wave=wave, estimate=share)
        for survey, pair in shares.items()
        for wave, share in zip((2024, 2022), pair, strict=True)
    ]
    row = {
        **{"kind": "wave", "indicator": "threat", "answer": "", "domain": "all", "wave": 2024, "reference": "2022"},
        **{"family": "f", "difference": 0.06, "low": 0.01, "high": 0.2, "smallest_demonstrable": 0.05},
    }
    figures = publishable.publish_estimates(pd.DataFrame(rows), settings)
    compared = pd.DataFrame([row | {"survey": survey, "verdict": "higher"} for survey in shares])
    made = publishable.publish_comparisons(compared, figures)
    assert made["difference"].tolist() == [6, 13]
    assert made["id"].tolist() == ["threat|2024|all|wave=2022", "employees:threat|2024|all|wave=2022"]


def test_a_comparison_with_a_whole_looks_up_the_same_wave(settings: Settings) -> None:
    sides = pd.DataFrame([estimate(domain="gender=vrouw", estimate=0.55), estimate(estimate=0.45)])
    row = {
        **{"kind": "whole", "survey": "officeholders", "indicator": "threat", "answer": "", "wave": 2024},
        **{"domain": "gender=vrouw", "reference": "all", "family": "f", "difference": 0.1, "low": 0.05, "high": 0.15},
        **{"smallest_demonstrable": 0.06, "verdict": "higher"},
    }
    figures = publishable.publish_estimates(sides, settings)
    made = publishable.publish_comparisons(pd.DataFrame([row]), figures).iloc[0]
    assert made["difference"] == 55 - 45
    assert made["id"] == "threat|2024|gender=vrouw|whole=all"


# The response table.


def test_response_per_group_adds_up_and_names_no_office_of_a_few(settings: Settings) -> None:
    passports = read_manifest(ROOT / "data" / "raw" / "manifest.yml")
    strata = passport_strata([passport for passport in passports if passport.survey == "officeholders"])
    functions = pd.read_csv(CONFIG / "functions.csv", dtype=str)
    groups = [group.domain for group in read_groups(CONFIG / "domains.yml", CONFIG / "provinces.csv")]
    table = publishable.publish_response(strata, functions, groups, settings)
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
    table = publishable.publish_response(strata, functions, ["all", "province=drenthe", "gender=man"], settings)
    assert table["domain"].tolist() == ["all", "province=drenthe"]  # a stratum knows no gender
    row = table.set_index("domain").loc["province=drenthe"]
    assert (row["responded"], row["percent"]) == (55, 28)  # 55 / 200 = 27.5 %; 53 / 200 would tell the exact number


def test_response_of_organisations_is_exact(settings: Settings) -> None:
    """8 of 12 provincies; a rounded 10 would be another answer. The three kinds of the Rijk are one group."""
    rows = [("provincie", 12, 8), ("ministerie", 12, 8), ("zbo", 120, 38)]
    strata = pd.DataFrame(
        [("organisations", 2022, layer, "nvt", population, population, n) for layer, population, n in rows],
        columns=["survey", "wave", "layer", "size_class", "population", "invited", "responded"],
    )
    domains = ["all", "layer=provincie", "layer=ministerie+agentschap+zbo"]
    table = publishable.publish_response(strata, pd.read_csv(CONFIG / "functions.csv"), domains, settings)
    assert table["domain"].tolist() == domains  # as planned, not as the alphabet has it
    told = table.set_index("domain")[["population", "responded", "percent"]].to_numpy().tolist()
    assert told == [[144, 54, 38], [12, 8, 67], [132, 46, 35]]
