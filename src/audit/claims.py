"""What published figures claim: ranges of shares, that not few said yes or no, and differences between shares."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import pandas as pd
from scipy.special import expit, logit

from audit.figures import Found, matching, parts

_SURE = {"hoger", "lager", "klein verschil"}  # verdicts whose interval keeps from 0
_FEW = re.compile(r"(?:minder|meer) dan|[<>]")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_number = cache(_NUMBER.fullmatch)
_COMPARED = ("percent", "low", "high", "n", "count")


class Key(NamedTuple):
    """What a figure is about."""

    survey: str
    indicator: str
    answer: str
    wave: int
    domain: str


@dataclass(frozen=True)
class Claim:
    """That something lies from `lowest` to `highest` (0-1): `what` is a share, a middle (the share by the interval),
    a difference from the group `other`, a change since the wave `other`, or a mean with the wave `other`; or that not
    few said yes or no, or that it is withheld, and then there are no bounds."""

    key: Key
    what: str
    lowest: float
    highest: float
    file: str
    other: str = ""


def claims(figures: pd.DataFrame, labels: Mapping[str, Mapping[str, str]]) -> Iterator[Claim]:
    """Everything that the figures found say of shares, each once per wording; `labels` name groups by survey."""
    table = parts(figures).set_index("id")
    named = dict(zip(table.index, map(tuple, table.astype(str).to_numpy()), strict=True))
    rows: Iterator[Any] = figures.drop_duplicates(_SAYING).itertuples(index=False)
    for row in rows:
        if row.id not in named:
            continue
        survey, indicator, answer, waves, domain = named[row.id]
        earlier, _, wave = waves.rpartition("+")
        key = Key(survey, indicator, answer, int(wave), domain)
        if earlier:
            if _number(row.percent):
                yield Claim(key, "mean", *_share(row.percent), row.file, earlier)
            continue
        yield from _level(key, row)
        if row.whole in labels.get(survey, {}):
            other = labels[survey][row.whole]
            yield from _compared(key, row, "difference", other, row.whole_low, row.whole_high, row.whole_difference)
        if row.before:
            before = row.before_low, row.before_high, row.before_difference
            yield from _compared(key, row, "change", row.before.removesuffix(".0"), *before)


_SAYING = ["id", "percent", "low", "high", "text", "sign", "whole", "whole_low", "whole_high", "whole_verdict"]
_SAYING += ["before", "before_low", "before_high", "before_verdict"]


def contradictions(figures: pd.DataFrame) -> Iterator[Found]:
    """Figures of which two places say different things, or one shows what the other withholds."""
    for column in _COMPARED:
        said = figures.loc[matching(figures[column], re.compile(r"-?[\d.]+").fullmatch), ["id", column, "file"]]
        varied = said.groupby("id")[column].nunique()
        for name in varied.index[varied > 1]:
            mine = said[said["id"] == name].drop_duplicates(column)
            shown = "; ".join(f"{value} in {file}" for value, file in zip(mine[column], mine["file"], strict=True))
            yield Found(f"files contradict each other ({column})", str(mine["file"].iloc[-1]), str(name), shown)
    hidden = figures[figures["sign"].isin(["x", "/"]) | matching(figures["text"], _FEW.search)]
    shown = figures[(figures["percent"] != "") & figures["id"].isin(hidden["id"])].drop_duplicates("id")
    where = hidden.drop_duplicates("id").set_index("id")["file"]
    rows: Iterator[Any] = shown.itertuples()
    for row in rows:
        yield Found("shown here and withheld elsewhere", row.file, row.id, f"{row.percent}%; not in {where[row.id]}")


def _level(key: Key, row: Any) -> Iterator[Claim]:
    if match := _FEW.search(row.text):
        edge = _NUMBER.search(row.text, match.end())
        if edge:  # who else is few is not said: a share may also be bracketed beside a small group
            share, below = float(edge[0]) / 100, "minder" in match[0] or match[0] == "<"
            yield Claim(key, "share", *((0.0, share) if below else (share, 1.0)), row.file)
    elif row.sign == "x":
        yield Claim(key, "withheld", 0.0, 1.0, row.file)
    elif _number(row.percent):
        yield Claim(key, "share", *_share(row.percent), row.file)
        yield Claim(key, "not few", 0.0, 1.0, row.file)
        if _number(row.low) and _number(row.high):
            yield Claim(key, "middle", *_middle(row.low, row.high), row.file)


@cache
def _share(text: str) -> tuple[float, float]:
    half = 0.5 * 10.0 ** -len(text.partition(".")[2].rstrip("0"))
    return max((float(text) - half) / 100, 0.0), min((float(text) + half) / 100, 1.0)


@cache
def _middle(low: str, high: str) -> tuple[float, float]:
    """The share in the middle of a logit interval, between the middles that its rounded ends allow."""
    ends = zip(_share(low), _share(high), strict=True)
    least, most = ((logit(one) + logit(other)) / 2 for one, other in ends)
    sure = low not in ("0", "100") and high not in ("0", "100")  # at an end of the scale the middle is anywhere
    return (float(expit(least)), float(expit(most))) if sure else (0.0, 1.0)


def _compared(key: Key, row: Any, what: str, other: str, low: str, high: str, difference: str) -> Iterator[Claim]:
    """A difference: the middle of its interval, whose bounds are rounded, kept from 0 and made to hold the printed one.

    Where a bound equals the printed difference the true bound may lie further inside.
    """
    if not (_number(low) and _number(high) and _number(difference)):
        return
    sure = (row.whole_verdict if what == "difference" else row.before_verdict) in _SURE
    (low_least, low_most), (high_least, high_most) = (_bound(text, sure=sure) for text in (low, high))
    if float(low) == float(difference):
        low_most = high_most
    if float(high) == float(difference):
        high_least = low_least
    yield Claim(key, what, (low_least + high_least) / 2, (low_most + high_most) / 2, row.file, other)


def _bound(text: str, *, sure: bool) -> tuple[float, float]:
    """From where to where the true bound lies; one that excludes 0 is printed as 1 or -1, never as 0."""
    half = 0.5 * 10.0 ** -len(text.partition(".")[2].rstrip("0"))
    least, most = float(text) - half, float(text) + half
    if sure and float(text) in (1, -1):
        least, most = (0.0, most) if least > 0 else (least, 0.0)
    return least / 100, most / 100
