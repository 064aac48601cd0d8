"""Figures that contradict each other stop the build: laws that follow from config, whatever the figures are called."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from analysis.comparisons import referred
from analysis.domains import dimension
from analysis.errors import MonitorError
from analysis.groups import planned
from analysis.indicators import Indicator, measure, read_codebook
from analysis.population import MISSING, PopulationRules, cells, totals
from analysis.questionnaire import COUNTED, Questionnaire

Bound: TypeAlias = pd.Series | float
_FIGURE = ["survey", "indicator", "answer", "wave", "domain"]
_WHOLE = ["survey", "indicator", "wave", "domain"]
_COMPARISON = ["kind", *_FIGURE, "reference"]
_EXACT, _PRINTED = "3-estimates.parquet", "5-publishable-estimates.parquet"
_COMPARED, _VERDICTS = "4-comparisons.parquet", "5-publishable-comparisons.parquet"
_OPPOSITE = {"higher": "lower", "lower": "higher"}
_HINTS = {
    "rows": "look at the routing of the question in config/questionnaire, or at the base in indicators.yml",
    "population": "find out which is right and mend the other: data/raw/population, config/population, manifest.yml",
    "figures": "look for answers outside the base of one of them in indicators.yml, or for a wrong merge of answers",
    "comparisons": "figures or verdicts were changed after they were computed, or families.yml makes one twice",
}


class Partition(NamedTuple):
    """Groups that split a parent; with `open`, those who did not answer the dividing question are in none of them."""

    dimension: str
    parts_of: str
    open: bool

    def parent(self, domain: str) -> str:
        """The domain that this one is a part of."""
        return domain.partition("&")[0] if self.parts_of == "first" else self.parts_of


@dataclass(frozen=True, eq=False)
class Stages:
    """What must agree: rows with weights and their questionnaire, populations, figures, comparisons, and config."""

    respondents: pd.DataFrame
    questionnaire: Questionnaire
    strata: pd.DataFrame
    rules: PopulationRules
    passport: pd.DataFrame
    indicators: Sequence[Indicator]
    partitions: Sequence[Partition]
    estimates: pd.DataFrame
    comparisons: pd.DataFrame
    published: pd.DataFrame
    verdicts: pd.DataFrame


class Held(NamedTuple):
    """A law with what it was held against: a mask of what breaks it, where each stands, expected and got as texts."""

    law: str
    where: str
    wrong: pd.Series
    tell: Callable[[int], tuple[str, str]]


def read_partitions(domains: Path, survey: str = COUNTED) -> tuple[Partition, ...]:
    """The rows of domains.yml whose groups split another group of the survey (`parts_of`)."""
    rows = [row for row in planned(domains, survey) if "parts_of" in row]
    return tuple(Partition(row["dimension"], row["parts_of"], bool(row.get("some_unknown"))) for row in rows)


def check(stages: Stages) -> dict[str, int]:
    """Hold every law against every stage; returns how many figures each law was held against.

    Raises MonitorError that names the first figure that breaks a law, what the law expects, and what came.
    """
    counts: dict[str, int] = {}
    for laws, hint in zip((rows, population, figures, compared), _HINTS.values(), strict=True):
        for law, where, wrong, tell in laws(stages):
            counts[law] = counts.get(law, 0) + len(wrong)
            if wrong.any():
                first = int(np.flatnonzero(wrong)[0])
                expected, got = tell(first)
                more = f", and {int(wrong.sum()) - 1} more" if wrong.sum() > 1 else ""
                at = wrong.index[first]
                named = " | ".join(str(part) for part in (at if isinstance(at, tuple) else (at,)) if str(part))
                raise MonitorError(
                    "Figures contradict each other",
                    where=f"{where}, {named}",
                    expected=f"{law}: {expected}",
                    got=got + more,
                    hint=hint,
                )
    return counts


def rows(stages: Stages) -> Iterator[Held]:
    """Laws of respondents: the routed out are those whom the questionnaire does not ask; who is in a base was asked."""
    codebook = read_codebook(stages.questionnaire)
    for wave, answers in stages.respondents.groupby("wave"):
        astray, unasked = {}, {}
        for question in stages.questionnaire.questions:
            routing = question.routing(int(str(wave)))
            for column in question.columns if routing else ():
                if (answers[column] != "not_asked").any():
                    asked = routing.asks(answers)  # pyright: ignore[reportOptionalMemberAccess]
                    astray[column] = int((asked == (answers[column] == "routed_out").to_numpy()).sum())
        measures = measure(answers, stages.indicators, codebook, int(str(wave)))
        for indicator in stages.indicators:
            base = (indicator.base.indicator, "")
            mine = [name for name in answers if indicator.variable in (name, str(name).partition("__")[0])]
            if base in measures.keys and mine and indicator.routed_out == "out":
                out = (answers[mine[0]] == "routed_out").to_numpy()
                unasked[indicator.id] = int((measures.values[:, measures.keys.index(base)] * out).sum())
        where = f"1-harmonised, {stages.questionnaire.survey}, wave {wave}"
        yield _within("rows routed out are those that the questionnaire does not ask", where, pd.Series(astray), 0, 0)
        yield _within("respondents in the base who were not asked", where, pd.Series(unasked), 0, 0)


def population(stages: Stages) -> Iterator[Held]:
    """Laws of populations: all margins of a wave have one total; passports count the population that weights count."""
    for wave in sorted(stages.respondents["wave"].unique()):
        persons = cells(stages.strata, int(wave), stages.rules)
        sums = pd.Series({margin.id: totals(persons, margin).sum() for margin in stages.rules.margins})
        everybody = float(persons["population"].sum())
        where = f"population/{stages.questionnaire.survey}.yml, wave {wave}"
        yield _within("margins of a wave have one total", where, sums, everybody, everybody)
    passport = stages.passport.dropna(axis=1, how="all")
    names = [name for name in passport if name in stages.strata and name != "population"]
    declared = passport.groupby(names)["population"].sum()
    counted = stages.strata[stages.strata["wave"].isin(passport["wave"])].groupby(names)["population"].sum()
    declared, counted = declared.align(counted, fill_value=0)
    law = "passports count the population"
    yield _within(law, f"manifest.yml, {stages.rules.counted_in}", declared, counted, counted, 1e-3)


def figures(stages: Stages) -> Iterator[Held]:
    """Laws of figures, exact and as printed: what adds up, what is part of what, who is in a base."""
    exact = stages.estimates[stages.estimates["n"] > 0].set_index(_FIGURE)
    exact = exact[["n", "yes", "persons"]].assign(share=exact["estimate"], slack=1e-6)
    percent = stages.published.set_index(_FIGURE)["percent"]
    for name, keys in ((_EXACT, stages.estimates[_FIGURE]), (_PRINTED, stages.published["id"].to_frame())):
        yield _once("one figure has one row", name, keys)
    printed = exact.assign(share=percent.astype(float).reindex(exact.index) / 100, slack=0.005 + 1e-6)
    yield from _bases(exact, stages)
    for where, shares in ((_EXACT, exact), (_PRINTED, printed)):
        yield from _adding_up(shares, where, stages)
        yield from _parts(shares, where, stages.partitions)
        yield from _at_least_each_form(shares, where, stages.indicators)
    law = "printed percents are rounded figures"
    yield _within(law, _PRINTED, printed["share"], exact["share"], slack=printed["slack"])
    pairs = stages.published.set_index(_FIGURE)[["count", "n"]].dropna().astype(float)
    counted = exact.reindex(pairs.index)
    for told, meant in (("count", "yes"), ("n", "n")):
        yield _within("printed counts are counted figures", _PRINTED, pairs[told], counted[meant])


def compared(stages: Stages) -> Iterator[Held]:
    """Laws of comparisons: one value and one verdict, that of the two figures, in every file and read both ways."""
    exact = stages.comparisons.astype({"reference": str})
    printed = stages.verdicts.astype({"reference": str, "difference": float, "low": float, "high": float})
    for name, keys in ((_COMPARED, exact[_COMPARISON]), (_VERDICTS, printed[["id"]])):
        yield _once("one comparison has one row", name, keys)
    points = exact.set_index(_COMPARISON)["relevant"].reindex(pd.MultiIndex.from_frame(printed[_COMPARISON])) * 100
    shares = stages.estimates.set_index(_FIGURE)["estimate"]
    percents = stages.published.set_index(_FIGURE)["percent"].astype(float)
    for where, made, values, relevant, edge in (
        (_COMPARED, exact, shares, exact["relevant"].to_numpy(), 1e-9),
        (_VERDICTS, printed, percents, np.floor(points.to_numpy()), 0.0),
    ):
        yield _difference(made, values, where)
        yield _agreeing(made, relevant, where, edge)
        yield from _both_ways(made, where)
    said = printed.set_index(_COMPARISON)["verdict"]
    meant = exact.set_index(_COMPARISON)["verdict"].reindex(said.index)
    kept = said.where(~said.isin(["too_few", "withheld"]), meant)
    yield _same("one comparison has one verdict in every file", _VERDICTS, kept, meant)
    yield _withheld(printed, stages.published)


def _bases(exact: pd.DataFrame, stages: Stages) -> Iterator[Held]:
    codebook = read_codebook(stages.questionnaire)
    for indicator in stages.indicators:
        mine = exact[exact.index.get_level_values("indicator") == indicator.id]
        if indicator.base_of and len(mine):
            by = _of(exact, indicator.base_of)["yes" if indicator.base.indicator else "n"]
            most = by.reindex(mine.index.droplevel(["indicator", "answer"])).set_axis(mine.index)
            counted = {*indicator.include, *indicator.no, *(name for ids in indicator.merge.values() for name in ids)}
            silent = {"no_answer", *(set(MISSING) & set(codebook.get(indicator.variable, MISSING)))}
            least = most if silent <= counted else 0
            yield _within(f"respondents of {indicator.base_of} in its base", _EXACT, mine["n"], least, most)


def _adding_up(shares: pd.DataFrame, where: str, stages: Stages) -> Iterator[Held]:
    for indicator in stages.indicators:
        if indicator.kind != "distribution":
            continue
        mine = shares[shares.index.get_level_values("indicator") == indicator.id]
        given = mine.index.get_level_values("answer")
        sums = _add(mine.loc[~given.isin(list(indicator.thin)), ["share", "slack"]], _WHOLE)
        yield _within("answers add up to 1", where, sums["share"], 1.0, slack=sums["slack"])
        for name, answers in indicator.thin.items():
            whole, parts = _of(mine, indicator.id, name), mine.loc[given.isin(answers), ["share", "slack"]]
            parts = _add(parts, _WHOLE).droplevel("indicator").reindex(whole.index)
            slack, law = parts["slack"] + whole["slack"], "what is shown together is the sum of its answers"
            yield _within(law, f"{where}, {indicator.id}.{name}", whole["share"], parts["share"], slack=slack)
        if indicator.base.answered and indicator.routed_out != "out":
            nothing = _of(shares, indicator.id, indicator.routed_out)
            whole = _of(shares, indicator.base.answered).reindex(nothing.index)
            law = f"answers but {indicator.routed_out} add up to {indicator.base.answered}"
            slack = nothing["slack"] + whole["slack"]
            yield _within(law, f"{where}, {indicator.id}", 1 - nothing["share"], whole["share"], slack=slack)


def _parts(shares: pd.DataFrame, where: str, partitions: Sequence[Partition]) -> Iterator[Held]:
    table = shares.assign(says=shares["persons"] * shares["share"], slack=shares["persons"] * shares["slack"])
    table = table.reset_index()
    dimensions = table["domain"].map({name: dimension(name) for name in table["domain"].unique()})
    for partition in partitions:
        mine = table[(dimensions == partition.dimension) & (table["domain"] != partition.parts_of)]
        mine = mine.assign(domain=[partition.parent(name) for name in mine["domain"]])
        parents = table["domain"].isin(mine["domain"]) & table["survey"].isin(mine["survey"])
        whole = table[parents].set_index(_FIGURE)
        parts = _add(mine.set_index(_FIGURE)[["persons", "says", "slack"]], _FIGURE).reindex(whole.index)
        among = f"per {partition.dimension} add up to {partition.parts_of}"
        size, share = parts["persons"] / whole["persons"], whole["says"] / whole["persons"]
        yield _within(f"persons {among}", where, size, 0 if partition.open else 1, 1)
        least = share - (1 - size).clip(lower=0) if partition.open else share
        slack = (parts["slack"] + whole["slack"]) / whole["persons"]
        yield _within(f"shares {among}", where, parts["says"] / whole["persons"], least, share, slack)


def _at_least_each_form(shares: pd.DataFrame, where: str, indicators: Sequence[Indicator]) -> Iterator[Held]:
    for whole in indicators:
        for part in indicators if whole.any else ():
            for answer in _forms(part, whole):
                form, every = _of(shares, part.id, answer), _of(shares, whole.id)
                every = every.reindex(form.index).dropna(subset="persons")
                form = form.loc[every.index]
                ratio = every["persons"] / form["persons"]  # the same persons, where some left one question open
                most, slack = every["share"] * ratio, form["slack"] + every["slack"] * ratio
                name = f"{where}, {part.id}{'.' if answer else ''}{answer}"
                yield _within(f"{whole.id} is at least each form", name, form["share"], 0, most, slack)


def _forms(part: Indicator, whole: Indicator) -> list[str]:
    """Answers of an indicator that only those give who say yes to the whole; "" is yes itself."""
    if part.kind == "proportion" and part.base.answered == whole.id and part.routed_out == "no":
        return [""]
    if part.base != whole.base:
        return []
    if part.kind == "multiple":
        options = [name.partition("__") for name, answers in whole.any.items() if "yes" in answers]
        return [option for question, _, option in options if question == part.variable and option]
    counts = part.kind == "proportion" and part.variable in whole.any
    return [""] if counts and set(part.yes) <= set(whole.any[part.variable]) else []


def _difference(made: pd.DataFrame, values: pd.Series, where: str) -> Held:
    """A difference is that of the two figures that it compares."""
    told = made[made["difference"].notna()]
    named = [pd.MultiIndex.from_frame(rows[_FIGURE]) for rows in (told, referred(told))]
    sides = [values.reindex(names).to_numpy() for names in named]
    expected = pd.Series(sides[0] - sides[1], index=pd.MultiIndex.from_frame(told[_COMPARISON]))
    got = told["difference"].set_axis(expected.index)
    return _within("a difference is that of its two figures", where, got, expected)


def _agreeing(made: pd.DataFrame, relevant: np.ndarray, where: str, edge: float) -> Held:
    """A verdict is one that its own difference and interval allow; `edge` is how far the interval must keep from 0."""
    difference, low, high = (made[name].to_numpy(dtype=float) for name in ("difference", "low", "high"))
    reach = np.fmax(np.abs(difference), np.fmax(np.abs(low), np.abs(high)))
    allowed = {
        "higher": (difference >= relevant) & (low >= edge),
        "lower": (-difference >= relevant) & (-high >= edge),
        "about_equal": reach <= relevant,
        "small_difference": (low >= edge) | (-high >= edge),
        "no_demonstrable_difference": ~np.isnan(difference),
        "not_comparable": np.isnan(difference),
        "too_few": np.isnan(difference) | (where == _COMPARED),
        "withheld": np.isnan(difference) & (where == _VERDICTS),
    }
    said = made["verdict"].to_numpy()
    may = np.select([said == name for name in allowed], list(allowed.values()), default=False)
    wrong = pd.Series(~may, index=pd.MultiIndex.from_frame(made[_COMPARISON]))
    law = "a verdict is that of its own difference and interval"
    return Held(
        law, where, wrong, lambda at: (str(said[at]), f"{difference[at]:g}, interval {low[at]:g} to {high[at]:g}")
    )


def _withheld(made: pd.DataFrame, published: pd.DataFrame) -> Held:
    """A comparison is called withheld where one of its two figures is ("x"), or is bracketed, and nowhere else."""
    shown = published.set_index(_FIGURE)["text"]
    may = made[made["verdict"] != "not_comparable"]
    named = [pd.MultiIndex.from_frame(rows[_FIGURE]) for rows in (may, referred(may))]
    secret = np.logical_or.reduce([shown.reindex(names).str.contains("^x$|dan").eq(True).to_numpy() for names in named])
    said, index = may["verdict"] == "withheld", pd.MultiIndex.from_frame(may[_COMPARISON])
    law = "a comparison is withheld where one of its figures is, or is bracketed"
    return _same(law, _VERDICTS, said.set_axis(index), pd.Series(secret, index))


def _both_ways(made: pd.DataFrame, where: str) -> Iterator[Held]:
    """A against B says the opposite of B against A, where both are made."""
    for kind, side in (("wave", "wave"), ("whole", "domain")):
        rows = made[made["kind"] == kind].astype({side: str})
        there = rows.set_index(_COMPARISON)[["difference", "verdict"]]
        back = rows.rename(columns={side: "reference", "reference": side}).set_index(_COMPARISON)
        both = there.index.intersection(back.index)
        there, back = there.loc[both], back.loc[both]
        law = "A against B is the opposite of B against A"
        yield _within(law, where, there["difference"].fillna(0), -back["difference"].fillna(0))
        yield _same(law, where, there["verdict"], back["verdict"].replace(_OPPOSITE))


def _of(figures: pd.DataFrame, indicator: str, answer: str = "") -> pd.DataFrame:
    """The figures of one indicator and answer, by survey, wave and domain."""
    levels = [figures.index.get_level_values(name) for name in ("indicator", "answer")]
    return figures[(levels[0] == indicator) & (levels[1] == answer)].droplevel(["indicator", "answer"])


def _add(values: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Sums per group; missing where one of the values is."""
    groups = values.groupby(by)
    return groups.sum().where(groups.count().eq(groups.size(), axis=0))


