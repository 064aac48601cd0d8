"""Estimates of every indicator in every wave and domain, with linearised standard errors, in one pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis import domains as domain_ids
from analysis import intervals
from analysis.design import Design
from analysis.indicators import Codebook, Indicator, Measures, measure


def estimate(
    designs: Mapping[int, Design],
    indicators: Sequence[Indicator],
    domains: Sequence[str],
    codebook: Codebook,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Proportions with their uncertainty: one row per indicator x answer x wave x domain.

    Columns: survey, indicator, answer, wave, domain, n (valid answers), yes (of them), persons (whom they stand for:
    the sum of their weights), estimate (0-1), se (with finite
    population correction), se_superpopulation (without), df, n_effective, design_effect (n_effective x design_effect =
    n, without correction), low, high, method. A domain without valid answers has n = 0 and NaN. What a wave did not
    ask has no row.
    """
    frames = []
    for wave, design in designs.items():
        measures = measure(design.respondents, indicators, codebook, wave)
        masks = [domain_ids.mask(domain, design.respondents, codebook) for domain in domains]
        frame = _estimate_wave(design, measures, domains, masks, confidence)
        frame.insert(0, "survey", design.respondents["survey"].iloc[0])
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def proportions(design: Design, measures: Measures, inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weighted proportions (0-1) of all measures in one domain, and their weighted sums of valid answers."""
    weights = design.weight * inside
    valid = weights @ measures.valid
    with np.errstate(invalid="ignore"):
        return (weights @ measures.values) / np.where(valid > 0, valid, np.nan), valid


def contributions(design: Design, measures: Measures, inside: np.ndarray) -> np.ndarray:
    """What each respondent contributes to the error of each proportion in a domain (n x measures).

    Influence values of a ratio, (y - p) / N in the domain and 0 outside it (Woodruff 1971; Särndal, Swensson and
    Wretman 1992, eq. 5.6.8), reduced to weighted residuals on the known margins. Zero where a domain has no answers.
    """
    p, valid = proportions(design, measures, inside)
    influence = np.zeros(measures.values.shape)
    rows = np.flatnonzero(inside)
    scale = np.where(valid > 0, 1 / np.where(valid > 0, valid, 1.0), 0.0)
    influence[rows] = (measures.values[rows] - measures.valid[rows] * np.nan_to_num(p)) * scale
    return design.contributions(influence)


def _estimate_wave(
    design: Design, measures: Measures, domains: Sequence[str], masks: Sequence[np.ndarray], confidence: float
) -> pd.DataFrame:
    shape = (len(domains), len(measures.keys))
    columns = {name: np.full(shape, np.nan) for name in ("persons", "estimate", "se", "se_superpopulation", "kish")}
    counts = {name: np.zeros(shape, dtype=int) for name in ("n", "yes", "df")}
    for row, inside in enumerate(masks):
        columns["estimate"][row], valid = proportions(design, measures, inside)
        columns["persons"][row] = valid
        counts["n"][row] = np.rint(inside @ measures.valid)
        counts["yes"][row] = np.rint(inside @ measures.values)
        present = np.add.reduceat(measures.valid * inside[:, None], design.first, axis=0) > 0
        counts["df"][row] = counts["n"][row] - present.sum(axis=0)
        columns["kish"][row] = (
            counts["n"][row] * ((design.weight**2 * inside) @ measures.valid) / np.where(valid, valid, np.nan) ** 2
        )
        variances = design.variances(contributions(design, measures, inside))
        columns["se"][row], columns["se_superpopulation"][row] = np.sqrt(variances)
    p, n, kish = columns["estimate"], counts["n"], columns.pop("kish")
    for name in ("se", "se_superpopulation"):
        columns[name][np.isnan(p)] = np.nan
    low, high, method = intervals.of_level(p, columns["se"], n, counts["yes"], counts["df"], kish, confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        n_effective = np.where((p > 0) & (p < 1), p * (1 - p) / columns["se_superpopulation"] ** 2, n / kish)
        design_effect = n / n_effective
    table = pd.DataFrame(list(measures.keys) * len(domains), columns=pd.Index(["indicator", "answer"]))
    table["wave"], table["domain"] = design.wave, np.repeat(np.array(domains, dtype=object), len(measures.keys))
    made = {"n": n, "yes": counts["yes"], **columns, "df": counts["df"], "n_effective": n_effective}
    made |= {"design_effect": design_effect, "low": low, "high": high, "method": method}
    return table.assign(**{name: values.ravel() for name, values in made.items()})
