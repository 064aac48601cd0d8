"""One figure by itself: read in the light and in the dark, saved, and cited."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.browser.conftest import DESK, NIGHT, PHONE, ROOT, Reader, Screen
from tests.browser.test_accessibility import violations

SHEET, REPORT = "report/2024/voorbeeld-flevoland.html", "report/2024/voorbeeld-monitor.html"
DARK_PHONE = Screen(PHONE.width, NIGHT.scheme)
MARK = "Voorbeeldcijfers: door de computer gemaakt, niet echt"
SETTINGS = (ROOT / "_quarto.yml").read_text(encoding="utf-8")
NS = "{http://www.w3.org/2000/svg}"

# What stands out too little from what lies right below it: letters need 4.5:1, marks 3:1 (WCAG 2.2, 1.4.3 and 1.4.11).
FAINT = """async (svg) => {
    const rgb = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
    const part = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    const light = ([red, green, blue]) => 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue);
    const ratio = (one, other) => {
        const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
    };
    const faint = [];
    let seen = 0;
    for (const each of svg.querySelectorAll("text, use")) {
        each.scrollIntoView({ block: "center", inline: "center" });
        const box = each.getBoundingClientRect();
        const below = document.elementsFromPoint(box.left + box.width / 2, box.top + box.height / 2)
            .find((other) => ["path", "rect"].includes(other.tagName) && getComputedStyle(other).fill !== "none");
        if (!below) continue;
        const own = getComputedStyle(each), ground = rgb(getComputedStyle(below).fill);
        const got = ratio(rgb(each.tagName === "text" ? own.fill : own.stroke), ground);
        seen += 1;
        if (got < (each.tagName === "text" ? 4.5 : 3)) faint.push(`${each.textContent || "mark"} ${got.toFixed(2)}`);
    }
    return { seen, faint };
}"""

# How light a picture is on average, 0-1, and how much of its lowest strip is not paper.
LIGHTNESS = """async (address) => {
    const image = Object.assign(new Image(), { src: address });
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.drawImage(image, 0, 0);
    const mean = (top) => {
        const data = pen.getImageData(0, top, image.width, image.height - top).data;
        let sum = 0;
        for (let at = 0; at < data.length; at += 4) sum += (data[at] + data[at + 1] + data[at + 2]) * data[at + 3];
        return sum / (data.length / 4 * 3 * 255 * 255);
    };
    return { width: image.width, height: image.height, whole: mean(0), foot: mean(image.height - 60) };
}"""


def told(setting: str) -> str:
    """A setting at the top of _quarto.yml."""
    found = re.search(rf'(?m)^{setting}: "(.*)"$', SETTINGS)
    assert found, f"_quarto.yml says nothing of {setting}"
    return found[1]


def opened(page, kind: str = "figuur"):
    """The first control of a figure or a table, opened."""
    page.locator("summary", has_text=f"Cijfers bij deze {kind}").first.click()
    return page.locator("details.figure-rows[open]").first


def saved(page, control, kind: str) -> Path:
    with page.expect_download() as got:
        control.get_by_role("button", name=kind).click()
    assert got.value.suggested_filename.endswith(f".{kind}")
    return Path(got.value.path())


@pytest.mark.parametrize("screen", [DESK, NIGHT, DARK_PHONE], ids=["light", "dark", "phone-dark"])
@pytest.mark.parametrize("name", [SHEET, REPORT])
def test_what_is_drawn_stands_out_from_what_it_is_drawn_on(name: str, screen: Screen, reader: Reader) -> None:
    page = reader.open(name, screen)
    # The words in the place of a chart stand around it on a phone, as text of the page in its own colours.
    drawings = page.locator("svg.monitor-chart:not([aria-label^='Geen grafiek'])").all()
    found = [drawing.evaluate(FAINT) for drawing in drawings]
    assert len(drawings) >= 5 and all(each["seen"] for each in found)
    assert [line for each in found for line in each["faint"]] == []


@pytest.mark.parametrize("screen", [DESK, NIGHT], ids=["light", "dark"])
def test_marks_of_verdicts_stand_out_in_tables(screen: Screen, reader: Reader) -> None:
    """Guards a bug: rings and slashes in ink could not be seen on a dark page."""
    page = reader.open(SHEET, screen)
    colours = page.locator(".verdict svg").evaluate_all("marks => marks.map((mark) => getComputedStyle(mark).color)")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert colours and not [colour for colour in set(colours) if contrast(colour, paper) < 3]


def contrast(one: str, other: str) -> float:
    """Contrast of two colours as a browser tells them, 1-21 (WCAG 2.2)."""
    lights = []
    for colour in (one, other):
        parts = [int(value) / 255 for value in re.findall(r"\d+", colour)[:3]]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        lights.append(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    return (max(lights) + 0.05) / (min(lights) + 0.05)


def test_drawings_follow_the_page_and_are_light_on_paper(reader: Reader) -> None:
    page = reader.open(SHEET, NIGHT)
    paper = "svg => getComputedStyle(svg.querySelector('path')).fill"
    drawing = page.locator("svg.monitor-chart").first
    assert drawing.evaluate(paper) == page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert drawing.evaluate(paper) != "rgb(255, 255, 255)"
    page.emulate_media(media="print", color_scheme="dark")
    assert drawing.evaluate(paper) == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"


def test_a_saved_drawing_is_light_and_has_all_it_needs_inside(reader: Reader) -> None:
    page = reader.open(SHEET, NIGHT)
    control = opened(page)
    drawn = saved(page, control, "svg").read_text(encoding="utf-8")
    root = ElementTree.fromstring(drawn)
    said = " ".join("".join(text.itertext()) for text in root.iter(f"{NS}text"))
    for words in (MARK, "Figuur 1: ", page.locator("h1").inner_text(), told("publisher"), told("figures-licence")):
        assert words in re.sub(r"\s+", " ", said)
    assert root.findtext(f"{NS}desc") == control.locator(".figure-cite p").nth(1).inner_text()
    assert drawn.count("src:url(&quot;data:") + drawn.count('src:url("data:') == 2, "regular and semibold of the house"
    outside = [value for each in root.iter() for key, value in each.attrib.items() if key.endswith("href")]
    assert outside and all(value.startswith("#") for value in outside)
    assert not re.findall(r'url\((?!"?(?:#|data:))', drawn) and "class=" not in drawn
    page.set_content(f"<title>x</title>{drawn}")
    assert page.locator("svg path").first.evaluate("path => getComputedStyle(path).fill") == "rgb(255, 255, 255)"
    feet = page.locator("svg text").evaluate_all(
        "all => all.map((text) => text.getBBox()).map((box) => box.y + box.height)"
    )
    assert max(feet) < float((root.get("viewBox") or "").split()[3]), "nothing hangs below the picture"


@pytest.mark.parametrize("screen", [NIGHT, DARK_PHONE], ids=["desk", "phone"])
def test_a_saved_picture_is_large_light_and_says_where_it_is_from(screen: Screen, reader: Reader) -> None:
    page = reader.open(SHEET, screen)
    control = opened(page)
    png = saved(page, control, "png").read_bytes()
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    drawn = ElementTree.fromstring(saved(page, control, "svg").read_text(encoding="utf-8"))
    _, _, width, height = (float(side) for side in (drawn.get("viewBox") or "").split())
    got = page.evaluate(LIGHTNESS, f"data:image/png;base64,{base64.b64encode(png).decode()}")
    assert got["width"] == pytest.approx(width * 3 * 96 / 72, abs=1)
    assert got["height"] == pytest.approx(height * 3 * 96 / 72, abs=1)
    assert got["whole"] > 0.9 and 0.8 < got["foot"] < 0.99, "white paper, with words at its foot"


def test_letters_keep_their_place_where_the_house_font_is_not_there(reader: Reader) -> None:
    """A program that knows no fonts inside a drawing shows other letters, in the same room."""
    page = reader.open(SHEET)
    drawn = saved(page, opened(page), "svg").read_text(encoding="utf-8")
    widths = []
    for source in (drawn, re.sub("<style>.*?</style>", "", drawn).replace("Fira Sans", "No Such Font")):
        page.set_content(f"<title>x</title>{source}")
        page.evaluate("document.fonts.ready.then(() => 0)")
        widths.append(page.locator("svg text").evaluate_all("all => all.map((text) => text.getBBox().width)"))
    assert widths[0] and widths[0] == pytest.approx(widths[1], rel=0.03)


@pytest.mark.parametrize(("kind", "named"), [("figuur", "Figuur 1: "), ("tabel", "Tabel 1: ")])
def test_a_figure_is_cited_by_a_line_that_can_be_copied_by_keyboard(kind: str, named: str, reader: Reader) -> None:
    page = reader.open(SHEET)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("summary", has_text=f"Cijfers bij deze {kind}").first.focus()
    page.keyboard.press("Enter")
    cited = page.locator("details.figure-rows[open]").get_by_role("group", name="Citeer als")
    line = cited.locator("p").nth(1).inner_text()
    title, subtitle = page.locator("h1").inner_text(), page.locator(".subtitle").inner_text()
    for words in (told("publisher"), title, subtitle, named, f"Licentie: {told('figures-licence')}", MARK):
        assert line.count(words) == 1
    if kind == "figuur":
        drawing = page.locator("figure svg[role=img]").first.get_attribute("aria-label") or ""
        base = re.search(r"Basis: [^;]+, voorjaar 2024", drawing)
        assert base and base[0] in line and "Metingen 2016, 2018, 2020, 2022 en 2024." in line
    else:
        assert "Metingen 2022 en 2024." in line
    address = line.split()[-1]
    assert address.startswith(reader.address + SHEET + "#")
    assert page.evaluate(f"!!document.getElementById('{address.partition('#')[2]}')")
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").startswith("Kopieer"):
            break
    page.keyboard.press("Enter")
    cited.get_by_role("status").filter(has_text="gekopieerd").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == line


def test_a_line_that_may_not_be_copied_stands_selected(reader: Reader) -> None:
    page = reader.open(SHEET)
    page.evaluate("navigator.clipboard.writeText = () => Promise.reject(); document.execCommand = () => false")
    control = opened(page)
    control.get_by_role("button", name="Kopieer").click()
    control.get_by_role("status").filter(has_text="Ctrl+C").wait_for()
    assert page.evaluate("getSelection().toString().trim()") == control.locator(".figure-cite p").nth(1).inner_text()


@pytest.mark.parametrize("screen", [DESK, NIGHT, PHONE, DARK_PHONE], ids=["light", "dark", "phone", "phone-dark"])
def test_an_opened_control_is_in_order(screen: Screen, reader: Reader) -> None:
    page = reader.open(SHEET, screen)
    for summary in page.locator("details.figure-rows summary").all():
        summary.click()
    page.get_by_role("button", name="Kopieer").first.click()
    assert not violations(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= screen.width


def test_every_figure_with_rows_has_one_control(reader: Reader) -> None:
    page = reader.open(REPORT)
    controls = page.locator("details.figure-rows")
    assert controls.count() > 20
    assert page.locator(".figure-save").locator("visible=true").count() == 0
    lines = page.locator(".figure-cite p:nth-child(2)").evaluate_all("all => all.map((each) => each.textContent)")
    assert len(lines) == controls.count() == len(set(lines))
    assert not [line for line in lines if not re.search(r"(Figuur|Tabel) \d+: .*(voorjaar 2024|Meting)", line)]
