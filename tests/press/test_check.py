"""The checks of a finished site: each fault that is planted is found, a sound site gives no finding."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from press import Project, check_site, load_project, render

ROOT = Path(__file__).parents[2]
FRONT = "---\ntitle: {title}\nmark: Voorbeeld\n---\n"
SOUND = (
    '<!DOCTYPE html><html lang="nl"><head><title>T</title></head><body><main><h1 id="a">T</h1><h2>K</h2>'
    '<p><a href="#a">naar a</a> <a href="b.html#x">naar b</a> <img src="p.png" alt=""></p></main></body></html>'
)
FAULTS = [
    ("language", ' lang="nl"', ""),
    ("title", "<title>T</title>", ""),
    ("duplicate id", "<h2>", '<h2 id="a">'),
    ("headings", "<h2>", "<h3>"),
    ("headings", "</main>", "<h1>Nog een</h1></main>"),
    ("headings", '<h1 id="a">T</h1>', '<p id="a">T</p>'),
    ("text alternative", ' alt=""', ""),
    ("text alternative", "</main>", "<svg></svg></main>"),
    ("link", 'href="#a"', 'href="#weg"'),
    ("link", 'href="b.html#x"', 'href="weg.html"'),
    ("link", 'href="b.html#x"', 'href="b.html#y"'),
    ("link", ">naar a<", "><"),
    ("link", "p.png", "weg.png"),
    ("reference to an id", "<h2>", '<h2 aria-labelledby="weg">'),
    ("mark", "<main>", '<div class="monitor-mark">Voorbeeld</div><main>'),
]


def _site(folder: Path, page: str) -> Path:
    (folder / "a.html").write_text(page, encoding="utf-8")
    (folder / "p.png").write_bytes(b"")
    (folder / "b.html").write_text(
        '<html lang="nl"><head><title>B</title></head><body><main><h1 id="x">B</h1></main></body></html>',
        encoding="utf-8",
    )
    return folder


def test_sound_site_has_no_findings(tmp_path: Path) -> None:
    assert check_site(_site(tmp_path, SOUND)) == []


@pytest.mark.parametrize(("rule", "old", "new"), FAULTS)
def test_planted_fault_is_found(rule: str, old: str, new: str, tmp_path: Path) -> None:
    page = SOUND.replace(old, new) if old != "<h2>" or "h3" not in new else SOUND.replace("h2>", "h3>")
    findings = check_site(_site(tmp_path, page))
    assert rule in {finding.rule for finding in findings}
    assert {finding.file for finding in findings} == {Path("a.html")}


def test_rendered_site_in_the_house_format_is_sound(house: Project, write: Callable[..., Path], tmp_path: Path) -> None:
    table = "| a | b |\n|--|--:|\n| x | 1 |\n\n: Cijfers {#tbl-a}\n"
    body = "## Kop\n\nZie @tbl-a en [blad](blad.qmd).[^1]\n\n[^1]: Noot.\n\n"
    leaf = write("blad.qmd", FRONT.format(title="Blad") + "## Een\n\n### Twee\n")
    front = write("index.qmd", FRONT.format(title="Begin") + body + table)
    for source in (leaf, front):
        render(source, house)
    assert check_site(tmp_path / "out", house) == []


def test_pdf_with_a_font_that_is_not_declared_or_without_the_mark(
    house: Project, write: Callable[..., Path], tmp_path: Path
) -> None:
    write("blad.qmd", FRONT.format(title="Blad"))
    render(write("index.qmd", FRONT.format(title="Begin") + "Tekst."), house, ["typst"])
    strict = Project(house.root, {**house.config, "mark": "Anders", "mainfont": "Inter"})
    assert {finding.rule for finding in check_site(tmp_path / "out", strict)} == {"fonts", "mark"}


def test_pdf_that_is_not_for_everyone_or_not_for_ever(write: Callable[..., Path], tmp_path: Path) -> None:
    made = render(write("a.qmd", "---\ntitle: T\n---\n\nTekst."), load_project(tmp_path), ["typst"], tmp_path / "out")
    assert check_site(tmp_path / "out") == []
    with pikepdf.open(made.files[0], allow_overwriting_input=True) as pdf:
        pdf.Root.MarkInfo.Marked = False
        pdf.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=pikepdf.Array()))
        pdf.save()
    rules = {finding.rule.partition(" ")[0] for finding in check_site(tmp_path / "out")}
    assert {"PDF/UA-1", "PDF/A-2a"} <= rules


def _luminance(colour: str) -> float:
    """Relative luminance of a colour (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_formula_gives_the_known_extremes() -> None:
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("sheet", ["src/press/resources/press.css", "_extensions/monitor/monitor.css"])
def test_text_contrasts_with_its_ground_in_light_and_dark(sheet: str) -> None:
    css = (ROOT / sheet).read_text(encoding="utf-8")
    themes = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in re.findall(r":root \{([^}]*)\}", css)]
    assert len(themes) >= 2
    for theme in themes:
        tones = [name for name in ("note", "tip", "warning", "important", "caution") if name in theme]
        pairs = [
            (ink, ground)
            for ink in ("ink", "quiet", "accent", *tones)
            for ground in ("paper", "ground")
            if ground in theme
        ]
        pairs += [("mark-ink", "mark-ground")] if "mark-ink" in theme else []
        low = {
            pair: _contrast(theme[pair[0]], theme[pair[1]])
            for pair in pairs
            if _contrast(theme[pair[0]], theme[pair[1]]) < 4.5
        }
        assert low == {}
