"""Causes stand in the in-depth chapters alone, and hedged: of the sources, before any page is made of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.documents import causes

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = sorted((ROOT / "report" / "_monitor").glob("in-depth-*.qmd"))
PLACES = {"report": "*.qmd", "notebooks": "*.ipynb", "src/presentation": "*.py", "src/opendata": "*.py"}
SOURCES = [
    path
    for folder, pattern in {**PLACES, "config": "*.[yc]*"}.items()
    for path in sorted((ROOT / folder).rglob(pattern))
    if path not in CHAPTERS
]


def test_no_source_names_a_cause_outside_the_in_depth_chapters() -> None:
    found = {path.relative_to(ROOT).as_posix(): causes.named(path.read_text(encoding="utf-8")) for path in SOURCES}
    assert {name: sentences for name, sentences in found.items() if sentences} == {}


def test_every_exception_is_still_needed() -> None:
    words = " ".join(" ".join(path.read_text(encoding="utf-8").split()) for path in SOURCES)
    assert [pattern for pattern in causes.ALLOWED if not re.search(pattern, words)] == []


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_in_depth_chapter_says_what_it_is_and_hedges_every_cause(chapter: Path) -> None:
    text = chapter.read_text(encoding="utf-8")
    assert causes.NOTICE in text
    assert causes.CHAPTER in text
    named = causes.named(text)
    assert named
    assert [sentence for sentence in named if not causes.hedged(sentence)] == []


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda path: path.stem)
def test_in_depth_chapter_is_plain_text_and_quotes_nobody(chapter: Path) -> None:
    text = re.sub(r"^:::.*$", "", chapter.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert re.findall(r"`[^`]*`|[“”\"]", text) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Dat komt door sociale media.",
        "Het aandeel is gestegen doordat meer mensen reageren.",
        "Dankzij het protocol wordt vaker gemeld.",
        "Een besluit leidt vaak tot agressie.",
        "De oorzaak is onbekend.",
        "Als gevolg van de drukte waren er meer incidenten.",
    ],
)
def test_cause_is_recognised(sentence: str) -> None:
    assert causes.named(f"Een zin ervoor. {sentence} Een zin erna.") == [sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        "Gevolgen van agressie merkte een derde.",
        "Agressie door burgers komt voor.",
        "Hoe vaak kreeg u vanwege uw werk te maken met agressie?",
        "De reden is dat het niet ernstig genoeg was.",
    ],
)
def test_words_of_respondents_are_no_causes(sentence: str) -> None:
    assert causes.named(sentence) == []
