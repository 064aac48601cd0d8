"""What R's survey package computed beside what this project computes on the same data, one function per file of R.

Estimators are looked up in their module at every call, so that `test_perturbation.py` can put a wrong one in its place.
Expected values: tests/reference, made by make_reference.R (versions and date in session.txt).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import chdtrc, expit, logit, ndtr

from analysis import comparisons, design, domains, estimation, families, intervals, models, pooling, trend, weighting
from analysis.indicators import Base, Indicator, Measures, measure
from analysis.population import PopulationRules, read_rules
from analysis.settings import read_settings
from tests.analysis.invented import CONFIG, but

REFERENCE = Path(__file__).parents[1] / "reference"
WAVES = (2020, 2022, 2024)
BOUNDS = {"logit": (0.4, 2.5), "tight": (0.55, 1.5), "raking": (0.0, np.inf)}
EXACT, FITTED = 1e-8, 1e-6
ANSWERS = ("yes", "no")
GRADES = ("licht", "matig", "ernstig")
SCORES = {"none": 0.0, "once": 1.0, "few": 3.0, "many": 7.5, "daily": 20.0}
CODEBOOK = {
    **dict.fromkeys(("verbal", "threat", "rare", "never", "always"), ANSWERS),
    **dict.fromkeys(("channel__mail", "channel__phone", "channel__street"), ANSWERS),
    **{"severity": GRADES, "incidents": tuple(SCORES), "reports": tuple(SCORES)},
}


def _yes(name: str, **more: object) -> Indicator:
    return Indicator.model_validate(
        {"id": name, "kind": "proportion", "base": Base(all=True), "variable": name, "yes": ("yes",)} | more
    )


INDICATORS = (
    *map(_yes, ("verbal", "threat", "rare", "never", "always")),
    _yes("verbal_of_all", variable="verbal", include=("dont_know",)),
    Indicator(id="severity", kind="distribution", base=Base(indicator="verbal"), variable="severity"),
    Indicator(id="channel", kind="multiple", base=Base(all=True), variable="channel"),
)
FAMILIES = families.Families.model_validate(
    {
        **{"error_rate": 0.05, "power": 0.8, "relevant": {"wave": 3, "whole": 5, "trend": 3}},
        "minimum": {"respondents": 30, "df": 8},
        "families": [
            {"id": "previous", "kind": "wave", "against": "previous", "together": ["domain", "wave", "reference"]},
            {"id": "first", "kind": "wave", "against": "first", "together": ["domain", "wave", "reference"]},
            *(
                {"id": name, "kind": "whole", "dimension": name, "reference": "all"}
                | {"together": ["indicator", "answer", "wave"]}
                for name in ("province", "group")
            ),
        ],
    }
)
_KEYS = ["indicator", "answer", "domain"]
_TEXTS = ("kind", "design", "answer", "indicator", "domain", "method", "verdict", "reference")


@dataclass(frozen=True)
class Compared:
    """Values of ours beside R's, of one column (or rows with one kind of name) of one file in tests/reference.

    `again` is for values of R that were compared before, with another of our functions.
    """

    file: str
    column: str
    ours: np.ndarray
    theirs: np.ndarray
    tolerance: float = EXACT
    again: bool = False

    @property
    def equal(self) -> bool:
        """Whether all are: texts to the letter, numbers to the relative tolerance; a rounding of 0 is 0."""
        if self.theirs.dtype == object:
            return bool((self.ours == self.theirs).all())
        return bool(np.allclose(self.ours, self.theirs, rtol=self.tolerance, atol=1e-15, equal_nan=True))

    @property
    def largest(self) -> float:
        """The largest relative difference; 0 for texts."""
        if self.theirs.dtype == object:
            return 0.0
        told = np.abs(self.theirs) > 1e-15
        return float(np.abs(self.ours[told].astype(float) / self.theirs[told] - 1).max(initial=0.0))


def compared(file: str, columns: list[str], ours: pd.DataFrame, theirs: pd.DataFrame) -> list[Compared]:
    """The same columns of two frames with the same rows."""
    return [Compared(file, column, ours[column].to_numpy(), theirs[column].to_numpy()) for column in columns]


@cache
def read(name: str) -> pd.DataFrame:
    """One file of R, numbers as they were."""
    texts = dict.fromkeys(_TEXTS, str)
    frame = pd.read_csv(REFERENCE / f"{name}.csv", float_precision="round_trip", dtype=texts)
    return frame.fillna({column: "" for column in _TEXTS if column in frame})


@cache
def respondents() -> pd.DataFrame:
    """The respondents of all waves, as deliveries would harmonise them."""
    frame = pd.read_csv(REFERENCE / "respondents.csv", dtype=str, keep_default_na=False)
    return frame.assign(survey="officeholders", wave=frame["wave"].astype(int))


@cache
def rules() -> PopulationRules:
    """The committed rules without merging, every margin known: R knows no estimated ones."""
    committed = read_rules(CONFIG / "population" / "officeholders.yml")
    margins = tuple(but(margin, certainty="known") for margin in committed.margins)
    never = but(committed.strata.minimum, population=0, planned=0, respondents=0)
    return but(committed, margins=margins, strata=but(committed.strata, minimum=never))


@cache
def weighted(wave: int, kind: str) -> pd.DataFrame:
    """Respondents with weights of ours; those of linear calibration, which the monitor does not use, are R's."""
    of_wave = respondents()[respondents()["wave"] == wave]
    population = pd.read_csv(REFERENCE / "population.csv")
    made, _ = weighting.weight(of_wave, population, rules(), BOUNDS.get(kind, BOUNDS["logit"]))
    if kind == "none":
        return made.assign(weight=made["base_weight"])
    if kind == "linear":
        theirs = read("weights")
        return made.assign(weight=theirs.loc[theirs["wave"] == wave, "linear"].to_numpy())
    return made


