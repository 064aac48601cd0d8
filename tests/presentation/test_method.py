"""What a report says of its own method: the other rates, the rule for open questions, and the lines it cuts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from presentation import method
from presentation.factsheets import Sheet, report_sheet
from presentation.results import Results, read_results


@pytest.fixture(scope="module")
def results() -> Results:
    return read_results()


def telling(results: Results, **changes: Any) -> Sheet:
    """The newest report, of which the weighting tells what is given here."""
    sheet = report_sheet(results.settings.newest, results)
    made = {**results.weighting[str(sheet.wave)], **changes}
    return replace(sheet, results=replace(results, weighting={**results.weighting, str(sheet.wave): made}))


def headline(*took_part: int) -> list[dict[str, Any]]:
    return [{"indicator": "any_aggression", "reference": 2022, "took_part": [*took_part] or None}]


def test_rates_that_make_a_change_are_told_per_hundred(results: Results) -> None:
    said = method.selective(telling(results, headline=headline(23, 26)), "any_aggression")
    assert "met de meting van 2022" in said
    assert "er 23 van de 100 meededen, en van de andere 26 van de 100" in said


@pytest.mark.parametrize("took_part", [(), (25, 25)])
def test_without_a_change_or_a_wave_before_no_rates_are_told(results: Results, took_part: tuple[int, ...]) -> None:
    assert method.selective(telling(results, headline=headline(*took_part)), "any_aggression") == ""


def test_rule_for_open_questions_is_told_with_both_extremes(results: Results) -> None:
    missing = [{"indicator": "any_aggression", "strict": 51, "lenient": 40}]
    said = method.missing_answers(telling(results, missing=missing), "any_aggression")
    assert "hooguit 1 van de 3 vragen" in said  # allow_missing of three forms in indicators.yml
    assert said.index("51%") < said.index("40%")


def test_figure_that_is_withheld_leaves_the_rule_without_extremes(results: Results) -> None:
    said = method.missing_answers(telling(results, missing=[]), "any_aggression")
    assert "hooguit 1 van de 3 vragen" in said
    assert "%" not in said


def test_report_tells_the_lines_that_its_own_wave_and_earlier_ones_cut(results: Results) -> None:
    of_2022 = method.cut_lines(report_sheet(2022, results))
    own, _, earlier = of_2022.partition("Eerdere metingen")
    assert "twaalf maanden" in own  # breaks.csv: integrity was asked of another period
    assert "vanaf 2022" in own
    assert "vanaf 2020" not in own
    assert "vanaf 2020" in earlier
    assert "2024" not in of_2022


def test_first_report_cuts_no_line(results: Results) -> None:
    assert "geen enkele lijn" in method.cut_lines(report_sheet(2016, results))


def test_report_names_what_its_wave_asked_in_another_way(results: Results) -> None:
    assert "“incident besproken”" in method.cut_lines(report_sheet(2018, results))
