"""Every effect that generator.yml declares is found again in the population that was drawn, as large as declared.

Independent of the solver: the odds ratio of Mantel and Haenszel (1959) over strata of people who are alike in all other
effects, with the variance of Robins, Breslow and Greenland (Biometrics 42, 1986, 311-323).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from fieldwork.chances import figures_of, group_of
from tests.fieldwork.conftest import SURVEYS

ERRORS = 4.5  # about 200 effects are looked at; answers of one person in several waves are alike, which widens a little


def mantel_haenszel(exposed: pd.Series, happened: pd.Series, strata: pd.Series) -> tuple[float, float]:
    """Logarithm of the common odds ratio, and its standard error."""
    rows = pd.DataFrame({"stratum": strata, "cell": exposed.astype(int) * 2 + happened.astype(int)})
    counts = (
        rows.groupby("stratum")["cell"].value_counts().unstack(fill_value=0).reindex(columns=range(4), fill_value=0)
    )
    d, c, b, a = (counts[cell].to_numpy(float) for cell in range(4))
    n = a + b + c + d
    p, q, r, s = (a + d) / n, (b + c) / n, a * d / n, b * c / n
    R, S = r.sum(), s.sum()
    if R == 0 or S == 0:
        return np.nan, np.inf
    variance = (p * r).sum() / (2 * R**2) + (p * s + q * r).sum() / (2 * R * S) + (q * s).sum() / (2 * S**2)
    return float(np.log(R / S)), float(np.sqrt(variance))


def of_effect(inputs, made, survey, name, row):
    """Those to whom it could happen, in all waves: whether the effect holds, whether it happened, and the stratum."""
    settings = inputs.settings.surveys[survey]
    chance = settings.chances[name]
    parts = []
    for wave in settings.waves:
        if row.waves and wave not in row.waves:
            continue
        one = made.waves[survey, wave]
        known = one.people.join(one.happened)
        among = known[list(chance.within)].any(axis=1) if chance.within else pd.Series(True, known.index)
        others = [other for other in chance.odds if other is not row and not (other.waves and wave not in other.waves)]
        alike = [(known[other.effect] == other.level).astype(int).astype(str) for other in others]
        stratum = group_of(known, figures_of(chance, wave), name).astype(str) + f" {wave} "
        for flag in alike:
            stratum = stratum + flag
        part = pd.DataFrame({"exposed": known[row.effect] == row.level, "happened": known[name], "stratum": stratum})
        parts.append(part[among])
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize("survey", SURVEYS)
def test_every_declared_effect_is_found_in_the_population(inputs, made, survey):
    found = 0
    for name, chance in inputs.settings.surveys[survey].chances.items():
        certain = [row for row in chance.odds if not 0 < row.ratio < np.inf]
        for row in chance.odds:
            rows = of_effect(inputs, made, survey, name, row)
            if row.ratio == 0:
                assert not rows.loc[rows["exposed"], "happened"].any(), (name, row)
                continue
            if certain and row.ratio == np.inf:
                assert rows.loc[rows["exposed"], "happened"].all(), (name, row)
                continue
            estimate, error = mantel_haenszel(rows["exposed"], rows["happened"], rows["stratum"])
            if not np.isfinite(error):
                continue
            assert abs(estimate - np.log(row.ratio)) < ERRORS * error, (name, row.effect, row.level, estimate, error)
            found += abs(estimate) > 2 * error
    assert found >= {"officeholders": 40, "employees": 15, "organisations": 25}[survey]


def share(made, survey, happened, where):
    """Share of those in `where` (a query on background and what happened) to whom it happened, all waves together."""
    parts = [
        one.people.join(one.happened).query(where)[happened] for (name, _), one in made.waves.items() if name == survey
    ]
    return pd.concat(parts).mean()


@pytest.mark.parametrize("survey", ["officeholders", "employees"])
def test_women_meet_more_online_aggression(made, survey):
    for channel, base in (
        ("via_social_media", "any_aggression"),
        ("verbal_online", "verbal"),
        ("threat_online", "threat"),
    ):
        women = share(made, survey, channel, f"{base} and gender == 'vrouw'")
        assert women > share(made, survey, channel, f"{base} and gender == 'man'"), channel


@pytest.mark.parametrize(
    "what",
    [
        "any_aggression",
        "verbal",
        "threat",
        "physical",
        "via_social_media",
        "verbal_online",
        "serious",
        "witnessed",
        "saw_rules_broken",
    ],
)
def test_burgemeesters_meet_more_of_everything(made, what):
    others = share(made, "officeholders", what, "function != 'burgemeester'")
    assert share(made, "officeholders", what, "function == 'burgemeester'") > others


@pytest.mark.parametrize("survey", ["officeholders", "employees"])
@pytest.mark.parametrize("effect", ["any_effect", "considered_quitting"])
def test_effects_rise_with_severity_and_repetition(made, survey, effect):
    for graver in ("serious", "verbal_repeated", "threat_repeated"):
        more = share(made, survey, effect, f"any_aggression and {graver}")
        assert more > share(made, survey, effect, f"any_aggression and not {graver}") + 0.02, graver


def test_larger_gemeenten_meet_more(made):
    for what in ("any_aggression", "threat", "via_social_media", "witnessed"):
        large = share(made, "officeholders", what, "size_class == 'vanaf_100k' and function == 'raadslid'")
        assert large > share(made, "officeholders", what, "size_class == 'tot_20k' and function == 'raadslid'"), what


def test_provinces_differ_by_nothing_but_what_was_published(inputs):
    for survey in inputs.settings.surveys.values():
        for name, chance in survey.chances.items():
            for row in chance.odds:
                if row.effect == "province":
                    assert "published" in row.why, name
                    assert row.waves == (2022,)
            assert not any(
                set(figures) & set(inputs.provinces["province"])
                for figures in chance.percent.values()
                if isinstance(figures, dict)
            )
