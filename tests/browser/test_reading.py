"""What readers do with the site, by mouse and by keyboard, on a desk, on a phone and on paper."""

from __future__ import annotations

import csv
import io
import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.browser.conftest import DESK, PHONE, SITE, Reader, Screen, one_of_each_kind, pages
from tests.browser.test_accessibility import violations

FRONT, SHEET = "report/index.html", "report/2024/voorbeeld-flevoland.html"
ORGANISATIONS = "report/2024/voorbeeld-organisaties.html"
A_PHONE = Screen(390, "light")
MARK = "Voorbeeldcijfers: door de computer gemaakt, niet echt"


def focused(page) -> str:
    """The words of the element that has the keyboard, or its id."""
    return page.evaluate("(document.activeElement.textContent || document.activeElement.id).trim()")


def test_from_the_front_page_to_a_province_by_its_tile(reader: Reader) -> None:
    page = reader.open(FRONT)
    page.locator(".tile-map").get_by_role("link", name="Flevoland").click()
    page.wait_for_url(f"**/{SHEET}")
    assert page.get_by_role("heading", level=1).inner_text() == "Agressie tegen ambtsdragers in Flevoland"


def test_every_tile_leads_to_its_own_province(reader: Reader) -> None:
    page = reader.open(FRONT)
    tiles = page.locator(".tile-map a")
    named = {tile.inner_text(): tile.get_attribute("href") for tile in tiles.all()}
    assert len(named) == 12
    for name, address in named.items():
        page.goto(f"{reader.address}report/{address}")
        assert page.get_by_role("heading", level=1).inner_text().endswith(name)