@cache
def designed(wave: int, kind: str) -> design.Design:
    """The design of a wave under one kind of calibration."""
    margins = () if kind == "none" else rules().margins
    population = pd.read_csv(REFERENCE / "population.csv")
    return design.designs(weighted(wave, kind), population, but(rules(), margins=margins))[wave]


def forget() -> None:
    """Make weights and designs anew: what makes them was changed."""
    weighted.cache_clear()
    designed.cache_clear()


def _everybody(of_wave: design.Design, domain: str) -> np.ndarray:
    return domains.mask(domain, of_wave.respondents, CODEBOOK)


def _rows(frame: pd.DataFrame, by: list[str]) -> Iterator[tuple[design.Design, pd.DataFrame]]:
    """The rows of a file per design, with it."""
    for key, rows in frame.groupby(by, sort=False):
        named = dict(zip(by, key, strict=True))
        yield designed(int(named.get("wave", 2024)), str(named["design"])), rows


def _taken(measures: Measures, rows: pd.DataFrame) -> list[int]:
    return [measures.keys.index(key) for key in zip(rows["indicator"], rows["answer"], strict=True)]


def check_weights() -> Iterator[Compared]:
    """Base weights, logit calibration within two bounds, raking; linear ones as the witness of the margins."""
    for wave, theirs in read("weights").groupby("wave"):
        base = weighted(int(str(wave)), "none")["base_weight"].to_numpy()
        yield Compared("weights", "base", base, theirs["base"].to_numpy(), 1e-12)
        for kind in BOUNDS:
            ours = weighted(int(str(wave)), kind)
            yield Compared("weights", kind, ours["weight"].to_numpy(), theirs[kind].to_numpy(), EXACT)
            again = ours["base_weight"].to_numpy(), theirs["base"].to_numpy()
            yield Compared("weights", "base", *again, 1e-12, again=True)
        # Linear weights are the base weights plus the projection of what logit added, for both meet the margins
        made = designed(int(str(wave)), "logit")
        added = made.weight / made.base_weight - 1
        linear = made.base_weight * (1 + added - made.contributions(added[:, None])[:, 0] / made.weight)
        placed = theirs.set_index("respondent").loc[made.respondents["respondent"]]
        yield Compared("weights", "linear", linear, placed["linear"].to_numpy())
        yield Compared("weights", "base", made.base_weight, placed["base"].to_numpy(), again=True)
        yield Compared("weights", "logit", made.weight, placed["logit"].to_numpy(), again=True)


