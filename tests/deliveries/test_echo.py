"""What people answered never stands in a message: messages are kept in logs, in CI, and are sent to the bureau."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.answers import given
from analysis.errors import MonitorError, quotable
from deliveries import harmonise as harmonising
from deliveries.examination import Decided, examine_file
from deliveries.findings import table
from tests.deliveries import made
from tests.deliveries.examined import PASSPORT, with_correction
from tests.deliveries.made import cells

ANSWER, NUMBER = "mijn buurman, om de windmolens", "RESP-70417"

#: A person's own words, or number, in the place of a code, a date, a name, the number itself, a remark.
PLANTED: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "words in the place of a code": made.changed("functie", 1, ANSWER),
    "words among several answers": made.changed("q2", 1, f"1;{ANSWER}"),
    "words in the place of a date": made.changed("dag", 1, ANSWER),
    "a number in the place of a code": made.changed("functie", 1, NUMBER),
    "a number in the place of a date": made.changed("dag", 1, NUMBER),
    "a number that stands twice": lambda rows: rows.assign(nr=[NUMBER, NUMBER, *rows["nr"][2:]]),
    "words that a spreadsheet runs": made.changed("opm", 1, f"={ANSWER}"),
    "a number that begins as a formula does": made.changed("opm", 1, f"@{NUMBER}"),
    "words of somebody who broke off": lambda rows: rows.assign(
        opm=[*rows["opm"][:7], ANSWER], q3=[*rows["q3"][:7], 1]
    ),
    "columns that changed places": lambda rows: rows.rename(columns={"nr": "functie", "functie": "nr"}),
    "words on two lines": made.changed("functie", 1, f"{ANSWER}\n{NUMBER}"),
}


@pytest.mark.parametrize("suffix", [".csv", ".sav"])
@pytest.mark.parametrize("what", PLANTED)
def test_no_message_tells_words_or_the_number_of_a_respondent(tmp_path: Path, what: str, suffix: str) -> None:
    rows = PLANTED[what](made.delivered_rows())
    path = made.write(tmp_path, rows, suffix)
    _, findings = made.examined(path, rows=len(rows))
    silent = suffix == ".sav" and ("spreadsheet" in what or "formula" in what)
    assert bool(findings) != silent
    told = " ".join(["\n".join(map(str, findings)), table(findings)])
    assert not [word for word in (*ANSWER.split(), ANSWER, NUMBER) if len(word) > 3 and word in told]
    assert not [number for number in made.delivered_rows()["nr"] if number in told.replace(",", " ").split()]


@pytest.mark.parametrize("lost", [{"opm": ANSWER}, {"opm": "goed onderzoek"}], ids=["other rows", "more rows"])
def test_a_correction_that_does_not_find_its_rows_names_no_respondent(lost: dict) -> None:
    delivered = with_correction(where=lost, to="no_row", expect=7)
    _, findings = harmonising.examine(cells(made.delivered_rows()), delivered, made.QUESTIONNAIRE, PASSPORT)
    told = " ".join(map(str, findings))
    assert "Correction does not find its rows" in told
    assert not [number for number in made.delivered_rows()["nr"] if number in told.replace(",", " ").split()]


@pytest.mark.parametrize("suffix", [".csv", ".sav"])
def test_a_delivery_without_a_head_does_not_tell_its_first_respondent(tmp_path: Path, suffix: str) -> None:
    """Without names in the first line, the answers of one person would be told as names that the map does not know."""
    rows = made.delivered_rows().assign(opm=ANSWER)
    path = made.write(tmp_path, rows, suffix)
    if suffix == ".csv":
        first = ";".join(["P1", "16-04-2018", "Burgemeester", "1", '"1;2"', "3", "0", "2", "5", ANSWER])
        path.write_text(f"{first}\n{first}\n", encoding="utf-8")
    else:
        made.write(tmp_path, rows.rename(columns={"opm": "Jan_Jansen_9_jaar_raadslid"}), suffix)
    decided = Decided({"invented": made.QUESTIONNAIRE}, made.VARIABLES, made.CODES, made.CORRECTIONS)
    _, findings = examine_file(path, "invented", 2018, decided)
    told = " ".join(map(str, findings))
    assert "Column of the delivery is not in the map" in told
    assert not [word for word in (*ANSWER.split(), "P1", "16-04-2018") if len(word) > 1 and f"{word}," in f"{told},"]


def test_harmonised_answers_that_the_codebook_does_not_know_are_not_told() -> None:
    frame = pd.DataFrame({"wave": 2024, "threat": ["ja", ANSWER]})
    with pytest.raises(MonitorError) as caught:
        given(frame, "threat", {"threat": ("ja", "nee")})
    assert ANSWER not in str(caught.value) and "a text of 30 signs" in str(caught.value)


def test_codes_dates_and_what_was_typed_wrong_are_told_since_they_must_be_mended() -> None:
    told = ["7", "-9", "1;3", "01,2", "31-02-2018", "1,0", "2018-04-31"]
    assert [quotable(text) for text in told] == told
    assert quotable("Wethouderr", known=["Wethouder", "Burgemeester"]) == "Wethouderr"
    assert quotable("niet gevraagd", rows=5) == "niet gevraagd"
    for text in (ANSWER, NUMBER, "104233", "0612345678", "", "Jan", "9999", "3,14159"):
        assert quotable(text, rows=4, known=["Wethouder"]) == f"a text of {len(text)} signs that is not told"
    assert len(quotable(ANSWER * 9, rows=np.int64(5))) == 40
