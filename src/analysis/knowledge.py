"""What published figures tell of the shares behind them: rounding, intervals, differences, two waves together, sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from analysis.comparisons import referred
from analysis.settings import Brackets

EXACT, BRACKET, HIDDEN = range(3)
SURE = ["higher", "lower", "small_difference", "rising", "falling"]  # verdicts whose interval keeps from 0
FIGURE = ["survey", "indicator", "answer", "wave", "domain"]
_SWEEPS, _LITTLE = 10, 1e-6
_READ = ["least", "most", "rare", "counted", "other", "other_least", "other_most"]


@dataclass(frozen=True, eq=False)
class Question:
    """Figures of one wave of which one follows from others, with the answers on which they stand.

    `keys` are their (indicator, answer); `n` and `yes` (keys x cells) count who answered and who said yes. Each of
    `sums` is a key, or None for all who answered, and the keys of which the yes counts add up to its own. `figures` are
    published rows with `key` (its place), `level` (EXACT, BRACKET, HIDDEN), `least` and `most` (shares), `persons` (for
    whom it stands: the sum of the weights), `rare` (the side that a bracket can name: yes, no or none), `counted`
    (whether a bracket tells that few said so), `loss`, and what is shown of the difference from another group: `other`,
    `other_least` and `other_most`.
    """

    keys: tuple[tuple[str, str], ...]
    n: np.ndarray
    yes: np.ndarray
    sums: tuple[tuple[int | None, tuple[int, ...]], ...]
    figures: pd.DataFrame

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """What is needed of each figure."""
        return [dict(zip(_READ, row, strict=True)) for row in self.figures[_READ].to_numpy()]

    @cached_property
    def place(self) -> dict[tuple[int, str], int]:
        """Where the figure of a key and a group stands."""
        of_each = zip(self.figures["key"], self.figures["domain"], strict=True)
        return {(key, domain): at for at, (key, domain) in enumerate(of_each)}

    @cached_property
    def lines(self) -> list[tuple[int, list[int]]]:
        """The sums, of figures: the one (-1: all who answered) and those that add up to it, in every group."""
        keys = [([] if total is None else [total], list(parts)) for total, parts in self.sums]
        found = []
        for total, parts in keys:
            for domain in self.figures["domain"].unique():
                places = [self.place.get((key, domain), -1) for key in (*total, *parts)]
                if min(places) >= 0 and self.persons[places].min() > 0:
                    found.append((places[0] if total else -1, places[len(total) :]))
        return found

    @cached_property
    def persons(self) -> np.ndarray:
        """For how many persons each figure stands."""
        return self.figures["persons"].to_numpy(dtype=float)


@dataclass(frozen=True)
class Told:
    """The least and the most that figures leave of a group.

    `of` what: its "share", that less the share of the group `other` ("difference"), or the number of "yes" or "no".
    """

    domain: str
    of: str
    least: float
    most: float
    figures: tuple[int, ...]
    other: str = ""


def ranges(
    published: pd.DataFrame, exact: pd.DataFrame, comparisons: pd.DataFrame, pooled: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray]:
    """The least and the most share (0-1) that each published figure can stand for; all shares where none is shown.

    Parameters: `published` and `exact` estimates in the same order; published `comparisons` and figures `pooled` of two
    waves, whose mean they are. What stands beside a later wave tells nothing here of an earlier one: what is shown of
    that was settled before. A percentage is within half a point; the middle of a logit interval (on that scale) and of
    the interval of a difference is the exact figure, as well known as its ends.
    """
    percent, low, high = (published[name].astype(float).to_numpy() / 100 for name in ("percent", "low", "high"))
    least, most = np.fmax(percent - 0.005, 0), np.fmin(percent + 0.005, 1)
    logit = (exact["method"] == "logit").to_numpy()
    ends = [
        special.logit(np.clip(low + half, 0, 1)) + special.logit(np.clip(high + half, 0, 1)) for half in (-0.005, 0.005)
    ]
    least = np.where(logit, np.fmax(least, special.expit(ends[0] / 2)), least)
    most = np.where(logit, np.fmin(most, special.expit(ends[1] / 2)), most)
    place = pd.Series(np.arange(len(published)), index=pd.MultiIndex.from_frame(published[FIGURE]))
    links = [_differences(comparisons, place), _means(pooled, place)]
    one, other, sign, lowest, highest = (np.concatenate(column) for column in zip(*links, strict=True))
    wave = published["wave"].to_numpy()
    back = wave[other] >= wave[one]

    def signed(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return np.where(sign > 0, low, -high), np.where(sign > 0, high, -low)

    for _ in range(_SWEEPS):  # one + sign x other lies from lowest to highest
        before = np.concatenate([least, most])
        low, high = signed(least[other], most[other])
        np.fmax.at(least, one, lowest - high)
        np.fmin.at(most, one, highest - low)
        low, high = signed(lowest - most[one], highest - least[one])
        np.fmax.at(least, other[back], low[back])
        np.fmin.at(most, other[back], high[back])
        if np.array_equal(before, np.concatenate([least, most]), equal_nan=True):
            break
    return least, most


def differences(comparisons: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The least and the most that the exact difference can be (shares): the middle of its interval.

    A bound that was moved to hold the printed difference lies further inside, yet not beyond the other bound.
    """
    low, high, printed = (comparisons[name].astype(float).to_numpy() for name in ("low", "high", "difference"))
    sure = comparisons["verdict"].isin(SURE).to_numpy()  # never printed as 0, but as 1 or -1
    low_least, high_least = (ends - np.where(sure & (ends == 1), 1.0, 0.5) for ends in (low, high))
    low_most, high_most = (ends + np.where(sure & (ends == -1), 1.0, 0.5) for ends in (low, high))
    low_most = np.where(low >= printed, high_most, low_most)
    high_least = np.where(high <= printed, low_least, high_least)
    least, most = low_least + high_least, low_most + high_most  # a bound may be cut off at 100
    return np.where(low == -100, -np.inf, least) / 200, np.where(high == 100, np.inf, most) / 200


