"""What published figures tell of the shares behind them: rounding, intervals, differences, two waves together, sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import special

from analysis.comparisons import referred
from analysis.settings import Brackets

EXACT, BRACKET, HIDDEN = range(3)
SURE = ["higher", "lower", "small_difference", "rising", "falling"]  # verdicts whose interval keeps from 0
FIGURE = ["survey", "indicator", "answer", "wave", "domain"]
_SWEEPS, _LITTLE = 10, 1e-6
_READ = ["key", "domain", "sign", "least", "most", "rare", "counted", "other_least", "other_most"]


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
    def columns(self) -> dict[str, np.ndarray]:
        """What is needed of each figure, `against` being the place of the figure of `other`: -1 where there is none."""
        made = {name: self.figures[name].to_numpy() for name in _READ}
        of_each = zip(made["key"], made["domain"], strict=True)
        place = {(key, domain): at for at, (key, domain) in enumerate(of_each)}
        others = zip(made["key"], self.figures["other"], strict=True)
        return made | {"against": np.array([place.get(of, -1) for of in others], dtype=int)}

    @cached_property
    def lines(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Of each of the sums the figures (groups x keys): the one (-1: all who answered) and what adds up to it."""
        places = np.full((len(self.keys), self.figures["domain"].nunique()), -1)
        places[self.figures["key"], pd.factorize(self.figures["domain"])[0]] = np.arange(len(self.figures))
        found = []
        for total, parts in self.sums:
            wholes, held = np.full(places.shape[1], -1) if total is None else places[total], places[list(parts)]
            there = (held >= 0).all(axis=0) & ((wholes >= 0) | (total is None))
            there &= (self.persons[held] > 0).all(axis=0) & ((self.persons[wholes] > 0) | (total is None))
            if there.any():
                found.append((wholes[there], held[:, there].T))
        return found

    @cached_property
    def persons(self) -> np.ndarray:
        """For how many persons each figure stands."""
        return self.figures["persons"].to_numpy(dtype=float)


@dataclass(frozen=True, eq=False)
class Told:
    """What the figures of a question leave of each of them, in their order.

    `shares` (least and most x figures) and `by`, the places of the figures from which each end follows: none where
    nothing is told. `counts` (no and yes x least and most x figures) are how many by the figure itself, without
    end where it does not say; `against` is the place of the figure from which the difference is shown too, or -1.
    """

    shares: np.ndarray
    by: Sequence[Sequence[tuple[int, ...]]]
    counts: np.ndarray
    against: np.ndarray


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


def told(question: Question, levels: np.ndarray, rules: Brackets) -> Told:
    """What the figures of a question tell at these levels.

    A figure tells what it shows, and that it need not be bracketed. More follows from what it adds up to with others,
    or is the sum of, also of what is hidden.
    """
    columns, exact = question.columns, levels == EXACT
    ends, by = _added_up(question, _shown(columns, levels, rules), levels == HIDDEN)
    counts = np.full((2, 2, len(levels)), [[-np.inf], [np.inf]])
    for side, name, most in ((0, "no", 1 - columns["least"]), (1, "yes", columns["most"])):
        rare = columns["rare"] == name
        counts[side, 0, exact] = rules.count
        counts[side, 0, exact & rare & (most < rules.percent / 100)] = rules.upto
        counts[side, 1, (levels == BRACKET) & rare & columns["counted"]] = rules.upto - 1
    both = exact & exact[columns["against"]]
    shares = np.clip(ends / np.maximum(question.persons, 1e-9), 0, 1)
    return Told(shares, by, counts, np.where(both, columns["against"], -1))


def _added_up(
    question: Question, shown: np.ndarray, hidden: np.ndarray
) -> tuple[np.ndarray, list[list[tuple[int, ...]]]]:
    """The least and the most persons (rows) that can have said yes to each figure, and the figures that tell so."""
    persons, little = question.persons, _LITTLE * question.persons
    ends = shown * persons
    own = [() if none else (at,) for at, none in enumerate(hidden)]
    by: list[list[tuple[int, ...]]] = [own, own.copy()]

    def tighten(end: int, at: np.ndarray, value: np.ndarray, telling: Iterable[tuple[int, np.ndarray]]) -> bool:
        tighter = np.flatnonzero((value - ends[end, at]) * (1 - 2 * end) > little[at])
        ends[end, at[tighter]] = value[tighter]
        for one in tighter:
            by[end][at[one]] = tuple(sorted(set().union(*(by[of][figures[one]] for of, figures in telling))))
        return len(tighter) > 0

    def others(parts: np.ndarray, wholes: np.ndarray) -> np.ndarray:
        """What is left by the others of what these are parts of, at least and at most."""
        of_all = persons[parts[:, :1]] if wholes[0] < 0 else ends[:, wholes, None]
        return of_all - (ends[::-1, parts].sum(axis=2, keepdims=True) - ends[::-1, parts])

    for _ in range(_SWEEPS):
        new = False
        for wholes, parts in question.lines:
            low, high = others(parts, wholes)
            some = ((low > ends[0, parts] + little[parts]) | (high < ends[1, parts] - little[parts])).any(axis=1)
            if wholes[0] >= 0:
                low, high = ends[:, parts].sum(axis=2)
                some |= (low > ends[0, wholes] + little[wholes]) | (high < ends[1, wholes] - little[wholes])
            if not some.any():
                continue
            whole, each = [] if wholes[0] < 0 else [wholes[some]], [*parts[some].T]
            for end in (0, 1) if whole else ():
                new |= tighten(end, whole[0], ends[end, parts[some]].sum(axis=1), [(end, at) for at in each])
            for place, at in enumerate(each):
                for end in (0, 1):
                    telling = [(end, at) for at in whole] + [(1 - end, at) for at in each[:place] + each[place + 1 :]]
                    new |= tighten(end, at, others(parts[some], wholes[some])[end, :, place], telling)
        if not new:
            break
    return ends, by


def _shown(columns: Mapping[str, np.ndarray], levels: np.ndarray, rules: Brackets) -> np.ndarray:
    """The least and the most share (rows) that each figure itself shows."""
    edge, no = np.where(levels == BRACKET, rules.percent / 100, 1.0), columns["rare"] == "no"
    ends = np.where(no, 1 - edge, 0.0), np.where(no, 1.0, edge)
    return np.where(levels == EXACT, (columns["least"], columns["most"]), ends)
