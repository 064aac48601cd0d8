"""Tables have header cells, a base line and notes, Dutch numbers, and no cell without a word."""

from __future__ import annotations

import pandas as pd
import pytest
from great_tables import GT
from lxml import html
from lxml.html import HtmlElement

from presentation import dutch, tables
from presentation.charts import Wording
from presentation.figure import read_figure
from tests.presentation.rows import MARK, SUBJECT, WHOLE, frame, row


@pytest.fixture
def words(wording: Wording) -> Wording:
    return Wording("", wording.subtitle, wording.source, wording.mark)


def read(table: GT) -> html.HtmlElement:
    """The table as a reader's browser has it."""
    return html.fromstring(table.as_raw_html()).xpath("//table")[0]


def cells(table: html.HtmlElement) -> list[list[str]]:
    """Rows of the body, each a list of the texts of its cells; spaces that do not break are plain here."""
    rows = table.xpath(".//tbody/tr")
    return [[" ".join(cell.text_content().split()) for cell in row.xpath("./th|./td")] for row in rows]


def assert_readable(table: html.HtmlElement) -> None:
    """What holds of every table: headings for columns and rows, one spanner level, no hole in the body."""
    head = table.xpath(".//thead/tr")
    assert 1 <= len(head) <= 2
    assert all(cell.text_content().strip() for cell in head[0].xpath("./th") if cell.get("rowspan") != "1")
    assert head[0].xpath("./th")[0].text_content().strip(), "the column of names has a heading of its own"
    body = table.xpath(".//tbody/tr[not(contains(@class, 'gt_group_heading_row'))]")
    assert all(row.xpath("./th[@scope='row']") for row in body)
    text = table.text_content()
    assert not any(hole in text for hole in ("nan", "NaN", "None", "<NA>"))
    assert all(cell for line in cells(table) for cell in line)


def test_estimates(group_rows: pd.DataFrame, words: Wording) -> None:
    table = read(tables.estimates(group_rows, words, id="t", stub="group", stubhead="Groep"))
    assert_readable(table)
    body = cells(table)
    assert body[0] == ["Alle politieke ambtsdragers", "2.040", "45%", "44 tot 46%"]
    assert body[4][2:] == ["x", "–"]
    assert body[7][2:] == ["98%*", "80 tot 100%"]
    notes = [note.text_content() for note in table.xpath(".//tfoot//td")]
    assert notes == [
        words.subtitle,
        "* indicatief: weinig respondenten of een ruime onzekerheid",
        "x geheim: niet getoond, omdat personen herkenbaar zouden zijn",
        f"{MARK} · {words.source}",
    ]


def overview(against_rows: tuple[pd.DataFrame, pd.DataFrame], words: Wording) -> HtmlElement:
    """The sheet's table of six indicators, with the same figures in 2022 as in 2024."""
    rows, compared = against_rows
    before = rows[rows["domain"] == SUBJECT].assign(wave=2022)
    both = pd.concat([rows, before], ignore_index=True)
    compared = pd.concat([compared, compared.assign(reference="2022", verdict="about_equal")], ignore_index=True)
    table = tables.overview(
        both, compared, words, id="t", subject=SUBJECT, comparator=WHOLE, waves=(2022, 2024), pooled=rows.head(0)
    )
    return read(table)


def test_rows_with_different_bases_stand_under_their_base(
    against_rows: tuple[pd.DataFrame, pd.DataFrame], words: Wording
) -> None:
    table = overview(against_rows, words)
    assert_readable(table)
    bases = [head.text_content().strip() for head in table.xpath(".//*[contains(@class, 'gt_group_heading')]/th")]
    assert bases == ["Basis: ambtsdragers", "Basis: ambtsdragers die agressie meemaakten"]


