"""What published figures tell of the shares behind them: by hand, and never less than the truth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import knowledge, publishable
from analysis.knowledge import BRACKET, EXACT, HIDDEN, Question, Told
from analysis.settings import read_settings
from tests.analysis.conftest import Survey

SETTINGS = read_settings(Path(__file__).parents[2] / "config" / "monitor.yml")
NOTHING = pd.DataFrame(columns=["kind", *knowledge.FIGURE, "reference", "difference", "low", "high", "verdict"])
UNPOOLED = pd.DataFrame(columns=[*knowledge.FIGURE, "waves", "percent"])
ALIKE = {"domain": "all", "sign": "", "rare": "", "counted": False, "other": "", "other_least": 0.0, "other_most": 0.0}


def figures(*shown: tuple[int, int, int], method: str = "t") -> tuple[pd.DataFrame, pd.DataFrame]:
    """Figures (percent, low, high) of the waves from 2016 on, and the method of their intervals."""
    rows = [
        {
            "survey": "s",
            "indicator": "i",
            "answer": "",
            "wave": 2016 + 2 * at,
            "domain": "all",
            **dict(zip(NAMES, of, strict=True)),
        }
        for at, of in enumerate(shown)
    ]
    return pd.DataFrame(rows), pd.DataFrame({"method": [method] * len(rows)})


NAMES = ("percent", "low", "high")


def test_a_percentage_is_within_half_a_point_and_never_beyond_0_and_100() -> None:
    least, most = knowledge.ranges(*figures((45, 40, 50), (0, 0, 2), (100, 97, 100)), NOTHING, UNPOOLED)
    assert least == pytest.approx([0.445, 0.0, 0.995]) and most == pytest.approx([0.455, 0.005, 1.0])


def test_the_middle_of_a_logit_interval_is_the_figure() -> None:
    """By hand: from 9.5-19.5 to 10.5-20.5 %: logits add to -2.2541 - 1.4178 and -2.1430 - 1.3554; of the halves the
    first is 13.75 %, and the other more than the 14.5 that rounding leaves.
    """
    least, most = knowledge.ranges(*figures((14, 10, 20), method="logit"), NOTHING, UNPOOLED)
    assert least == pytest.approx([0.13750], abs=1e-4) and most == pytest.approx([0.145], abs=1e-4)


def difference(**changes: object) -> pd.DataFrame:
    row = {"kind": "wave", "survey": "s", "indicator": "i", "answer": "", "wave": 2018, "domain": "all"}
    shown = {"reference": "2016", "difference": 5, "low": 1, "high": 8, "verdict": "higher"}
    return pd.DataFrame([row | shown | changes])


def test_the_middle_of_the_interval_of_a_difference_is_the_difference() -> None:
    """45 - 40: from (2 + 9 - 1) / 2 to (2 + 9 + 1) / 2 = 5 to 6 points more. The earlier stays as it is."""
    least, most = knowledge.ranges(*figures((40, 0, 0), (45, 0, 0)), difference(low=2, high=9), UNPOOLED)
    assert least == pytest.approx([0.395, 0.445]) and most == pytest.approx([0.405, 0.455])
    least, most = knowledge.ranges(*figures((40, 0, 0), (45, 0, 0)), difference(low=3, high=9), UNPOOLED)
    assert most == pytest.approx([0.405, 0.455]) and least == pytest.approx([0.395, 0.45])  # 5.5 to 6.5 points


@pytest.mark.parametrize(
    ("low", "high", "least"),
    [(1, 8, 0.395), (5, 9, 0.395), (-100, 100, 0.395)],  # a bound that was moved, is the figure, or was cut off
)
def test_a_bound_that_is_not_only_rounded_tells_less(low: int, high: int, least: float) -> None:
    found, most = knowledge.ranges(*figures((40, 0, 0), (45, 0, 0)), difference(low=low, high=high), UNPOOLED)
    assert found[0] == pytest.approx(least) and most[1] == pytest.approx(0.455)


@pytest.mark.parametrize(
    ("low", "high", "printed", "least", "most"),
    [
        (2, 9, 5, 5.0, 6.0),  # 1.5 + 8.5 to 2.5 + 9.5
        (5, 9, 5, 6.5, 9.5),  # the lower bound may be as high as the upper one
        (1, 5, 5, 0.0, 3.5),  # the upper bound as low as the lower one, and that as low as 0: 0.1 is printed as 1
        (-100, 9, 5, -np.inf, -45.0),
        (-9, 100, 5, 45.0, np.inf),
    ],
)
def test_a_difference_lies_in_the_middle_of_what_its_bounds_can_be(
    low: int, high: int, printed: int, least: float, most: float
) -> None:
    found = knowledge.differences(difference(low=low, high=high, difference=printed))
    assert np.concatenate(found) * 100 == pytest.approx([least, most])


def test_a_bound_of_1_may_be_less_only_where_the_interval_excludes_0() -> None:
    """0 to 1, of which 0 is printed: -0.5 + 0.5 to 1.5 + 1.5; "lager" would never say so."""
    row = difference(low=0, high=1, difference=0, verdict="about_equal")
    assert np.concatenate(knowledge.differences(row)) * 100 == pytest.approx([0.0, 1.5])
    sure = difference(low=-9, high=-1, difference=-5, verdict="lower")  # -1 may be -0.1
    assert np.concatenate(knowledge.differences(sure)) * 100 == pytest.approx([-5.5, -4.25])


def test_two_waves_together_are_their_mean() -> None:
    """40 and 45, together 43: the two add up to 85 to 87, so the later is at least 85 - 40.5, which is 44.5."""
    pooled = pd.DataFrame([{**figures((0, 0, 0), (0, 0, 0))[0].iloc[1].to_dict(), "waves": "2016+2018", "percent": 43}])
    least, most = knowledge.ranges(*figures((40, 0, 0), (45, 0, 0)), NOTHING, pooled)
    assert least == pytest.approx([0.395, 0.445]) and most == pytest.approx([0.405, 0.455])
    least, _ = knowledge.ranges(*figures((40, 0, 0), (45, 0, 0)), NOTHING, pooled.assign(percent=43.4))
    assert least == pytest.approx([0.395, 0.453])  # 85.8 less the most of the earlier


def test_every_estimate_lies_in_the_range_of_its_published_figure(survey: Survey, compared: pd.DataFrame) -> None:
    """The attacker's arithmetic is sound: of an invented survey, with all comparisons between waves and groups."""
    published = publishable.publish_estimates(survey.estimates, SETTINGS)
    verdicts = publishable.publish_comparisons(compared, published)
    least, most = knowledge.ranges(published, survey.estimates.reset_index(drop=True), verdicts, UNPOOLED)
    shown = published["percent"].notna().to_numpy()
    exact = survey.estimates["estimate"].to_numpy()
    assert shown.sum() > 50 and verdicts["difference"].notna().sum() > 50
    assert (least[shown] <= exact[shown] + 1e-9).all() and (exact[shown] <= most[shown] + 1e-9).all()
    assert (most - least)[shown].mean() < 0.008  # and they tell more than rounding alone, which is 0.01