def test_search_finds_a_theme_by_keyboard(reader: Reader) -> None:
    page = reader.open(FRONT)
    page.get_by_role("searchbox", name="Zoeken").focus()
    page.keyboard.type("nazorg")
    status = page.locator(".search-results").get_by_role("status")
    status.filter(has_text="gevonden voor “nazorg”").wait_for()
    assert not violations(page)
    while page.evaluate("!document.activeElement.closest('.search-results li')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith(FRONT))
    assert "nazorg" in page.locator("main").inner_text().lower()


def test_search_tells_editions_apart_and_sets_the_newest_first(reader: Reader) -> None:
    page = reader.open(FRONT)
    page.get_by_role("searchbox", name="Zoeken").fill("agressie tegen raadsleden")
    found = page.locator(
        ".search-results li", has=page.get_by_role("link", name="Agressie tegen raadsleden", exact=True)
    )
    found.first.wait_for()
    told = [each.locator("p").inner_text() for each in found.all()]
    assert len(told) >= 2
    assert told == sorted(told, reverse=True)
    assert told[0].endswith("2024")


def test_search_says_when_nothing_is_found_and_escape_leaves_it(reader: Reader) -> None:
    page = reader.open(FRONT)
    field = page.get_by_role("searchbox", name="Zoeken")
    field.fill("qwertyzxcv")
    page.get_by_text("Niets gevonden voor “qwertyzxcv”").wait_for()
    page.keyboard.press("Escape")
    assert page.locator(".search-results").is_hidden()
    assert page.evaluate("document.activeElement.id") == "search-words"


def test_search_without_a_server_says_so(reader: Reader) -> None:
    context = reader.browser.new_context()
    page = context.new_page()
    page.goto((SITE / FRONT).as_uri())
    page.get_by_role("searchbox").fill("agressie")
    page.get_by_text("Zoeken kan alleen waar de site op een webserver staat.").wait_for()
    context.close()


def test_a_number_opens_its_explanation_by_keyboard(reader: Reader) -> None:
    page = reader.open(SHEET)
    number = page.locator("p:not(:has(.key-number)) > a.figure-link").first
    number.focus()
    page.keyboard.press("Enter")
    note = page.get_by_role("dialog")
    said = note.inner_text()
    row = number.get_attribute("data-row") or ""
    rows = {line["id"]: line for line in csv.DictReader((SITE / SHEET).with_suffix(".csv").open(encoding="utf-8"))}
    assert rows[row]["onderwerp"] in said and rows[row]["basis"] in said and row in said
    assert f"{rows[row]['ondergrens'].partition('.')[0]}% en {rows[row]['bovengrens'].partition('.')[0]}%" in said
    assert "vraag 1" in said and "2016, 2018, 2020, 2022, 2024" in said
    box = note.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= DESK.width
    assert not violations(page)
    page.keyboard.press("Tab")
    assert focused(page) == "Sluiten"
    page.keyboard.press("Escape")
    assert note.count() == 0 and page.evaluate("document.activeElement.dataset.row") == row


def test_a_note_lets_a_reader_move_on(reader: Reader) -> None:
    """Guards a bug: a note that closed took the keyboard away from the field that was clicked."""
    page = reader.open(SHEET)
    page.locator("a.figure-link").first.click()
    page.get_by_role("searchbox", name="Zoeken").click()
    page.keyboard.type("agressie")
    assert page.get_by_role("searchbox", name="Zoeken").input_value() == "agressie"
    number = page.locator("p:not(:has(.key-number)) > a.figure-link").first
    number.focus()
    page.keyboard.press("Enter")
    while page.evaluate("!!document.activeElement.closest('.figure-popover')"):
        page.keyboard.press("Tab")
    assert page.get_by_role("dialog").count() == 0


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_letters_of_charts_are_large_enough(screen: Screen, reader: Reader) -> None:
    page = reader.open(SHEET, screen)
    sizes = """svg => Math.min(...[...svg.querySelectorAll('text')].map((text) =>
        parseFloat(text.style.fontSize) * svg.clientWidth / svg.viewBox.baseVal.width))"""
    drawn = page.locator("figure svg[role=img]")
    assert drawn.count() >= 4
    for each in drawn.all():
        assert each.evaluate(sizes) >= 11


def test_charts_can_be_read_on_a_phone(reader: Reader) -> None:
    page = reader.open(SHEET, PHONE)
    drawn = page.locator("figure svg[role=img]")
    for each in drawn.all():
        assert each.evaluate("svg => svg.parentElement.tabIndex") == 0
    tiles = reader.open(FRONT, PHONE).locator(".tile-map a")
    assert tiles.evaluate_all("tiles => tiles.every((tile) => tile.getBoundingClientRect().right <= 320)")


@pytest.mark.parametrize("aside", [0, 10_000], ids=["as it is", "pushed aside"])
def test_names_of_rows_stay_in_view_on_a_phone(aside: int, reader: Reader) -> None:
    page = reader.open(SHEET, A_PHONE)
    charts = page.locator(".cell-output-display:has(> .chart-names)")
    table = page.locator(".cell-output-display:has(.gt_table)").last
    assert charts.count() >= 1
    for box in (*charts.all(), table):
        box.evaluate("(box, aside) => { box.scrollLeft = aside; }", aside)
        names = box.locator(".chart-names text, .gt_stub, .stays").all()
        assert names
        for name in names:
            place = name.bounding_box()
            assert place and place["x"] >= 0 and place["x"] + place["width"] <= A_PHONE.width


def test_words_of_a_chart_are_read_whole_on_a_phone_and_once(reader: Reader) -> None:
    page = reader.open(SHEET, PHONE)
    drawings = page.locator("figure svg[role=img]").all()
    assert drawings
    for drawing in drawings:
        around = drawing.locator("xpath=ancestor::figure").locator(".chart-words")
        assert around.count() == 2
        said = drawing.get_attribute("aria-label") or ""
        assert around.first.locator("strong").inner_text().rstrip(".") in said
        assert MARK in around.last.inner_text()
        for each in around.all():
            box = each.bounding_box()
            assert box and box["x"] + box["width"] <= PHONE.width
            assert each.get_attribute("aria-hidden") == "true"
    assert reader.open(SHEET).locator(".chart-words").count() == 0


def test_no_number_of_a_table_runs_over_the_next(reader: Reader) -> None:
    """Guards a bug: columns of fixed widths let the numbers of organisations run into each other and off the page."""
    for sheet in (SHEET, ORGANISATIONS):
        page = reader.open(sheet)
        cells = page.locator("figure table :is(th, td)")
        assert cells.count() > 50
        wide = "(cell) => cell.scrollWidth > cell.clientWidth + 1"
        assert cells.evaluate_all(f"cells => cells.filter({wide}).map((cell) => cell.textContent)") == []


def test_every_number_has_an_explanation_that_fits_on_a_phone(reader: Reader) -> None:
    page = reader.open(SHEET, PHONE)
    for number in page.locator("a.figure-link").all():
        number.click()
        box = page.get_by_role("dialog").bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= PHONE.width and box["y"] >= 0
        page.keyboard.press("Escape")


def test_without_a_script_a_number_leads_to_its_note(reader: Reader) -> None:
    context = reader.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(reader.address + SHEET)
    number = page.locator("a.figure-link").first
    number.click()
    page.wait_for_url(re.compile("#"))
    target = page.url.partition("#")[2]
    assert page.locator(f"#{target}").get_attribute("data-row") == number.get_attribute("data-row")
    context.close()


@pytest.mark.parametrize("kind", ["figuur", "tabel"])
def test_a_control_opens_the_rows_of_a_figure_and_of_a_table(kind: str, reader: Reader) -> None:
    page = reader.open(SHEET)
    control = page.locator("summary", has_text=f"Cijfers bij deze {kind}").first
    control.focus()
    table = control.locator("xpath=..").locator("table")
    assert table.is_hidden()
    page.keyboard.press("Enter")
    assert table.is_visible()
    assert "Flevoland" in table.inner_text() and "Alle gemeenten en provincies samen" in table.inner_text()
    assert not violations(page)
    with page.expect_download() as saved:
        control.locator("xpath=..").get_by_role("button", name="csv").click()
    lines = list(csv.reader(io.StringIO(Path(saved.value.path()).read_text(encoding="utf-8-sig"))))
    assert len(lines) == table.locator("tr").count() and lines[0][0] == "Onderwerp"
    assert lines[1][-2].startswith("any_aggression|") and lines[1][-1].startswith("Voorbeeldcijfers")
    assert saved.value.suggested_filename.startswith("voorbeeld-flevoland-")


def test_a_figure_can_be_saved_as_a_picture_that_stands_alone(reader: Reader) -> None:
    page = reader.open(SHEET)
    page.locator("summary", has_text="Cijfers bij deze figuur").first.click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="svg").first.click()
    drawn = Path(saved.value.path()).read_text(encoding="utf-8")
    assert drawn.startswith("<svg") and "Voorbeeldcijfers" in drawn and 'role="img"' in drawn
    page.set_content(f"<title>x</title>{drawn}")
    assert page.locator("svg").bounding_box()["width"] > 300