def _differences(comparisons: pd.DataFrame, place: pd.Series) -> tuple[np.ndarray, ...]:
    """Both figures of each shown difference, -1, and the bounds of the exact one."""
    shown = comparisons[comparisons["difference"].notna()]
    named = [pd.MultiIndex.from_frame(rows[FIGURE]) for rows in (shown, referred(shown))]
    one, other = (place.reindex(names).to_numpy(dtype=int) for names in named)
    return one, other, np.full(len(shown), -1.0), *differences(shown)


def beside(published: pd.DataFrame, comparisons: pd.DataFrame) -> pd.DataFrame:
    """What is shown of the difference of each published figure from another group, beside it (see `Question`)."""
    shown = comparisons[comparisons["difference"].notna() & (comparisons["kind"] == "whole")]
    told_of = shown[FIGURE].assign(other=shown["reference"].astype(str))
    told_of["other_least"], told_of["other_most"] = differences(shown)
    made = published.merge(told_of, how="left", on=FIGURE, validate="one_to_one")
    return made.fillna({"other": ""})


def _means(pooled: pd.DataFrame, place: pd.Series) -> tuple[np.ndarray, ...]:
    """Both waves of each shown figure of two, 1, and the bounds of their sum."""
    shown = pooled[pooled["percent"].notna()]
    waves = (shown, shown.assign(wave=shown["waves"].str.split("+").str[0].astype(int)))
    one, other = (place.reindex(pd.MultiIndex.from_frame(rows[FIGURE])).to_numpy(dtype=int) for rows in waves)
    percent = shown["percent"].astype(float).to_numpy()
    return one, other, np.ones(len(shown)), (percent - 0.5) / 50, (percent + 0.5) / 50


