"""Estimates of every indicator in every wave and domain, with linearised standard errors, in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from analysis import domains as domain_ids
from analysis import intervals
from analysis.design import COUNT, SCALED, SQUARE, WEIGHT, Design
from analysis.errors import MonitorError
from analysis.indicators import Codebook, Indicator, Measures, columns_of, measure

COLUMNS = [
    *("survey", "indicator", "answer", "wave", "domain", "n", "yes", "persons", "estimate", "se"),
    *("se_superpopulation", "df", "n_effective", "design_effect", "low", "high", "method"),
]
_TOGETHER = 5_000  # estimates, domains x keys, that are made in one go: their totals fit into a processor's memory
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
    row. Raises MonitorError without waves or domains, and for a confidence that is no share.
    """
    if not (len(designs) and len(domains) and 0.5 <= confidence < 1):
        expected = "a wave and a domain at least, and a confidence from 0.5 to below 1, such as 0.95"
        got = f"{len(designs)} waves, {len(domains)} domains, confidence {confidence:g}"
        hint = "look at what was left out before, or write the confidence as a share"
        raise MonitorError("Estimates that cannot be made", where="estimate", expected=expected, got=got, hint=hint)
    frames = []
    for wave, design in designs.items():
        inside = domain_ids.masks(domains, design.respondents, codebook)
        keys: list[tuple[str, str]] = []
        scored: list[bool] = []
        made = []
        for block in _blocks(indicators, codebook, len(design.respondents)):
            measures = measure(design.respondents, block, codebook, wave, indicators)
            keys += measures.keys
            scored += [key in measures.scored for key in range(len(measures.keys))]
            parts = np.array_split(inside, max(1, len(domains) * len(measures.keys) // _TOGETHER))
            found = [_estimate_domains(design, totals(design, measures, part)) for part in parts]
            made.append({name: np.concatenate([one[name] for one in found]) for name in found[0]})
        columns = {name: np.concatenate([one[name] for one in made], axis=1) for name in made[0]}
        frame = _table(keys, columns, wave, domains, confidence, np.array(scored, dtype=bool))
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


@dataclass(frozen=True, eq=False)
class Totals:
    """Totals of one domain or many, on which estimates and their variances stand (see `Design.totals`).

    Rows x keys, or rows x domains x keys: `y` of the values, `x` of their sizes, `counted` of who counts; `squares` of
    y y, x y and x x (first rows only).
    """

    y: np.ndarray
    x: np.ndarray
    counted: np.ndarray
    squares: np.ndarray

    @cached_property
    def size(self) -> np.ndarray:
        """Weighted sum of the sizes; infinite where there are none, so that what is divided by it is zero."""
        return np.where(self.x[WEIGHT] == 0, np.inf, self.x[WEIGHT])

    @cached_property
    def estimate(self) -> np.ndarray:
        """Proportions (0-1), means or ratios; zero where there is nothing to estimate."""
        return self.y[WEIGHT] / self.size

    @cached_property
    def influence(self) -> np.ndarray:
        """Totals of the influence values (y - p x) / X."""
        return (self.y - self.estimate * self.x) / self.size

    def products(self, one: Totals, other: Totals) -> np.ndarray:
        """Totals of the products of the influence values of two domains, of which this one is what they share."""
        yy, xy, xx = self.squares
        return (yy - (one.estimate + other.estimate) * xy + one.estimate * other.estimate * xx) / one.size / other.size


def totals(design: Design, measures: Measures, inside: np.ndarray) -> Totals:
    """Totals of all measures in one domain (`inside` n booleans) or many (domains x n)."""
    keys, scored = len(measures.keys), sorted(measures.scored)
    together = design.totals(measures.together, inside)
    y, x, *rest = np.split(together, [keys, 2 * keys, *(2 * keys + len(scored) * np.array([1, 2, 3]))], axis=-1)
    squares = np.stack([table[: SCALED.stop] for table in (y, y, x)])  # of 0 and 1 they are the values themselves
    for table, product in zip(squares, rest, strict=False):
        table[..., scored] = product[: SCALED.stop]
    return Totals(y, x, rest[-1] if measures.ratios else x, squares)


def samples(
    designs: Mapping[int, Design], indicators: Sequence[Indicator], codebook: Codebook, among: Sequence[Indicator] = ()
) -> dict[int, Sample]:
    """Every wave as comparisons of these indicators need it; `among` are the ones that their bases may name."""
    return {
        wave: Sample(design, measure(design.respondents, indicators, codebook, wave, among), codebook)
        for wave, design in designs.items()
    }


def variances_of_differences(design: Design, one: Totals, other: Totals, shared: Totals) -> np.ndarray:
    """Variance, without finite population correction, of each difference between two domains of one wave.

    With their covariance: influence values of the two are subtracted, then squared. `shared` are the totals of who is
    in both. Equals R `svycontrast` on `svytotal` of values and sizes.
    """
    squares = one.products(one, one) - 2 * shared.products(one, other) + other.products(other, other)
    return design.variances_of_totals(one.influence - other.influence, squares)[1]


@dataclass(frozen=True, eq=False)
class Sample:
    """One wave as comparisons need it: its design, what was measured, and the totals of every domain, made once."""

    design: Design
    measures: Measures
    codebook: Codebook
    _masks: dict[str, np.ndarray] = field(default_factory=dict)
    _made: dict[tuple[str, ...], Totals] = field(default_factory=dict)

    def inside(self, *domains: str) -> np.ndarray:
        """Who is in all of these domains (n booleans)."""
        for domain in set(domains) - set(self._masks):
            self._masks[domain] = domain_ids.mask(domain, self.design.respondents, self.codebook)
        return np.logical_and.reduce([self._masks[domain] for domain in domains])

    def totals(self, *domains: str) -> Totals:
        """Totals of who is in all of these domains."""
        if domains not in self._made:
            self._made[domains] = totals(self.design, self.measures, self.inside(*domains))
        return self._made[domains]

    def deviations(self, domain: str, rows: np.ndarray, keys: np.ndarray) -> np.ndarray:
        """Deviations (see `Design.deviations`) of some respondents from some estimates of a domain (m x keys)."""
        of, taken = self.totals(domain), np.ix_(rows, keys)
        estimate, size = of.estimate[keys], of.size[keys]
        values = (self.measures.values[taken] - self.measures.sizes[taken] * estimate) / size
        return self.design.deviations(values * self.inside(domain)[rows, None], of.influence[:, keys], rows)


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


def _estimate_domains(design: Design, of: Totals) -> dict[str, np.ndarray]:
    """Estimates and variances of domains (domains x keys)."""
    n, persons, none = np.rint(of.counted[COUNT]).astype(int), of.counted[WEIGHT], of.x[WEIGHT] == 0
    squares = of.products(of, of)
    variances = design.variances_of_totals(of.influence, squares)
    strata = (design.in_strata(of.counted) > 0).sum(axis=0)
    made = {"n": n, "yes": np.rint(of.y[COUNT]).astype(int), "persons": persons, "df": n - strata}
    with np.errstate(divide="ignore", invalid="ignore"):
        known = {"estimate": of.estimate, "kish": n * of.counted[SQUARE] / persons**2}
    known |= {"spread": squares[WEIGHT] * persons}
    known |= dict(zip(("se", "se_superpopulation"), np.sqrt(variances), strict=True))
    return made | {name: np.where(none, np.nan, values) for name, values in known.items()}


def _table(
    keys: Sequence[tuple[str, str]],
    columns: dict[str, np.ndarray],
    wave: int,
    domains: Sequence[str],
    confidence: float,
    scored: np.ndarray,
) -> pd.DataFrame:
    kish, spread = columns.pop("kish"), columns.pop("spread")
    p, se, n, df = (columns[name] for name in ("estimate", "se", "n", "df"))
    columns["yes"] = np.where(scored, n, columns["yes"])
    low, high, method = intervals.of_level(p, se, n, columns["yes"], df, kish, confidence, ~scored)
    with np.errstate(divide="ignore", invalid="ignore"):
        n_effective = np.where(spread > 0, spread / columns["se_superpopulation"] ** 2, n / kish)
        columns |= {"n_effective": n_effective, "design_effect": n / n_effective}
    columns |= {"low": low, "high": high, "method": method}
    columns = {name: columns[name] for name in COLUMNS[5:]}
    table = pd.DataFrame(list(keys) * len(domains), columns=pd.Index(["indicator", "answer"]))
    table["wave"], table["domain"] = wave, np.repeat(np.array(domains, dtype=object), len(keys))
    return table.assign(**{name: values.ravel() for name, values in columns.items()})