@pytest.mark.parametrize("kind", [".pdf", ".csv", ".xml"])
def test_each_kind_of_file_can_be_fetched(kind: str, reader: Reader) -> None:
    page = reader.open(FRONT)
    link = page.locator(f"main a[href$='{kind}']").first
    if not link.count():
        page.get_by_role("link", name="Codeboek").first.click()
        link = page.locator(f"main a[href$='{kind}']").first
    address = link.evaluate("link => link.href")
    got = page.request.get(address)
    assert got.ok and got.body() == (SITE / address.removeprefix(reader.address)).read_bytes()
    starts = {".pdf": b"%PDF-", ".csv": b"id,thema", ".xml": b"<?xml"}
    assert got.body().startswith(starts[kind])


def test_from_a_sheet_to_its_pdf_and_its_data_in_one_click(reader: Reader) -> None:
    page = reader.open(SHEET)
    own = {link.evaluate("link => link.href") for link in page.locator("a").all()}
    for kind in (".pdf", ".csv"):
        assert reader.address + SHEET.replace(".html", kind) in own


@pytest.mark.parametrize("name", one_of_each_kind())
def test_print_view_has_the_text_and_nothing_to_click(name: str, reader: Reader) -> None:
    page = reader.open(name)
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator("nav").locator("visible=true").count() == 0
    assert page.get_by_role("searchbox").count() == 0
    assert page.locator("h1").is_visible()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(22, 34, 46)"
    assert page.locator(".figure-rows, .figure-notes").locator("visible=true").count() == 0
    narrow = """main => [...main.querySelectorAll(":scope > p, :scope > section > p")]
        .filter((each) => each.checkVisibility() && each.offsetWidth < 0.95 * main.clientWidth).length"""
    assert page.locator("main").evaluate(narrow) == 0


@pytest.mark.parametrize("name", pages())
def test_page_reflows_on_a_phone(name: str, reader: Reader) -> None:
    page = reader.open(name, PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE.width


@pytest.mark.parametrize("name", one_of_each_kind())
def test_reading_order_is_the_order_on_a_phone(name: str, reader: Reader) -> None:
    """One column: what comes later in the source stands lower on the page."""
    page = reader.open(name, PHONE)
    tops = page.locator("main").evaluate(
        """main => [...main.querySelectorAll("h1, h2, h3, p, figure, main > section li")]
            .filter((each) => each.checkVisibility() && !each.closest(".tile-map, [hidden]"))
            .map((each) => each.getBoundingClientRect().top)"""
    )
    assert len(tops) > 3
    assert not [(before, after) for before, after in pairwise(tops) if after < before - 2]


@pytest.mark.parametrize("name", one_of_each_kind())
def test_keyboard_goes_through_the_page_in_order_and_is_seen(name: str, reader: Reader) -> None:
    page = reader.open(name)
    page.keyboard.press("Tab")
    assert focused(page) == "Naar de inhoud"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("#quarto-document-content$"))  # the address follows the key a moment later
    page = reader.open(name)
    wanted = page.evaluate(
        """[...document.querySelectorAll("a[href], button, summary, input, select, [tabindex='0']")]
            .filter((each) => each.tabIndex >= 0 && each.checkVisibility())
            .map((each) => each.outerHTML.slice(0, 80))"""
    )
    met, unseen = [], []
    for _ in wanted[:60]:
        page.keyboard.press("Tab")
        html, seen = page.evaluate(
            """(() => { const at = document.activeElement, style = getComputedStyle(at);
                const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
                return [at.outerHTML.slice(0, 80), ring]; })()"""
        )
        met.append(html)
        unseen += [] if seen else [html]
    assert met == wanted[:60]
    assert not unseen


def test_links_say_where_they_go(reader: Reader) -> None:
    vague = re.compile(r"^(hier|klik hier|lees meer|meer|link|deze pagina)\.?$", re.IGNORECASE)
    for name in one_of_each_kind():
        page = reader.open(name)
        texts = page.locator("a").evaluate_all("links => links.map((link) => link.textContent.trim())")
        assert not [text for text in texts if vague.match(text) or not text], name