def told(question: Question, levels: np.ndarray, rules: Brackets) -> list[list[Told]]:
    """What the figures of a question tell of each of its keys at these levels.

    A figure tells what it shows, and that it need not be bracketed. More follows from what it adds up to with others,
    or is the sum of, also of what is hidden.
    """
    made: list[list[Told]] = [[] for _ in question.keys]
    ends, telling = _added_up(question, levels, rules)
    for at, (row, (key, domain)) in enumerate(zip(question.rows, question.place, strict=True)):
        mine, persons = made[key], max(question.persons[at], 1e-9)
        if levels[at] == HIDDEN or (at,) != telling[0][at] or (at,) != telling[1][at]:
            mine.append(Told(domain, "share", max(ends[0][at] / persons, 0.0), 1.0, telling[0][at]))
            mine.append(Told(domain, "share", 0.0, min(ends[1][at] / persons, 1.0), telling[1][at]))
        else:
            mine.append(Told(domain, "share", *_shown(row, levels[at], rules), (at,)))
        if levels[at] == BRACKET and row["counted"]:
            mine.append(Told(domain, row["rare"], 0, rules.upto - 1, (at,)))
        if levels[at] == EXACT:
            little = {"yes": row["most"], "no": 1 - row["least"], "": 1.0}[row["rare"]] < rules.percent / 100
            for side in ("yes", "no"):
                mine.append(
                    Told(domain, side, rules.upto if little and side == row["rare"] else rules.count, np.inf, (at,))
                )
            against = question.place.get((key, row["other"]), -1)
            if against >= 0 and levels[against] == EXACT:
                bounds = row["other_least"], row["other_most"]
                mine.append(Told(domain, "difference", *bounds, (at, against), row["other"]))
    return [[one for one in mine if one.figures] for mine in made]


def _added_up(
    question: Question, levels: np.ndarray, rules: Brackets
) -> tuple[list[list[float]], list[list[tuple[int, ...]]]]:
    """The least and the most persons that can have said yes to each figure, and the figures that tell so."""
    persons = question.persons.tolist()
    shares = [_shown(row, level, rules) for row, level in zip(question.rows, levels, strict=True)]
    low, high = ([share[end] * of for share, of in zip(shares, persons, strict=True)] for end in (0, 1))
    by_low: list[tuple[int, ...]] = [(at,) if level != HIDDEN else () for at, level in enumerate(levels)]
    by_high = by_low.copy()

    def raise_(at: int, value: float, figures: Iterable[tuple[int, ...]]) -> bool:
        if value <= low[at] + _LITTLE * persons[at]:
            return False
        low[at], by_low[at] = value, tuple(sorted(set().union(*figures)))
        return True

    def lower(at: int, value: float, figures: Iterable[tuple[int, ...]]) -> bool:
        if value >= high[at] - _LITTLE * persons[at]:
            return False
        high[at], by_high[at] = value, tuple(sorted(set().union(*figures)))
        return True

    for _ in range(_SWEEPS):
        new = False
        for whole, parts in question.lines:
            least, most = sum(low[at] for at in parts), sum(high[at] for at in parts)
            if whole >= 0:
                new |= raise_(whole, least, (by_low[at] for at in parts))
                new |= lower(whole, most, (by_high[at] for at in parts))
            bottom, top = (low[whole], high[whole]) if whole >= 0 else (persons[parts[0]],) * 2
            of_least, of_most = ([by_low[whole]], [by_high[whole]]) if whole >= 0 else ([], [])
            for at in parts:
                others = [other for other in parts if other != at]
                if bottom - most + high[at] > low[at]:
                    new |= raise_(at, bottom - most + high[at], [*of_least, *(by_high[other] for other in others)])
                    least = sum(low[each] for each in parts)
                if top - least + low[at] < high[at]:
                    new |= lower(at, top - least + low[at], [*of_most, *(by_low[other] for other in others)])
                    most = sum(high[each] for each in parts)
        if not new:
            break
    return [low, high], [by_low, by_high]


def _shown(figure: Mapping[str, Any], level: int, rules: Brackets) -> tuple[float, float]:
    """The least and the most share that a figure itself shows."""
    if level == EXACT:
        return figure["least"], figure["most"]
    edge = rules.percent / 100 if level == BRACKET else 1.0
    return (1 - edge, 1.0) if figure["rare"] == "no" else (0.0, edge)
