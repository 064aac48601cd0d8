"""What goes together: a logistic model on respondents and a test of two answers, with standard errors of the design."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special
from scipy.linalg import helmert

from analysis.calibration import orthonormal
from analysis.design import Design
from analysis.errors import MonitorError
from analysis.estimation import contributions, proportions
from analysis.indicators import Measures
from analysis.population import MISSING
from analysis.publishable import round_respondents
from analysis.settings import Settings

_STEPS, _SMALL_STEP = 30, 1e-9


@dataclass(frozen=True, eq=False)
class Logistic:
    """A logistic model: per term the logarithm of an odds ratio.

    `covariance` (terms x terms) is with the finite population correction, `covariance_superpopulation` without; `df`
    are for t; `n` is the respondents it was fitted to; `fewest` are those of the smallest group that it sets apart, and
    who of a group say yes, or no, where they are fewest.
    """

    terms: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    covariance_superpopulation: np.ndarray
    df: int
    n: int
    fewest: tuple[int, int]

    @property
    def table(self) -> pd.DataFrame:
        """One row per term: coefficient, se, se_superpopulation, and p of no effect (t, without the correction)."""
        se, without = (np.sqrt(np.diag(c)) for c in (self.covariance, self.covariance_superpopulation))
        p = 2 * special.stdtr(self.df, -np.abs(self.coefficients) / np.where(without > 0, without, np.nan))
        columns = {"coefficient": self.coefficients, "se": se, "se_superpopulation": without, "p": p}
        return pd.DataFrame({"term": self.terms, **columns})


@dataclass(frozen=True)
class Association:
    """A test whether two answers go together: F on `ndf` and `ddf` degrees of freedom, its p, and n."""

    f: float
    ndf: float
    ddf: float
    p: float
    n: int


def quasibinomial(
    design: Design, outcome: np.ndarray, predictors: pd.DataFrame, inside: np.ndarray | None = None
) -> Logistic:
    """A logistic model of an outcome, with linearised standard errors.

    Parameters: `outcome`, n values 1 (yes), 0 (no) or NaN (no valid answer); `predictors`, n rows of numbers, a column
    per term besides the intercept; `inside`, the domain. Who misses a value stays in the design, outside the domain.
    Solves the weighted score equations by Newton's method; the covariance is that of their influence values (Binder
    1983), reduced to residuals on the known margins. Equals R `svyglm(family = quasibinomial())`, whose
    standard errors lag one iteration, on a `subset` of who has all values.
    Raises MonitorError for values that are no numbers or not of every respondent, an outcome that is not 0 or 1, no
    complete respondents, too few of them, a predictor that is constant or follows from the others, and an outcome that
    the predictors separate.
    """
    terms = ("(intercept)", *map(str, predictors.columns))
    everybody = np.ones(len(design.weight))
    try:
        columns = (everybody, predictors, outcome, everybody if inside is None else inside)
        matrix = np.column_stack([np.asarray(one, dtype=float) for one in columns])
    except (TypeError, ValueError) as error:
        expected = f"numbers, one of each of the {len(everybody)} respondents"
        hint = "give answers as 0 and 1, for the respondents of the design in their order"
        got = f"{type(error).__name__}: what cannot be read as a number"  # and is not told: it is a person's
        raise _refused("Model of what are no numbers", terms, expected, got, hint) from None
    matrix, outcome, within = matrix[:, :-2], matrix[:, -2], matrix[:, -1] > 0
    used = np.isfinite(matrix).all(axis=1) & np.isfinite(outcome) & within
    x, y, weight = matrix[used], outcome[used], design.weight[used]
    _check_model(x, y, terms)
    df = _df(design, used) + 1 - len(terms)
    if df < 1:
        expected = f"more respondents than strata and terms together, for {len(terms)} terms"
        raise _refused("Too few respondents for a model", terms, expected, f"{len(x)}", "leave terms out")
    basis, triangle, order = orthonormal(x)
    if basis.shape[1] < len(terms):
        rank = basis.shape[1]
        tied = np.abs(np.linalg.solve(triangle[:, :rank], triangle[:, rank:])).max(axis=1) > 1e-8
        told = ", ".join(terms[column] for column in sorted([*order[:rank][tied], *order[rank:]]) if column > 0)
        expected = "no predictor that the others tell"
        raise _refused("Predictor that follows from the others", terms, expected, told, "leave one of these out")
    scores, information = _solve(basis, y, weight, terms)
    back = np.zeros((len(terms), len(terms)))
    back[order] = np.linalg.inv(triangle)
    influence = np.zeros(matrix.shape)
    influence[used] = basis * (y - special.expit(basis @ scores))[:, None] @ np.linalg.inv(information) @ back.T
    both = _covariances(design, design.contributions(influence))
    return Logistic(terms, back @ scores, *both, df, len(x), _fewest(x, y))


def publish_model(model: Logistic, settings: Settings) -> pd.DataFrame:
    """A model as it may be published: per predictor an odds ratio and its interval in tenths, and n rounded.

    Coefficients are as exact as answers: of a few groups they tell how many said yes. So no standard errors, no
    intercept (a percentage of those who have nothing of the predictors) and no predictions: a percentage of a group is
    what `Monitor.estimate` gives. Raises MonitorError where a group that the model sets apart, or its yes or no, has
    fewer respondents than a percentage needs.
    """
    enough, rare = settings.showing.shown, settings.brackets.count
    if model.fewest[0] < enough or model.fewest[1] < rare:
        expected = f"{enough} respondents in every group that the terms set apart, of whom {rare} say yes and {rare} no"
        got, hint = "a group with fewer of them", "merge groups, leave a term out, or take the largest as reference"
        raise _refused("Model of too few respondents", model.terms, expected, got, hint)
    half = special.stdtrit(model.df, (1 + settings.confidence) / 2) * model.table["se_superpopulation"]
    bounds = {"odds_ratio": 0 * half, "low": -half, "high": half}
    tenths = {name: np.exp(model.coefficients + by).round(1) for name, by in bounds.items()}
    n = round_respondents(pd.Series([model.n] * len(half)), settings)
    return pd.DataFrame({"term": model.terms, **tenths, "n": n}).iloc[1:].reset_index(drop=True)


def _fewest(x: np.ndarray, y: np.ndarray) -> tuple[int, int]:
    """Respondents in the smallest group: everybody, those with each value of a yes or no, those with none of them."""
    rest = (x[:, 1:] == 0).all(axis=1) & (x.shape[1] > 1)
    sides = [one == value for one in x.T[1:] if len(np.unique(one)) == 2 for value in np.unique(one)]
    groups = [group for group in (x[:, 0] == 1, rest, *sides) if group.any()]
    said = [min((y[group] == 1).sum(), (y[group] == 0).sum()) for group in groups]
    return int(min(group.sum() for group in groups)), int(min(said))


def rao_scott(design: Design, rows: np.ndarray, columns: np.ndarray, inside: np.ndarray | None = None) -> Association:
    """Second order test of Rao and Scott whether two categorical answers go together, without population correction.

    Parameters: `rows` and `columns`, n answer ids each; `inside`, the domain. Who misses one of the two stays in the
    design, outside the domain. Rao and Scott (1984), with the F of Thomas and Rao (1987): R `svychisq(statistic = "F")`
    on a design without fpc. `ddf` is `ndf` times the degrees of freedom of levels, respondents with both answers minus
    their strata; R counts the item-missing too, and after calibration everybody outside the domain, so that its ddf is
    larger. Raises MonitorError for an answer that is the only one, too few respondents for the table, too many empty
    cells, and a table that the margins fix.
    """
    used = ~(np.isin(rows, MISSING) | np.isin(columns, MISSING))
    used &= np.ones(len(rows), dtype=bool) if inside is None else inside
    kinds = [np.unique(given[used].astype(str)) for given in (rows, columns)]
    keys = tuple((row, column) for row in kinds[0] for column in kinds[1])
    sides = (" or ".join(kinds[0]), " or ".join(kinds[1]))
    df = _df(design, used)
    if not 0 < (len(kinds[0]) - 1) * (len(kinds[1]) - 1) <= df:
        expected = "two different answers at least on both sides, and more respondents than strata and answers together"
        got = f"{used.sum()} respondents with {len(kinds[0])} and {len(kinds[1])} answers"
        raise _refused("Answers that cannot be tested", sides, expected, got, "merge answers, or widen the domain")
    values = np.column_stack([(rows == row) & (columns == column) & used for row, column in keys]).astype(float)
    measures = Measures(keys, values, np.repeat(used[:, None].astype(float), len(keys), axis=1))
    everybody = np.ones(len(rows), dtype=bool)
    p = proportions(design, measures, everybody)[0]
    table = p.reshape(len(kinds[0]), len(kinds[1]))
    independent = np.outer(table.sum(axis=1), table.sum(axis=0))
    inverse = np.where(p > 0, 1 / np.where(p > 0, p, 1.0), 0.0)[:, None]
    contrasts = np.kron(helmert(len(kinds[0])), helmert(len(kinds[1]))).T
    simple = contrasts.T @ (inverse * contrasts)
    if np.linalg.matrix_rank(simple) < len(simple):
        got = f"{(p == 0).sum()} empty cells of {len(p)}"
        raise _refused("Table with too many empty cells", sides, "fewer of them", got, "merge answers")
    apart = contributions(design, measures, everybody) @ (inverse * contrasts)
    effects = np.linalg.solve(simple, _covariances(design, apart)[1])
    trace = float(np.trace(effects))
    if trace * used.sum() < 1e-10:
        expected = "answers that differ by chance"
        raise _refused("Table that the margins fix", sides, expected, "no variance", "test an answer of respondents")
    f = float(((table - independent) ** 2 / independent).sum()) / trace
    ndf = trace**2 / float(np.trace(effects @ effects))
    return Association(f, ndf, ndf * df, float(special.fdtrc(ndf, ndf * df, f)), int(used.sum()))


def _df(design: Design, used: np.ndarray) -> int:
    return int(used.sum() - (np.add.reduceat(used.astype(int), design.first) > 0).sum())


def _solve(x: np.ndarray, y: np.ndarray, weight: np.ndarray, terms: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients on the columns of x, and the information in their direction; a step never makes the fit worse.

    A fit needs some ten steps. Where an outcome is separated each step still adds 1 to the logit of the separated;
    beyond 37 that no longer shows in floating point, and a fit that runs off would pass for one that converged.
    """

    def fit(coefficients: np.ndarray) -> float:
        logits = x @ coefficients
        return float(weight @ (y * logits - np.logaddexp(0, logits)))

    coefficients = np.zeros(x.shape[1])
    tolerance = 1e-12 * weight.sum()  # near the end a better fit can look worse by its rounding
    for _ in range(_STEPS):
        p = special.expit(x @ coefficients)
        try:
            step = np.linalg.solve(x.T @ (x * (weight * p * (1 - p))[:, None]), x.T @ (weight * (y - p)))
        except np.linalg.LinAlgError:  # only the separated are left, and they are certain
            break
        small = np.abs(x @ step).max() < _SMALL_STEP
        while not small and fit(coefficients + step) < fit(coefficients) - tolerance:
            step = step / 2
        coefficients = coefficients + step
        if small:
            p = special.expit(x @ coefficients)
            return coefficients, x.T @ (x * (weight * p * (1 - p))[:, None])
    expected = "yes and no both possible for every respondent"
    hint = "leave out the predictor that tells the outcome, or merge its groups"
    raise _refused("Outcome that the predictors separate", terms, expected, "odds without a limit", hint)


