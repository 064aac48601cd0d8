"""A sixth wave is added by data and rows alone: no file under src/, pipeline/ or report/_* is touched.

The made-up wave of 2026 has new names and codes, new answers, dropped questions, one asked in other words and one asked
differently, everybody invited; see wave.py and the rows beside it. `pytest -s` prints what a person added.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from lxml import html

from presentation import palette
from tests.pipeline.conftest import ROOT, Walk, copy_tree, keep_documents
from tests.sixth_wave.wave import FORMATS, STRATA, WAVE, add_wave

# Editions of waves that asked less: 2018 had other questions on reporting, before 2016 there was nothing.
OLDER = """2018,report,monitor,Monitor agressie en geweld 2018,all
2016,target_group,raadsleden,Agressie tegen raadsleden,raadsleden
"""
_DIFF = ("git", "diff", "--no-index", "--unified=0", "--word-diff=plain", "--word-diff-regex=[^,]+|,")
_PRINTED = 25  # lines of each file: strata.csv and manifest.yml have hundreds
PYTHON = ("src", "pipeline", "_extensions", "notebooks")
MADE = {f"report/{WAVE}/{name}.qmd" for name in ("monitor", "raadsleden", "flevoland")}
ADDED = {
    *(f"config/{name}" for name in ("answers.csv", "breaks.csv", "indicators.yml", "monitor.yml", "publications.csv")),
    *("config/variables.csv", *(f"config/questionnaire/{survey}.yml" for survey in FORMATS)),
    *("data/raw/manifest.yml", *(f"data/raw/population/{name}.csv" for name in STRATA)),
    *(f"data/raw/waves/{WAVE}/{survey}.{ending}" for survey, ending in FORMATS.items()),
    *MADE,
}


@dataclass(frozen=True)
class Sixth:
    """A tree with the sixth wave, published: which files differ from before, and which answers were put in."""

    walk: Walk
    before: Path
    changed: set[str]
    answers: dict[str, pd.DataFrame]

    def page(self, name: str, edition: int = WAVE) -> html.HtmlElement:
        return html.parse(str(self.walk.path(f"publication/report/{edition}/voorbeeld-{name}.html"))).getroot()

    def words(self, name: str) -> str:
        return " ".join(self.page(name).find(".//main").text_content().split())

    def figure(self, label: str, name: str = "monitor") -> html.HtmlElement:
        """The drawing of a figure; its text alternative is the attribute aria-label."""
        return self.page(name).xpath(f"//*[@id='{label}']//svg")[0]

    def table(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.walk.path(f"data/processed/{name}.parquet"))


@pytest.fixture(scope="module")
def sixth(tmp_path_factory: pytest.TempPathFactory) -> Sixth:
    walk = copy_tree(tmp_path_factory.mktemp("sixth"))
    keep_documents(walk, ("monitor",))
    with walk.path("config/publications.csv").open("a", encoding="utf-8") as file:
        file.write(OLDER)
    assert walk.make(module="pipeline.stubs").returncode == 0
    folders = ("config", "data/raw", "report", *PYTHON)
    before = walk.sums(*folders)
    was = tmp_path_factory.mktemp("before")
    for folder in ("config", "data/raw"):
        shutil.copytree(walk.path(folder), was / folder)
    answers = add_wave(walk)
    assert walk.make(module="pipeline.stubs").returncode == 0
    after = walk.sums(*folders)
    done = walk.make("publish")
    assert done.returncode == 0, done.stdout + done.stderr
    return Sixth(
        walk, was, {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}, answers
    )


def test_only_data_and_rows_were_added(sixth: Sixth) -> None:
    assert sixth.changed == ADDED
    for name in sorted(ADDED - MADE):
        told = subprocess.run(
            [*_DIFF, str(sixth.before / name), str(sixth.walk.path(name))],
            capture_output=True,
            text=True,
        ).stdout.splitlines()
        lines = [line[:150] for line in told if "{+" in line or "[-" in line]
        print(f"{name}: {len(lines) or 'a new file, no'} lines", *lines[:_PRINTED], sep="\n  ")


@pytest.mark.parametrize("survey", FORMATS)
def test_what_was_put_in_comes_out(sixth: Sixth, survey: str) -> None:
    put = sixth.answers[survey].set_index("respondent").sort_index()
    harmonised = sixth.table(f"1-harmonised-{survey}").query(f"wave == {WAVE}").astype(object)
    got = harmonised.set_index("respondent").sort_index()
    pd.testing.assert_frame_equal(got[list(put.columns)], put, check_dtype=False, check_names=False)


@pytest.mark.parametrize("survey", FORMATS)
def test_examining_the_delivery_finds_nothing(sixth: Sixth, survey: str) -> None:
    done = sixth.walk.make(f"data/raw/waves/{WAVE}/{survey}.{FORMATS[survey]}", module="pipeline.check_delivery")
    assert done.returncode == 0, done.stdout + done.stderr


def test_earlier_waves_stay_as_they_were(sixth: Sixth) -> None:
    """Neither figures nor verdicts of 2016 to 2024 move when a wave is added."""
    for name in ("estimates", "comparisons"):
        before = pd.read_parquet(ROOT / f"data/processed/5-publishable-{name}.parquet").set_index("id")
        after = sixth.table(f"5-publishable-{name}").query(f"wave < {WAVE}").set_index("id")
        pd.testing.assert_frame_equal(after.loc[before.index], before)
        assert set(after.index) == set(before.index)


def test_the_publication_passes_its_checks(sixth: Sixth) -> None:
    environment = {name: value for name, value in sixth.walk.environment.items() if name != "MONITOR_PUBLICATION"}
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:nbval",  # takes seconds to load, and there is no notebook among these tests
            "tests/documents/test_finished_publication.py",
        ],
        cwd=sixth.walk.root,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-6000:]
    assert " passed" in done.stdout


@pytest.mark.parametrize(
    ("label", "answer"),
    [("fig-dader", "Van een andere politicus"), ("fig-ernst", "Levensbedreigend")],
)
def test_a_new_answer_has_its_label_in_chart_and_text_alternative(sixth: Sixth, label: str, answer: str) -> None:
    drawing = sixth.figure(label)
    assert answer.lower() in drawing.get("aria-label").lower()
    assert answer.lower() in " ".join(" ".join(drawing.itertext()).split()).lower()
    older = sixth.page("monitor", edition=2024).xpath(f"//*[@id='{label}']//svg")[0]
    assert answer.lower() not in older.get("aria-label").lower()


def test_a_new_degree_of_severity_has_a_colour_of_its_own(sixth: Sixth) -> None:
    drawn = html.tostring(sixth.figure("fig-ernst"), encoding="unicode").lower()
    shades = palette.shades(["minder_ernstig", "ernstig", "zeer_ernstig", "levensbedreigend"]).values()
    assert len(set(shades)) == 4 and all(shade.lower() in drawn for shade in shades)


def test_a_new_option_stands_in_its_table(sixth: Sixth) -> None:
    (row,) = sixth.page("monitor").xpath("//*[@id='antwoorden-physical_kinds']//tr[contains(., 'in brand')]")
    figure = sixth.table("5-publishable-estimates").set_index("id").loc[f"physical_kinds.brandstichting|{WAVE}|all"]
    assert figure["text"] in row.text_content()


def test_a_new_answer_has_no_figure_in_a_wave_that_did_not_offer_it(sixth: Sixth) -> None:
    figures = sixth.table("5-publishable-estimates")
    new = figures[figures["answer"].isin(["politicus", "levensbedreigend", "brandstichting"])]
    assert set(new["wave"]) == {WAVE}


def test_a_dropped_question_is_said_to_be_dropped(sixth: Sixth) -> None:
    for name in ("monitor", "raadsleden", "flevoland"):
        assert "Niet gevraagd in deze meting: “overwoog te stoppen”." in sixth.words(name)
    notice = sixth.figure("fig-aanleiding").get("aria-label")
    assert "Deze vraag is in deze meting niet gesteld." in notice
    assert "Vermoedelijke aanleiding" in notice


def test_a_question_in_other_words_cuts_the_line_and_is_not_compared(sixth: Sixth) -> None:
    drawing = sixth.figure("fig-melden-trend")
    assert f"De lijn is onderbroken vóór de meting van {WAVE}: andere vraag." in drawing.get("aria-label")
    not_compared = "is bespreken of melden niet te vergelijken|Niet te vergelijken is bespreken of melden"
    assert re.search(not_compared, sixth.words("monitor"))
    compared = sixth.table("5-publishable-comparisons").query(
        f"wave == {WAVE} and kind == 'wave' and survey == 'officeholders'"
    )
    mine = compared[compared["indicator"].isin(["discussed", "discussed_or_reported"])]
    assert len(mine) and set(mine["verdict"]) == {"not_comparable"}
    assert mine["difference"].isna().all()


def test_a_question_asked_differently_leaves_its_series_and_the_new_one_begins(sixth: Sixth) -> None:
    words = sixth.words("monitor")
    assert "In deze meting anders gevraagd, en daarom niet vergelijkbaar: “aangifte gedaan”." in words
    assert "Aangifte gedaan (nieuwe vraag)" in words
    figures = sixth.table("5-publishable-estimates").query("survey == 'officeholders'")
    waves = figures.groupby("indicator")["wave"].agg(set)
    assert waves["police_steps"] == {WAVE} and WAVE not in waves["police_report"]
    reasons = figures.query(f"indicator == 'no_police_reasons' and wave == {WAVE}")
    assert len(reasons), "who did not report to the police is asked why, by the new question"


def test_editions_show_their_own_waves_only(sixth: Sixth) -> None:
    """The documents of 2018 and 2016 are made beside that of 2026, and pass the checks above with it."""
    monitor = sixth.page("monitor", edition=2018)
    trend = monitor.xpath("//*[@id='fig-trend']//svg")[0].get("aria-label")
    assert "2016" in trend and "2018" in trend and "2020" not in trend
    words = " ".join(monitor.find(".//main").text_content().split())
    assert "vroeg in één keer of het incident was besproken of gemeld" in words
    assert not monitor.xpath("//*[@id='fig-melden-trend' or @id='sec-integriteit']")
    first = " ".join(sixth.page("raadsleden", edition=2016).find(".//main").text_content().split())
    assert "er is geen eerdere meting" in first and "bij de meting van" not in first


def test_everybody_was_invited(sixth: Sixth) -> None:
    response = sixth.table("5-publishable-response").query(f"wave == {WAVE} and survey == 'officeholders'")
    assert len(response) and (response["invited"] == response["population"]).all()
    lines = sixth.page("monitor").xpath("//*[@id='respons']//tbody/tr")
    cells = [[" ".join(cell.text_content().split()) for cell in line] for line in lines]
    assert cells and all(population == invited for _, population, invited, *_ in cells)
    assert "In deze meting kregen alle" in sixth.words("monitor")