def _within(law: str, where: str, got: pd.Series, low: Bound, high: Bound | None = None, slack: Bound = 1e-6) -> Held:
    """Numbers that must lie between two others, give or take `slack`; without `high` they must equal `low`.

    Of printed figures those that are not shown are passed over; of exact ones a missing number is wrong.
    """
    table = pd.DataFrame({"got": got, "low": low, "high": low if high is None else high, "slack": slack}, got.index)
    table = table.astype(float)
    table = table.dropna() if where.startswith((_PRINTED, _VERDICTS)) else table
    wrong = ~table["got"].between(table["low"] - table["slack"], table["high"] + table["slack"])

    def tell(at: int) -> tuple[str, str]:
        row = table.iloc[at]
        exactly = f"{row['high']:.6g}" if row["low"] == row["high"] else f"{row['low']:.6g} to {row['high']:.6g}"
        return exactly, f"{row['got']:.6g}"

    return Held(law, where, wrong, tell)


def _same(law: str, where: str, got: pd.Series, expected: pd.Series) -> Held:
    return Held(law, where, got != expected, lambda at: (str(expected.iloc[at]), str(got.iloc[at])))


def _once(law: str, where: str, keys: pd.DataFrame) -> Held:
    return _within(law, where, keys.groupby(list(keys), observed=True).size(), 1)
