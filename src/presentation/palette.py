"""Colours, sizes of type and verdict marks in one place; tests compute the contrast of every pair in use.

Everything is drawn in the light colours, which files and paper keep. On a page that is read in the dark the stylesheet
charts.css of the extension puts the colour of `DARK` in the place of each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from presentation import dutch

INK = "#16222E"
PAPER = "#FFFFFF"
QUIET = "#4A5663"  # text that steps back: n, subtitles, source lines
SUBJECT = "#0A5C8A"  # whom the page is about
COMPARATOR = "#5F6B78"  # what it is set beside
SUBJECT_TINT = "#D5E6F0"  # fill of bars and of a located tile's neighbours; always outlined
GRID = "#DDE3E8"  # decoration: carries no meaning of its own
HIGHER = "#B3401F"
LOWER = "#1E7A4C"

# One hue, light to dark, for degrees of severity; every segment is outlined in ink and labelled.
SHADES = ("#D5E6F0", "#A9CDE2", "#7FB2D1", "#2B6E9C", "#0A4468")

# The same in the dark. What is far from the paper stays far from it: the hue of severity runs from dark to light, and
# text that stands in ink or in paper on a fill keeps its contrast.
DARK = {
    INK: "#E8EDF2",
    PAPER: "#0F1820",
    QUIET: "#B4C0CB",
    SUBJECT: "#7CC4EA",
    COMPARATOR: "#98A6B3",
    GRID: "#2E3C48",
    HIGHER: "#F2A083",
    LOWER: "#6CC797",
    **dict(zip(SHADES, ("#17394F", "#1F4F6F", "#2C6890", "#7FB8DB", "#C6E4F5"), strict=True)),
}

# Sizes of type in points, at the size at which a chart is printed.
TITLE, SUBTITLE, LABEL, SMALL = 11.0, 9.0, 8.5, 8.0
FAMILY = "Fira Sans"


@dataclass(frozen=True)
class Verdict:
    """How a verdict is shown: its Dutch word and a drawn mark (Fira Sans has no such glyphs).

    `marker` is matplotlib's name of the shape, or the sign ("/", "x") that stands in its place; `outline` draws it
    unfilled; `path` is the same shape as SVG path data in a box of 10 by 10.
    """

    word: str
    marker: str
    path: str
    colour: str
    outline: bool = False


SIGNS = ("/", "x")  # marks that are a letter
_ROUND = "M5 1.2A3.8 3.8 0 1 0 5 8.8A3.8 3.8 0 1 0 5 1.2Z"
VERDICTS = {
    name: Verdict(dutch.VERDICTS[name], *look)
    for name, look in {
        "higher": ("^", "M5 1L9.4 9H.6Z", HIGHER),
        "lower": ("v", "M5 9L9.4 1H.6Z", LOWER),
        "about_equal": ("o", _ROUND, INK),
        "small_difference": ("s", "M1.8 1.8H8.2V8.2H1.8Z", INK),
        "no_demonstrable_difference": ("o", _ROUND, INK, True),
        "not_comparable": ("D", "M5 .5L9.5 5L5 9.5L.5 5Z", COMPARATOR),
        "too_few": ("/", "M3 9.5L7 .5", COMPARATOR),
        "withheld": ("x", "M2 2L8 8M8 2L2 8", COMPARATOR),
    }.items()
}


def shades(degrees: Sequence[str], unknown: Sequence[str] = ()) -> dict[str, str]:
    """Fills of degrees that go from light to dark, as many as a question has, and paper for what is not known."""
    step = (len(SHADES) - 1) / max(len(degrees) - 1, 1)
    return {name: SHADES[round(place * step)] for place, name in enumerate(degrees)} | dict.fromkeys(unknown, PAPER)


def text_on(fill: str) -> str:
    """The colour of text inside a shape of this fill: ink or paper, whichever stands out more."""
    return INK if contrast(INK, fill) >= contrast(PAPER, fill) else PAPER


def contrast(front: str, back: str) -> float:
    """Contrast ratio of two colours, 1-21 (WCAG 2.1, definition of contrast ratio)."""
    lighter, darker = sorted((_luminance(front), _luminance(back)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance, 0-1 (WCAG 2.1)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