def check_levels() -> Iterator[Compared]:
    """The table of estimates: estimate, both standard errors, df, effective n, design effect, interval, method."""
    columns = ["n", "yes", "persons", "estimate", "se", "se_superpopulation", "df", "n_effective", "design_effect"]
    for of_wave, theirs in _rows(read("levels"), ["wave", "design"]):
        names = list(dict.fromkeys(theirs["domain"]))
        made = estimation.estimate({of_wave.wave: of_wave}, INDICATORS, names, CODEBOOK)
        ours = theirs[_KEYS].merge(made, on=_KEYS, how="left", validate="one_to_one")
        yield from compared("levels", [*columns, "low", "high", "method"], ours, theirs)
        # R divides by the variance of simple random sampling with n - 1, Korn and Graubard with n
        by_r = theirs["svymean_deff"].notna().to_numpy()
        n = theirs["n"].to_numpy()[by_r]
        effect = ours["design_effect"].to_numpy()[by_r] * (n - 1) / n
        yield Compared("levels", "svymean_deff", effect, theirs["svymean_deff"].to_numpy()[by_r])


def check_estimators() -> Iterator[Compared]:
    """Proportions, contributions and their variances, from which everything else is made."""
    for of_wave, of_design in _rows(read("levels"), ["wave", "design"]):
        measures = measure(of_wave.respondents, INDICATORS, CODEBOOK, of_wave.wave)
        for domain, theirs in of_design.groupby("domain", sort=False):
            inside, taken = _everybody(of_wave, str(domain)), _taken(measures, theirs)
            p, persons = estimation.proportions(of_wave, measures, inside)
            both = of_wave.variances(estimation.contributions(of_wave, measures, inside))
            ours = {"estimate": p, "persons": persons, "se": np.sqrt(both[0]), "se_superpopulation": np.sqrt(both[1])}
            for name, values in ours.items():
                yield Compared("levels", name, values[taken], theirs[name].to_numpy(), again=True)


def check_intervals() -> Iterator[Compared]:
    """Intervals from R's own estimates and standard errors, by its closed forms and by svyciprop itself."""
    rows = read("levels")
    p, se, n, yes, df = (
        rows[name].to_numpy(dtype=float) for name in ("estimate", "se", "n", "yes", "df")
    )  # at 0 and 1 the effective n is n over the variation of weights
    kish = np.where((p > 0) & (p < 1), 1.0, n / rows["n_effective"].to_numpy())
    low, high, method = intervals.of_level(p, se, n, yes, df, kish)
    for name, ours in {"low": low, "high": high, "method": method.astype(object)}.items():
        yield Compared("levels", name, ours, rows[name].to_numpy(), again=True)
    many, few = ((rows["method"] == name).to_numpy() for name in ("logit", "korn-graubard"))
    for name, ours in zip(("low", "high"), intervals.logit(p[many], se[many], df[many]), strict=True):
        yield Compared("levels", name, ours, rows[name].to_numpy()[many], again=True)
        # R's logit comes from a fitted glm that stops at 1e-8 of the deviance
        yield Compared("levels", f"svyciprop_{name}", ours, rows[f"svyciprop_{name}"].to_numpy()[many], FITTED)
    counted = intervals.korn_graubard_n(p[few], se[few], n[few], df[few], kish[few])
    yield Compared("levels", "n_korn_graubard", counted, rows["n_korn_graubard"].to_numpy()[few])
    for name, ours in zip(("low", "high"), intervals.beta(p[few], counted), strict=True):
        yield Compared("levels", name, ours, rows[name].to_numpy()[few], again=True)
    # svyciprop does not take the minimum with n
    by_r = few & rows["svyciprop_low"].notna().to_numpy()
    ratio = intervals.t_quantile(0.975, n[by_r] - 1) / intervals.t_quantile(0.975, df[by_r])
    unbounded = p[by_r] * (1 - p[by_r]) / se[by_r] ** 2 * ratio**2
    for name, ours in zip(("low", "high"), intervals.beta(p[by_r], unbounded), strict=True):
        yield Compared("levels", f"svyciprop_{name}", ours, rows[f"svyciprop_{name}"].to_numpy()[by_r])


