"""An estimator that is wrong by one in a million makes a comparison with R fail: what a green test against R is worth.

Every public function (and every column or part of what it gives) of the modules that estimate is multiplied by
1 + 1e-6, everywhere it is used, and the check that is named beside it must see that. A function or a part that is new
has to be named here too. With a factor of 1 every check must hold, so that it is the factor that is seen.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import analysis
from analysis.errors import MonitorError
from pipeline.sources import sources_of
from tests.analysis import against_r
from tests.analysis.against_r import CHECKS

FACTOR = 1 + 1e-6
# What reads, declares, reshapes or rounds and estimates nothing; the other modules are perturbed
NOT_ESTIMATING = {
    *(
        "answers",
        "consistency",
        "declared",
        "domains",
        "errors",
        "families",
        "groups",
        "indicators",
        "informants",
        "monitor",
        "publishable",
    ),
    *("cells", "knowledge", "protection"),  # what may be shown of what was estimated
    *("questionnaire", "settings", "survey"),
    *("response", "selectivity"),  # R-indicators and tipping points: test_response.py holds them against R and by hand
}
# Public functions that only read, reshape or name; each has tests of its own
RESHAPING = {
    "models.publish_model",
    "estimation.Sample.inside",
    "estimation.samples",
    "comparisons.referred",
    "population.read_rules",
    "population.PopulationRules.variables",
    "population.by_wave",
    "population.check_met",
    "population.check_placed",
    "population.with_groups",
    "population.key",
    "population.Strata.coarsest",
}
_NUMBERS = ("n", "yes", "persons", "estimate", "se", "se_superpopulation", "df", "n_effective", "design_effect")
_TESTS = ("difference", "se", "df", "p", "p_adjusted", "low", "high", "relevant", "smallest_demonstrable")
# Estimator -> part of its result (a column, a field, a place in a tuple; "" is the whole) -> the check that must see it
PARTS: dict[str, dict[str, str]] = {
    "estimation.estimate": dict.fromkeys((*_NUMBERS, "low", "high"), "levels") | {"wave": ""},
    "estimation.proportions": {"0": "estimators", "1": "estimators"},
    "estimation.contributions": {"": "estimators"},
    "design.designs": {
        **{"weight": "weights", "base_weight": "weights", "population": "levels"},
        **{"wave": "", "respondents": "", "first": "", "size": "", "cell": "", "margins": ""},
    },
    "design.Design.contributions": {"": "estimators"},
    "design.Design.variances": {"0": "estimators", "1": "differences"},
    "design.Design.totals": {"": "levels"},
    "design.Design.in_strata": {"": "levels"},
    "design.Design.variances_of_totals": {"0": "levels", "1": "levels"},
    "design.Design.deviations": {"": "wave_covariance"},
    "estimation.totals": dict.fromkeys(("y", "x", "counted", "squares"), "levels"),
    "estimation.Totals.products": {"": "levels"},
    "estimation.variances_of_differences": {"": "comparisons"},
    "estimation.Sample.totals": {"y": "comparisons", "x": "comparisons", "squares": "comparisons", "counted": ""},
    "estimation.Sample.deviations": {"": "wave_covariance"},
    "calibration.calibrate": {"0": "weights", "1": ""},
    "calibration.orthonormal": {"0": "weights", "1": "weights", "2": ""},
    "intervals.t_quantile": {"": "intervals"},
    "intervals.logit": {"0": "intervals", "1": "intervals"},
    "intervals.beta": {"0": "exact", "1": "exact"},
    "intervals.korn_graubard_n": {"": "intervals"},
    "intervals.of_level": {"0": "intervals", "1": "intervals", "2": ""},
    "comparisons.compare": dict.fromkeys((*_TESTS, "n", "n_reference"), "comparisons") | {"wave": ""},
    "comparisons.unseen": {"": "comparisons"},
    "comparisons.holm": {"0": "holm", "1": "holm"},
    "comparisons.covariances_of_all": {"covariance": "trend", "wave": "", "reference": ""},
    "comparisons.covariances": {"covariance": "wave_covariance", "wave": "", "reference": ""},
    "pooling.pool": {
        **dict.fromkeys(("estimate", "se", "n", "yes", "df", "low", "high"), "pooled"),
        **{"wave": "", "reference": ""},
    },
    "trend.line": {"0": "line", "1": "line", "2": "line"},
    "trend.trends": {
        **dict.fromkeys(("slope", "se", "p", "change", "q", "q_df", "q_p"), "trend"),
        **dict.fromkeys(("wave", "first", "waves", "p_adjusted", "low", "high"), ""),
    },
    "models.quasibinomial": {
        **{"coefficients": "models", "covariance": "models", "covariance_superpopulation": "models"},
        **{"df": "models", "n": "models", "terms": "", "fewest": ""},
    },
    "models.Logistic.table": dict.fromkeys(("coefficient", "se", "se_superpopulation", "p"), "models"),
    "models.rao_scott": dict.fromkeys(("f", "ndf", "ddf", "p", "n"), "rao_scott"),
    "population.totals": {"": "weights"},
    "population.membership": {"": "weights"},
    "population.cells": {"population": "weights"},
    "weighting.merge_strata": {
        **{"stratum_population": "weights", "stratum_respondents": "weights"},
        **{"population": "", "invited": "", "respondents": "", "level": ""},
    },
    "weighting.weight": {
        **{"0 weight": "weights", "0 base_weight": "weights", "0 population_stratum": "levels", "0 wave": ""},
    },
}
# The modules on which weights and designs rest, found in their imports
MAKING = {path.name for path in sources_of("analysis.weighting", "analysis.design")}
# A part with no check is a count from which others are made, a place, a year, a number of iterations or no number
CASES = [(name, part, check) for name, parts in PARTS.items() for part, check in parts.items() if check]


def larger(value: Any, part: str, factor: float) -> Any:
    """The same result with one part multiplied."""
    if isinstance(value, dict):
        return {key: larger(one, part, factor) for key, one in value.items()}
    if isinstance(value, tuple):
        first, _, rest = part.partition(" ")
        return tuple(larger(one, rest, factor) if str(i) == first else one for i, one in enumerate(value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{part: getattr(value, part) * factor})
    if isinstance(value, pd.DataFrame):
        return value.assign(**{part: value[part] * factor})
    assert part == "", f"no part {part} in {type(value)}"
    return value * factor


def put(monkeypatch: pytest.MonkeyPatch, name: str, change: Callable[[Any], Any]) -> None:
    """Change what an estimator gives, in every module that uses it."""
    module, *path = name.split(".")
    holder: Any = import_module(f"analysis.{module}")
    for step in path[:-1]:
        holder = getattr(holder, step)
    right = inspect.getattr_static(holder, path[-1])
    function = right.fget if isinstance(right, property) else right

    def wrong(*args: Any, **named: Any) -> Any:
        return change(function(*args, **named))

    monkeypatch.setattr(holder, path[-1], property(wrong) if isinstance(right, property) else wrong)
    for module_name, used in list(sys.modules.items()):
        if module_name.startswith("analysis."):
            for known in [known for known, value in vars(used).items() if value is right]:
                monkeypatch.setattr(used, known, wrong)


@pytest.fixture
def anew() -> Iterator[None]:
    """Weights and designs are made with the wrong estimator, and no later test uses them."""
    against_r.forget()
    yield
    against_r.forget()


def holds(check: str) -> bool:
    """Whether a check finds ours equal to R's. An error that an estimator raises is a failure that is seen too."""
    try:
        return all(one.equal for one in CHECKS[check]())
    except MonitorError:
        return False