def question(levels: list[int], sums: tuple = ((None, (0, 1, 2)),), **of_first: object) -> Told:
    """What is told of three answers of one group, of which the others are 60 and 30 %."""
    rows = [{"least": 0.095, "most": 0.105}, {"least": 0.595, "most": 0.605}, {"least": 0.295, "most": 0.305}]
    table = pd.DataFrame(rows).assign(**ALIKE, key=range(3), persons=1.0)
    for name, value in of_first.items():
        table.loc[0, name] = value
    made = Question((("i", "a"), ("i", "b"), ("i", "c")), np.zeros((3, 1)), np.zeros((3, 1)), sums, table)
    return knowledge.told(made, np.array(levels), SETTINGS.brackets)


def counts(told: Told) -> list[list[float]]:
    """The least and the most of no and of yes by the first figure."""
    return told.counts[:, :, 0].tolist()


def test_a_shown_figure_tells_its_share_and_that_it_is_not_rare() -> None:
    few, any_ = SETTINGS.brackets.count, np.inf
    told = question([EXACT] * 3)
    assert told.shares[:, 0] == pytest.approx((0.095, 0.105)) and (told.by[0][0], told.by[1][0]) == ((0,), (0,))
    assert counts(told) == [[few, any_], [few, any_]] and told.against[0] == -1
    little = question([EXACT] * 3, rare="yes", most=0.04)
    assert counts(little) == [[few, any_], [SETTINGS.brackets.upto, any_]]  # it would be bracketed else


