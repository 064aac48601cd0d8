"""Differences between waves and between groups, corrected within their family, and the verdict on each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import special

from analysis import domains as domain_ids
from analysis.design import Design
from analysis.errors import MonitorError
from analysis.estimation import Sample, samples, variances_of_differences
from analysis.families import Families, Family, comparable
from analysis.indicators import Codebook, Indicator
from analysis.intervals import t_quantile

_MEASURE = ["indicator", "answer"]
_COLUMNS = [
    *("kind", "survey", "indicator", "answer", "domain", "wave", "reference", "difference", "se", "df", "p"),
    *("p_adjusted", "low", "high", "relevant", "smallest_demonstrable", "verdict", "n", "n_reference", "family"),
]


def compare(
    estimates: pd.DataFrame,
    designs: Mapping[int, Design],
    indicators: Sequence[Indicator],
    families: Families,
    broken: Mapping[str, Collection[int]],
    codebook: Codebook,
) -> pd.DataFrame:
    """Every comparison of every family, once, with its verdict.

    Parameters: `estimates` of `estimation.estimate`, `designs` it was made from, `broken` per indicator the waves at
    which its series breaks. Differences are subject minus reference on the 0-1 scale, with standard errors without
    finite population correction (Cochran 1977, 2.14). `low` and `high` are the interval at the level that Holm's step
    leaves to the comparison, so that it excludes 0 exactly when p_adjusted is below the error rate of the family;
    `smallest_demonstrable` is the difference that would be found with the power of families.yml. What lies across a
    break has the verdict not_comparable and no numbers. Raises MonitorError when two families claim one comparison.
    """
    waves = samples(designs, indicators, codebook)
    shared = covariances_of_all(estimates, waves, families.persons)
    made = []
    for family in families.families:
        held = [indicator.id for indicator in indicators if family.holds(indicator)]
        mine = estimates[estimates["indicator"].isin(held)]
        if family.kind == "wave":
            made.append(_between_waves(mine, family, broken, shared))
        elif family.kind == "whole":
            made.append(_between_groups(mine, waves, family))
    made = [frame for frame in made if len(frame)]
    if not made:
        return pd.DataFrame(columns=pd.Index(_COLUMNS))
    together = pd.concat(made, ignore_index=True)
    _check_once(together)
    return _judge(together, families)


def referred(comparisons: pd.DataFrame) -> pd.DataFrame:
    """Comparisons as if they were about their reference: `wave` and `domain` of the figure on the other side."""
    of_waves = comparisons["kind"] == "wave"
    wave = pd.to_numeric(comparisons["reference"].where(of_waves, comparisons["wave"]))
    return comparisons.assign(wave=wave, domain=comparisons["domain"].where(of_waves, comparisons["reference"]))


def holm(p: pd.Series, family: pd.Series, error_rate: float) -> tuple[pd.Series, pd.Series]:
    """P-values adjusted within families (Holm 1979; R `p.adjust`), and the hypotheses at each one's step.

    NaN stays NaN and does not count. The second result c gives the interval that agrees with the test, at confidence
    1 - error_rate / c: for a rejected hypothesis c counts those not rejected before it, for the others all that were
    not rejected (Guilbaud 2008).
    """
    frame = pd.DataFrame({"p": p, "family": family}).dropna().sort_values(["family", "p"], kind="stable")
    grouped = frame.groupby("family", sort=False)["p"]
    left = grouped.transform("size") - grouped.cumcount()
    adjusted = (frame["p"] * left).groupby(frame["family"], sort=False).cummax().clip(upper=1.0)
    kept = (adjusted >= error_rate).groupby(frame["family"], sort=False).transform("sum")
    steps = left.where(adjusted < error_rate, kept)
    return adjusted.reindex(p.index), steps.reindex(p.index)


def covariances(
    waves: Mapping[int, Sample], pairs: Iterable[tuple[int, int]], domains: Iterable[str], person: str
) -> pd.DataFrame:
    """Covariance between the estimates of two waves, without correction: who answers in both pulls both one way.

    `person` is the variable that names the same person in every wave. Products of deviations are added up over the
    persons that two waves share (Kish 1965, 12.4); of two full panels that is the covariance of R `svymean`.
    Columns: wave, reference, indicator, answer, domain, covariance, for each of `pairs`.
    """
    frames = []
    for wave, reference in pairs:
        two = waves[wave], waves[reference]
        ids = [sample.design.respondents[person].to_numpy(dtype=str) for sample in two]
        _, *rows = np.intersect1d(*ids, return_indices=True)
        keys = [key for key in two[0].measures.keys if key in set(two[1].measures.keys)]
        places = [np.array([sample.measures.keys.index(key) for key in keys], dtype=int) for sample in two]
        table = pd.DataFrame(keys, columns=pd.Index(_MEASURE)).assign(wave=wave, reference=reference)
        for domain in domains:
            of_both = zip(two, map(np.asarray, rows), places, strict=True)
            one, other = (sample.deviations(domain, shared, taken) for sample, shared, taken in of_both)
            frames.append(table.assign(domain=domain, covariance=(one * other).sum(axis=0)))
    columns = {"wave": int, "reference": int, "indicator": str, "answer": str, "domain": str, "covariance": float}
    nothing = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()})
    return pd.concat(frames, ignore_index=True) if frames else nothing


def covariances_of_all(
    estimates: pd.DataFrame, waves: Mapping[int, Sample], persons: Mapping[str, str]
) -> pd.DataFrame:
    """Covariances of all pairs of waves, in the domains of the estimates; none without a number that stays the same.

    `persons` names the variable with that number per survey.
    """
    survey = str(estimates["survey"].iloc[0]) if len(estimates) else ""
    pairs = [(wave, other) for wave in waves for other in waves if other < wave and survey in persons]
    return covariances(waves, pairs, estimates["domain"].unique(), persons.get(survey, ""))


def _between_waves(
    estimates: pd.DataFrame, family: Family, broken: Mapping[str, Collection[int]], shared: pd.DataFrame
) -> pd.DataFrame:
    """A group against itself in an earlier wave, with the covariance that comes of persons who answer in both.

    Where nobody has a number that stays the same the waves are taken as independent: where people answer alike in both,
    that makes the standard error some 5 % too large.
    """
    plan = pd.DataFrame(
        [
            (str(indicator), wave, reference, comparable(wave, reference, broken.get(str(indicator), ())))
            for indicator, rows in estimates.groupby("indicator")
            for wave, reference in _references(sorted(set(rows["wave"])), family, broken.get(str(indicator), ()))
        ],
        columns=pd.Index(["indicator", "wave", "reference", "comparable"]),
    ).astype({"wave": int, "reference": int, "comparable": bool})
    other = estimates.drop(columns="survey").rename(columns={"wave": "reference"})
    pairs = plan.merge(estimates, on=["indicator", "wave"])
    pairs = pairs.merge(other, on=["reference", *_MEASURE, "domain"], suffixes=("", "_reference"))
    own, others = pairs["se_superpopulation"] ** 2, pairs["se_superpopulation_reference"] ** 2
    both = pairs.merge(shared, how="left", on=["wave", "reference", *_MEASURE, "domain"])["covariance"].fillna(0.0)
    df_own, df_other = (pairs[name].where(pairs[name] > 0) for name in ("df", "df_reference"))
    shares = own**2 / df_own + others**2 / df_other  # Satterthwaite (1946); of two variances of 0 the smaller df
    df = ((own + others) ** 2 / shares.where(shares > 0)).fillna(pairs[["df", "df_reference"]].min(axis=1))
    return _assemble(pairs, family, (own + others - 2 * both).clip(lower=0.0), df)


def _references(waves: Sequence[int], family: Family, broken: Collection[int]) -> Iterator[tuple[int, int]]:
    """Each wave with the earlier ones to compare it with.

    `first` is the first wave and, when a break lies between, the first one after it; but never the previous wave, which
    belongs to the family `previous`.
    """
    for position, wave in enumerate(waves):
        earlier = [int(other) for other in waves[:position]]
        if family.against == "previous":
            wanted = earlier[-1:]
        else:
            unbroken = [other for other in earlier if comparable(wave, other, broken)]
            wanted = sorted({*earlier[:1], *unbroken[:1]} - {*earlier[-1:]})
        yield from ((int(wave), reference) for reference in wanted)


def _between_groups(estimates: pd.DataFrame, waves: Mapping[int, Sample], family: Family) -> pd.DataFrame:
    """A group against another group of the same wave, often the whole it is part of: with their covariance."""
    pairs = [
        (name, name.partition("&")[0] if family.reference == "first" else family.reference)
        for name in dict.fromkeys(estimates["domain"].astype(str))
        if domain_ids.dimension(name) == family.dimension and "*" not in name and name != family.reference
    ]
    frames = [_variances(wave, sample, pairs) for wave, sample in waves.items() if pairs]
    if not frames:
        return pd.DataFrame()
    other = estimates.drop(columns="survey").rename(columns={"domain": "reference"})
    made = pd.concat(frames).merge(estimates, on=["wave", "domain", *_MEASURE])
    made = made.merge(other, on=["wave", "reference", *_MEASURE], suffixes=("", "_reference"))
    return _assemble(made.assign(comparable=True), family, made["variance"], made[["df", "df_reference"]].min(axis=1))


def _variances(wave: int, sample: Sample, pairs: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """Variance of each difference of one wave."""
    keys = pd.DataFrame(list(sample.measures.keys), columns=pd.Index(_MEASURE))
    frames = []
    for domain, reference in pairs:
        one, other, shared = sample.totals(domain), sample.totals(reference), sample.totals(domain, reference)
        variance = variances_of_differences(sample.design, one, other, shared)
        frames.append(keys.assign(wave=wave, domain=domain, reference=reference, variance=variance))
    return pd.concat(frames)


def _assemble(pairs: pd.DataFrame, family: Family, variance: pd.Series, df: pd.Series) -> pd.DataFrame:
    """One row per comparison, without correction yet. What is not comparable has no difference."""
    made = pairs[["survey", *_MEASURE, "domain", "wave", "n", "n_reference", "comparable"]].assign(
        kind=family.kind, reference=pairs["reference"].astype(str)
    )
    kept = pairs["comparable"]
    made["difference"] = (pairs["estimate"] - pairs["estimate_reference"]).where(kept)
    made["se"] = ((variance + unseen(pairs) + unseen(pairs, "_reference")) ** 0.5).where(kept)
    made["df"] = df.astype(float).where(kept)
    return made.assign(family=family.names(made))


def unseen(pairs: pd.DataFrame, side: str = "") -> pd.Series:
    """Variance of a proportion of exactly 0 or 1, whose linearised variance of 0 would make every difference certain.

    That of the proportion with one yes and one no added (Agresti and Caffo 2000), on the effective n.
    """
    p, n = pairs[f"estimate{side}"], pairs[f"n_effective{side}"]
    smoothed = (p * n + 1) / (n + 2)
    return (smoothed * (1 - smoothed) / (n + 2)).where((p == 0) | (p == 1), 0.0)


def _check_once(made: pd.DataFrame) -> None:
    twice = made.duplicated(["kind", *_MEASURE, "domain", "wave", "reference"])
    if twice.any():
        row = made[twice].iloc[0]
        raise MonitorError(
            "Comparison in two families",
            where=f"families.yml, {row['family'].partition('|')[0]}",
            expected="every comparison in one family, so that it has one verdict",
            got=f"{row['indicator']}, {row['domain']}, {row['wave']} against {row['reference']} once more",
            hint="make the families exclude each other (kind, against, dimension, indicators)",
        )


def _judge(made: pd.DataFrame, families: Families) -> pd.DataFrame:
    """Test, correct within families, and give each comparison its verdict.

    About equal is what two one-sided tests find, each at half the level of the interval: the whole interval that is
    printed beside the verdict lies within the relevant difference (Schuirmann 1987). A difference that is demonstrated,
    too small to matter, and whose interval reaches further than that, is a small one: it is no chance.
    """
    alpha = families.error_rate
    fewest, minimum = made[["n", "n_reference"]].min(axis=1), families.minimum
    enough = (fewest >= minimum.respondents) & (made["df"] >= minimum.df)
    tested = made["comparable"] & enough & (made["se"] > 0)
    size, se, df = made["difference"].abs(), made["se"].where(tested), made["df"].to_numpy(dtype=float)
    relevant = made["kind"].map({str(kind): points / 100 for kind, points in families.relevant.items()})
    p = pd.Series(2 * special.stdtr(df, -(size / se)), index=made.index)
    p_adjusted, steps = holm(p, made["family"], alpha)
    tests = p.notna().groupby(made["family"]).transform("sum").clip(lower=1)
    half = se * t_quantile(1 - alpha / (2 * steps.to_numpy(dtype=float)), df)
    reach = t_quantile(1 - alpha / (2 * tests.to_numpy(dtype=float)), df) + t_quantile(families.power, df)
    differs = (p_adjusted < alpha) & (size >= relevant)
    verdicts = {
        "not_comparable": ~made["comparable"],
        "too_few": ~tested,
        "higher": differs & (made["difference"] > 0),
        "lower": differs,
        "about_equal": size + half < relevant,
        "small_difference": p_adjusted < alpha,
    }
    verdict = np.select([rows.to_numpy() for rows in verdicts.values()], list(verdicts), "no_demonstrable_difference")
    judged = made.assign(
        p=p,
        p_adjusted=p_adjusted,
        low=(made["difference"] - half).clip(-1, 1),
        high=(made["difference"] + half).clip(-1, 1),
        relevant=relevant,
        smallest_demonstrable=reach * se,
        verdict=verdict,
    )
    return judged[_COLUMNS]
