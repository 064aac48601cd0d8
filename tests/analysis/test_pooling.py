"""Two waves together: a mean that lies between both, of small groups only, across no break.

Beside R's figures it stands in `test_against_r.py`, as `check_pooled`.
"""

from __future__ import annotations

import pandas as pd
import pytest
from scipy import stats
from scipy.special import expit, logit

from analysis import publishable
from analysis.indicators import Base, Indicator
from analysis.pooling import pool
from analysis.settings import read_settings
from tests.analysis.invented import CONFIG

SETTINGS = read_settings(CONFIG / "monitor.yml")
VERBAL = Indicator(
    **{"id": "verbal", "kind": "proportion", "base": Base(all=True), "variable": "verbal"},
    **{"yes": ("een_keer", "meerdere_keren"), "headline": True},
)
ZEELAND = "province=zeeland"


def level(wave: int, estimate: float, se: float = 0.06, n: int = 60, **changes: object) -> dict[str, object]:
    row = {
        **{"survey": "officeholders", "indicator": "verbal", "answer": "", "wave": wave, "domain": ZEELAND, "n": n},
        **{
            "yes": int(n * max(estimate, 0.0)) if n else 0,
            "estimate": estimate,
            "se": se,
            "se_superpopulation": se,
            "df": n - 10,
        },
        **{"n_effective": float(n), "method": "logit", "low": 0.0, "high": 1.0},
    }
    return row | changes


def pooled(*levels: dict[str, object], broken: tuple[int, ...] = ()) -> pd.DataFrame:
    return pool(pd.DataFrame(levels), {}, [VERBAL], [ZEELAND], {}, {"verbal": broken}, {}, SETTINGS)


def test_pooled_figure_is_the_mean_with_an_interval_of_both() -> None:
    row = pooled(level(2022, 0.4, 0.06, n=60), level(2024, 0.5, 0.08, n=50)).iloc[0]
    assert row["estimate"] == pytest.approx(0.45)
    assert row["se"] == pytest.approx(0.05)  # half of the root of 0.0036 + 0.0064
    assert (row["n"], row["yes"], row["df"], row["waves"]) == (110, 49, 90, "2022+2024")
    half = stats.t.ppf(0.975, 90) * 0.05 / (0.45 * 0.55)
    assert row["low"] == pytest.approx(expit(logit(0.45) - half))
    assert row["high"] == pytest.approx(expit(logit(0.45) + half))


def test_pooling_two_equal_waves_halves_the_variance() -> None:
    row = pooled(level(2022, 0.4), level(2024, 0.4)).iloc[0]
    assert row["estimate"] == pytest.approx(0.4)
    assert row["se"] ** 2 == pytest.approx(0.06**2 / 2)


@pytest.mark.parametrize(("before", "now"), [(0.1, 0.9), (0.55, 0.5), (0.0, 0.3), (0.0, 0.0), (1.0, 1.0)])
def test_pooled_figure_lies_between_both_and_within_its_interval(before: float, now: float) -> None:
    row = pooled(level(2022, before), level(2024, now)).iloc[0]
    assert min(before, now) <= row["estimate"] <= max(before, now)
    assert 0 <= row["low"] <= row["estimate"] <= row["high"] <= 1
    assert row["low"] < row["high"]


def test_share_of_nobody_in_both_waves_is_as_sure_as_the_effective_numbers_together() -> None:
    """Clopper-Pearson of 0 of 120: 1 - 0.025^(1/120)."""
    row = pooled(level(2022, 0.0, 0.0), level(2024, 0.0, 0.0)).iloc[0]
    assert (row["low"], row["high"]) == (0, pytest.approx(1 - 0.025 ** (1 / 120)))


@pytest.mark.parametrize(
    ("levels", "why"),
    [
        ((level(2022, 0.4, n=60), level(2024, 0.5, n=100)), "the wave alone has enough"),
        ((level(2020, 0.4), level(2022, 0.4, indicator="threat"), level(2024, 0.5)), "the wave before did not ask it"),
        ((level(2022, 0.4), level(2024, 0.5, domain="province=utrecht")), "the group has no sheet"),
        ((level(2022, 0.4, indicator="threat"), level(2024, 0.5, indicator="threat")), "it is no headline"),
        ((level(2022, float("nan"), n=0), level(2024, 0.5)), "nobody answered before"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_pooled(levels: tuple[dict[str, object], ...], why: str) -> None:
    assert pooled(*levels).empty, why


def test_no_break_is_pooled_across() -> None:
    two = level(2022, 0.4), level(2024, 0.5)
    assert pooled(*two, broken=(2024,)).empty
    assert len(pooled(*two, broken=(2022,))) == 1


def shown(*levels: dict[str, object]) -> pd.Series:
    single = publishable.publish_estimates(pd.DataFrame(levels), SETTINGS)
    return publishable.publish_pooled(pooled(*levels), single, SETTINGS).iloc[0]


def test_pooled_row_is_named_by_both_waves_and_firm_by_its_own_number() -> None:
    row = shown(level(2022, 0.4, n=40), level(2024, 0.5, n=40))
    assert row["id"] == "verbal|2022+2024|province=zeeland"
    assert (row["wave"], row["n"], row["percent"], row["indicative"]) == (2024, 80, 45, False)


def test_pooled_row_gives_no_figure_from_which_a_withheld_one_would_follow() -> None:
    """Twice the pooled percentage less the one that is shown is the one that is not."""
    row = shown(level(2022, 0.4, n=20), level(2024, 0.5, n=90))
    assert (row["sign"], row["text"], row["percent"] is pd.NA) == ("x", "x", True)


@pytest.mark.parametrize("text", ["x", "minder dan 5%", "meer dan 95%"])
def test_two_waves_that_are_both_withheld_or_bracketed_are_not_shown_together(text: str) -> None:
    """What was withheld may follow from other answers of its wave, and that of the other wave would from both."""
    levels = level(2022, 0.4, n=40), level(2024, 0.5, n=40)
    single = publishable.publish_estimates(pd.DataFrame(levels), SETTINGS)
    single[["percent", "text"]] = pd.NA, text
    row = publishable.publish_pooled(pooled(*levels), single, SETTINGS).iloc[0]
    assert (row["sign"], row["text"], row["percent"] is pd.NA) == ("x", "x", True)


def test_two_waves_of_which_neither_is_shown_may_be_shown_together() -> None:
    row = shown(level(2022, 0.4, n=25), level(2024, 0.5, n=25))
    assert (row["sign"], row["percent"], row["indicative"]) == ("", 45, False)
