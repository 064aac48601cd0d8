"""Estimates of every indicator in every wave and domain, with linearised standard errors, in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from analysis import domains as domain_ids
from analysis import intervals
from analysis.design import COUNT, SCALED, SQUARE, WEIGHT, Design
from analysis.indicators import Codebook, Indicator, Measures, columns_of, measure

COLUMNS = [
    *("survey", "indicator", "answer", "wave", "domain", "n", "yes", "persons", "estimate", "se"),
    *("se_superpopulation", "df", "n_effective", "design_effect", "low", "high", "method"),
]
_BLOCK = 12_000_000  # cells of respondents x answers that are looked at together: some hundreds of megabytes


def estimate(
    designs: Mapping[int, Design],
    indicators: Sequence[Indicator],
    domains: Sequence[str],
    codebook: Codebook,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Proportions, means and ratios with their uncertainty: one row per indicator x answer x wave x domain.

    Columns: survey, indicator, answer, wave, domain, n (valid answers), yes (of them; of a mean or ratio: all), persons
    (whom they stand for: the sum of their weights), estimate (a proportion is 0-1), se (with finite population
    correction), se_superpopulation (without), df, n_effective, design_effect (n_effective x design_effect = n, without
    correction), low, high, method. A domain without valid answers has n = 0 and NaN. What a wave did not ask has no
    row.
    """
    frames = []
    for wave, design in designs.items():
        masks = [domain_ids.mask(domain, design.respondents, codebook) for domain in domains]
        blocks = [
            _estimate_block(design, measure(design.respondents, block, codebook, wave, indicators), masks)
            for block in _blocks(indicators, codebook, len(design.respondents))
        ]
        keys = [key for block, _ in blocks for key in block]
        columns = {name: np.concatenate([made[name] for _, made in blocks], axis=1) for name in blocks[0][1]}
        frame = _table(keys, columns, wave, domains, confidence)
        frame.insert(0, "survey", design.respondents["survey"].iloc[0])
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def proportions(design: Design, measures: Measures, inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weighted proportions (0-1), means or ratios of all measures in one domain, and their weighted sums of sizes."""
    weights = design.weight * inside
    sizes = weights @ measures.sizes
    with np.errstate(invalid="ignore"):
        return (weights @ measures.values) / np.where(sizes > 0, sizes, np.nan), sizes


def contributions(design: Design, measures: Measures, inside: np.ndarray) -> np.ndarray:
    """What each respondent contributes to the error of each estimate in a domain (n x measures).

    Influence values of a ratio, (y - p x) / X in the domain and 0 outside it (Woodruff 1971; Särndal, Swensson and
    Wretman 1992, eq. 5.6.8), reduced to weighted residuals on the known margins. Zero where a domain has no answers.
    """
    p, sizes = proportions(design, measures, inside)
    influence = np.zeros(measures.values.shape)
    rows = np.flatnonzero(inside)
    scale = np.where(sizes > 0, 1 / np.where(sizes > 0, sizes, 1.0), 0.0)
    influence[rows] = (measures.values[rows] - measures.sizes[rows] * np.nan_to_num(p)) * scale
    return design.contributions(influence)


def _blocks(indicators: Sequence[Indicator], codebook: Codebook, respondents: int) -> Iterator[Sequence[Indicator]]:
    """The indicators in as many parts as keep what is looked at together small; one at least in each."""
    held: list[Indicator] = []
    room = _BLOCK
    for indicator in indicators:
        several = len(codebook.get(indicator.variable, ())) or len(columns_of(indicator, codebook))
        needed = respondents * (1 if indicator.kind == "proportion" else several)
        if held and needed > room:
            yield held
            held, room = [], _BLOCK
        held.append(indicator)
        room -= needed
    yield held


def _estimate_block(
    design: Design, measures: Measures, masks: Sequence[np.ndarray]
) -> tuple[tuple[tuple[str, str], ...], dict[str, np.ndarray]]:
    """Everything about some measures in every domain (domains x keys), from totals of values, sizes and products."""
    y, x, counted = measures.values, measures.sizes, measures.valid
    scored = sorted(measures.scored)
    products = [y[:, scored] ** 2, y[:, scored] * x[:, scored], x[:, scored] ** 2]
    together = np.hstack([y, x, *products, *([counted] if measures.ratios else [])])
    rows = []
    for inside in masks:
        totals = design.totals(together, inside)
        of_y, of_x, rest = np.split(totals, [y.shape[1], 2 * y.shape[1]], axis=1)
        squares = [table[: SCALED.stop].copy() for table in (of_y, of_y, of_x)]  # of 0 and 1: the values themselves
        for place, table in enumerate(squares):
            table[:, scored] = rest[: SCALED.stop, place * len(scored) : (place + 1) * len(scored)]
        rows.append(_in_domain(design, of_y, of_x, rest[:, -y.shape[1] :] if measures.ratios else of_x, squares))
    made = {name: np.stack([row[name] for row in rows]) for name in rows[0]}
    made["yes"][:, scored] = made["n"][:, scored]
    made["proportion"][:, scored] = False
    return measures.keys, made


def _in_domain(
    design: Design, y: np.ndarray, x: np.ndarray, counted: np.ndarray, squares: Sequence[np.ndarray]
) -> dict[str, np.ndarray]:
    """Estimates and variances of one domain, from the totals of values, sizes, who counts, and y y, x y, x x."""
    n, persons, none = np.rint(counted[COUNT]).astype(int), counted[WEIGHT], x[WEIGHT] == 0
    total = np.where(none, np.inf, x[WEIGHT])  # of nobody everything is zero, and then marked as not there
    p = y[WEIGHT] / total
    around = (squares[0] - 2 * p * squares[1] + p**2 * squares[2]) / total**2
    variances = design.variances_of_totals((y - p * x) / total, around)
    strata = (design.in_strata(counted) > 0).sum(axis=0)
    made = {"n": n, "yes": np.rint(y[COUNT]).astype(int), "persons": persons, "df": n - strata}
    with np.errstate(divide="ignore", invalid="ignore"):
        known = {"estimate": p, "kish": n * counted[SQUARE] / persons**2, "spread": around[WEIGHT] * persons}
    known |= dict(zip(("se", "se_superpopulation"), np.sqrt(variances), strict=True))
    made |= {name: np.where(none, np.nan, values) for name, values in known.items()}
    return made | {"proportion": np.ones(len(p), dtype=bool)}


def _table(
    keys: Sequence[tuple[str, str]],
    columns: dict[str, np.ndarray],
    wave: int,
    domains: Sequence[str],
    confidence: float,
) -> pd.DataFrame:
    kish, spread, proportion = (columns.pop(name) for name in ("kish", "spread", "proportion"))
    p, se, n, df = (columns[name] for name in ("estimate", "se", "n", "df"))
    low, high, method = intervals.of_level(p, se, n, columns["yes"], df, kish, confidence, proportion)
    with np.errstate(divide="ignore", invalid="ignore"):
        n_effective = np.where(spread > 0, spread / columns["se_superpopulation"] ** 2, n / kish)
        columns |= {"n_effective": n_effective, "design_effect": n / n_effective}
    columns |= {"low": low, "high": high, "method": method}
    columns = {name: columns[name] for name in COLUMNS[5:]}
    table = pd.DataFrame(list(keys) * len(domains), columns=pd.Index(["indicator", "answer"]))
    table["wave"], table["domain"] = wave, np.repeat(np.array(domains, dtype=object), len(keys))
    return table.assign(**{name: values.ravel() for name, values in columns.items()})