def check_exact() -> Iterator[Compared]:
    """Clopper-Pearson, also where nobody and where everybody says yes."""
    rows = read("exact")
    yes, n = rows["yes"].to_numpy(dtype=float), rows["n"].to_numpy(dtype=float)
    for name, ours in zip(("low", "high"), intervals.beta(yes / n, n), strict=True):
        yield Compared("exact", name, ours, rows[name].to_numpy())
    certain = (yes == 0) | (yes == n)
    zero = np.zeros(certain.sum())
    low, high, _ = intervals.of_level(yes[certain] / n[certain], zero, n[certain], yes[certain], n[certain], zero + 1)
    for name, ours in {"low": low, "high": high}.items():
        yield Compared("exact", name, ours, rows[name].to_numpy()[certain], again=True)


def check_differences() -> Iterator[Compared]:
    """Part and whole, part and rest, two groups of one wave, with the covariance between them."""
    for of_wave, of_design in _rows(read("differences"), ["wave", "design"]):
        measures = measure(of_wave.respondents, INDICATORS, CODEBOOK, of_wave.wave)
        for (domain, reference), theirs in of_design.groupby(["domain", "reference"], sort=False):
            one = _everybody(of_wave, str(domain))
            other = ~one if reference == "rest" else _everybody(of_wave, str(reference))
            levels = [estimation.proportions(of_wave, measures, inside)[0] for inside in (one, other)]
            parts = [estimation.contributions(of_wave, measures, inside) for inside in (one, other)]
            both = of_wave.variances(parts[0] - parts[1])
            ours = {"difference": levels[0] - levels[1]}
            ours |= {"se": np.sqrt(both[0]), "se_superpopulation": np.sqrt(both[1])}
            for name, values in ours.items():
                yield Compared("differences", name, values[_taken(measures, theirs)], theirs[name].to_numpy())


def check_comparisons() -> Iterator[Compared]:
    """Every comparison of four families: test, Holm, interval, smallest demonstrable difference, verdict."""
    theirs = read("comparisons")
    waves = {wave: designed(wave, "logit") for wave in WAVES}
    names = list(dict.fromkeys([*theirs["domain"], *theirs["reference"]]))
    estimates = estimation.estimate(waves, INDICATORS, [name for name in names if not name.isdigit()], CODEBOOK)
    made = comparisons.compare(estimates, waves, INDICATORS, FAMILIES, {}, CODEBOOK)
    keys = ["kind", *_KEYS, "wave", "reference"]
    ours = theirs[keys].merge(made, on=keys, how="left", validate="one_to_one")
    columns = [
        "difference",
        "se",
        "df",
        "p",
        "p_adjusted",
        "low",
        "high",
        "relevant",
        "smallest_demonstrable",
        "verdict",
    ]
    yield from compared("comparisons", [*columns, "n", "n_reference"], ours, theirs)


def check_holm() -> Iterator[Compared]:
    """Adjusted p-values, with ties and a missing one; and the steps, by the p-values that they were adjusted with."""
    rows = read("holm")
    adjusted, steps = comparisons.holm(rows["p"], rows["family"], 0.05)
    yield Compared("holm", "adjusted", adjusted.to_numpy(), rows["adjusted"].to_numpy())
    yield Compared("holm", "step", steps.to_numpy(dtype=float), rows["step"].to_numpy(dtype=float))


