"""Contrast is that of WCAG 2.1, and every pair of colours in use has enough of it, in the light and in the dark."""

from __future__ import annotations

import colorsys
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from presentation import dutch, palette
from presentation.palette import (
    COMPARATOR,
    DARK,
    HIGHER,
    INK,
    LOWER,
    PAPER,
    QUIET,
    SHADES,
    SUBJECT,
    SUBJECT_TINT,
    VERDICTS,
    text_on,
)

ROOT = Path(__file__).resolve().parents[2]
SHEET = (ROOT / "_extensions" / "monitor" / "charts.css").read_text(encoding="utf-8")


class Pair(NamedTuple):
    """Two colours that meet, and the least contrast (WCAG 2.1: 4.5 for text, 3 for marks) that they need."""

    front: str
    back: str
    least: float


def pairs() -> list[Pair]:
    """Every pair of colours that charts and tables use, as they are drawn and as they are read in the dark."""
    light = _pairs()
    return light + [Pair(DARK[pair.front], DARK[pair.back], pair.least) for pair in light]


def _pairs() -> list[Pair]:
    text = [Pair(colour, PAPER, 4.5) for colour in (INK, QUIET, SUBJECT, COMPARATOR, HIGHER, LOWER)]
    fills = (*SHADES, PAPER, SUBJECT, SUBJECT_TINT)
    inside = [Pair(text_on(fill), fill, 4.5) for fill in fills]
    marks = [Pair(verdict.colour, back, 3.0) for verdict in VERDICTS.values() for back in (PAPER, SUBJECT_TINT)]
    outlines = [Pair(INK, fill, 3.0) for fill in (*SHADES, PAPER) if text_on(fill) == INK]
    intervals = [Pair(INK, SUBJECT_TINT, 3.0), Pair(SUBJECT, SUBJECT_TINT, 3.0)]
    return text + inside + marks + outlines + intervals


@pytest.mark.parametrize(
    ("front", "back", "ratio"),
    [
        ("#000000", "#FFFFFF", 21.0),  # WCAG 2.1, definition of contrast ratio: the largest there is
        ("#FFFFFF", "#FFFFFF", 1.0),
        ("#767676", "#FFFFFF", 4.54),  # the lightest grey that passes for text (WebAIM contrast checker)
        ("#FF0000", "#FFFFFF", 4.0),  # idem
    ],
)
def test_contrast_is_that_of_wcag(front: str, back: str, ratio: float) -> None:
    assert palette.contrast(front, back) == pytest.approx(ratio, abs=0.005)
    assert palette.contrast(back, front) == palette.contrast(front, back)


@pytest.mark.parametrize("pair", pairs(), ids=lambda pair: f"{pair.front}-on-{pair.back}")
def test_every_pair_in_use_has_enough_contrast(pair: Pair) -> None:
    assert palette.contrast(pair.front, pair.back) >= pair.least


def test_the_design_colours_are_those_of_the_art_direction() -> None:
    assert (palette.INK, palette.PAPER, palette.SUBJECT, palette.COMPARATOR) == (
        "#16222E",
        "#FFFFFF",
        "#0A5C8A",
        "#5F6B78",
    )


@pytest.mark.parametrize("degrees", ["ab", "abc", "abcd", "abcde"])
def test_severity_runs_from_light_to_dark(degrees: str) -> None:
    """However many degrees a wave has: each has a shade of its own, and what is not known has none."""
    *shades, unknown = palette.shades(list(degrees), ["onbekend"]).values()
    ratios = [palette.contrast(shade, palette.PAPER) for shade in shades]
    assert ratios == sorted(ratios) and len(set(shades)) == len(degrees)
    dark = [palette.contrast(DARK[shade], DARK[palette.PAPER]) for shade in shades]
    assert dark == sorted(dark) and len(set(dark)) == len(degrees), "in the dark severity runs away from the paper too"
    assert (shades[0], shades[-1], unknown) == (palette.SHADES[0], palette.SHADES[-1], palette.PAPER)


def test_severity_keeps_one_hue_in_the_dark() -> None:
    hues = [colorsys.rgb_to_hls(*(int(shade[at : at + 2], 16) / 255 for at in (1, 3, 5)))[0] for shade in SHADES]
    dark = [colorsys.rgb_to_hls(*(int(DARK[shade][at : at + 2], 16) / 255 for at in (1, 3, 5)))[0] for shade in SHADES]
    assert max(hues + dark) - min(hues + dark) < 15 / 360


@pytest.mark.parametrize("paint", ["fill", "stroke"])
def test_the_stylesheet_gives_every_colour_of_a_drawing_its_dark_pair(paint: str) -> None:
    """For each paint: as it stands in the style of a shape, so that a drawing itself stays light."""
    rules = re.findall(rf'\.monitor-chart \[style\*="{paint}: (\S+)"\] {{ {paint}: (\S+) !important; }}', SHEET)
    assert dict(rules) == {light.lower(): dark.lower() for light, dark in DARK.items()}
    assert SHEET.index("@media screen and (prefers-color-scheme: dark)") < SHEET.index(f"{paint}: ")


def test_the_stylesheet_gives_every_mark_of_a_verdict_its_dark_pair() -> None:
    rules = re.findall(r'\.verdict svg\[color="(\S+)"\] { color: (\S+); }', SHEET)
    assert dict(rules) == {look.colour: DARK[look.colour].lower() for look in VERDICTS.values()}


def test_the_paper_of_drawings_is_that_of_pages() -> None:
    page = (ROOT / "_extensions" / "monitor" / "monitor.css").read_text(encoding="utf-8")
    assert re.findall(r"--paper: (#\w+)", page)[:2] == [PAPER.lower(), DARK[PAPER].lower()]


def test_every_verdict_has_a_word_and_a_mark_of_its_own() -> None:
    assert set(palette.VERDICTS) == set(dutch.VERDICTS)
    looks = [(look.marker, look.outline) for look in palette.VERDICTS.values()]
    assert len(set(looks)) == len(looks)


def test_no_colour_is_typed_outside_the_palette() -> None:
    modules = [*(ROOT / "src/presentation/charts").glob("*.py"), ROOT / "src/presentation/tables.py"]
    typed = {path.name for path in modules if re.search(r"#[0-9A-Fa-f]{6}\b", path.read_text(encoding="utf-8"))}
    assert typed == set()
