"""Trends: the line through all waves that can be compared, and whether a line is what they are on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import special

from analysis.comparisons import covariances_of_all, holm, unseen
from analysis.design import Design
from analysis.estimation import samples
from analysis.families import Families, comparable
from analysis.indicators import Codebook, Indicator

FEWEST = 3
_SINGULAR = 1e-9  # smallest eigenvalue of a covariance, of the largest, with which it can be divided by
_SERIES = ["survey", "indicator", "answer", "domain"]
_PAIR = ["indicator", "answer", "domain", "wave", "reference"]
_FOUND = ["wave", "first", "waves", "slope", "se", "p", "change", "q", "q_df", "q_p"]
_COLUMNS = [*_SERIES, *_FOUND, "p_adjusted", "low", "high", "verdict", "family"]


def line(estimates: np.ndarray, covariance: np.ndarray, years: np.ndarray) -> tuple[float, float, float]:
    """Slope per year of the line through K estimates with a known covariance (K x K), its standard error, and Q.

    Generalised least squares (Aitken 1936) with the scale fixed at 1: the covariance is known, not estimated from how
    far the estimates lie from the line. Q is the weighted sum of squares around it, chi-squared on K - 2 degrees of
    freedom where the line is right. Equals statsmodels `GLS(...).fit(cov_type="fixed scale")`.
    """
    shape = np.column_stack([np.ones(len(years)), years - years[-1]])
    weighted = np.linalg.solve(covariance, np.column_stack([shape, estimates]))
    spread = np.linalg.inv(shape.T @ weighted[:, :2])
    coefficients = spread @ (shape.T @ weighted[:, 2])
    around = estimates - shape @ coefficients
    return float(coefficients[1]), float(np.sqrt(spread[1, 1])), float(around @ np.linalg.solve(covariance, around))


def trends(
    estimates: pd.DataFrame,
    designs: Mapping[int, Design],
    indicators: Sequence[Indicator],
    families: Families,
    broken: Mapping[str, Collection[int]],
    codebook: Codebook,
) -> pd.DataFrame:
    """The trend up to each wave of every series that a family of kind `trend` holds: one row per series and last wave.

    Parameters as of `comparisons.compare`. A series are the waves that no break parts from the last one, three at
    least, each with enough respondents; there is no line, and no row, where two of them are the same people with the
    same answers, so that they differ by nothing that chance could do. Columns: slope (per year, 0-1), se (without
    finite population correction), p (of no slope, normal), change (slope over the years of the series) with low and
    high at the level that Holm's step leaves, q with q_df and q_p, and verdict: not_linear (Q rejects the line: look at
    the comparisons with the first and the previous wave), rising or falling (p_adjusted below the error rate and a
    change that is relevant), else no_demonstrable_trend.
    """
    made = []
    for family in families.families:
        if family.kind != "trend":
            continue
        held = [indicator for indicator in indicators if family.holds(indicator)]
        names = [indicator.id for indicator in held]
        mine = estimates[estimates["indicator"].isin(names) & (estimates["n"] >= families.minimum.respondents)]
        mine = mine.assign(variance=mine["se_superpopulation"] ** 2 + unseen(mine))
        shared = covariances_of_all(mine, samples(designs, held, codebook, indicators), families.persons)
        known = dict(zip(shared[_PAIR].itertuples(index=False, name=None), shared["covariance"], strict=True))
        rows = [
            dict(zip(_SERIES, key, strict=True)) | row
            for key, series in mine.sort_values("wave").groupby(_SERIES)
            for row in _of_series(
                series["wave"].to_numpy(),
                series["estimate"].to_numpy(),
                series["variance"].to_numpy(),
                broken.get(str(key[1]), ()),
                tuple(map(str, key[1:])),
                known,
            )
        ]
        found = pd.DataFrame(rows, columns=pd.Index([*_SERIES, *_FOUND]))
        made.append(found.assign(family=family.names(found)))
    if not made:
        return pd.DataFrame(columns=pd.Index(_COLUMNS))
    return _judge(pd.concat(made, ignore_index=True), families)[_COLUMNS]


def _of_series(
    waves: np.ndarray,
    estimates: np.ndarray,
    variances: np.ndarray,
    cuts: Iterable[int],
    names: tuple[str, ...],
    known: Mapping[tuple, float],
) -> Iterable[dict[str, float]]:
    for last in waves:
        on = np.flatnonzero([wave <= last and comparable(wave, last, cuts) for wave in waves])
        if len(on) < FEWEST:
            continue
        run = [int(wave) for wave in waves[on]]
        covariance = np.diag(variances[on])
        for row, wave in enumerate(run):
            for column, other in enumerate(run[:row]):
                covariance[row, column] = covariance[column, row] = known.get((*names, wave, other), 0.0)
        spread = np.linalg.eigvalsh(covariance)
        if spread[0] <= _SINGULAR * spread[-1]:
            continue
        slope, se, q = line(estimates[on], covariance, np.array(run, dtype=float))
        years, q_df = run[-1] - run[0], len(run) - 2
        yield {
            **{"wave": run[-1], "first": run[0], "waves": len(run), "slope": slope, "se": se},
            **{"p": 2 * special.ndtr(-abs(slope) / se), "change": slope * years},
            **{"q": q, "q_df": q_df, "q_p": special.chdtrc(q_df, q)},
        }


def _judge(made: pd.DataFrame, families: Families) -> pd.DataFrame:
    alpha, relevant = families.error_rate, families.relevant.get("trend", 0.0) / 100
    adjusted, steps = holm(made["p"].astype(float), made["family"], alpha)
    half = -special.ndtri(alpha / (2 * steps)) * made["se"] * (made["wave"] - made["first"])
    shows = (adjusted < alpha) & (made["change"].abs() >= relevant)
    verdicts = {"not_linear": made["q_p"] < alpha, "rising": shows & (made["change"] > 0), "falling": shows}
    verdict = np.select(
        [rows.to_numpy(dtype=bool) for rows in verdicts.values()], list(verdicts), "no_demonstrable_trend"
    )
    low, high = made["change"] - half, made["change"] + half
    return made.assign(p_adjusted=adjusted, low=low.clip(-1, 1), high=high.clip(-1, 1), verdict=verdict)
