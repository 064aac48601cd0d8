"""The codebook in DDI-Lifecycle 3.3: valid by the schemas of the DDI Alliance, linted by ddi-l, whole, and stable."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path

import ddi_l
import pytest
import yaml
from ddi_l import lint
from lxml import etree

from deliveries.codebook import read_codebook
from deliveries.ddi import ddi

ROOT = Path(__file__).parents[2]
SPACES = {
    letter: f"ddi:{name}:3_3"
    for letter, name in [("r", "reusable"), ("d", "datacollection"), ("l", "logicalproduct"), ("s", "studyunit")]
}
QUESTIONS = [
    (path.stem, question)
    for path in (ROOT / "config" / "questionnaire").glob("*.yml")
    for question in yaml.safe_load(path.read_text(encoding="utf-8"))["questions"]
]


@pytest.fixture(scope="module")
def xml() -> bytes:
    return ddi(read_codebook(ROOT), ["CC0-1.0"])


@pytest.fixture(scope="module")
def smaller() -> bytes:
    """One survey only: ddi-l takes its time to say what is wrong."""
    book = read_codebook(ROOT)
    return ddi(replace(book, questionnaires={"organisations": book.questionnaires["organisations"]}), ["CC0-1.0"])


@pytest.fixture(scope="module")
def tree(xml: bytes) -> etree._Element:
    return etree.fromstring(xml)


def find(tree: etree._Element, path: str, **names: str) -> list:
    return tree.xpath(path, namespaces=SPACES, **names)


def faults(xml: bytes) -> list[str]:
    """What the schemas and ddi-l's linter say, and ids that two things share, which neither of them looks at."""
    lint.configure_lint(required_citation_languages=["nl"])
    told = lint.run_profile(ddi_l.read_ddi(xml), lint.DDI_PROFILE_DEFAULT)
    lint.reset_lint_configuration()
    tree = etree.fromstring(xml)
    ids = Counter(find(tree, "//*[r:ID and not(r:TypeOfObject)]/r:ID/text()"))
    twice = [f"{name} has {times} owners" for name, times in ids.items() if times > 1]
    kinds = {
        find(each, "string(r:ID)"): etree.QName(each).localname
        for each in find(tree, "//*[r:ID and not(r:TypeOfObject)]")
    }
    other = [
        f"{find(each, 'string(r:ID)')} is no {find(each, 'string(r:TypeOfObject)')}"
        for each in find(tree, "//*[r:TypeOfObject]")
        if kinds.get(find(each, "string(r:ID)")) not in (None, find(each, "string(r:TypeOfObject)"))
    ]
    return [*(each.message for each in (*told.schema_issues, *told.lint_findings)), *twice, *other]


def test_is_valid_and_linted_without_a_word(xml: bytes) -> None:
    assert faults(xml) == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (b"<r:Copyright>", b"<r:Licence>", "Licence"),
        (b"<r:ID>theme-organisations-11</r:ID>", b"<r:ID>theme-organisations-0</r:ID>", "2 owners"),
        (b"<r:TypeOfObject>Concept<", b"<r:TypeOfObject>Universe<", "is no Universe"),
    ],
)
def test_planted_fault_is_found(smaller: bytes, before: bytes, after: bytes, said: str) -> None:
    damaged = smaller.replace(before, after)
    damaged = damaged.replace(b"</r:Copyright>", b"</r:Licence>") if b"Licence" in after else damaged
    assert damaged != smaller and any(said in each for each in faults(damaged))


def test_reference_to_nothing_is_found(smaller: bytes) -> None:
    tree = etree.fromstring(smaller)
    find(tree, "//d:ThenConstructReference/r:ID")[0].text = "ask-nobody"
    assert any("ask-nobody" in each for each in faults(etree.tostring(tree)))


