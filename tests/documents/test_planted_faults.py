"""Every check can fail: a fault planted in a copy of a finished document is found, under its own name."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from tests.documents import (
    aids,
    drawings,
    faults,
    faults_in_figures,
    faults_that_leak,
    five_minutes,
    inventory,
    leaks,
    marks,
    numbers,
    tables,
    verdicts,
)
from tests.documents.facts import Compared, Row
from tests.documents.finished import Page, Publication
from tests.documents.planting import Fault, Replacement, found_beside, newly_found, other_digit, page_with, replaced

PLANTED = [(check, fault) for check, mine in (faults.FAULTS | faults_in_figures.FAULTS).items() for fault in mine]


def test_every_rule_is_proven_by_a_fault() -> None:
    here = Path(__file__).parent
    proving = {Path(__file__), *here.glob("faults*.py")}
    planted = "".join(path.read_text(encoding="utf-8") for path in proving)
    checks = "".join(path.read_text(encoding="utf-8") for path in set(here.glob("*.py")) - proving)
    rules = set(re.findall(r'[fF]inding\(\s*(?:name, )?"([^"]+)"', checks))
    assert len(rules) > 80
    assert not [rule for rule in sorted(rules) if f'"{rule}"' not in planted]


@pytest.mark.parametrize(
    ("check", "fault"), PLANTED, ids=[f"{check.__name__.split('.')[-1]}: {fault.rule}" for check, fault in PLANTED]
)
def test_fault_on_a_page_is_found(check, fault: Fault, publication: Publication, tmp_path: Path) -> None:
    page = page_with(publication, fault.pattern)
    if page is None and not fault.always:
        pytest.skip("these figures give no page with a place for this fault")
    assert page is not None, f"no page has {fault.pattern}: plant the fault otherwise"
    found = newly_found(check, publication, tmp_path, page, replaced(fault.pattern, fault.replacement))
    assert fault.rule in found


def _without_first_page_text(path: Path) -> None:
    with pikepdf.open(path.with_suffix(".pdf"), allow_overwriting_input=True) as pdf:
        pdf.pages[0].Contents = pdf.make_stream(b"")
        pdf.save()


def _of_one_page(path: Path) -> None:
    with pikepdf.open(path.with_suffix(".pdf"), allow_overwriting_input=True) as pdf:
        del pdf.pages[1:]
        pdf.save()


def _with_an_earlier_row(path: Path) -> None:
    data = path.with_suffix(".csv")
    first, line, *rest = data.read_text(encoding="utf-8").splitlines(keepends=True)
    elsewhere = re.sub(r"\|\d{4}\|[^,]*", "|2016|gender=vrouw", line, count=1)
    data.write_text("".join([first, line, elsewhere, *rest]), encoding="utf-8")


FAULTS_IN_FILES: list[tuple[object, str, Callable[[Path], object]]] = [
    (marks, "PDF page without the mark", _without_first_page_text),
    (marks, "PDF with fewer marks than drawings", _of_one_page),
    (marks, "line without the mark", lambda path: replaced("niet echt", "echt")(path.with_suffix(".csv"))),
    (
        marks,
        "line differs from its row",
        lambda path: replaced(r",(?P<digit>\d)\d%,", other_digit)(path.with_suffix(".csv")),
    ),
    (aids, "row that the data file lacks", lambda path: replaced(r"(?<=\n)[^\n]*\n", "")(path.with_suffix(".csv"))),
    (aids, "row in the data file that the page cannot print", _with_an_earlier_row),
    (
        marks,
        "data file without lines",
        lambda path: replaced(r"\n.*", "\n")(path.with_suffix(".csv")),
    ),
    (marks, "file name", lambda path: shutil.copy(path, path.with_name("flevoland.html"))),
    (inventory, "PDF of another length than its product", _of_one_page),
    (inventory, "PDF does not say what the page says", _without_first_page_text),
    (inventory, "page of a few lines", _without_first_page_text),
    (inventory, "document is missing", lambda path: path.with_suffix(".csv").unlink()),
    (
        inventory,
        "document that publications.csv does not have",
        lambda path: shutil.copy(path, path.with_name("x.html")),
    ),
]


@pytest.mark.parametrize(("check", "rule", "change"), FAULTS_IN_FILES, ids=[rule for _, rule, _ in FAULTS_IN_FILES])
def test_fault_in_a_file_is_found(
    check, rule: str, change: Callable[[Path], object], publication: Publication, tmp_path: Path
) -> None:
    page = next(page for page in publication.pages if page.product == "province")
    assert rule in newly_found(check, publication, tmp_path, page, change)


@pytest.mark.parametrize("place", faults_that_leak.PLANTED)
def test_leak_in_a_file_is_found(place: str, publication: Publication, tmp_path: Path) -> None:
    """A folder with one file: nothing is found in it as it is published, and the leak once it is planted."""
    rule, name, plant = faults_that_leak.PLANTED[place]
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if (publication.folder / name).exists():
        shutil.copy(publication.folder / name, path)
        assert not [found for found in leaks.findings(Publication(tmp_path, publication.facts)) if found.rule == rule]
    plant(path)
    assert rule in {found.rule for found in leaks.findings(Publication(tmp_path, publication.facts))}


def test_five_minute_version_of_another_length_is_found(publication: Publication, tmp_path: Path) -> None:
    page = next(page for page in publication.pages if page.product == "five_minutes")
    found = newly_found(five_minutes, publication, tmp_path, page, _of_one_page)
    assert "PDF of another length than a five-minute version" in found


def test_report_of_another_length_is_found(publication: Publication, tmp_path: Path) -> None:
    page = next(page for page in publication.pages if page.product == "report")
    found = newly_found(inventory, publication, tmp_path, page, _of_one_page)
    assert "PDF of another length than its product" in found


CHAPTER = r"<section id=\"sec-beleid\"[^>]*data-target-group=\"organisaties\""
#: Faults in a chapter on organisations: a number, a cell, a value that is heard, a row that is opened, no survey named.
FAULTS_IN_A_CHAPTER = [
    (numbers, "number differs from its row", CHAPTER + r".*?<p>.*?data-row=[^>]*>(?P<digit>\d)\d%", other_digit),
    (tables, "cell differs from its row", CHAPTER + r".*?id=\"soorten-.*?<td[^>]*>(?P<digit>\d)\d%", other_digit),
    (
        drawings,
        "value in a drawing differs from its row",
        CHAPTER + r".*?aria-label=\"[^\"]*? (?P<digit>\d)\d% \(",
        other_digit,
    ),
    (
        aids,
        "opened row differs from its row",
        CHAPTER + r".*?<tr data-row=(?:(?!</tr>).)*?(?P<digit>\d)\d%",
        other_digit,
    ),
    (numbers, "row does not exist", CHAPTER, '<section id="sec-beleid"'),
]


@pytest.mark.parametrize(("check", "rule", "pattern", "replacement"), FAULTS_IN_A_CHAPTER)
def test_fault_in_a_chapter_on_another_survey_is_found(
    check, rule: str, pattern: str, replacement: Replacement, publication: Publication, tmp_path: Path
) -> None:
    page = next(page for page in publication.pages if page.product == "report")
    assert rule in newly_found(check, publication, tmp_path, page, replaced(pattern, replacement))


def _cited_row(publication: Publication) -> tuple[Page, Row]:
    """A factsheet with the figure that its first sentence tells: one that is firm enough for a sentence."""
    sheets = [page for page in publication.pages if page.facts is publication.facts and page.document]
    rows = [(page, publication.facts.row("any_aggression", "", page.edition, page.domain)) for page in sheets]
    return next((page, row) for page, row in rows if row is not None and not row.indicative and not row.sign)


@pytest.mark.parametrize("change", [{"indicative": True}, {"sign": "x"}])
def test_figure_that_is_not_firm_is_found_in_prose(change: dict, publication: Publication, tmp_path: Path) -> None:
    page, row = _cited_row(publication)
    facts = replace(page.facts, rows=page.facts.rows | {row.id: row._replace(**change)})
    assert "figure may not stand in prose" in found_beside(numbers, page, facts, tmp_path)


def test_figure_of_a_later_wave_is_found(publication: Publication, tmp_path: Path) -> None:
    page, row = _cited_row(publication)
    facts = replace(page.facts, rows=page.facts.rows | {row.id: row._replace(wave=row.wave + 2)})
    assert "wave later than the edition" in found_beside(numbers, page, facts, tmp_path)


@pytest.mark.parametrize(
    ("check", "rule", "where", "difference"),
    [
        (verdicts, "comparison contradicts itself", r"Dat aandeel verschilt niet aantoonbaar van", None),
        (tables, "difference is not that of the printed percentages", r"<td[^>]*>[+−]\d+\s\(", -100),
    ],
)
def test_comparison_that_does_not_follow_from_its_figures_is_found(
    check, rule: str, where: str, difference: int | None, publication: Publication, tmp_path: Path
) -> None:
    page = page_with(publication, where)
    assert page is not None
    wrong = {key: compared._replace(difference=difference) for key, compared in page.facts.comparisons.items()}
    facts = replace(publication.facts, comparisons=wrong)
    assert rule in found_beside(check, page, facts, tmp_path)


@pytest.mark.parametrize(
    ("verdict", "difference", "low", "high", "sound"),
    [
        ("higher", 8, 1, 15, True),
        ("higher", -8, -15, -1, False),
        ("higher", 8, -1, 15, False),
        ("lower", -8, -15, -1, True),
        ("lower", -2, -3, -1, False),
        ("about_equal", 1, -3, 5, True),
        ("about_equal", 1, -9, 5, False),
        ("no_demonstrable_difference", 8, -1, 15, True),
        ("no_demonstrable_difference", None, None, None, False),
        ("too_few", None, None, None, True),
        ("withheld", None, None, None, True),
    ],
)
def test_verdict_is_held_against_its_own_difference(
    verdict: str, difference: int | None, low: int | None, high: int | None, sound: bool
) -> None:
    assert (verdicts.contradiction(Compared(verdict, difference, low, high, None), relevant=5) == "") is sound


@pytest.mark.parametrize(
    ("word", "percent", "fits"),
    [
        ("de helft", 50, True),
        ("de helft", 52, False),
        ("ruim de helft", 51, True),
        ("ruim de helft", 49, False),
        ("ruim de helft", 58, False),
        ("bijna de helft", 47, True),
        ("bijna een derde", 31, True),
        ("een derde", 33, True),
        ("ruim een derde", 33, False),
        ("ruim een derde", 34, True),
        ("twee derde", 67, True),
        ("ruim twee derde", 67, True),
        ("ruim een vijfde", 24, False),
        ("bijna een kwart", 24, True),
        ("veel", 80, False),
    ],
)
def test_share_in_words_fits_its_percentage(word: str, percent: int, fits: bool) -> None:
    assert (numbers.word_does_not_fit(word, percent) == "") is fits


def test_words_for_the_limits_of_the_scale() -> None:
    assert not numbers.word_does_not_fit("vrijwel niemand", 0)
    assert numbers.word_does_not_fit("vrijwel iedereen", 90)


def test_pattern_of_leftovers_leaves_dutch_words_alone() -> None:
    assert not re.search(inventory._LEFTOVERS, "Nanno en Non gaan naar Nonner; banana (zie 1).")
