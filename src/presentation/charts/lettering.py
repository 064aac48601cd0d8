"""The words around a chart, the font they are set in, and how wide they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font, LoadFlags

from analysis.errors import MonitorError
from presentation.palette import FAMILY

REGULAR, SEMIBOLD = "regular", "semibold"


@dataclass(frozen=True)
class Wording:
    """The words around a chart or table.

    `title` states the finding, `subtitle` says what is measured and its base, `source` where the figures come from,
    `mark` says inside the image that the figures are made up ("" when they are not).
    """

    title: str
    subtitle: str
    source: str
    mark: str = ""

    @property
    def notes(self) -> list[str]:
        """The line below the figure: the mark first."""
        return [" · ".join(line for line in (self.mark, self.source) if line)]


@cache
def use_fonts(folder: Path) -> None:
    """Make the house's font, the .ttf files of `folder`, known to matplotlib; once per folder.

    Raises MonitorError when the folder holds no regular and semibold Fira Sans.
    """
    for path in sorted(folder.glob("*.ttf")):
        font_manager.fontManager.addfont(path)
    _font.cache_clear()
    for weight in (REGULAR, SEMIBOLD):
        _font(weight)


@cache
def width(text: str, size: float, weight: str = REGULAR) -> float:
    """How wide a line of text is at most, in points, when set at `size` points; pairs that stand closer save some."""
    return sum(_advance(letter, weight) for letter in text) / _font(weight).units_per_EM * size


@cache
def wrap(text: str, room: float, size: float, weight: str = REGULAR) -> tuple[str, ...]:
    """The text in lines that fit in `room` points; a word that is wider than a line is broken with a hyphen.

    A no-break space is part of a word.
    """
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}".strip()
        if width(longer, size, weight) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        *pieces, line = _broken(word, room, size, weight)
        lines += pieces
    return (*lines, line)


def spread(middles: Sequence[float], widths: Sequence[float], end: float) -> list[float]:
    """Middles moved as little as a sweep from either side allows, so that labels of these widths do not overlap.

    All in one unit; labels start at 0 at the least and end at `end` at the most, as long as there is room.
    """
    places: list[float] = []
    floor = 0.0
    for middle, wide in zip(middles, widths, strict=True):
        places.append(max(middle, floor + wide / 2))
        floor = places[-1] + wide / 2
    ceiling = end
    for at in reversed(range(len(places))):
        places[at] = min(places[at], ceiling - widths[at] / 2)
        ceiling = places[at] - widths[at] / 2
    return places


def _broken(word: str, room: float, size: float, weight: str) -> list[str]:
    pieces = []
    while width(word, size, weight) > room and len(word) > 8:
        at = next((at for at in range(len(word) - 4, 3, -1) if width(f"{word[:at]}-", size, weight) <= room), 4)
        pieces.append(f"{word[:at].rstrip('-')}-")
        word = word[at:]
    return [*pieces, word]


@cache
def _advance(letter: str, weight: str) -> int:
    """How far a letter moves the pen, in units of the font; to lay out a whole text takes 100 times as long."""
    return _font(weight).load_char(ord(letter), flags=LoadFlags.NO_SCALE).horiAdvance


@cache
def _font(weight: str) -> FT2Font:
    properties = font_manager.FontProperties(family=FAMILY, weight=weight)
    try:
        return font_manager.get_font(font_manager.findfont(properties, fallback_to_default=False))
    except ValueError as error:
        raise MonitorError(
            "The house's font is not known to matplotlib",
            where=f"{FAMILY} {weight}",
            expected="static .ttf files, at least Regular and SemiBold",
            got="no such font",
            hint="call charts.use_fonts with the folder _extensions/monitor/fonts before drawing",
        ) from error
