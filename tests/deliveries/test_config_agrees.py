"""Questionnaires, column map, codes, breaks and indicators agree with each other and with what the monitor asked when.

The files are read as plain YAML and CSV, by nothing of the library, so that a reader that forgives cannot hide a gap.
What was held when, and which themes whom, is that of the monitor itself: employees not in 2018 and 2020, the Rijk in
2022 only, integrity not in 2018 and by another question in 2016.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
import yaml

CONFIG = Path(__file__).parents[2] / "config"
WAVES = (2016, 2018, 2020, 2022, 2024)
HELD = {"officeholders": WAVES, "employees": (2016, 2022, 2024), "organisations": WAVES}
THEMES = {"officeholders": {*range(11), 12, 13}, "employees": {*range(9), 10, 12}, "organisations": {0, 11}}
FIELDS = {"id", "theme", "kind", "text", "waves", "origin", "asked_if", "informants", "answers", "national"}
ANSWER_FIELDS = {"id", "code", "label", "missing", "exclusive", "waves"}
ABSENT = ("not_asked", "asked_differently")
INTEGRITY_OF_ORGANISATIONS = {
    *("code_of_conduct", "code_updated", "recruitment", "vulnerable_functions", "oath", "side_jobs", "side_jobs_2016"),
    *("council_side_jobs", "financial_interests", "information_security", "gifts", "procurement"),
    *("confidential_adviser", "council_code", "integrity_officer", "integrity_goals"),
}
PAPERS = {
    survey: yaml.safe_load((CONFIG / "questionnaire" / f"{survey}.yml").read_text(encoding="utf-8")) for survey in HELD
}
QUESTIONS = [(survey, question) for survey in HELD for question in PAPERS[survey]["questions"]]
NAMES = [f"{survey}: {question['id']}" for survey, question in QUESTIONS]
VARIABLES = pd.read_csv(CONFIG / "variables.csv", dtype=str, keep_default_na=False)
ANSWERS = pd.read_csv(CONFIG / "answers.csv", dtype=str, keep_default_na=False)
BREAKS = pd.read_csv(CONFIG / "breaks.csv", dtype=str, keep_default_na=False)

each_survey = pytest.mark.parametrize("survey", HELD)
each_question = pytest.mark.parametrize(("survey", "question"), QUESTIONS, ids=NAMES)


def columns(question: dict) -> dict[str, dict]:
    """Harmonised columns of a question, each with the option that it is about (none unless multiple)."""
    if question["kind"] == "multiple":
        return {f"{question['id']}__{answer['id']}": answer for answer in question["answers"]}
    return {question["id"]: {}}


def asked(survey: str, question: dict) -> list[int]:
    return [wave for wave in HELD[survey] if wave in question.get("waves", WAVES)]


def offered(question: dict, wave: int) -> list[dict]:
    return [answer for answer in question.get("answers", []) if wave in answer.get("waves", WAVES)]


def in_force(rows: dict, wave: int) -> object:
    return rows[max(year for year in rows if year <= wave)]


def delivered(survey: str) -> pd.DataFrame:
    return VARIABLES[VARIABLES["survey"] == survey].set_index("variable")


def conditions(question: dict) -> Iterator[tuple[int, str, list[str]]]:
    for wave, routing in question.get("asked_if", {}).items():
        assert set(routing) <= {"any", "all"} and len(routing) == 1
        for rules in routing.values():
            yield from ((wave, name, answers) for rule in rules for name, answers in rule.items())


def deviations(survey: str, question: str, wave: int) -> pd.DataFrame:
    mine = (ANSWERS["survey"] == survey) & (ANSWERS["variable"] == question) & (ANSWERS["wave"] == str(wave))
    return ANSWERS[mine]


def is_delimited(survey: str, question: dict, wave: int) -> bool:
    names = delivered(survey).loc[list(columns(question)), str(wave)]
    return question["kind"] == "multiple" and names[~names.isin(ABSENT)].duplicated().any()


@each_question
def test_question_is_of_a_known_form_with_a_text_for_every_wave_that_asked_it(survey: str, question: dict) -> None:
    assert set(question) <= FIELDS
    assert question["kind"] in ("id", "date", "single", "scale", "multiple")
    first = asked(survey, question)[0]
    assert min(question["text"]) <= first
    assert all(in_force(question["text"], wave) for wave in asked(survey, question))
    assert ("answers" in question) == (question["kind"] not in ("id", "date"))
    ids = [answer["id"] for answer in question.get("answers", [])]
    codes = [answer["code"] for answer in question.get("answers", [])]
    assert len(set(ids)) == len(ids) and len(set(codes)) == len(codes)
    assert all(isinstance(name, str) for name in ids)
    for answer in question.get("answers", []):
        assert set(answer) <= ANSWER_FIELDS
        assert set(answer.get("waves", WAVES)) <= set(WAVES)
        assert not answer.get("exclusive") or question["kind"] == "multiple"
        if isinstance(answer["label"], dict):
            assert min(answer["label"]) <= first


@each_question
def test_texts_speak_dutch_to_a_reader(survey: str, question: dict) -> None:
    labels = [answer["label"] for answer in question.get("answers", [])]
    said = [text for label in labels for text in (label.values() if isinstance(label, dict) else [label])]
    for text in (*question["text"].values(), *said):
        assert text == text.strip() and "  " not in text and "'" not in text, "a Dutch apostrophe is curled"
        assert text[0].isupper() or text[0].isdigit()
    for text in question["text"].values():
        assert "?" in text or question["kind"] == "id"


@each_question
def test_what_nobody_was_asked_says_where_it_comes_from(survey: str, question: dict) -> None:
    (text, *_), origin = question["text"].values(), question.get("origin", "asked")
    assert ("(uit het adressenbestand)" in text) == (origin == "addresses")
    assert (question["kind"] in ("id", "date")) == (origin == "bureau")
    assert origin == "asked" or (question["theme"] == 0 and "asked_if" not in question)


@each_survey
def test_every_question_is_routed_by_earlier_answers_that_the_wave_offered(survey: str) -> None:
    known: dict[str, tuple[dict, dict]] = {}
    for question in PAPERS[survey]["questions"]:
        for wave, name, answers in conditions(question):
            assert name in known, f"{question['id']} is routed by {name}, which does not come before it"
            earlier, option = known[name]
            ids = {"yes", "no"} if option else {answer["id"] for answer in earlier["answers"]}
            assert set(answers) <= ids
            until = [year for year in question["asked_if"] if year > wave]
            for asks in asked(survey, question):
                if wave <= asks < min(until, default=9999):
                    assert asks in asked(survey, earlier), f"{question['id']} rests on {name}, not asked in {asks}"
        assert not set(columns(question)) & set(known)
        known |= {name: (question, option) for name, option in columns(question).items()}


#: Of whom a party, an origin, a belief or their own words are told, they are known by more than their answers.
PERSONAL = re.compile(
    r"partij|party|fractie|etni|ethnic|afkomst|herkomst|origin|geloof|religi|geaard|eigen woorden|own_words|namelijk"
    r"|licht .*\btoe\b|\bopen\b",
    re.IGNORECASE,
)


@each_question
def test_what_is_personal_is_told_of_the_country_alone(survey: str, question: dict) -> None:
    words = " ".join([question["id"], *question["text"].values()])
    assert question.get("national", False) or not PERSONAL.search(words.replace("opvang", ""))


@pytest.mark.parametrize("words", ["Van welke partij bent u lid?", "Wat is uw herkomst?", "Licht uw antwoord toe"])
def test_a_personal_question_is_recognised(words: str) -> None:
    assert PERSONAL.search(words)


@each_survey
def test_head_names_questions_of_the_survey(survey: str) -> None:
    paper = PAPERS[survey]
    by_id = {question["id"]: question for question in paper["questions"]}
    assert paper["survey"] == survey and paper["title"]
    assert by_id[paper["unit"]]["kind"] == "id"
    assert {by_id[name]["kind"] for name in paper["strata"]} == {"single"}
    for name in paper["core"]:
        assert asked(survey, by_id[name]) == list(HELD[survey]), "who broke off is known in every wave"
        assert not by_id[name].get("asked_if")
    modules = {wave for question in paper["questions"] if question["theme"] == 13 for wave in question["waves"]}
    assert modules == set(paper.get("modules", {}))


def test_every_theme_is_asked_of_those_whom_the_monitor_asks_it() -> None:
    found = {survey: {question["theme"] for question in PAPERS[survey]["questions"]} for survey in HELD}
    assert found == THEMES
    assert set.union(*found.values()) == set(range(14))
    modules = {wave: [q["id"] for _, q in QUESTIONS if q["theme"] == 13 and wave in q["waves"]] for wave in WAVES}
    assert [len(modules[wave]) >= 3 for wave in WAVES] == [False, False, True, True, True]


def test_officeholders_and_employees_who_are_asked_the_same_answer_the_same() -> None:
    """A shared id is a shared question: the same kind and, but for the words, the same answers."""
    own = {"layer", "gender", "respondent", "completed_on", "discussed_with"}
    by_id = {question["id"]: question for question in PAPERS["officeholders"]["questions"]}
    shared = [q for q in PAPERS["employees"]["questions"] if q["id"] in by_id and q["id"] not in own]
    assert len(shared) > 30
    for question in shared:
        other = by_id[question["id"]]
        assert (question["kind"], question["theme"]) == (other["kind"], other["theme"])
        codes = [[(answer["id"], answer["code"]) for answer in one.get("answers", [])] for one in (question, other)]
        assert codes[0] == codes[1]


@each_survey
def test_column_map_has_a_row_for_every_column_and_no_other(survey: str) -> None:
    rows = delivered(survey).index
    assert rows.is_unique
    wanted = [name for question in PAPERS[survey]["questions"] for name in columns(question)]
    assert [name for name in rows if not name.startswith("ignored__")] == wanted
    assert len([name for name in rows if name.startswith("ignored__")]) >= 2


@each_question
def test_column_is_delivered_in_exactly_the_waves_that_asked_it(survey: str, question: dict) -> None:
    names = delivered(survey)
    for name, option in columns(question).items():
        for wave in WAVES:
            cell = names.loc[name, str(wave)]
            asks = wave in asked(survey, question) and wave in option.get("waves", WAVES)
            assert (cell not in ABSENT) == asks, f"{name} in {wave}: {cell}"
            assert cell == cell.strip() != ""
            if cell == "asked_differently":
                assert wave in HELD[survey]


@each_survey
def test_delivered_names_are_unique_but_for_options_in_one_text(survey: str) -> None:
    for wave in HELD[survey]:
        names = delivered(survey)[str(wave)]
        given = names[~names.isin(ABSENT)]
        assert given.str.casefold().nunique() == given.nunique(), "SPSS does not tell Q1 from q1"
        for name, rows in given.groupby(given):
            if len(rows) > 1:
                assert len({row.split("__")[0] for row in rows.index}) == 1 and "ignored" not in rows.index[0], name
        for question in PAPERS[survey]["questions"]:
            mine = names.loc[list(columns(question))]
            count = mine[~mine.isin(ABSENT)]
            assert count.nunique() in (0, 1, len(count)), f"{question['id']} in {wave} is half one text, half columns"


def test_employees_were_not_asked_in_2018_and_2020_and_the_rijk_only_in_2022() -> None:
    names = delivered("employees")
    assert (names[["2018", "2020"]] == "not_asked").all(axis=None)
    layer = next(question for survey, question in QUESTIONS if (survey, question["id"]) == ("employees", "layer"))
    assert [answer["id"] for answer in offered(layer, 2022)] == ["gemeente", "provincie", "waterschap", "rijk"]
    assert [answer["id"] for answer in offered(layer, 2024)] == ["gemeente", "provincie", "waterschap"]
    layer = next(question for survey, question in QUESTIONS if (survey, question["id"]) == ("organisations", "layer"))
    rijk = {"ministerie", "agentschap", "zbo"}
    assert [rijk & {answer["id"] for answer in offered(layer, wave)} for wave in WAVES] == [
        *(set(), set(), set()),
        *(rijk, set()),
    ]


def test_integrity_was_not_asked_in_2018_and_differently_in_2016() -> None:
    for survey, question in QUESTIONS:
        if question["theme"] == 12 or (survey, question["id"]) in {
            ("organisations", name) for name in INTEGRITY_OF_ORGANISATIONS
        }:
            assert 2018 not in asked(survey, question), question["id"]
    for survey, first in (("officeholders", 2020), ("employees", 2022)):
        by_id = {question["id"]: question for question in PAPERS[survey]["questions"]}
        assert asked(survey, by_id["saw_rules_broken_2016"]) == [2016]
        assert asked(survey, by_id["saw_rules_broken"])[0] == first
        names = delivered(survey)
        forms = [name for name in names.index if re.match("saw_rules_broken__", name)]
        assert len(forms) == 10, "nine forms and none of them"
        assert (names.loc[forms, "2016"] == "asked_differently").all()
    assert {q["id"] for q in PAPERS["organisations"]["questions"]} >= INTEGRITY_OF_ORGANISATIONS


def test_policy_of_organisations_says_whose_answer_counts() -> None:
    informants = ["secretaris", "griffier", "anders"]
    clerk_only = []
    for question in PAPERS["organisations"]["questions"]:
        assert ("informants" in question) == (question["theme"] == 11)
        assert set(question.get("informants", [])) <= set(informants)
        if question.get("informants") == ["griffier"]:
            clerk_only.append(question["id"])
            assert question["asked_if"] == {2016: {"any": [{"informant": ["griffier"]}]}}
    assert len(clerk_only) >= 2


@each_question
def test_deviating_codes_name_answers_that_the_wave_offered_each_code_once(survey: str, question: dict) -> None:
    for wave in WAVES:
        rows = deviations(survey, question["id"], wave)
        if rows.empty:
            continue
        assert wave in asked(survey, question), f"codes for {question['id']} in {wave}, which did not ask it"
        assert rows["code"].is_unique
        assert (rows["code"] == rows["code"].str.strip()).all()
        ids = {answer["id"] for answer in offered(question, wave)}
        if question["kind"] == "multiple" and not is_delimited(survey, question, wave):
            ids = {"yes", "no"}
        if question["kind"] == "date":
            ids = {"date"}
        assert set(rows["answer"]) == ids, "every answer of the wave has its row, and no other"


@each_question
def test_a_date_is_delivered_in_patterns_that_read_back_to_the_day(survey: str, question: dict) -> None:
    if question["kind"] != "date":
        return
    for wave in asked(survey, question):
        patterns = deviations(survey, question["id"], wave)["code"]
        assert len(patterns) >= 1
        for pattern in patterns:
            day = date(wave, 4, 23)
            assert datetime.strptime(day.strftime(pattern), pattern).date() == day


def test_codes_are_of_known_surveys_and_questions() -> None:
    known = {(survey, question["id"]) for survey, question in QUESTIONS}
    assert set(zip(ANSWERS["survey"], ANSWERS["variable"], strict=True)) <= known
    assert not ANSWERS.duplicated(["survey", "variable", "wave", "code"]).any()


def test_each_kind_of_departure_occurs() -> None:
    """Quirks that real deliveries have, found in the rows themselves: none can be lost without being missed."""
    text = ANSWERS[~ANSWERS["code"].str.fullmatch(r"-?\d+") & (ANSWERS["answer"] != "date")]
    many = ANSWERS.groupby(["survey", "variable", "wave", "answer"]).size()
    missing = {
        (row.survey, row.wave): ANSWERS[(ANSWERS["survey"] == row.survey) & (ANSWERS["wave"] == row.wave)]
        for row in ANSWERS.itertuples()
    }
    pairs = {
        tuple(sorted({*rows.loc[rows["answer"].isin(["dont_know", "refused"]), "code"]}, key=len))
        for rows in missing.values()
    }
    codes = {code for pair in pairs for code in pair}
    assert {"99", "98", "88", "-8", "-9"} <= codes
    for survey in HELD:
        assert (text["survey"] == survey).any(), "text in place of codes"
        assert (many[survey] > 1).any(), "two codes for one answer"
        one_text = [q["id"] for s, q in QUESTIONS for w in asked(s, q) if s == survey and is_delimited(s, q, w)]
        assert len(one_text) >= 2, "options in one delimited text"
        yes_no = ANSWERS[(ANSWERS["survey"] == survey) & (ANSWERS["answer"] == "nee") & (ANSWERS["code"] == "0")]
        assert len(yes_no) > 0, "0 for no instead of 2"
        assert reversed_scales(survey), "a scale from high to low"
        renamed = delivered(survey)[[str(wave) for wave in HELD[survey]]]
        assert (renamed.loc["respondent"].nunique(), len(HELD[survey])) == (len(HELD[survey]), len(HELD[survey]))
    patterns = ANSWERS[ANSWERS["answer"] == "date"]
    assert patterns["code"].nunique() >= 4


def reversed_scales(survey: str) -> list[str]:
    found = []
    for question in PAPERS[survey]["questions"]:
        for wave in HELD[survey]:
            rows = deviations(survey, question["id"], wave)
            ids = [answer["id"] for answer in question.get("answers", []) if not answer.get("missing")]
            if question["kind"] != "scale" or rows.empty or not rows["code"].str.fullmatch(r"-?\d+").all():
                continue
            codes = rows.set_index("answer")["code"].astype(int).reindex(ids)
            if codes.is_monotonic_decreasing:
                found.append(question["id"])
    return found


def test_wording_routing_labels_and_answers_change_between_waves() -> None:
    questions = [question for _, question in QUESTIONS]
    answers = [answer for question in questions for answer in question.get("answers", [])]
    assert sum(len(question["text"]) > 1 for question in questions) >= 5
    assert any(len(question.get("asked_if", {})) > 1 for question in questions)
    assert any(isinstance(answer["label"], dict) for answer in answers)
    assert any(answer.get("waves") == [2022, 2024] for answer in answers)
    assert any(answer.get("exclusive") for answer in answers)


def test_breaks_are_of_every_kind_and_name_questions_of_the_survey() -> None:
    assert set(BREAKS["kind"]) == {"question", "population", "mode", "reference period", "frame", "wording"}
    for row in BREAKS.itertuples():
        ids = {question["id"] for question in PAPERS[row.survey]["questions"]}
        assert row.variable_or_indicator in ids | {"all"}
        assert int(row.wave) in HELD[row.survey] and row.why
    asked_anew = {
        (survey, question["id"])
        for survey, question in QUESTIONS
        if (delivered(survey).loc[list(columns(question)), "2016"] == "asked_differently").any()
        or (delivered(survey).loc[list(columns(question)), "2018"] == "asked_differently").any()
    }
    assert asked_anew <= set(zip(BREAKS["survey"], BREAKS["variable_or_indicator"], strict=True))


def reworded(survey: str, question: dict) -> set[int]:
    """The waves that first put a question, or one of its answers, in other words."""
    labels = [answer["label"] for answer in question.get("answers", []) if isinstance(answer["label"], dict)]
    texts = [question["text"], *(labels if question["theme"] else [])]  # titles of functions are no question
    waves = asked(survey, question)
    pairs = [(wave, before) for before, wave in pairwise(waves)]
    return {wave for text in texts for wave, before in pairs if in_force(text, wave) != in_force(text, before)}


@each_question
def test_other_words_are_a_break_or_say_why_they_are_none(survey: str, question: dict) -> None:
    """A row of its own, or a break of all in that wave, which cuts every line; `wording` only for other words."""
    mine = BREAKS[(BREAKS["survey"] == survey) & BREAKS["variable_or_indicator"].isin([question["id"], "all"])]
    waves = reworded(survey, question)
    assert waves <= {int(wave) for wave in mine["wave"]}
    same = mine[mine["kind"] == "wording"]
    assert {int(wave) for wave in same["wave"]} <= waves
    assert not set(same["wave"]) & set(mine.loc[mine["kind"] != "wording", "wave"]), "a break, or none"


def test_an_option_or_a_route_that_is_not_of_every_wave_is_a_break_or_rests_on_one() -> None:
    """Background apart: what other people were asked, or offered, is no point on the same line."""
    cut = BREAKS[BREAKS["kind"] != "wording"]
    broken = set(zip(cut["survey"], cut["variable_or_indicator"], cut["wave"], strict=True))
    for survey, question in QUESTIONS:
        starts = [year for year in question.get("asked_if", {}) if year > asked(survey, question)[0]]
        options = [answer["waves"][0] for answer in question.get("answers", []) if "waves" in answer]
        if question["theme"] == 0:
            continue
        for wave in (*starts, *options):
            known = {(survey, question["id"], str(wave)), (survey, "all", str(wave))}
            assert known & broken, f"{question['id']} changed in {wave}"


def test_every_indicator_has_a_title_for_its_theme_and_words_for_its_base() -> None:
    rows = yaml.safe_load((CONFIG / "indicators.yml").read_text(encoding="utf-8"))
    assert set(rows["themes"]) == set(range(1, 14))
    for survey, asked in THEMES.items():
        mine = {row["theme"] for row in rows["indicators"] if survey in row.get("surveys", ["officeholders"])}
        assert mine == asked - {0}
    for row in rows["indicators"]:
        assert "{group}" in row["base"]["words"] and row["label"] and row["does"]
    both = [row for row in rows["indicators"] if row["id"].startswith("via_social_media")]
    assert len({row["base"]["words"] for row in both}) == len({row["label"] for row in both}) == 2