SCORED = (
    Indicator(id="incidents", kind="mean", base=Base(all=True), scores={"incidents": SCORES}),
    Indicator(id="reports", kind="mean", base=Base(all=True), scores={"reports": SCORES}),
    Indicator(id="ratio", kind="ratio", base=Base(all=True), scores={"reports": SCORES}, per={"incidents": SCORES}),
)


def check_means_and_ratios() -> Iterator[Compared]:
    """Means of scored answers and the ratio of two sums, with their intervals."""
    for of_wave, theirs in _rows(read("means_and_ratios"), ["wave", "design"]):
        names = list(dict.fromkeys(theirs["domain"]))
        made = estimation.estimate({of_wave.wave: of_wave}, SCORED, names, CODEBOOK)
        rows = theirs.rename(columns={"measure": "indicator"})
        ours = rows[["indicator", "domain"]].merge(made, on=["indicator", "domain"], how="left", validate="one_to_one")
        for name in ("estimate", "se", "se_superpopulation", "n", "df", "low", "high"):
            yield Compared("means_and_ratios", name, ours[name].to_numpy(), theirs[name].to_numpy())
        measures = measure(of_wave.respondents, SCORED, CODEBOOK, of_wave.wave)
        for domain, some in rows.groupby("domain", sort=False):
            inside = _everybody(of_wave, str(domain))
            both = of_wave.variances(estimation.contributions(of_wave, measures, inside))
            taken = [measures.keys.index((name, "")) for name in some["indicator"]]
            for name, variance in zip(("se", "se_superpopulation"), both, strict=True):
                made = np.sqrt(variance[taken])
                yield Compared("means_and_ratios", name, made, some[name].to_numpy(), again=True)


def _samples() -> dict[int, estimation.Sample]:
    waves = {wave: designed(wave, "logit") for wave in WAVES}
    return {
        wave: estimation.Sample(one, measure(one.respondents, INDICATORS, CODEBOOK, wave), CODEBOOK)
        for wave, one in waves.items()
    }


def check_pooled() -> Iterator[Compared]:
    """Two waves together: the mean of R's estimates; its variance from R's of the difference, a quarter plus C."""
    rows = read("wave_covariance").astype({"reference": int})
    rows = rows[rows["wave"] - rows["reference"] == 2].reset_index(drop=True)
    designs = {wave: designed(wave, "logit") for wave in WAVES}
    names = list(dict.fromkeys(rows["domain"]))
    levels = estimation.estimate(designs, INDICATORS, names, CODEBOOK)
    levels = levels.assign(se=levels["se_superpopulation"])  # R's covariance is without correction
    held = [but(indicator, headline=True) for indicator in INDICATORS]
    settings = read_settings(CONFIG / "monitor.yml")
    settings = but(settings, showing=but(settings.showing, pooled=len(respondents())))
    made = pooling.pool(levels, designs, held, names, {"officeholders": "respondent"}, {}, CODEBOOK, settings)
    ours = rows[[*_KEYS, "wave"]].merge(made, on=[*_KEYS, "wave"], how="left", validate="one_to_one")
    theirs = read("levels").query("design == 'logit'").set_index([*_KEYS, "wave"])
    one, other = (
        theirs.loc[list(rows[[*_KEYS, wave]].itertuples(index=False, name=None))].reset_index(drop=True)
        for wave in ("wave", "reference")
    )
    p, df = (one["estimate"] + other["estimate"]) / 2, one["df"] + other["df"]
    se = np.sqrt(rows["se"] ** 2 / 4 + rows["covariance"])
    yield Compared("pooled", "estimate", ours["estimate"].to_numpy(), p.to_numpy())
    yield Compared("pooled", "se", ours["se"].to_numpy(), se.to_numpy())
    for name in ("n", "yes", "df"):
        yield Compared("pooled", name, ours[name].to_numpy(), (one[name] + other[name]).to_numpy())
    ordinary = (ours["method"] == "logit").to_numpy()
    half = stats.t.ppf(0.975, df) * se / (p * (1 - p))  # R: svyciprop(method = "logit") of the same numbers
    for name, bound in (("low", logit(p) - half), ("high", logit(p) + half)):
        yield Compared("pooled", name, ours[name].to_numpy()[ordinary], expit(bound).to_numpy()[ordinary])