@pytest.mark.parametrize("survey", sorted({survey for survey, _ in QUESTIONS}))
def test_every_question_and_answer_is_there(tree: etree._Element, survey: str) -> None:
    (study,) = find(tree, "//s:StudyUnit[r:ID=$id]", id=f"study-{survey}")
    texts = set(find(study, ".//d:QuestionItem/d:QuestionText/d:LiteralText/d:Text/text()"))
    names = set(find(study, ".//d:QuestionItem/d:QuestionItemName/r:String/text()"))
    categories = set(find(study, ".//l:Category/r:Label/r:Content/text()"))
    mine = [question for owner, question in QUESTIONS if owner == survey]
    assert names == {question["id"] for question in mine}
    held = [int(wave) for wave in find(study, ".//d:Instrument/r:ID/text()") for wave in [wave.rpartition("-")[2]]]
    for question in mine:
        asked = question.get("waves", held)
        assert texts >= {question["text"][max(year for year in question["text"] if year <= wave)] for wave in asked}
        for answer in question.get("answers", []):
            label = answer["label"]
            in_force = label.values() if isinstance(label, dict) else [label]
            assert categories & set(in_force), (question["id"], answer["id"])


def test_questions_of_a_wave_stand_in_its_sequence_in_order(tree: etree._Element) -> None:
    """Followed from the instrument through branches to the question, as a program would."""
    by_id = {find(each, "string(r:ID)"): each for each in find(tree, "//*[r:ID and not(r:TypeOfObject)]")}
    for instrument in find(tree, "//d:Instrument"):
        _, survey, wave = find(instrument, "string(r:ID)").split("-")
        sequence = by_id[find(instrument, "string(d:ControlConstructReference/r:ID)")]
        steps = [by_id[name] for name in find(sequence, "d:ControlConstructReference/r:ID/text()")]
        asked = [
            by_id[find(step, "string(d:ThenConstructReference/r:ID)")] if "If" in step.tag else step for step in steps
        ]
        items = [by_id[find(each, "string(r:QuestionReference/r:ID)")] for each in asked]
        held = {2016, 2022, 2024} if survey == "employees" else {2016, 2018, 2020, 2022, 2024}
        mine = [q for owner, q in QUESTIONS if owner == survey and int(wave) in q.get("waves", held)]
        assert [find(item, "string(d:QuestionItemName/r:String)") for item in items] == [q["id"] for q in mine]
        routed = [max((y for y in q.get("asked_if", {}) if y <= int(wave)), default=0) > 0 for q in mine]
        assert ["If" in step.tag for step in steps] == routed


def test_routing_is_told_as_a_rule(tree: etree._Element) -> None:
    path = "//d:IfThenElse[starts-with(r:ID, 'if-q-officeholders-not_discussed_reasons-')]//r:CommandContent/text()"
    assert set(find(tree, path)) == {"discussed in (nee) and reported in (nee)"}


def test_routing_quotes_what_its_own_wave_asked(tree: etree._Element) -> None:
    """Followed from the sequence of a wave; 2016 and 2020 share the rule and the words, and so one universe."""
    by_id = {find(each, "string(r:ID)"): each for each in find(tree, "//*[r:ID and not(r:TypeOfObject)]")}
    bases = {}
    for wave, words in {2016: "in uw functie", 2020: "in uw functie", 2022: "vanwege uw politieke ambt"}.items():
        names = find(by_id[f"sequence-officeholders-{wave}"], "d:ControlConstructReference/r:ID/text()")
        (name,) = [name for name in names if name.startswith("if-q-officeholders-severity-")]
        assert words in find(by_id[name], "string(d:IfCondition/r:Description/r:Content)")
        construct = by_id[find(by_id[name], "string(d:ThenConstructReference/r:ID)")]
        used = find(construct, "r:UniverseReference/r:ID/text()")
        (bases[wave],) = [base for base in used if base in name]
        assert words in find(by_id[bases[wave]], "string(r:Label/r:Content)")
    assert bases[2016] == bases[2020] != bases[2022]