def _covariances(design: Design, contributed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Covariance of totals (k x k) with and without correction: a quarter of var(a + b) - var(a - b)."""
    size = contributed.shape[1]
    one, other = np.triu_indices(size)
    sums = design.variances(contributed[:, one] + contributed[:, other])
    differences = design.variances(contributed[:, one] - contributed[:, other])
    both = np.empty((2, size, size))
    both[:, one, other] = both[:, other, one] = (np.array(sums) - np.array(differences)) / 4
    return both[0], both[1]


def _check_model(x: np.ndarray, y: np.ndarray, terms: tuple[str, ...]) -> None:
    if not len(x):
        hint = "look which of them is missing, or not asked, throughout the domain"
        raise _refused("Model of nobody", terms, "respondents with a value for outcome and predictors", "none", hint)
    if not np.isin(y, (0, 1)).all():
        strange = y[~np.isin(y, (0, 1))][0]
        hint = "say which answers count as yes"
        raise _refused("Outcome that is not yes or no", terms, "1, 0, or NaN where missing", f"{strange:g}", hint)
    if (y == y[0]).all():
        got = f"the same from all {len(y)} respondents"
        raise _refused("Outcome that is always the same", terms, "yes and no", got, "widen the domain")
    constant = [term for term, column in zip(terms[1:], x.T[1:], strict=True) if np.ptp(column) == 0]
    if constant:
        told = f"the same value of {', '.join(constant)} for all {len(x)} respondents"
        raise _refused("Predictor that is constant", terms, "values that differ", told, "leave it out")


def _refused(title: str, terms: tuple[str, ...], expected: str, got: str, hint: str) -> MonitorError:
    return MonitorError(title, where=", ".join(terms), expected=expected, got=got, hint=hint)
