"""Which respondents an indicator counts, worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import yaml

from analysis.domains import of_offered_groups
from analysis.errors import MonitorError
from analysis.indicators import (
    Base,
    Indicator,
    each_by_itself,
    measure,
    of_offered_answers,
    read_indicators,
    variables_of,
)
from analysis.questionnaire import read_questionnaire
from tests.analysis.conftest import Survey
from tests.analysis.invented import but

CODEBOOK = {
    "verbal": ("nooit", "een_keer", "refused"),
    "threat": ("nooit", "een_keer", "refused"),
    "physical": ("nooit", "een_keer", "refused"),
    "severity": ("minder_ernstig", "ernstig", "zeer_ernstig", "dont_know"),
    "effects__gedrag": ("yes", "no"),
    "effects__geen": ("yes", "no"),
}
ANY = Indicator(
    id="any_aggression",
    kind="proportion",
    base=Base(all=True),
    any={"verbal": ("een_keer",), "threat": ("een_keer",), "physical": ("een_keer",)},
    allow_missing=1,
)


def measured(indicators: list[Indicator], **columns: list[str]) -> dict[tuple[str, str], list[int | None]]:
    """Per indicator and answer, per respondent: 1 yes, 0 no, None outside the base or missing."""
    measures = measure(pd.DataFrame(columns), indicators, CODEBOOK)
    return {
        key: [int(value) if valid else None for value, valid in zip(values, answered, strict=True)]
        for key, values, answered in zip(measures.keys, measures.values.T, measures.valid.T, strict=True)
    }


FORMS = {
    "verbal": ["een_keer", "nooit", "nooit", "nooit", "refused", "een_keer", "no_answer"],
    "threat": ["nooit", "nooit", "refused", "refused", "refused", "refused", "nooit"],
    "physical": ["nooit", "nooit", "nooit", "no_answer", "refused", "no_answer", "nooit"],
}


def test_any_is_yes_by_one_form_and_no_with_at_most_one_missing() -> None:
    assert measured([ANY], **FORMS) == {("any_aggression", ""): [1, 0, 0, None, None, 1, 0]}


def test_any_without_leniency_is_missing_as_soon_as_one_form_is() -> None:
    strict = but(ANY, allow_missing=0)
    assert measured([strict], **FORMS)[("any_aggression", "")] == [1, 0, None, None, None, 1, None]


def test_any_needs_at_least_one_answered_form_however_lenient() -> None:
    assert measured([but(ANY, allow_missing=3)], **FORMS)[("any_aggression", "")][4] is None


CHANNELS = {
    "verbal": ["een_keer", "een_keer", "nooit", "nooit", "een_keer", "refused"],
    "threat": ["nooit", "een_keer", "nooit", "nooit", "een_keer", "refused"],
    "physical": ["nooit", "nooit", "een_keer", "nooit", "nooit", "nooit"],
    "verbal_by": ["yes", "no", "routed_out", "routed_out", "no_answer", "routed_out"],
    "threat_by": ["routed_out", "no", "routed_out", "routed_out", "no", "routed_out"],
}


def test_any_of_routed_questions_counts_who_was_not_asked_as_no_so_that_both_bases_are_right() -> None:
    """By hand: 1 verbally yes; 2 no; 3 hit only; 4 no victim; 5 left one way open; 6 may be a victim.

    Of all: one of four whose answer is known. Of victims: one of three. Without the rule, all but 2 and those who say
    yes would leave the base, and the share would be one of two in both.
    """
    by = Indicator(
        id="by",
        kind="proportion",
        base=Base(answered="any_aggression"),
        any={"verbal_by": ("yes",), "threat_by": ("yes",)},
        routed_out="no",
    )
    victims = but(by, id="by_victims", base=Base(indicator="any_aggression"))
    strict = but(by, id="by_strict", routed_out="out")
    found = measured([ANY, by, victims, strict], **CHANNELS)
    assert found[("by", "")] == [1, 0, 0, 0, None, None]
    assert found[("by_victims", "")] == [1, 0, 0, None, None, None]
    assert found[("by_strict", "")] == [1, 0, None, None, None, None]


SEVERITY = {
    "verbal": ["een_keer", "een_keer", "een_keer", "een_keer", "nooit", "refused"],
    "threat": ["nooit"] * 5 + ["refused"],
    "physical": ["nooit"] * 5 + ["nooit"],
    "severity": ["ernstig", "minder_ernstig", "dont_know", "no_answer", "routed_out", "routed_out"],
}


def test_victims_are_the_base_and_missing_answers_leave_it() -> None:
    severity = Indicator(id="severity", kind="distribution", base=Base(indicator="any_aggression"), variable="severity")
    found = measured([ANY, severity], **SEVERITY)
    assert found[("severity", "ernstig")] == [1, 0, None, None, None, None]
    assert found[("severity", "zeer_ernstig")] == [0, 0, None, None, None, None]
    assert ("severity", "dont_know") not in found


def test_included_answer_stays_in_the_base() -> None:
    severity = Indicator(
        id="severity",
        kind="distribution",
        base=Base(indicator="any_aggression"),
        variable="severity",
        include=("dont_know",),
    )
    found = measured([ANY, severity], **SEVERITY)
    assert found[("severity", "dont_know")] == [0, 0, 1, None, None, None]
    assert found[("severity", "ernstig")] == [1, 0, 0, None, None, None]


def test_severity_of_all_adds_up_to_any_aggression() -> None:
    """Respondent 5 had no incident; respondent 6 left two of three forms open and is in no base."""
    severity_all = Indicator(
        id="severity_all",
        kind="distribution",
        base=Base(answered="any_aggression"),
        variable="severity",
        merge={"onbekend": ("dont_know", "refused", "no_answer")},
        routed_out="geen",
    )
    found = measured([ANY, severity_all], **SEVERITY)
    assert [answer for _, answer in found if answer] == [
        "minder_ernstig",
        "ernstig",
        "zeer_ernstig",
        "onbekend",
        "geen",
    ]
    assert found[("severity_all", "onbekend")] == [0, 0, 1, 1, 0, None]
    assert found[("severity_all", "geen")] == [0, 0, 0, 0, 1, None]
    assert found[("any_aggression", "")] == [1, 1, 1, 1, 0, None]


THIN = Indicator(
    id="severity",
    kind="distribution",
    base=Base(indicator="any_aggression"),
    variable="severity",
    merge={"onbekend": ("dont_know", "no_answer")},
    thin={"niet": ("onbekend", "minder_ernstig"), "wel": ("ernstig", "zeer_ernstig")},
    labels={"niet": "Niet ernstig", "wel": "Ernstig of meer"},
)


def test_answers_that_may_be_shown_together_have_a_value_too_before_the_first_of_them() -> None:
    found = measured([ANY, THIN], **SEVERITY)
    assert [answer for _, answer in found if answer] == [
        *("niet", "minder_ernstig", "wel", "ernstig", "zeer_ernstig", "onbekend"),
    ]
    assert found[("severity", "niet")] == [0, 1, 1, 1, None, None]
    assert found[("severity", "wel")] == [1, 0, 0, 0, None, None]


def test_proportion_of_all_counts_the_routed_out_as_no() -> None:
    serious = Indicator(
        id="serious",
        kind="proportion",
        base=Base(answered="any_aggression"),
        variable="severity",
        yes=("ernstig", "zeer_ernstig"),
        no=("minder_ernstig", "dont_know"),
        routed_out="no",
    )
    assert measured([ANY, serious], **SEVERITY)[("serious", "")] == [1, 0, 0, None, 0, None]


def test_options_of_a_multiple_question_each_have_a_share_of_those_asked() -> None:
    effects = Indicator(id="effects", kind="multiple", base=Base(asked=True), variable="effects")
    columns = {"effects__gedrag": ["yes", "no", "routed_out", "no_answer"], "effects__geen": ["not_asked"] * 4}
    assert measured([effects], **columns) == {("effects", "gedrag"): [1, 0, None, None]}


def test_question_that_a_wave_did_not_ask_gives_nothing_and_neither_does_what_rests_on_it() -> None:
    unasked = {**SEVERITY, "physical": ["not_asked"] * 6}
    severity = Indicator(id="severity", kind="distribution", base=Base(indicator="any_aggression"), variable="severity")
    assert measured([ANY, severity], **unasked) == {}


def test_indicator_is_left_out_of_waves_that_its_row_does_not_name() -> None:
    verbal = Indicator(
        id="verbal", kind="proportion", base=Base(all=True), variable="verbal", yes=("een_keer",), waves=(2022,)
    )
    frame = pd.DataFrame({"verbal": ["nooit"]})
    assert measure(frame, [verbal], CODEBOOK, 2024).keys == ()
    assert measure(frame, [verbal], CODEBOOK, 2022).keys == (("verbal", ""),)


def test_an_answer_has_no_row_in_a_wave_that_did_not_offer_it(tmp_path: Path) -> None:
    answers = [
        {"id": "brand", "code": 1, "label": "Brand", "waves": [2026]},
        {"id": "dief", "code": 2, "label": "Dief"},
    ]
    question = {"id": "kinds", "theme": 2, "kind": "multiple", "text": {2016: "Wat?"}, "answers": answers}
    path = tmp_path / "officeholders.yml"
    path.write_text(yaml.safe_dump({"survey": "officeholders", "title": "Vragen", "questions": [question]}), "utf-8")
    counted = [ANY, Indicator(id="harm", kind="multiple", base=Base(asked=True), variable="kinds")]
    keys = [
        ("any_aggression", "", 2024),
        *(("harm", name, wave) for name in ("brand", "dief") for wave in (2024, 2026)),
    ]
    rows = pd.DataFrame(keys, columns=pd.Index(["indicator", "answer", "wave"]))
    kept = of_offered_answers(rows, counted, read_questionnaire(path))
    assert [*kept.itertuples(index=False, name=None)] == [key for key in keys if key != ("harm", "brand", 2024)]


@pytest.mark.parametrize(("waves", "rows"), [([2026], 0), (None, 1)])
def test_answers_together_have_a_row_where_two_of_them_were_offered(
    waves: list[int] | None, rows: int, tmp_path: Path
) -> None:
    answers = [{"id": "a", "label": "A"}, {"id": "b", "label": "B", "waves": waves}, {"id": "c", "label": "C"}]
    question = {"id": "kinds", "theme": 2, "kind": "single", "text": {2016: "Wat?"}, "answers": answers}
    path = tmp_path / "officeholders.yml"
    path.write_text(yaml.safe_dump({"survey": "officeholders", "title": "Vragen", "questions": [question]}), "utf-8")
    one = Indicator(
        id="kind",
        kind="distribution",
        base=Base(all=True),
        variable="kinds",
        thin={"a_b": ("a", "b"), "c_x": ("c", "x")},
    )
    frame = pd.DataFrame({"indicator": "kind", "answer": ["a_b", "a", "b", "c_x", "c"], "wave": 2024})
    kept = of_offered_answers(frame, [one], read_questionnaire(path))["answer"].tolist()
    assert kept == ["a_b", "a", "b", "c_x", "c"] if rows else kept == ["a", "c_x", "c"]


def test_answers_together_are_compared_with_nothing() -> None:
    """Else more tests would be made of a question of which answers may be shown together, and fewer be significant."""
    one = Indicator(id="motive", kind="distribution", base=Base(all=True), variable="motive", thin={"a_b": ("a", "b")})
    rows = pd.DataFrame({"indicator": ["motive", "motive", "motive", "other"], "answer": ["a_b", "a", "b", "a_b"]})
    assert each_by_itself(rows, [one]).index.tolist() == [1, 2, 3]
    assert each_by_itself(rows, []).index.tolist() == [0, 1, 2, 3]


def test_what_is_national_is_told_of_the_country_alone_and_makes_no_group(tmp_path: Path) -> None:
    """Own words that were coded, a party: of a province they would tell who it was."""
    verbal, party, words = (
        {"id": name, "theme": 2, "kind": "single", "text": {2016: "Wat?"}, "answers": [{"id": "a", "label": "A"}]}
        for name in ("verbal", "party", "words")
    )
    questions = [verbal, {**party, "national": True}, {**words, "national": True}]
    path = tmp_path / "officeholders.yml"
    path.write_text(yaml.safe_dump({"survey": "officeholders", "title": "Vragen", "questions": questions}), "utf-8")
    questionnaire = read_questionnaire(path)
    counted = [
        Indicator(id="verbal", kind="proportion", base=Base(all=True), variable="verbal", yes=("a",)),
        Indicator(id="words_of", kind="distribution", base=Base(indicator="verbal"), variable="words"),
        Indicator(id="based", kind="distribution", base=Base(answered="words_of"), variable="verbal"),
    ]
    keys = [(one.id, "", 2024, domain) for one in counted for domain in ("all", "province=zeeland")]
    rows = pd.DataFrame(keys, columns=pd.Index(["indicator", "answer", "wave", "domain"]))
    kept = of_offered_answers(rows, counted, questionnaire)
    assert kept[["indicator", "domain"]].to_numpy().tolist() == [
        ["verbal", "all"],
        ["verbal", "province=zeeland"],
        ["words_of", "all"],
        ["based", "all"],
    ]
    assert len(of_offered_groups(rows, questionnaire)) == len(rows)
    with pytest.raises(MonitorError) as caught:
        of_offered_groups(rows.assign(domain="gender=vrouw&party=a"), questionnaire)
    assert caught.value.title == "Group by an answer that is told of the whole country alone"


def test_what_an_indicator_stands_on_includes_the_questions_of_its_base() -> None:
    severity = Indicator(
        id="severity_of", kind="distribution", base=Base(indicator="any_aggression"), variable="severity"
    )
    found = variables_of(severity, {"any_aggression": ANY}, CODEBOOK)
    assert found == {"severity_of", "severity", "any_aggression", "verbal", "threat", "physical"}


@pytest.mark.parametrize(
    ("row", "title", "got"),
    [
        ({"variable": "verbaal", "yes": ["een_keer"]}, "unknown variable", "verbaal"),
        ({"variable": "verbal", "yes": ["soms"]}, "unknown answer of verbal", "soms"),
        ({"any": {"verbal": ["soms"]}}, "unknown answer of verbal", "soms"),
        ({"kind": "multiple", "variable": "gevolgen"}, "unknown variable", "gevolgen"),
        ({"variable": "verbal", "yes": ["een_keer"], "base": {"indicator": "victims"}}, "unknown base", "victims"),
        ({"variable": "verbal", "yes": ["een_keer"], "base": {"indicator": "itself"}}, "unknown base", "itself"),
        ({"variable": "verbal", True: ["een_keer"]}, "nobody can say yes to", "no such list"),
        (
            {"variable": "severity", "yes": ["ernstig"], "no": ["minder_ernstig", "dont_know"]},
            *("neither yes nor no", "zeer_ernstig"),
        ),
    ],
)
def test_row_with_a_mistake_is_told_which_one(row: dict, title: str, got: str, tmp_path: Path) -> None:
    path = tmp_path / "indicators.yml"
    path.write_text(
        yaml.safe_dump({"indicators": [{"id": "itself", "kind": "proportion", "base": {"all": True}, **row}]})
    )
    with pytest.raises(MonitorError, match=title) as error:
        read_indicators(path, CODEBOOK)
    assert error.value.where == "indicators.yml, itself"
    assert error.value.got == got


def test_committed_indicators_fit_the_committed_questionnaire(
    indicators: tuple[Indicator, ...], codebook: dict[str, tuple[str, ...]], survey: Survey
) -> None:
    measured_in = {}
    for wave, design in survey.designs.items():
        measured_in[wave] = {name for name, _ in measure(design.respondents, indicators, codebook, wave).keys}
    for wave, names in measured_in.items():
        assert names == {row.id for row in indicators if row.waves is None or wave in row.waves}


@pytest.mark.parametrize(
    ("changes", "expected", "got"),
    [
        ({"thin": {"wel": ["ernstig", "ergst"]}}, "answers of a distribution", "ergst"),
        ({"thin": {"wel": ["ernstig", "dont_know"]}}, "answers of a distribution", "dont_know"),
        (
            {"thin": {"wel": ["ernstig", "zeer_ernstig"], "niet": ["ernstig", "onbekend"]}},
            "every answer once",
            "ernstig",
        ),
        ({"thin": {"wel": ["ernstig"]}}, "two answers or more", "wel"),
        ({"thin": {"onbekend": ["ernstig", "zeer_ernstig"]}}, "a name that no answer has", "onbekend"),
        ({"labels": {"niet": "Niet ernstig"}}, "a label under `labels`", "wel"),
        ({"kind": "multiple", "variable": "effects"}, "answers of a distribution", "onbekend, minder_ernstig"),
    ],
)
def test_answers_that_cannot_be_shown_together_are_told(changes: dict, expected: str, got: str, tmp_path: Path) -> None:
    path, row = tmp_path / "indicators.yml", THIN.model_dump(mode="json", exclude_defaults=True)
    path.write_text(yaml.safe_dump({"indicators": [ANY.model_dump(mode="json"), row | changes]}))
    with pytest.raises(MonitorError, match="Answers that cannot be shown together") as error:
        read_indicators(path, CODEBOOK)
    assert error.value.where.startswith("indicators.yml, severity, thin, ")
    assert error.value.expected.startswith(expected)
    assert error.value.got == got
