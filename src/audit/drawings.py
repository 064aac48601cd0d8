"""Charts as drawn: marks, bars and intervals must lie on whole percents of the axis that is drawn with them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from lxml import etree

from audit.figures import Found

_PLACE = re.compile(r"[ML] (-?[\d.]+) (-?[\d.]+)")
_OFF = 0.02  # percent: half of what six decimals of a point can tell, with room for how axes are rounded
_TICK = re.compile(r"\d+%")


def of_drawing(file: str, svg: etree._Element) -> Iterator[Found]:
    """What is drawn beside the grid of whole percents; a drawing without an axis of percents has nothing to tell."""
    axis = _axis(svg)
    if axis is None:
        return
    across, zero, top, percent, sides = axis
    place = (svg.get("aria-label") or "drawing")[:80]
    for kind, at, aside in _drawn(svg, across):
        inside = sides[0] - 1 <= aside <= sides[1] + 1 or across == 1
        value = (at - zero) / percent
        if inside and min(zero, top) - 0.5 <= at <= max(zero, top) + 0.5 and abs(value - round(value)) > _OFF:
            yield Found(f"{kind} that is not drawn at a whole percent", file, place, f"{value:.3f}%")


def _axis(svg: etree._Element) -> tuple[int, float, float, float, tuple[float, float]] | None:
    """Which coordinate tells percents, where 0% and the top are, points per percent, and how far its lines reach."""
    rules = [_places(path) for path in _group(svg, "LineCollection_1").iter("{*}path")]
    small = [t for t in svg.iter("{*}text") if "8px" in (t.get("style") or "") and _TICK.fullmatch(t.text or "")]
    quiet = [t for t in small if "#4a5663" in (t.get("style") or "")]
    values = sorted(int((t.text or "0%")[:-1]) for t in quiet)[: len(rules)]
    if len(rules) < 2 or len(values) != len(rules) or values[0] != 0:
        return None
    across = 0 if np.ptp(rules[0][:, 0]) < 1e-6 else 1
    ends = [float(rule[0, across]) for rule in rules]
    reach = rules[0][:, 1 - across]
    return across, ends[0], ends[-1], (ends[-1] - ends[0]) / values[-1], (float(reach.min()), float(reach.max()))


def _group(svg: etree._Element, name: str) -> etree._Element:
    found = [g for g in svg.iter("{*}g") if (g.get("id") or "").endswith(name)]
    return found[0] if found else etree.Element("g")


def _places(path: etree._Element) -> np.ndarray:
    return np.array(_PLACE.findall(path.get("d") or ""), dtype=float).reshape(-1, 2)


def _drawn(svg: etree._Element, across: int) -> Iterator[tuple[str, float, float]]:
    """Kind, place along the axis and place beside it, of every mark, bar and end of an interval."""
    for use in svg.iter("{*}use"):
        at = float(use.get("x") or 0), float(use.get("y") or 0)
        yield "mark", at[across], at[1 - across]
    for path in _group(svg, "PolyCollection_1").iter("{*}path"):
        for place in _places(path):
            yield "bar", float(place[across]), float(place[1 - across])
    for path in _group(svg, "LineCollection_2").iter("{*}path"):
        places = _places(path)
        if "stroke-width" not in (path.get("style") or "") and len(places) == 2:
            for place in places:
                yield "end of an interval", float(place[across]), float(place[1 - across])