def check_wave_covariance() -> Iterator[Compared]:
    """The covariance of two waves in which some of the same people answer."""
    rows, samples = read("wave_covariance"), _samples()
    pairs = list(dict.fromkeys(zip(rows["wave"], rows["reference"].astype(int), strict=True)))
    made = comparisons.covariances(samples, pairs, list(dict.fromkeys(rows["domain"])), "respondent")
    keys = [*_KEYS, "wave", "reference"]
    theirs = rows.astype({"reference": int})
    ours = theirs[keys].merge(made, on=keys, how="left", validate="one_to_one")["covariance"].to_numpy()
    yield Compared("wave_covariance", "covariance", ours, rows["covariance"].to_numpy())
    designs = {wave: sample.design for wave, sample in samples.items()}
    levels = estimation.estimate(designs, INDICATORS, list(dict.fromkeys(rows["domain"])), CODEBOOK)
    levels = levels.set_index([*_KEYS, "wave"])[["estimate", "se_superpopulation"]]
    one, other = (
        levels.reindex(pd.MultiIndex.from_frame(theirs[[*_KEYS, wave]])).to_numpy().T for wave in ("wave", "reference")
    )
    se = np.sqrt(one[1] ** 2 + other[1] ** 2 - 2 * ours)
    yield Compared("wave_covariance", "difference", one[0] - other[0], rows["difference"].to_numpy())
    yield Compared("wave_covariance", "se", se, rows["se"].to_numpy())
    numbers = {wave: set(design.respondents["respondent"]) for wave, design in designs.items()}
    both = [len(numbers[wave] & numbers[reference]) for wave, reference in theirs[["wave", "reference"]].to_numpy()]
    yield Compared("wave_covariance", "both", np.array(both), rows["both"].to_numpy())


def check_line() -> Iterator[Compared]:
    """Generalised least squares with a known covariance and its scale fixed at 1, on estimates of R."""
    for _, rows in read("trend").groupby("series", sort=False):
        theirs = rows.set_index("name")["value"]
        waves = [int(name.partition(" ")[2]) for name in theirs.index if name.startswith("estimate ")]
        estimates = theirs[[f"estimate {wave}" for wave in waves]].to_numpy()
        covariance = np.empty((len(waves), len(waves)))
        for i, wave in enumerate(waves):
            for j, other in enumerate(waves[: i + 1]):
                covariance[i, j] = covariance[j, i] = theirs[f"covariance {other} {wave}"]
        slope, se, q = trend.line(estimates, covariance, np.array(waves, float))
        made = {"slope": slope, "slope_se": se, "slope_z": slope / se, "slope_p": 2 * ndtr(-abs(slope / se))}
        made |= {"q": q, "q_df": len(waves) - 2, "q_p": chdtrc(len(waves) - 2, q)}
        yield Compared("trend", "value", np.array(list(made.values())), theirs[list(made)].to_numpy())