def test_overview_sets_comparator_and_earlier_wave_beside_the_subject(
    against_rows: tuple[pd.DataFrame, pd.DataFrame], words: Wording
) -> None:
    table = overview(against_rows, words)
    rows = {line[0]: line[1:] for line in cells(table)}
    assert rows["Agressie meegemaakt"] == ["51% (37 tot 65%)", "65", "45%", "hoger", "51%", "gelijk"]
    assert rows["Intern gemeld"] == ["/", "65", "8%", "te weinig", "/", "gelijk"]
    marks = table.xpath(".//span[@class='verdict']/svg")
    assert rows["Aangifte gedaan"] == ["x", "65", "8%", "geheim", "x", "gelijk"]
    assert len(marks) == 16 and all(mark.get("aria-hidden") == "true" for mark in marks)
    spanners = [
        head.text_content().strip() for head in table.xpath(".//th[contains(@class, 'gt_column_spanner_outer')]")
    ]
    assert spanners == ["Flevoland 2024", "Alle gemeenten en provincies samen 2024", "Flevoland 2022"]


def test_change_sets_the_later_wave_first(words: Wording) -> None:
    rows = frame([row(48, 46, 50, wave=2022), row(45, 43, 47, wave=2024)])
    compared = pd.DataFrame(
        [
            {
                "indicator": "any_aggression",
                "answer": "",
                "domain": SUBJECT,
                "wave": 2024,
                "reference": "2022",
                "difference": -3,
                "low": -6,
                "high": 0,
                "verdict": "lower",
            }
        ]
    )
    table = read(tables.change(rows, compared, words, id="t"))
    assert_readable(table)
    assert cells(table) == [
        ["Agressie meegemaakt", "45% (43 tot 47%)", "65", "48% (46 tot 50%)", "65", "−3 (−6 tot 0)", "lager"]
    ]


def test_response(words: Wording) -> None:
    response = pd.DataFrame(
        {"group": ["Alle"], "population": [11638], "invited": [11638], "responded": [2000], "percent": [17]}
    )
    table = read(tables.response(response, words, id="t"))
    assert_readable(table)
    assert cells(table) == [["Alle", "11.638", "11.638", "2.000", "17%"]]


def test_participation_says_in_words_what_the_sign_says(words: Wording) -> None:
    rows = pd.DataFrame({"group": ["Burgemeesters", "Raadsleden", "Statenleden"], "partial": [12, -7, 0]})
    table = read(tables.participation(rows, words, id="t"))
    assert_readable(table)
    assert cells(table) == [
        ["Burgemeesters", "vaker", "+12"],
        ["Raadsleden", "minder vaak", "−7"],
        ["Statenleden", "gemiddeld", "0"],
    ]


def test_selectivity_leaves_no_cell_blank_where_nothing_is_comparable(words: Wording) -> None:
    now, before = read_figure(row(45, 43, 47)), read_figure(row(49, 47, 51, wave=2022))
    rows = pd.DataFrame(
        [
            {"label": "Agressie", "before": before, "now": now, "odds_ratio": 0.8, "lower": 44, "higher": 46},
            {"label": "Nieuw", "before": None, "now": now, "odds_ratio": None, "lower": None, "higher": 46},
        ]
    )
    table = read(tables.selectivity(rows, words, id="t"))
    assert_readable(table)
    assert cells(table) == [
        ["Agressie", "49%", "45%", "0,80", "44%", "46%"],
        ["Nieuw", "–", "45%", "–", "–", "46%"],
    ]


def test_signs_explain_every_sign_and_every_verdict() -> None:
    table = read(tables.signs(id="t"))
    assert_readable(table)
    explained = {line[0] for line in cells(table)}
    assert set(dutch.SIGNS) | set(dutch.VERDICTS.values()) | {"*"} <= explained


def test_a_label_with_markup_is_shown_as_text(words: Wording) -> None:
    rows = frame([row(45, 43, 47, group="Tot 20.000 <inwoners> & meer")])
    table = read(tables.estimates(rows, words, id="t", stub="group", stubhead="Groep"))
    assert cells(table)[0][0] == "Tot 20.000 <inwoners> & meer"
