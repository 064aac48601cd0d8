"""Two waves taken together, for groups of which one wave alone has few respondents."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from analysis import intervals
from analysis.comparisons import covariances_of_all
from analysis.design import Design
from analysis.estimation import samples
from analysis.families import comparable
from analysis.indicators import Codebook, Indicator
from analysis.settings import Settings

_KEYS = ["survey", "indicator", "answer", "domain"]
_COLUMNS = [*_KEYS, "wave", "reference", "waves", "n", "yes", "estimate", "se", "df", "low", "high", "method"]


def pool(
    estimates: pd.DataFrame,
    designs: Mapping[int, Design],
    indicators: Sequence[Indicator],
    domains: Collection[str],
    persons: Mapping[str, str],
    broken: Mapping[str, Collection[int]],
    codebook: Codebook,
    settings: Settings,
) -> pd.DataFrame:
    """Headline indicators of small groups in a wave and the one before (`reference`) together: one row per figure.

    Parameters as of `comparisons.compare`; `domains` are the groups that may be pooled, in the waves in which they have
    fewer respondents than `showing.pooled`. Only figures that both waves have and no break parts. The estimate (0-1) is
    the mean of the two, each wave counting the same whatever its response: weights fixed beforehand, so that their own
    chance adds nothing (Kish 1999, Survey Methodology 25, on combining populations; a group's population hardly moves
    in two years). se is the root of (V1 + V2 + 2 C) / 4, V with finite population correction and C, of persons who
    answered twice, without: never too small where they answer alike. n, yes and df are sums, df as of one design with
    the waves as strata (R `degf`); `waves` is "2022+2024".
    """
    few = estimates.groupby(["domain", "wave"])["n"].transform("max") < settings.showing.pooled
    kinds = {each.id: each.kind for each in indicators if each.headline}
    wanted = estimates["domain"].isin(domains) & estimates["indicator"].isin(list(kinds))
    mine = estimates[wanted & estimates["estimate"].notna()]
    waves = sorted(estimates["wave"].unique())
    before = dict(zip(waves[1:], waves, strict=False))
    own = mine[few.loc[mine.index] & mine["wave"].isin(before)]
    own = own.assign(reference=own["wave"].map(before).astype(int))
    pairs = own.merge(mine.rename(columns={"wave": "reference"}), on=[*_KEYS, "reference"], suffixes=("", "_before"))
    kept = [
        comparable(wave, reference, broken.get(str(indicator), ()))
        for indicator, wave, reference in pairs[["indicator", "wave", "reference"]].itertuples(index=False)
    ]
    pairs = pairs[np.array(kept, dtype=bool)].reset_index(drop=True)
    held = [each for each in indicators if each.headline]
    shared = covariances_of_all(mine, samples(designs, held, codebook, indicators), persons)
    of_both = pairs.merge(shared, how="left", on=["wave", "reference", *_KEYS[1:]])["covariance"].fillna(0.0)
    variance = (pairs["se"] ** 2 + pairs["se_before"] ** 2 + 2 * of_both).clip(lower=0.0) / 4
    made = pairs[[*_KEYS, "wave", "reference"]].assign(
        waves=pairs["reference"].astype(str) + "+" + pairs["wave"].astype(str),
        estimate=(pairs["estimate"] + pairs["estimate_before"]) / 2,
        se=variance**0.5,
        **{name: pairs[name] + pairs[f"{name}_before"] for name in ("n", "yes", "df")},
    )
    effective = 4 / (1 / pairs["n_effective"] + 1 / pairs["n_effective_before"])  # for shares of 0 or 1: no variance
    p, se, n, yes, df = (made[name].to_numpy(dtype=float) for name in ("estimate", "se", "n", "yes", "df"))
    shares = ~made["indicator"].map(kinds).isin(["mean", "ratio"]).to_numpy()
    kish = n / effective.to_numpy(dtype=float)
    low, high, method = intervals.of_level(p, se, n, yes, df, kish, settings.confidence, shares)
    return made.assign(low=low, high=high, method=method)[_COLUMNS]