def test_the_difference_of_two_shown_figures_is_told() -> None:
    alike = ALIKE | {"key": 0, "persons": 1.0, "least": 0.2, "most": 0.3}
    table = pd.DataFrame({"domain": ["a", "all"]}).assign(**alike | {"domain": ["a", "all"], "other": ["all", ""]})
    made = Question((("i", ""),), *np.zeros((2, 1, 1)), (), table)
    assert knowledge.told(made, np.array([EXACT, EXACT]), SETTINGS.brackets).against.tolist() == [1, -1]
    for levels in ([EXACT, BRACKET], [HIDDEN, EXACT]):
        assert knowledge.told(made, np.array(levels), SETTINGS.brackets).against.tolist() == [-1, -1]


def test_what_is_hidden_follows_from_the_other_answers() -> None:
    told = question([HIDDEN, EXACT, EXACT])
    assert (told.by[0][0], told.by[1][0]) == ((1, 2), (1, 2))
    assert told.shares[:, 0] == pytest.approx((0.09, 0.11))
    told = question([HIDDEN, HIDDEN, EXACT])  # no more than all who did not give the last
    assert (told.shares[1, 0], told.by[0][0], told.by[1][0]) == (pytest.approx(0.705), (), (2,))
    told = question([HIDDEN, EXACT, EXACT], sums=())
    assert (told.by[0][0], told.by[1][0]) == ((), ()) and np.isinf(told.counts[:, :, 0]).all()


@pytest.mark.parametrize("persons", [460.3, 708.6, 425.2])
def test_both_ends_follow_though_a_sum_of_fractions_is_a_hair_more_than_before(persons: float) -> None:
    """Shown a, b, d and e leave 4 to 7.68 % for f, which with d is c: 1 less 0.275, 0.125, 0.185, 0.375; and so on."""
    shares = [(0.2653, 0.275), (0.115, 0.125), (0, 1), (0.1779, 0.185), (0.365, 0.375), (0, 1)]
    rows = [{"least": least, "most": most, "key": at} for at, (least, most) in enumerate(shares)]
    table = pd.DataFrame(rows).assign(**ALIKE, persons=persons)
    sums = (None, (0, 1, 3, 4, 5)), (2, (3, 5)), (None, (0, 1, 2, 4))
    made = Question(tuple(("i", name) for name in "abcdef"), *np.zeros((2, 6, 1)), sums, table)
    told = knowledge.told(made, np.array([0, 0, 2, 0, 0, 2]), SETTINGS.brackets)
    assert told.shares[:, 5] == pytest.approx((0.04, 0.0768)) and told.by[0][5] == told.by[1][5] == (0, 1, 3, 4)


def test_what_is_hidden_follows_from_a_total_of_some_answers() -> None:
    """a + b = c, of 60 and 30 % here c less b: -30 %, which is none."""
    told = question([HIDDEN, EXACT, EXACT], sums=((1, (0, 2)),))
    assert told.shares[:, 0] == pytest.approx((0.29, 0.31))  # 60 - 30
    assert told.by[0][0] == told.by[1][0] == (1, 2)
    told = question([HIDDEN, EXACT, EXACT], sums=((0, (1,)),), persons=2.0)  # as many of twice as many persons
    assert told.shares[:, 0] == pytest.approx((0.595 / 2, 0.605 / 2))


def test_what_is_shown_is_known_better_from_what_it_adds_up_to() -> None:
    """10, 60 and 30 % of all: 9.5 % at least, and 10.5 % less what the others are at least too much."""
    told = question([EXACT] * 3, sums=((0, (1,)),), persons=6.0)
    assert (told.shares[0, 0], told.by[0][0]) == (pytest.approx(0.595 / 6), (1,))  # more than 9.5 %
    assert (told.shares[1, 0], told.by[1][0]) == (pytest.approx(0.605 / 6), (1,))  # less than 10.5 %


def test_a_bracket_tells_a_share_below_its_words_and_who_is_few() -> None:
    edge, few = SETTINGS.brackets.percent / 100, SETTINGS.brackets.upto - 1
    told = question([BRACKET, HIDDEN, HIDDEN], sums=(), rare="yes", counted=True)
    assert told.shares[:, 0].tolist() == [0.0, edge] and (told.by[0][0], told.by[1][0]) == ((0,), (0,))
    assert counts(told) == [[-np.inf, np.inf], [-np.inf, few]]
    told = question([BRACKET, HIDDEN, HIDDEN], sums=(), rare="no")
    assert told.shares[:, 0].tolist() == [1 - edge, 1.0] and counts(told) == [[-np.inf, np.inf], [-np.inf, np.inf]]