def test_variables_carry_the_names_of_every_delivery(tree: etree._Element) -> None:
    with (ROOT / "config" / "variables.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if not row["variable"].startswith("ignored__")]
    for row in rows:
        (variable,) = find(tree, "//l:Variable[r:ID=$id]", id=f"v-{row['survey']}-{row['variable']}")
        names = {
            each.get("context"): find(each, "string(r:String)") for each in find(variable, "l:VariableName[@context]")
        }
        assert names == {w: n for w, n in row.items() if w.isdigit() and n not in ("not_asked", "asked_differently")}
        assert find(variable, "string(l:VariableName[@isPreferred='true']/r:String)") == row["variable"]
    assert len(find(tree, "//l:Variable")) == len(rows)


def test_what_comes_from_a_file_is_not_called_asked(tree: etree._Element) -> None:
    said = "string(//d:QuestionItem[d:QuestionItemName/r:String=$name]/r:Description/r:Content)"
    assert find(tree, said, name="province") == "Uit het adressenbestand: 2016, 2018, 2020, 2022, 2024"
    assert find(tree, said, name="years_in_office") == "Gevraagd: 2016, 2018, 2020, 2022, 2024"


def test_other_words_are_told_and_not_called_a_break(tree: etree._Element) -> None:
    said = "string(//l:Variable[r:ID=$id]/r:Description/r:Content)"
    assert find(tree, said, id="v-officeholders-threat").startswith("Geen breuk vanaf 2022 (andere woorden, zelfde")
    assert find(tree, said, id="v-officeholders-discussed").startswith("Breuk vanaf 2020 (andere vraag)")


def test_a_changed_label_is_another_category(tree: etree._Element) -> None:
    labels = {
        find(each, "string(r:ID)"): find(each, "string(r:Label/r:Content)")
        for each in find(tree, "//l:Category[starts-with(r:ID, 'a-officeholders-function-dijkgraaf')]")
    }
    assert labels == {
        "a-officeholders-function-dijkgraaf-2016": "Dijkgraaf",
        "a-officeholders-function-dijkgraaf": "Dijkgraaf of watergraaf",
    }


def test_says_that_it_is_an_example_and_names_no_publisher(tree: etree._Element) -> None:
    mark = read_codebook(ROOT).settings.mark
    citations = find(tree, "//r:Citation")
    assert all(find(each, "string(r:SubTitle/r:String)") == mark for each in citations)
    assert all("CC0-1.0" in find(each, "string(r:Copyright/r:String)") for each in citations)
    assert not find(tree, "//r:Publisher | //r:Creator | //r:Contributor | //r:FundingInformation")
    assert all(mark in kind for kind in find(tree, "//r:KindOfData/text()"))


def test_same_codebook_gives_the_same_bytes(xml: bytes) -> None:
    assert ddi(read_codebook(ROOT), ["CC0-1.0", "CC0-1.0"]) == xml


def test_waves_and_surveys_that_are_not_there_are_left_out() -> None:
    """Guards a crash: the walk is also taken with two waves, and some questions were asked in neither."""
    book = read_codebook(ROOT)
    few = {
        "officeholders": {
            name: {wave: names[wave] for wave in (2022, 2024)}
            for name, names in book.delivered["officeholders"].items()
        }
    }
    xml = ddi(replace(book, delivered=few), ["CC0-1.0"])
    assert faults(xml) == []
    tree = etree.fromstring(xml)
    assert find(tree, "//s:StudyUnit/r:ID/text()") == ["study-officeholders"]
    assert "remote_tone" not in find(tree, "//d:QuestionItemName/r:String/text()")


def test_a_further_wave_changes_the_version_and_keeps_every_id(tree: etree._Element) -> None:
    book = read_codebook(ROOT)
    later = {
        survey: {name: {**names, 2026: names[2024]} for name, names in columns.items()}
        for survey, columns in book.delivered.items()
    }
    grown = etree.fromstring(ddi(replace(book, delivered=later), ["CC0-1.0"]))
    assert set(find(grown, "//r:Version/text()")) == {"2026"} and set(find(tree, "//r:Version/text()")) == {"2024"}
    assert set(find(grown, "//r:ID/text()")) >= set(find(tree, "//r:ID/text()"))
