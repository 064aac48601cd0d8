"""From estimates to what may be shown: whole percents, rounded numbers of respondents, brackets and signs.

Publication rules 1 to 3 of the disclosure design. Nothing downstream sees an unrounded figure.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.errors import MonitorError
from analysis.groups import ALL_PROVINCES
from analysis.indicators import Indicator
from analysis.settings import Settings


def round_half_up(values: pd.Series | np.ndarray) -> pd.Series:
    """Whole numbers, halves away from zero as readers round (not to even); missing stays missing. Int64."""
    numbers = pd.Series(values, dtype="float64")
    return pd.Series(np.sign(numbers) * np.floor(numbers.abs() + 0.5)).astype("Int64")


def round_respondents(n: pd.Series, settings: Settings) -> pd.Series:
    """Numbers of respondents to the nearest 5, above 100 to the nearest 10 (steps from monitor.yml). Int64."""
    rules = settings.rounding
    step = np.where(n > rules.n_large, rules.n_step_large, rules.n_step)
    return round_half_up(n / step) * step


def check_consistent(estimates: pd.DataFrame, indicators: Sequence[Indicator]) -> None:
    """Stop when figures contradict each other, which no rounding may hide.

    The answers of a distribution add up to 1; layers and functions add up to the total, persons and shares; the
    severities of the most recent incident add up to any aggression; nobody met with a form and not with any of them.
    Raises MonitorError naming the first figure that does not fit.
    """
    keys = ["indicator", "answer", "wave", "domain"]
    asked = estimates[estimates["n"] > 0].set_index(keys)
    share, persons = asked["estimate"], asked["persons"]
    whole_questions = {indicator.id for indicator in indicators if indicator.kind == "distribution"}
    sums = share[share.index.isin(whole_questions, level="indicator")].groupby(["indicator", "wave", "domain"]).sum()
    _must_hold(sums, 1.0, "answers add up to 1")
    for dimension in ("layer", "function_group"):
        parts = asked.index.get_level_values("domain").str.match(f"{dimension}=[^&]*$")
        for what, values in (("persons", persons), ("persons who say yes", persons * share)):
            total = values.xs("all", level="domain")
            together = values[parts].groupby(["indicator", "answer", "wave"]).sum().reindex(total.index)
            excess = (together - total) / persons.xs("all", level="domain")
            _must_hold(1 + excess, 1.0, f"{what} per {dimension} add up to the total")
    severities = share.xs("severity_all", level="indicator")
    incidents = severities[severities.index.get_level_values("answer") != "geen"].groupby(["wave", "domain"]).sum()
    any_form = share.xs("any_aggression", level="indicator").droplevel("answer")
    _must_hold(1 + incidents - any_form.reindex(incidents.index), 1.0, "severities add up to any aggression")
    say_yes = (share * persons).droplevel("answer")  # persons, not shares: who skipped one form is not in its base
    for form in ("verbal", "threat", "physical"):
        single, whole = say_yes.xs(form, level="indicator"), say_yes.xs("any_aggression", level="indicator")
        excess = (single / whole.reindex(single.index)).fillna(1).clip(lower=1)
        _must_hold(excess, 1.0, f"{form} within any")


def _must_hold(values: pd.Series, expected: float, law: str) -> None:
    wrong = values[~((values - expected).abs() <= 1e-6)]  # a part that is not there is wrong too
    if wrong.empty:
        return
    raise MonitorError(
        "Figures contradict each other",
        where=f"3-estimates.parquet, {' | '.join(str(part) for part in np.atleast_1d(wrong.index[0]))}",
        expected=f"{law}: {expected:g}",
        got=f"{wrong.iloc[0]:.6f}, and {len(wrong) - 1} more",
        hint="look for answers outside the base of one of them in indicators.yml, or for a wrong merge of answers",
    )


def publish_estimates(estimates: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Apply the publication rules to estimates (shares 0-1); one row in, one row out.

    Adds id, n (rounded), percent, low and high (0-100, whole), sign, text and indicative; drops every exact figure.
    A row is withheld ("/") below `showing.shown` respondents or without an interval, bracketed or withheld ("x")
    when fewer than `brackets.count` said yes or no: withheld too where a bracket would deny the weighted share.
    """
    showing, brackets = settings.showing, settings.brackets
    exact = estimates.reset_index(drop=True)
    few = (exact["n"] < showing.shown) | exact["estimate"].isna() | exact["low"].isna()
    rare_yes = ~few & (exact["yes"] < brackets.count)
    rare_no = ~few & (exact["n"] - exact["yes"] < brackets.count)
    rare = rare_yes | rare_no
    beyond = exact["estimate"].where(rare_yes, 1 - exact["estimate"]) < brackets.percent / 100
    bracketed = rare & (exact["n"] >= brackets.n) & beyond
    shown = ~few & ~rare

    published = exact[["survey", "indicator", "answer", "wave", "domain"]].copy()
    published["id"] = figure_id(published)
    below = (
        (showing.shown - 1) // settings.rounding.n_step * settings.rounding.n_step
    )  # "too few" never reads as enough
    n = round_respondents(exact["n"], settings)
    published["n"] = n.clip(upper=below).where(exact["n"] < showing.shown, n)
    for name, source in (("percent", "estimate"), ("low", "low"), ("high", "high")):
        published[name] = round_half_up(100 * exact[source]).where(shown)
    published["sign"] = np.select([few, rare & ~bracketed], ["/", "x"], default="")
    half_width = 100 * (exact["high"] - exact["low"]) / 2
    wide = (exact["n"] < showing.firm) | (half_width > showing.half_width)
    published["indicative"] = shown & wide
    plain = published["percent"].astype("string") + "%"
    words = np.select(
        [bracketed & rare_yes, bracketed & rare_no],
        [f"minder dan {brackets.percent}%", f"meer dan {100 - brackets.percent}%"],
        default=published["sign"].to_numpy(),
    )
    published["text"] = plain.where(shown, pd.Series(words, dtype="string"))
    return published


