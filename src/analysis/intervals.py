"""Intervals of a proportion: the logit one, and Korn and Graubard's where few say yes or few say no."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from scipy import special

Array: TypeAlias = np.ndarray
FEWEST = 5
LEAST_DF = 8


def t_quantile(probability: Array | float, df: Array) -> Array:
    """Quantile of Student's t; NaN where there are no degrees of freedom."""
    return special.stdtrit(np.where(df > 0, df, np.nan), probability)


def logit(p: Array, se: Array, df: Array, confidence: float = 0.95) -> tuple[Array, Array]:
    """Interval on the logit scale with t, for proportions between 0 and 1. R: `svyciprop(method = "logit")`."""
    half = t_quantile((1 + confidence) / 2, df) * se / (p * (1 - p))
    return special.expit(special.logit(p) - half), special.expit(special.logit(p) + half)


def beta(p: Array, n_effective: Array, confidence: float = 0.95) -> tuple[Array, Array]:
    """Clopper-Pearson interval on an effective number of respondents (Korn and Graubard 1998, eq. 2).

    R: `svyciprop(method = "beta")` for the same effective n; it gives NaN at 0 and 1, here the bound is exact.
    """
    yes, no, tail = p * n_effective, (1 - p) * n_effective, (1 - confidence) / 2
    low = np.where(yes > 0, special.betaincinv(np.maximum(yes, 1e-9), no + 1, tail), 0.0)
    high = np.where(no > 0, special.betaincinv(yes + 1, np.maximum(no, 1e-9), 1 - tail), 1.0)
    return low, high


def korn_graubard_n(p: Array, se: Array, n: Array, df: Array, kish: Array, confidence: float = 0.95) -> Array:
    """Effective number of respondents for `beta`.

    min(n, p(1-p)/v x (t(n-1)/t(df))^2) with n the valid answers in the domain (Korn and Graubard 1998; Parker et al.
    2017, NCHS); at p = 0 or 1 there is no v and it is n / `kish`, where kish is 1 + cv^2 of the weights.
    """
    tail = (1 + confidence) / 2
    ratio = t_quantile(tail, n - 1) / t_quantile(tail, df)
    inside = np.minimum(n, p * (1 - p) / np.where(se > 0, se**2, np.nan) * ratio**2)
    return np.where((p > 0) & (p < 1), np.where(se > 0, inside, n), n / kish)


def of_level(
    p: Array,
    se: Array,
    n: Array,
    yes: Array,
    df: Array,
    kish: Array,
    confidence: float = 0.95,
    proportion: Array | bool = True,
) -> tuple[Array, Array, Array]:
    """Interval of every estimate and the method that made it: "logit", "korn-graubard", "t" or "none".

    `se` is with the finite population correction. Korn-Graubard below 5 respondents who say yes or no; what is no
    `proportion` has the estimate plus and minus t standard errors; below 8 degrees of freedom no interval (NaN).
    """
    share = np.broadcast_to(proportion, p.shape)
    enough = (df >= LEAST_DF) & np.isfinite(p)
    few = enough & share & (np.minimum(yes, n - yes) < FEWEST)
    many, numeric = enough & share & ~few, enough & ~share
    low, high = np.full(p.shape, np.nan), np.full(p.shape, np.nan)
    low[many], high[many] = logit(p[many], se[many], df[many], confidence)
    n_effective = korn_graubard_n(p[few], se[few], n[few], df[few], kish[few], confidence)
    low[few], high[few] = beta(p[few], n_effective, confidence)
    half = t_quantile((1 + confidence) / 2, df[numeric]) * se[numeric]
    low[numeric], high[numeric] = p[numeric] - half, p[numeric] + half
    return low, high, np.select([many, few, numeric], ["logit", "korn-graubard", "t"], "none")
