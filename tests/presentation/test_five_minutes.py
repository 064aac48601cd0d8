"""The five-minute version: a sentence says what its figure and verdicts show, and a question not asked makes room."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from analysis.errors import MonitorError
from presentation.factsheets import Sheet, report_sheet
from presentation.five_minutes import Finding, findings
from tests.analysis.told import told
from tests.presentation.test_sheets import comparison, figure, results

WAVES = (2016, 2022, 2024)


def sheet(indicator: str, verdicts: dict[int, str] | None = None, **changes: object) -> Sheet:
    """A sheet of everybody with one indicator in three waves, and its verdicts against the two before."""
    figures = [figure(indicator, "all", wave) for wave in WAVES[:-1]] + [figure(indicator, "all", **changes)]
    said = {2016: "no_demonstrable_difference", 2022: "no_demonstrable_difference"} | (verdicts or {})
    compared = [comparison(indicator, verdict, "wave", str(wave), "all") for wave, verdict in said.items()]
    return report_sheet(2024, replace(results(figures, compared), breaks={indicator: {}}))


def sentence(indicator: str, verdicts: dict[int, str] | None = None, **changes: object) -> str:
    words = Finding(sheet(indicator, verdicts, **changes), indicator, (indicator,)).sentence
    return re.sub(r"\[([^]]*)\]\{[^}]*\}", r"\1", words)


@pytest.mark.parametrize(
    ("percent", "words"),
    [
        (51, "Ruim de helft (51%) van de politieke ambtsdragers kreeg te maken met agressie"),
        (8, "Een op de twaalf (8%) van de politieke ambtsdragers kreeg te maken met agressie"),
        (11, "Een op de negen (11%) van de politieke ambtsdragers kreeg te maken met agressie"),
        (42, "Van de politieke ambtsdragers kreeg 42% te maken met agressie"),
        (13, "Van de politieke ambtsdragers kreeg 13% te maken met agressie"),
    ],
)
def test_a_sentence_opens_with_a_share_that_has_a_word_and_never_with_a_digit(percent: int, words: str) -> None:
    assert sentence("any_aggression", percent=percent, text=f"{percent}%") == words


def test_a_sentence_names_the_base_of_its_number() -> None:
    assert sentence("police_report") == (
        "Ruim de helft (51%) van de politieke ambtsdragers die agressie meemaakten, deed aangifte bij de politie"
    )


@pytest.mark.parametrize(
    ("verdicts", "direction"),
    [
        ({2022: "higher"}, ", meer dan bij de meting van 2022"),
        ({2022: "lower", 2016: "higher"}, ", minder dan bij de meting van 2022"),
        ({2016: "higher"}, ", meer dan bij de meting van 2016"),
        ({2022: "small_difference", 2016: "about_equal"}, ""),
        ({2022: "not_comparable", 2016: "too_few"}, ""),
    ],
)
def test_a_sentence_tells_a_direction_only_where_a_verdict_shows_it(verdicts: dict[int, str], direction: str) -> None:
    plain = "Ruim de helft (51%) van de politieke ambtsdragers kreeg te maken met agressie"
    assert sentence("any_aggression", verdicts) == plain + direction


def test_a_number_comes_with_its_interval_its_base_and_n() -> None:
    number = Finding(sheet("any_aggression"), "any_aggression", ()).number
    assert re.search(r"\[\[51%\].*\{\.key-number\}", number)
    assert re.search(r"\[onzekerheid: \[tussen 44% en 58%\].*\{\.key-interval\}", number)
    assert (
        "[Basis: politieke ambtsdragers, voorjaar 2024; n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}90.]{.key-note}" in number
    )


@pytest.mark.parametrize(
    ("pictured", "kind"),
    [("any_aggression", "Lijngrafiek over de metingen."), ("any_aggression any_aggression", "Staafdiagram. Ervaring")],
)
def test_one_share_is_drawn_as_a_trend_and_several_as_bars(pictured: str, kind: str) -> None:
    (found,) = findings(sheet("any_aggression"), {"any_aggression": pictured})
    assert found.picture.shown.alt.startswith(kind)  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize("changes", [{"indicative": True}, {"sign": "/", "text": "/"}])
def test_a_finding_that_is_not_firm_makes_room_for_the_next_choice(changes: dict) -> None:
    both = [figure("discussed", "all", **changes), figure("any_effect", "all")]
    wanted = {"discussed": "discussed", "any_effect": "any_effect"}
    (found,) = findings(report_sheet(2024, results(both)), wanted)
    assert found.indicator == "any_effect"


def test_a_question_that_the_wave_did_not_ask_makes_room_for_the_next_choice() -> None:
    choices = {"verbal": "verbal_kinds", "any_aggression": "any_aggression"}
    (found,) = findings(sheet("any_aggression"), choices)
    assert found.indicator == "any_aggression"


def test_a_picture_of_what_was_not_asked_makes_room_for_the_next_choice() -> None:
    one_of_each = [figure("verbal", "all"), figure("any_aggression", "all")]
    choices = {"verbal": "verbal_kinds", "any_aggression": "any_aggression"}
    (found,) = findings(report_sheet(2024, results(one_of_each)), choices)
    assert found.indicator == "any_aggression"


def test_an_edition_without_any_of_the_choices_is_told() -> None:
    with pytest.raises(MonitorError) as caught:
        findings(sheet("any_aggression"), {"verbal": "verbal_kinds", "threat": "threat_kinds"})
    message = told(caught.value)
    assert "2024" in message["where"]
    assert message["got"] == "verbal, threat"


def test_the_picture_does_not_say_the_finding_again() -> None:
    alt = Finding(sheet("any_aggression", {2016: "higher"}), "any_aggression", ("any_aggression",)).picture.shown.alt  # pyright: ignore[reportAttributeAccessIssue]
    assert "Meting voor meting. Agressie meegemaakt. Basis: " in alt and "hoger" not in alt
    severity = Finding(report_sheet(2024), "serious", ("severity_all",)).picture.shown.alt  # pyright: ignore[reportAttributeAccessIssue]
    assert "maakte als laatste" not in severity