@pytest.mark.parametrize(("name", "part", "check"), CASES)
def test_one_in_a_million_is_seen(
    name: str, part: str, check: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    if f"{name.partition('.')[0]}.py" in MAKING:
        request.getfixturevalue("anew")
    put(monkeypatch, name, partial(larger, part=part, factor=FACTOR))
    assert not holds(check)


@pytest.mark.usefixtures("anew")
def test_it_is_the_factor_that_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, part, _ in CASES:
        put(monkeypatch, name, partial(larger, part=part, factor=1.0))
    assert [check for check in CHECKS if not holds(check)] == []


def estimators() -> set[str]:
    """Public functions, methods and properties of the modules of analysis that estimate."""
    found = set()
    for path in Path(analysis.__path__[0]).glob("*.py"):
        if path.stem in NOT_ESTIMATING or path.stem == "__init__":
            continue
        module = import_module(f"analysis.{path.stem}")
        for name, value in vars(module).items():
            mine = getattr(value, "__module__", "") == module.__name__ and not name.startswith("_")
            if mine and inspect.isfunction(value):
                found.add(f"{path.stem}.{name}")
            elif mine and inspect.isclass(value):
                found |= {
                    f"{path.stem}.{name}.{key}"
                    for key, member in vars(value).items()
                    if not key.startswith("_") and (inspect.isfunction(member) or isinstance(member, property))
                }
    return found


def test_no_estimator_is_left_out() -> None:
    assert estimators() == set(PARTS) | RESHAPING


def numeric_parts(value: Any, before: str = "") -> set[str]:
    """Names of the parts of a result, as PARTS names them; of a table only the columns with numbers."""
    if isinstance(value, dict):
        return {part for one in value.values() if is_dataclass(one) for part in numeric_parts(one)}
    if isinstance(value, tuple):
        return {part for i, one in enumerate(value) for part in numeric_parts(one, f"{i} ")}
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name for field in fields(value)}
    if isinstance(value, pd.DataFrame):
        return {f"{before}{name}" for name in value.select_dtypes("number")}
    return {before.strip()}


@pytest.mark.usefixtures("anew")
def test_no_part_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the estimators really give while the checks run, beside the parts that are named above."""
    given: dict[str, set[str]] = {name: set() for name in PARTS}

    def noted(value: Any, name: str) -> Any:
        given[name] |= numeric_parts(value)
        return value

    for name in PARTS:
        put(monkeypatch, name, partial(noted, name=name))
    assert all(holds(check) for check in CHECKS)
    assert given == {name: set(parts) for name, parts in PARTS.items()}
