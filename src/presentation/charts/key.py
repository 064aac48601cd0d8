"""The key of a chart: names beside their mark, where there is no room for them at what they name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from presentation import palette
from presentation.charts.canvas import LINE, Canvas
from presentation.charts.lettering import REGULAR, SEMIBOLD, width
from presentation.palette import LABEL

_MARK = 12.0  # points from the left of a mark to its word
_APART = 14.0  # points between two items


class Item(NamedTuple):
    """A word of the key: a series by the colour of its dot, or a verdict by its mark."""

    word: str
    colour: str
    verdict: str = ""

    @property
    def weight(self) -> str:
        """Names of series are semibold, words of verdicts regular."""
        return REGULAR if self.verdict else SEMIBOLD


def verdict_items(verdicts: Iterable[str]) -> list[Item]:
    """Items for the verdicts that occur, in their fixed order."""
    used = set(verdicts)
    return [Item(look.word, look.colour, name) for name, look in palette.VERDICTS.items() if name in used]


def key_lines(items: Sequence[Item], room: float) -> list[list[Item]]:
    """The items in lines that fit in `room` points."""
    lines: list[list[Item]] = []
    used = room
    for item in items:
        wide = _MARK + width(item.word, LABEL, item.weight) + _APART
        if used + wide - _APART > room:
            lines.append([])
            used = 0.0
        lines[-1].append(item)
        used += wide
    return lines


def draw_key(
    canvas: Canvas, lines: Sequence[Sequence[Item]], corner: tuple[float, float], point: tuple[float, float]
) -> None:
    """Draw lines of items below an upper left `corner` (data units); `point` is one point of type in x and in y."""
    for row, items in enumerate(lines):
        x, y = corner[0], corner[1] - (row + 0.5) * LINE * point[1]
        for item in items:
            if item.verdict:
                canvas.verdict(x + 4.5 * point[0], y, item.verdict)
            else:
                canvas.mark(x + 4.5 * point[0], y, item.colour)
            canvas.label(x + _MARK * point[0], y, item.word, item.colour, weight=item.weight)
            x += (_MARK + width(item.word, LABEL, item.weight) + _APART) * point[0]
