"""Differences between waves and between groups, corrected within their family, and the verdict on each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import special

from analysis import domains as domain_ids
from analysis.design import Design
from analysis.errors import MonitorError
from analysis.estimation import contributions
from analysis.families import Families, Family, comparable
from analysis.indicators import Codebook, Indicator, measure
from analysis.intervals import t_quantile

_KEY = ["indicator", "answer", "domain"]
_COLUMNS = [
    *("kind", "survey", "indicator", "answer", "domain", "wave", "reference", "difference", "se", "df", "p"),
    *("p_adjusted", "low", "high", "relevant", "smallest_demonstrable", "verdict", "n", "n_reference", "family"),
]


def compare(
    estimates: pd.DataFrame,
    designs: Mapping[int, Design],
    indicators: Sequence[Indicator],
    families: Families,
    broken: Mapping[str, tuple[int, ...]],
    codebook: Codebook,
) -> pd.DataFrame:
    """Every comparison of every family, once, with its verdict.

    Parameters: `estimates` of `estimation.estimate`, `designs` it was made from, `broken` per indicator the waves at
    which its series breaks. Differences are subject minus reference on the 0-1 scale, with standard errors without
    finite population correction (Cochran 1977, 2.14). Columns as in the contract of 4-comparisons; `low` and `high` are
    the interval at the level that Holm's step leaves to the comparison, so that it excludes 0 exactly when p_adjusted
    is below 1 - confidence. Raises MonitorError when two families claim one comparison.
    """
    pairs = []
    for family in families.families:
        ids = {indicator.id for indicator in indicators if family.holds(indicator)}
        mine = estimates[estimates["indicator"].isin(ids)]
        if family.kind == "wave":
            pairs.append(_between_waves(mine, family, broken))
        else:
            pairs.append(_between_groups(mine, designs, [i for i in indicators if i.id in ids], family, codebook))
    made = pd.concat(pairs, ignore_index=True)
    twice = made.duplicated(["kind", *_KEY, "wave", "reference"])
    if twice.any():
        row = made[twice].iloc[0]
        raise MonitorError(
            "Comparison in two families",
            where=f"families.yml, {row['family'].partition(':')[0]}",
            expected="every comparison in one family, so that it has one verdict",
            got=f"{row['indicator']}, {row['domain']}, {row['wave']} against {row['reference']} once more",
            hint="make the families exclude each other (kind, against, dimension, indicators)",
        )
    return _judge(made, families)


def _between_waves(estimates: pd.DataFrame, family: Family, broken: Mapping[str, tuple[int, ...]]) -> pd.DataFrame:
    """A group against itself in an earlier wave: independent samples, so variances add up."""
    asked = estimates.groupby("indicator")["wave"].unique()
    references = [
        (indicator, wave, reference, comparable(wave, reference, broken.get(str(indicator), ())))
        for indicator, waves in asked.items()
        for wave in sorted(int(w) for w in waves)
        for reference in _references(
            wave, sorted(int(w) for w in waves), family.against, broken.get(str(indicator), ())
        )
    ]
    plan = pd.DataFrame(references, columns=["indicator", "wave", "reference", "comparable"])
    plan = plan.astype({"wave": int, "reference": int, "comparable": bool})
    pairs = plan.merge(estimates, on=["indicator", "wave"]).merge(
        estimates.drop(columns="survey").rename(columns={"wave": "reference"}),
        on=["reference", *_KEY],
        suffixes=("", "_reference"),
    )
    return _assemble(
        pairs,
        family,
        pairs["se_superpopulation"] ** 2 + pairs["se_superpopulation_reference"] ** 2,
        _satterthwaite(pairs),
    )


def _references(wave: int, waves: Sequence[int], against: str, broken: tuple[int, ...]) -> list[int]:
    """Earlier waves to compare with; the previous wave belongs to the family `previous`, also when it is the first."""
    earlier = [other for other in waves if other < wave]
    if not earlier:
        return []
    if against == "previous":
        return [earlier[-1]]
    unbroken = [other for other in earlier if comparable(wave, other, broken)]
    return sorted({earlier[0], *unbroken[:1]} - {earlier[-1]})


def _satterthwaite(pairs: pd.DataFrame) -> pd.Series:
    """Degrees of freedom of a difference between two independent estimates (Satterthwaite 1946)."""
    own, other = pairs["se_superpopulation"] ** 2, pairs["se_superpopulation_reference"] ** 2
    df, df_other = pairs["df"].where(pairs["df"] > 0), pairs["df_reference"].where(pairs["df_reference"] > 0)
    weighed = (own + other) ** 2 / (own**2 / df + other**2 / df_other)
    return weighed.fillna(np.minimum(pairs["df"], pairs["df_reference"]))


def _between_groups(
    estimates: pd.DataFrame,
    designs: Mapping[int, Design],
    indicators: Sequence[Indicator],
    family: Family,
    codebook: Codebook,
) -> pd.DataFrame:
    """A group against another group of the same wave, often the whole it is part of: with their covariance."""
    names = pd.Series(estimates["domain"].unique(), dtype=object)
    inside = names.map(domain_ids.dimension) == family.dimension
    names = names[inside & ~names.str.contains("*", regex=False) & (names != family.reference)]
    plan = pd.DataFrame({"domain": names, "reference": names.map(lambda name: _whole(name, family.reference))})
    variances = [
        frame
        for wave, design in designs.items()
        for reference, group in plan.groupby("reference")
        for frame in _variances(design, wave, str(reference), list(group["domain"]), indicators, codebook)
    ]
    empty = pd.DataFrame(columns=["indicator", "answer", "wave", "domain", "reference", "variance"])
    pairs = (
        (pd.concat(variances) if variances else empty)
        .merge(estimates, on=["wave", *_KEY])
        .merge(
            estimates.drop(columns="survey").rename(columns={"domain": "reference"}),
            on=["indicator", "answer", "wave", "reference"],
            suffixes=("", "_reference"),
        )
    )
    pairs["comparable"] = True
    return _assemble(pairs, family, pairs["variance"], np.minimum(pairs["df"], pairs["df_reference"]))


def _whole(domain: str, reference: str) -> str:
    return domain.partition("&")[0] if reference == "first" else reference


def _variances(
    design: Design, wave: int, reference: str, names: list[str], indicators: Sequence[Indicator], codebook: Codebook
) -> list[pd.DataFrame]:
    """Variance of the difference between groups and their reference: the influence values are subtracted first."""
    measures = measure(design.respondents, indicators, codebook, wave)
    keys = pd.DataFrame(list(measures.keys), columns=["indicator", "answer"])
    whole = contributions(design, measures, domain_ids.mask(reference, design.respondents, codebook))
    frames = []
    for name in names:
        part = contributions(design, measures, domain_ids.mask(name, design.respondents, codebook))
        variance = design.variances(part - whole)[1]
        frames.append(keys.assign(wave=wave, domain=name, reference=reference, variance=variance))
    return frames


def _assemble(pairs: pd.DataFrame, family: Family, variance: pd.Series, df: pd.Series | np.ndarray) -> pd.DataFrame:
    """One row per comparison, without correction yet. What is not comparable has no difference."""
    certain = _unseen(pairs, "") + _unseen(pairs, "_reference")
    cut = ~pairs["comparable"]
    made = pairs[["survey", *_KEY, "wave", "n", "n_reference"]].assign(
        kind=family.kind,
        reference=pairs["reference"].astype(str),
        comparable=pairs["comparable"],
        difference=(pairs["estimate"] - pairs["estimate_reference"]).mask(cut),
        se=np.sqrt(variance.astype(float) + certain).mask(cut),
        df=pd.Series(df, index=pairs.index).astype(float).mask(cut),
    )
    together = made[list(family.together)].astype(str).agg("|".join, axis=1) if len(made) else made["kind"]
    return made.assign(family=family.id + ":" + together)


def _unseen(pairs: pd.DataFrame, side: str) -> pd.Series:
    """Variance of a proportion of exactly 0 or 1, whose linearised variance of 0 would make every difference certain.

    That of the proportion with one yes and one no added (Agresti and Caffo 2000), on the effective n.
    """
    p, n = pairs[f"estimate{side}"], pairs[f"n_effective{side}"]
    smoothed = (p * n + 1) / (n + 2)
    return (smoothed * (1 - smoothed) / (n + 2)).where((p == 0) | (p == 1), 0.0)


def _judge(made: pd.DataFrame, families: Families) -> pd.DataFrame:
    """Test, correct within families, and put the verdict in words' stead."""
    alpha = 1 - families.confidence
    few = (made[["n", "n_reference"]].min(axis=1) < families.minimum_respondents) | ~(made["df"] >= families.minimum_df)
    tested = made["comparable"] & ~few & (made["se"] > 0)
    difference, df = made["difference"], made["df"].to_numpy()
    se = made["se"].where(tested)
    relevant = made["kind"].map(families.relevant)
    p = pd.Series(2 * special.stdtr(df, -(difference.abs() / se).to_numpy()), index=made.index)
    p_adjusted, steps = holm(p, made["family"], alpha)
    size = p.notna().groupby(made["family"]).transform("sum")
    half = t_quantile(1 - alpha / (2 * steps.to_numpy()), df) * se
    reach = t_quantile(1 - alpha / (2 * size.to_numpy().clip(1)), df) + t_quantile(families.power, df)
    equal = pd.Series(special.stdtr(df, (-(relevant - difference.abs()) / se).to_numpy()), index=made.index)
    equal_adjusted, _ = holm(equal, made["family"], alpha)
    differs = (p_adjusted < alpha) & (difference.abs() >= relevant)
    verdict = np.select(
        [~made["comparable"], ~tested, differs & (difference > 0), differs, equal_adjusted < alpha],
        ["not_comparable", "too_few", "higher", "lower", "about_equal"],
        "no_demonstrable_difference",
    )
    return made.assign(
        p=p,
        p_adjusted=p_adjusted,
        low=(difference - half).clip(-1, 1),
        high=(difference + half).clip(-1, 1),
        relevant=relevant,
        smallest_demonstrable=np.maximum(reach * se, relevant.where(tested)),
        verdict=verdict,
    )[_COLUMNS]


def holm(p: pd.Series, family: pd.Series, alpha: float) -> tuple[pd.Series, pd.Series]:
    """P-values adjusted within families (Holm 1979), and the number of hypotheses at each one's step.

    NaN stays NaN and does not count. The second result c gives the interval that agrees with the test, at level
    1 - alpha / c: for a rejected hypothesis those not rejected before it, for the others all that were not rejected
    (Guilbaud 2008).
    """
    frame = pd.DataFrame({"p": p, "family": family}).dropna().sort_values(["family", "p"], kind="stable")
    grouped = frame.groupby("family", sort=False)["p"]
    left = grouped.transform("size") - grouped.cumcount()
    adjusted = (frame["p"] * left).groupby(frame["family"], sort=False).cummax().clip(upper=1.0)
    kept = (adjusted >= alpha).groupby(frame["family"], sort=False).transform("sum")
    steps = np.maximum(left.where(adjusted < alpha, 1), kept.clip(lower=1))
    return adjusted.reindex(p.index), steps.reindex(p.index)
