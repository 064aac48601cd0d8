"""The population against what was published: in expectation, and as it came out."""

from __future__ import annotations

import numpy as np
import pytest

from fieldwork.published import published_against


@pytest.fixture(scope="module")
def table(inputs):
    return published_against(inputs.published, inputs.strata, inputs.provinces, inputs.settings)


def test_every_published_row_is_met_unless_declared_missed(table, inputs):
    declared = {(row.indicator, row.group, row.wave) for row in inputs.settings.missed}
    missed = table[table["status"] == "missed"]
    assert set(zip(missed["indicator"], missed["group"], missed["wave"], strict=True)) == declared
    met = table[table["status"] == "met"]
    assert len(met) >= 50
    assert (met["population"] - met["published"]).abs().max() <= 0.5


def test_rows_without_a_proven_base_are_not_tuned_to(table):
    unknown = table[table["base"] == "unknown"]
    assert set(unknown["status"]) == {"base unknown"}
    assert unknown["population"].isna().all()


def test_only_questions_that_are_not_asked_yet_have_no_figure(table):
    absent = set(table.loc[table["status"] == "not asked", "indicator"])
    assert absent <= {"via_social_media", "witnessed_colleague", "verbal_online", "saw_rules_broken", "any_aggression"}
    assert set(table.loc[(table["status"] == "not asked") & (table["indicator"] == "any_aggression"), "group"]) == {
        "employees"
    }


def test_realised_population_scatters_around_the_expected_one(inputs, waves):
    # Independent of the solver: a count of N people with chance p has a standard deviation of at most sqrt(N p (1-p)).
    for row in inputs.published.query(
        "group == 'all' and indicator in ['any_aggression', 'verbal', 'threat']"
    ).itertuples():
        happened = waves[row.wave].happened[row.indicator]
        share = row.percent / 100
        allowed = 4 * np.sqrt(share * (1 - share) / len(happened)) + 0.005
        assert abs(happened.mean() - share) < allowed, (row.indicator, row.wave)


def test_any_is_at_least_one_form_and_nothing_happens_outside_it(waves):
    for one in waves.values():
        forms = one.happened[["verbal", "threat", "physical"]]
        assert (forms.any(axis=1) == one.happened["any_aggression"]).all()
        assert not one.happened.loc[~one.happened["any_aggression"], ["serious", "spoke", "police_report"]].any(
            axis=None
        )
        assert (one.happened[["discussed", "reported"]].any(axis=1) == one.happened["spoke"]).all()