def publish_comparisons(comparisons: pd.DataFrame, published: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Apply the publication rules to comparisons; differences are those of the published whole percents.

    A comparison with a side that is not shown, or is only indicative, carries the verdict `too_few` and no figure.
    """
    sides = published.set_index(["indicator", "answer", "wave", "domain"])
    firm = sides["percent"].where(~sides["indicative"])
    exact = comparisons.reset_index(drop=True)
    is_wave = exact["kind"] == "wave"
    reference_wave = exact["wave"].where(~is_wave, pd.to_numeric(exact["reference"], errors="coerce")).astype(int)
    reference_domain = exact["domain"].where(is_wave, exact["reference"])
    subject = _look_up(firm, exact["indicator"], exact["answer"], exact["wave"], exact["domain"])
    reference = _look_up(firm, exact["indicator"], exact["answer"], reference_wave, reference_domain)
    shown = (subject.notna() & reference.notna() & exact["difference"].notna()).to_numpy()

    result = exact[["kind", "survey", "indicator", "answer", "domain", "wave", "reference", "family"]].copy()
    result["id"] = figure_id(result) + "|" + exact["kind"] + "=" + exact["reference"].astype(str)
    result["difference"] = (subject - reference).where(shown)
    for name in ("low", "high", "smallest_demonstrable"):
        rounded = round_half_up(100 * exact[name])
        # A bound that excludes 0 is not printed as 0: beside "hoger" a reader would see a contradiction.
        away = pd.Series(np.sign(exact[name])).where(exact["verdict"].isin(["higher", "lower"]) & (rounded == 0), 0)
        result[name] = (rounded + away.fillna(0).astype("Int64")).where(shown)
    kept = shown | (exact["verdict"] == "not_comparable")
    result["verdict"] = exact["verdict"].where(kept, "too_few")
    return result


def publish_response(strata: pd.DataFrame, functions: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The response table: population N, invited m, responded n per wave and group.

    Parameters: `strata`, one row per stratum of a passport; `functions`, rows of functions.csv. Groups are all, layers,
    function groups and provinces, so that no office held by fewer than ten persons stands alone. n is rounded, and
    the response (0-100, whole) is that of the rounded n: it must not tell the exact one.
    """
    named = strata.merge(functions[["function", "layer", "function_group"]], on="function")
    counts = ["population", "invited", "responded"]
    parts = [named.groupby(["survey", "wave"], as_index=False)[counts].sum().assign(domain="all")]
    for dimension in ("layer", "function_group", "province"):
        rows = named[named[dimension] != "nvt"]
        part = rows.groupby(["survey", "wave", dimension], as_index=False)[counts].sum()
        parts.append(part.assign(domain=f"{dimension}=" + part[dimension]).drop(columns=dimension))
    rows = named[named["province"] != "nvt"]
    parts.append(rows.groupby(["survey", "wave"], as_index=False)[counts].sum().assign(domain=ALL_PROVINCES))
    table = pd.concat(parts, ignore_index=True)
    table["responded"] = round_respondents(table["responded"], settings)
    table["percent"] = round_half_up(100 * table["responded"].astype(float) / table["invited"])
    return table[["survey", "wave", "domain", *counts, "percent"]]


def figure_id(rows: pd.DataFrame) -> pd.Series:
    """The name by which a printed number is traced: indicator[.answer]|wave|domain."""
    answer = rows["answer"].map(lambda name: f".{name}" if name else "")
    return rows["indicator"] + answer + "|" + rows["wave"].astype(str) + "|" + rows["domain"]


def _look_up(values: pd.Series, *keys: pd.Series) -> pd.Series:
    index = pd.MultiIndex.from_arrays([key.to_numpy() for key in keys])
    return values.reindex(index).reset_index(drop=True)
