"""Numbers in Dutch words never say more than the number: every whole percentage is looked at."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

import pytest

from presentation import dutch
from presentation.figure import read_figure

VALUES = {
    "een vijfde": Fraction(1, 5),
    "een kwart": Fraction(1, 4),
    "een derde": Fraction(1, 3),
    "de helft": Fraction(1, 2),
    "twee derde": Fraction(2, 3),
    "driekwart": Fraction(3, 4),
}
SAID = re.compile(r"(?:(ruim|bijna) )?(een vijfde|een kwart|een derde|de helft|twee derde|driekwart) \((\d+)%\)")


@pytest.mark.parametrize("percent", range(101))
def test_words_of_a_share_agree_with_its_figure(percent: int) -> None:
    said = dutch.share(percent)
    match = SAID.fullmatch(said)
    if match is None:
        assert said in (f"{percent}%", "vrijwel niemand (0%)", "vrijwel iedereen (100%)")
        assert (percent in (0, 100)) == said.startswith("vrijwel")
        return
    degree, word, figure = match.groups()
    value = 100 * VALUES[word]
    assert int(figure) == percent
    assert abs(percent - value) <= Fraction(10, 3)
    if degree == "ruim":
        assert percent > value
    elif degree == "bijna":
        assert percent < value
    else:
        assert abs(percent - value) < Fraction(1, 2)


def test_words_of_shares_rise_with_their_figures() -> None:
    degrees = {"bijna": -1, None: 0, "ruim": 1}
    order = [
        (VALUES[match[2]], degrees[match[1]])
        for match in (SAID.fullmatch(dutch.share(percent)) for percent in range(101))
        if match
    ]
    assert order == sorted(order)
    assert len(set(order)) == 18  # each of the six words: almost, exactly, and more than


@pytest.mark.parametrize(
    ("percent", "said"),
    [
        (16, "16%"),
        (17, "bijna een vijfde (17%)"),
        (22, "ruim een vijfde (22%)"),
        (23, "bijna een kwart (23%)"),
        (28, "ruim een kwart (28%)"),
        (29, "29%"),
        (30, "bijna een derde (30%)"),
        (37, "37%"),
        (46, "46%"),
        (47, "bijna de helft (47%)"),
        (50, "de helft (50%)"),
        (51, "ruim de helft (51%)"),
        (54, "54%"),
        (67, "twee derde (67%)"),
        (71, "71%"),
        (78, "ruim driekwart (78%)"),
        (79, "79%"),
    ],
)
def test_where_words_begin_and_end(percent: int, said: str) -> None:
    assert dutch.share(percent) == said


def test_numbers_dates_and_points_as_dutch_readers_write_them() -> None:
    assert dutch.number(11638) == "11.638"
    assert [dutch.decimal(value, 1) for value in (95.14, 2.45, 0)] == ["95,1", "2,5", "0,0"]
    assert dutch.day(date(2024, 4, 15)) == "15 april 2024"
    assert [dutch.points(value) for value in (-1, 0, 1, -4)] == [
        "1 procentpunt",
        "0 procentpunten",
        "1 procentpunt",
        "4 procentpunten",
    ]
    assert dutch.interval(44, 58) == "tussen 44% en 58%"


def test_listing_and_capitals() -> None:
    assert dutch.listing(["a"]) == "a"
    assert dutch.listing(["a", "b"]) == "a en b"
    assert dutch.listing(["a", "b", "c"]) == "a, b en c"
    assert [dutch.waves(named) for named in ("2024", "2022+2024")] == ["2024", "2022 en 2024 samen"]
    assert dutch.capital("ijmuiden telt") == "IJmuiden telt"
    assert dutch.capital("[bijna de helft (47%)]{.x} van") == "[Bijna de helft (47%)]{.x} van"
    assert dutch.capital("51% van") == "51% van"
    assert dutch.capital("") == ""
    labels = ("Eén manier van melden", "Via sociale media, zoals Facebook", "Eenmalig", "")
    assert [*map(dutch.small, labels)] == ["één manier van melden", "via sociale media, zoals Facebook", "eenmalig", ""]


def test_every_verdict_has_a_word_and_a_short_one() -> None:
    verdicts = {
        "higher",
        "lower",
        "about_equal",
        "small_difference",
        "no_demonstrable_difference",
        "not_comparable",
        "too_few",
        "withheld",
    }
    assert set(dutch.VERDICTS) == set(dutch.SHORT_VERDICTS) == verdicts
    # "Not demonstrated" is never worded as equal.
    assert "gelijk" not in dutch.VERDICTS["no_demonstrable_difference"]


def row(**changes: object) -> dict[str, object]:
    usual = {"id": "organisations:protocol|2022|layer=provincie", "n": 8, "count": 6, "percent": None, "low": None}
    return {**usual, "high": None, "sign": "", "text": "6 van de 8", "indicative": False, "panel": False, **changes}


def test_of_few_organisations_a_count_is_said_tied_to_its_row() -> None:
    figure = read_figure(row())
    row_id = "organisations:protocol&#124;2022&#124;layer=provincie"
    words = (
        f'[6 van de 8]{{.figure-link data-row="{row_id}" data-shown="6 van de 8" data-n="8"}} deelnemende provincies'
    )
    assert figure.of("deelnemende provincies") == words
    assert figure.firm and figure.short == figure.label == "6 van de 8"


@pytest.mark.parametrize(
    ("yes", "n", "words"), [(0, 8, "geen van de 8"), (8, 8, "alle 8"), (1, 1, "1 van de 1"), (7, 8, "7 van de 8")]
)
def test_counts_in_words(yes: int, n: int, words: str) -> None:
    assert dutch.count(yes, n) == words


def test_a_percentage_is_said_of_whom_it_is_as_before() -> None:
    figure = read_figure(row(count=None, n=130, percent=79, text="79%"))
    assert re.sub(r"\{.*\}", "", figure.of("gemeenten")) == "[79%] van de gemeenten"


def test_the_margin_of_a_panel_is_called_indicative() -> None:
    assert read_figure(row(panel=True)).margin == "indicatieve marge"
    assert read_figure(row()).margin == "onzekerheid"


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "1 kB"),  # a file is never nothing
        (1_499, "1 kB"),
        (140_500, "141 kB"),
        (999_499, "999 kB"),
        (999_500, "1,0 MB"),
        (3_698_000, "3,7 MB"),
        (12_345_678, "12,3 MB"),
    ],
)
def test_a_large_file_is_said_in_millions_of_bytes(count: int, said: str) -> None:
    assert dutch.size(count) == said


@pytest.mark.parametrize("count", [1, 7, 10, 99, 100, 101, 999, 1_000, 1_299, 84_999, 100_001, 1_000_000])
def test_how_often_is_never_said_too_high_nor_a_tenth_too_low(count: int) -> None:
    said = int(dutch.times(count).removesuffix(" keer").replace(".", ""))
    assert said <= count < 1.1 * said or said == count
    assert len(str(said).rstrip("0")) <= 2


def test_how_often_has_the_points_of_dutch_thousands() -> None:
    assert dutch.times(1_234) == "1.200 keer"
