"""The page on which figures are looked up: chosen, shared, cited and saved, by keyboard, on a phone and from disk."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.browser.conftest import DESK, NIGHT, PHONE, SITE, Reader, Screen
from tests.browser.test_accessibility import violations
from tests.browser.test_figures import MARK, REPORT, SHEET, opened

PAGE = "report/voorbeeld-cijfers.html"
FLEVOLAND = "any_aggression|2024|province=flevoland"
EMPLOYEES = "employees:any_aggression|2022|all;employees:any_aggression|2024|all"
TOGETHER = "any_aggression|2022+2024|province=flevoland"
FIRST = 100  # rows that are shown before a reader asks for all
A_PHONE = Screen(390, "light")


Row = dict[str, str]


@pytest.fixture(scope="module")
def published() -> dict[str, Row]:
    """The rows of the newest edition by id, from its CSV files: tests/opendata holds those against the figures."""
    rows: dict[str, Row] = {}
    for path in (SITE / "report" / "2024").glob("voorbeeld-cijfers-2024-thema-*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows |= {row["id"]: row for row in csv.DictReader(file)}
    return rows


def looked_up(reader: Reader, address: str = "", screen: Screen = DESK):
    """The page with its rows there."""
    page = reader.open(PAGE + address, screen)
    page.locator(".figures-count", has_text="gevonden").wait_for()
    return page


def ids(page) -> list[str]:
    return page.locator(".figures-found tbody tr").evaluate_all("rows => rows.map((row) => row.id)")


def chosen(page, name: str) -> str:
    return page.get_by_label(name, exact=True).evaluate("select => select.value")


def test_it_opens_with_the_newest_figures_of_everybody(reader: Reader, published: dict[str, Row]) -> None:
    page = looked_up(reader)
    rows = [published[name] for name in ids(page)]
    assert {row["groep"] for row in rows} == {"Alle politieke ambtsdragers"}
    assert {row["meting"] for row in rows} == {max(row["meting"] for row in published.values())}
    assert page.get_by_role("status").first.inner_text() == f"{len(rows)} cijfers gevonden."


def test_an_address_shows_one_figure_as_it_was_published(reader: Reader, published: dict[str, Row]) -> None:
    page = looked_up(reader, "#" + quote(FLEVOLAND))
    row = published[FLEVOLAND]
    assert ids(page) == [FLEVOLAND]
    said = page.locator(".figures-found tbody tr").inner_text()
    for words in ("Agressie meegemaakt", "raadsleden, wethouders en Statenleden in Flevoland", "2024", row["weergave"]):
        assert words in said
    assert f"tussen {row['ondergrens']}% en {row['bovengrens']}%" in said
    assert re.search(rf"\b{row['respondenten_afgerond']}\b", said) and row["oordeel_vorige"] in said
    cited = page.get_by_role("group", name="Citeer als").locator("p").nth(1).inner_text()
    for words in ("Monitor Integriteit en Veiligheid 2024", row["weergave"], "Flevoland", "voorjaar 2024", MARK):
        assert words in cited
    assert cited.endswith(f"{reader.address}{PAGE}#{quote(FLEVOLAND)}")
    page.get_by_role("button", name="Toon alle cijfers over dit onderwerp").click()
    page.get_by_role("status").filter(has_text=re.compile(r"^\d\d cijfers")).wait_for()
    assert FLEVOLAND in ids(page) and chosen(page, "Uitsplitsing") == "Provincie"


def test_every_row_leads_to_its_own_address_and_back_leads_to_the_choice(reader: Reader) -> None:
    page = looked_up(reader, "#editie=2024&thema=2&uitsplitsing=Geslacht")
    before = ids(page)
    link = page.locator(".figures-found tbody a").nth(1)
    link.focus()
    page.keyboard.press("Enter")
    page.locator(".figures-count", has_text="1 cijfer gevonden.").wait_for()
    assert ids(page) == [before[1]] and page.evaluate("document.activeElement.id") == before[1]
    page.go_back()
    page.locator(".figures-count", has_text=f"{len(before)} cijfers").wait_for()
    assert ids(page) == before


def test_rows_hold_to_what_is_chosen_and_the_address_keeps_it(reader: Reader, published: dict[str, Row]) -> None:
    page = looked_up(reader)
    for name, value in [("Thema", "5"), ("Meting", "alle"), ("Wie zijn ondervraagd", "medewerkers")]:
        page.get_by_label(name, exact=True).select_option(value)
        page.wait_for_function(f"location.hash.includes('{value}')")
    page.get_by_label("Uitsplitsing").select_option("Geslacht")
    page.wait_for_function("location.hash.includes('Geslacht')")
    asked = [
        name
        for name, row in published.items()
        if (row["themanummer"], row["onderzoek"], row["uitsplitsing"]) == ("5", "medewerkers", "Geslacht")
    ]
    assert len(ids(page)) == min(len(asked), FIRST) and set(ids(page)) <= set(asked)
    again = looked_up(reader, page.evaluate("location.hash"))
    assert ids(again) == ids(page) and chosen(again, "Wie zijn ondervraagd") == "medewerkers"


def test_a_link_to_another_place_on_the_page_leaves_the_choice(reader: Reader) -> None:
    page = looked_up(reader, "#editie=2024&thema=2&uitsplitsing=Geslacht")
    before = ids(page)
    page.evaluate("location.hash = '#bestanden'")
    page.wait_for_timeout(300)
    assert ids(page) == before


def test_an_edition_has_no_later_wave(reader: Reader) -> None:
    page = looked_up(reader, "#editie=2020&meting=alle")
    waves = page.get_by_label("Meting").locator("option").evaluate_all("all => all.map((each) => each.value)")
    assert waves == ["2020", "2018", "2016", "2018+2020", "2016+2018", "alle"]
    assert {name.split("|")[1] for name in ids(page)} == {"2016", "2018", "2020"}


def test_two_waves_together_are_a_choice_of_their_own(reader: Reader, published: dict[str, Row]) -> None:
    page = looked_up(reader, "#editie=2024&thema=1&meting=2022%2B2024")
    asked = [name for name, row in published.items() if (row["themanummer"], row["meting"]) == ("1", "2022+2024")]
    assert asked and ids(page) == asked
    assert page.get_by_label("Meting").locator("option:checked").inner_text() == "2022 en 2024 samen"
    alone = looked_up(reader, "#editie=2024&thema=1&meting=2024&uitsplitsing=Provincie")
    assert not [name for name in ids(alone) if "+" in name]
    policy = looked_up(reader, "#editie=2024&thema=11").get_by_label("Meting").locator("option").all_inner_texts()
    assert "2024" in policy and not [words for words in policy if "samen" in words]


def test_a_figure_of_two_waves_on_a_sheet_is_found_beside_that_of_the_wave(
    reader: Reader, published: dict[str, Row]
) -> None:
    sheet = reader.open(SHEET)
    assert sheet.locator(f'tr[data-row="{TOGETHER}"]').count() == 1
    page = looked_up(reader, "#" + quote(f"{FLEVOLAND};{TOGETHER}"))
    assert sorted(ids(page)) == sorted([FLEVOLAND, TOGETHER])
    said = page.locator(f'tr[id="{TOGETHER}"]').inner_text()
    assert "2022 en 2024 samen" in said and published[TOGETHER]["weergave"] in said
    page = looked_up(reader, "#" + quote(TOGETHER))
    cited = page.get_by_role("group", name="Citeer als").locator("p").nth(1).inner_text()
    assert "voorjaar 2022 en voorjaar 2024" in cited and "Flevoland" in cited
    assert chosen(page, "Meting") == "2022+2024" and chosen(page, "Editie") == "2024"


def test_what_a_wave_did_not_ask_is_told(reader: Reader) -> None:
    page = reader.open(PAGE + "#editie=2018&thema=12&meting=2018")
    page.locator(".figures-count", has_text="Geen cijfers gevonden").wait_for()


def test_the_saved_rows_are_those_that_are_shown_with_the_mark(reader: Reader, published: dict[str, Row]) -> None:
    page = looked_up(reader, "#editie=2024&thema=11&uitsplitsing=alle")
    assert len(ids(page)) == FIRST, "more than a screen can hold is shown when asked"
    with page.expect_download() as got:
        page.get_by_role("button", name="Bewaar deze cijfers").click()
    lines = list(csv.DictReader(io.StringIO(Path(got.value.path()).read_text("utf-8-sig"))))
    page.get_by_role("button", name="Toon alle").click()
    assert [line["id"] for line in lines] == ids(page) and len(lines) > FIRST
    assert got.value.suggested_filename.startswith("voorbeeld-") and {line["voorbeeld"] for line in lines} == {MARK}
    for line in lines:
        assert line == published[line["id"]], "the same columns and cells as the file of the theme"


@pytest.mark.parametrize(
    ("name", "opens"),
    [(SHEET, "a.figure-link"), (REPORT, "a.figure-link")],
    ids=["sheet", "report"],
)
def test_the_note_to_a_number_leads_to_it(name: str, opens: str, reader: Reader) -> None:
    page = reader.open(name)
    number = page.locator(opens).first
    row = number.get_attribute("data-row")
    number.click()
    page.locator(".figure-popover").get_by_role("link", name="Dit cijfer op de pagina Alle cijfers").click()
    page.locator(".figures-count", has_text="1 cijfer gevonden.").wait_for()
    assert ids(page) == [row]


def test_the_rows_of_a_chart_are_looked_up_together(reader: Reader) -> None:
    page = reader.open(SHEET)
    control = opened(page)
    rows = control.locator("[data-row]").evaluate_all("rows => rows.map((row) => row.dataset.row)")
    control.get_by_role("link", name="Deze cijfers op de pagina Alle cijfers").click()
    page.locator(".figures-count", has_text=f"{len(rows)} cijfers gevonden.").wait_for()
    assert sorted(ids(page)) == sorted(rows)


def test_another_survey_may_use_the_same_name(reader: Reader) -> None:
    page = looked_up(reader, "#" + quote("training.nee|2024|all") + ";" + quote(EMPLOYEES))
    assert set(ids(page)) >= set(EMPLOYEES.split(";"))


@pytest.mark.parametrize("screen", [DESK, NIGHT, PHONE, A_PHONE], ids=["light", "dark", "320", "390"])
@pytest.mark.parametrize("asked", ["", "#" + quote(FLEVOLAND), "#thema=2&uitsplitsing=alle&meting=alle"])
def test_it_is_in_order_with_rows_on_it(asked: str, screen: Screen, reader: Reader) -> None:
    page = looked_up(reader, asked, screen)
    assert not violations(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= screen.width


@pytest.mark.parametrize("screen", [DESK, A_PHONE], ids=["desk", "phone"])
def test_the_mark_stays_in_view(screen: Screen, reader: Reader) -> None:
    page = looked_up(reader, "#thema=2&uitsplitsing=alle", screen)
    page.locator(".figures-found tbody tr").nth(60).scroll_into_view_if_needed()
    top = page.locator(".monitor-mark").evaluate("mark => mark.getBoundingClientRect().top")
    assert 0 <= top < 40


def test_on_paper_stand_the_rows_and_not_the_choices(reader: Reader) -> None:
    page = looked_up(reader, "#thema=2")
    page.emulate_media(media="print")
    assert page.locator(".figures-found tbody tr").first.is_visible() and not page.locator("#kies-thema").is_visible()
    assert MARK in page.locator(".figures-found caption").inner_text()


def test_it_works_from_disk_without_a_server(chromium) -> None:
    """From disk a page may not fetch: rows come as scripts."""
    page = chromium.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto((SITE / PAGE).as_uri() + "#" + quote(FLEVOLAND))
    page.locator(".figures-count", has_text="1 cijfer gevonden.").wait_for()
    page.get_by_label("Thema").select_option("2")
    page.wait_for_function("location.hash.includes('thema=2')")
    assert len(ids(page)) > 1 and not wrong
    page.close()


def test_without_javascript_the_files_are_pointed_out(chromium, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + PAGE)
    assert not page.locator("#figures-chooser").is_visible()
    page.get_by_role("link", name="bestand van hieronder").click()
    files = page.locator(".figures-files a").evaluate_all("links => links.map((link) => link.href)")
    assert sum(file.endswith(".csv") for file in files) > 20
    assert not [file for file in files if not (SITE / file.removeprefix(address)).exists()]
    context.close()


def test_a_part_that_does_not_come_is_told(chromium, address: str) -> None:
    page = chromium.new_page()
    page.route("**/cijfers/*.js", lambda route: route.abort())
    page.goto(address + PAGE)
    page.locator(".figures-count", has_text="konden niet worden geladen").wait_for()
    page.close()
