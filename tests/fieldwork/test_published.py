"""The population against what was published: in expectation, and as it came out."""

from __future__ import annotations

import numpy as np
import pytest

from fieldwork.published import published_against


@pytest.fixture(scope="module")
def table(inputs):
    return published_against(inputs.published, inputs.populations, inputs.provinces, inputs.settings)


def test_every_published_row_is_met_unless_declared_missed(table, inputs):
    declared = {(row.indicator, row.group, row.wave) for one in inputs.settings.surveys.values() for row in one.missed}
    missed = table[table["status"] == "missed"]
    assert set(zip(missed["indicator"], missed["group"], missed["wave"], strict=True)) == declared
    met = table[table["status"] == "met"]
    assert len(met) >= 66
    assert len(missed) <= len(met) / 20
    assert (met["population"] - met["published"]).abs().max() <= 0.5


def test_rows_without_a_proven_base_are_not_tuned_to(table):
    unknown = table[table["base"] == "unknown"]
    assert set(unknown["status"]) == {"base unknown"}
    assert unknown["population"].isna().all()


def test_every_published_row_has_a_question(table):
    assert not (table["status"] == "not asked").any()
    assert set(table.loc[table["group"] == "employees", "status"]) == {"met"}


# Independent of the solver and of the chances: the truth that was drawn, read back in the words of the questionnaire.
TRUTH = {
    "any_aggression": lambda t: t[["verbal", "threat", "physical"]].ne("nooit").any(axis=1),
    "verbal": lambda t: t["verbal"].ne("nooit"),
    "threat": lambda t: t["threat"].ne("nooit"),
    "physical": lambda t: t["physical"].ne("nooit"),
    "via_social_media": lambda t: (
        (t["verbal"].ne("nooit") & t["verbal_channels__sociale_media"].eq("yes"))
        | (t["threat"].ne("nooit") & t["threat_channels__sociale_media"].eq("yes"))
    ),
    "verbal_online": lambda t: t[["verbal_channels__email", "verbal_channels__sociale_media"]].eq("yes").any(axis=1),
    "serious": lambda t: TRUTH["any_aggression"](t) & t["severity"].isin(["ernstig", "zeer_ernstig"]),
    "discussed_or_reported": lambda t: t[["discussed", "reported"]].eq("ja").any(axis=1),
    "police_report": lambda t: t["police_report"].eq("ja"),
    "any_effect": lambda t: t["effects__geen"].eq("no"),
    "effect_job_satisfaction": lambda t: t["effects__werkplezier"].eq("yes"),
    "effect_behaviour": lambda t: t["effects__gedrag"].eq("yes"),
    "effect_mental_health": lambda t: t["effects__mentale_gezondheid"].eq("yes"),
    "effect_decisions": lambda t: t["effects__besluiten"].eq("yes"),
    "witnessed_colleague": lambda t: t["witnessed_colleague"].ne("nooit"),
    "reason_not_serious_enough": lambda t: t["not_discussed_reasons__niet_ernstig"].eq("yes"),
}
BASES = {
    "victims of aggression": TRUTH["any_aggression"],
    "victims of verbal aggression": TRUTH["verbal"],
    "victims who did not discuss it": lambda t: (
        TRUTH["any_aggression"](t) & t[["discussed", "reported"]].eq("nee").all(axis=1)
    ),
}
COLUMNS = {"women": ("gender", "vrouw"), "men": ("gender", "man"), "provincies": ("layer", "provincie")}


def in_group(people, group, provinces):
    slugs = dict(zip("province:" + provinces["name"], provinces["province"], strict=True))
    if group in ("all", "employees"):
        return np.ones(len(people), bool)
    if group.startswith("all, as printed"):
        return people["province"].ne("nvt").to_numpy()
    name, level = ("province", slugs[group]) if group in slugs else COLUMNS.get(group, ("function", group))
    return people[name].eq(level).to_numpy()


def drawn_shares(inputs, made):
    for row in inputs.published.query("base != 'unknown'").itertuples():
        one = made.waves["employees" if row.group == "employees" else "officeholders", row.wave]
        if row.indicator == "saw_rules_broken":
            old = row.wave == 2016
            happened = (
                one.truth["saw_rules_broken_2016"].eq("ja") if old else one.truth["saw_rules_broken__geen"].eq("no")
            )
        else:
            happened = TRUTH[row.indicator](one.truth)
        base = in_group(one.people, row.group, inputs.provinces)
        base &= BASES[row.base](one.truth).to_numpy() if row.base in BASES else True
        yield row, happened[base].mean(), base.sum()


def test_the_drawn_population_scatters_around_every_published_figure(inputs, made):
    # A count of N people with chance p has a standard deviation of at most sqrt(N p (1-p)); half a point of rounding.
    declared = {(row.indicator, row.group, row.wave) for one in inputs.settings.surveys.values() for row in one.missed}
    outside = []
    for row, share, count in drawn_shares(inputs, made):
        published = row.percent / 100
        allowed = 4 * np.sqrt(published * (1 - published) / count) + 0.005
        if (row.indicator, row.group, row.wave) not in declared and abs(share - published) > allowed:
            outside.append((row.indicator, row.group, row.wave, round(100 * share, 1), row.percent))
    assert not outside


def test_any_is_at_least_one_form_and_nothing_happens_outside_it(waves):
    for one in waves.values():
        forms = one.happened[["verbal", "threat", "physical"]]
        assert (forms.any(axis=1) == one.happened["any_aggression"]).all()
        assert not one.happened.loc[~one.happened["any_aggression"], ["serious", "spoke", "police_report"]].any(
            axis=None
        )
        assert (one.happened[["discussed", "reported"]].any(axis=1) == one.happened["spoke"]).all()