def check_trend() -> Iterator[Compared]:
    """The same from respondents on, with waves independent and with the people who answer in several."""
    rows = read("trend")
    rows = rows[~rows["series"].str.startswith("made up")]
    designs = {wave: sample.design for wave, sample in _samples().items()}
    named = rows["series"].str.extract(r"^(?P<indicator>\w+)\|(?P<answer>\w*) (?P<domain>\S+) (?P<kind>.+)$")
    levels = estimation.estimate(designs, INDICATORS, list(dict.fromkeys(named["domain"])), CODEBOOK)
    line = families.Family.model_validate({"id": "trend", "kind": "trend", "together": ["domain", "wave"]})
    persons = {"independent": {}, "same people": {"officeholders": "respondent"}}
    for kind, of in persons.items():
        declared = but(FAMILIES, families=(line,), persons=of, minimum=but(FAMILIES.minimum, respondents=0))
        made = trend.trends(levels, designs, INDICATORS, declared, {}, CODEBOOK).set_index(_KEYS)
        names = {"slope": "slope", "slope_se": "se", "slope_p": "p", "q": "q", "q_df": "q_df", "q_p": "q_p"}
        for theirs, ours in names.items():
            wanted = (rows["name"] == theirs) & (named["kind"] == kind)
            found = made.loc[pd.MultiIndex.from_frame(named.loc[wanted, _KEYS]), ours].to_numpy(dtype=float)
            yield Compared("trend", "value", found, rows.loc[wanted, "value"].to_numpy(), again=True)
            if theirs == "slope":  # of three waves, two years apart
                change = made.loc[pd.MultiIndex.from_frame(named.loc[wanted, _KEYS]), "change"].to_numpy()
                yield Compared("trend", "value", change / 4, rows.loc[wanted, "value"].to_numpy(), again=True)


def check_models() -> Iterator[Compared]:
    """Logistic models: coefficients, covariances with and without correction, df, p."""
    for (of_design, _), theirs in read("models").groupby(["design", "model"], sort=False):
        of_wave, first = designed(2024, str(of_design)), theirs.iloc[0]
        measures = measure(of_wave.respondents, INDICATORS, CODEBOOK, 2024)
        taken = measures.keys.index(tuple(first["outcome"].split("|")))
        outcome = np.where(measures.valid[:, taken] > 0, measures.values[:, taken], np.nan)
        rows = of_wave.respondents
        woman = rows["gender"].map({"vrouw": 1.0, "man": 0.0})
        large = (rows["size_class"] == "vanaf_100k").astype(float)
        predictors = pd.DataFrame({"vrouw": woman, "large": large, "years": pd.to_numeric(rows["years"])})
        names = first["terms"].split(" ")
        fit = models.quasibinomial(of_wave, outcome, predictors[names], _everybody(of_wave, first["domain"]))
        made = {"n": fit.n, "df": fit.df}
        table = fit.table
        for i, term in enumerate(fit.terms):
            made |= {f"coefficient {term}": fit.coefficients[i], f"p {term}": table["p"][i]}
            for j, other in enumerate(fit.terms[: i + 1]):
                made[f"covariance {other} {term}"] = fit.covariance[j, i]
                made[f"covariance_superpopulation {other} {term}"] = fit.covariance_superpopulation[j, i]
        kind = theirs["name"].str.partition(" ")[0]
        for what, values in theirs.groupby(kind, sort=False):
            ours = np.array([made[name] for name in values["name"]])
            yield Compared("models", str(what), ours, values["value"].to_numpy())
        for name, what in {"se": "covariance", "se_superpopulation": "covariance_superpopulation"}.items():
            own = theirs.set_index("name")["value"]
            again = np.array([own[f"{what} {term} {term}"] for term in fit.terms])
            yield Compared("models", what, table[name].to_numpy() ** 2, again, again=True)
        again = np.array([theirs.set_index("name")["value"][f"coefficient {term}"] for term in fit.terms])
        yield Compared("models", "coefficient", table["coefficient"].to_numpy(), again, again=True)


def check_rao_scott() -> Iterator[Compared]:
    """Tests of two categorical answers, in domains and with item-missing."""
    for row in read("rao_scott").to_dict("records"):
        of_wave = designed(2024, row["design"])
        one, other = (of_wave.respondents[row[name]].to_numpy(dtype=object) for name in ("rows", "columns"))
        made = models.rao_scott(of_wave, one, other, _everybody(of_wave, row["domain"]))
        for name in ("n", "f", "ndf", "ddf", "p"):
            yield Compared("rao_scott", name, np.array([getattr(made, name)]), np.array([row[name]]))


Check = Callable[[], Iterator[Compared]]
CHECKS: dict[str, Check] = {
    name.removeprefix("check_"): function for name, function in list(globals().items()) if name.startswith("check_")
}
