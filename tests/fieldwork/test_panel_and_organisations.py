"""The online panel and the organisations with their informants."""

from __future__ import annotations

import pandas as pd
import pytest

from fieldwork.employees import crossed, panel
from fieldwork.settings import Divided


def test_as_many_members_are_invited_as_the_rows_say(inputs, made):
    settings = inputs.settings.surveys["employees"]
    for wave in settings.waves:
        one = made.waves["employees", wave]
        assert one.people["layer"].value_counts().to_dict() == settings.response.panel[wave]
        assert one.invited.all()
        responded = one.people.loc[one.responded, "layer"].value_counts().to_dict()
        assert responded == settings.response.respondents[wave]


def test_members_are_other_people_in_every_wave(made):
    numbers = [set(made.waves["employees", wave].people["respondent"]) for wave in (2016, 2022, 2024)]
    assert sum(map(len, numbers)) == len(set.union(*numbers))


def test_background_has_its_shares_in_every_layer(inputs, made):
    settings = inputs.settings.surveys["employees"]
    for wave in settings.waves:
        people = made.waves["employees", wave].people
        for name, shares in settings.background.items():
            divided = isinstance(shares, Divided)
            for _, mine in people.groupby(["layer", shares.by] if divided else ["layer"]):
                wanted = shares.shares[mine[shares.by].iloc[0]] if divided else shares
                counts = mine[name].value_counts().reindex(list(wanted), fill_value=0)
                for level, share in wanted.items():
                    assert abs(counts[level] - len(mine) * share / sum(wanted.values())) < 1, (name, level)


def test_crossing_keeps_the_population_and_its_shares():
    population = pd.DataFrame({"layer": ["gemeente", "rijk"], "population": [300, 100]})
    cells = crossed(population, {"gender": {"man": 40, "vrouw": 60}, "age": {"jong": 1, "oud": 3}})
    assert cells["count"].sum() == 400
    assert cells.groupby("layer")["count"].sum().to_dict() == {"gemeente": 300, "rijk": 100}
    assert cells.query("gender == 'vrouw' and age == 'oud'")["count"].sum() == 400 * 0.6 * 0.75


def test_crossing_divides_one_background_by_another():
    population = pd.DataFrame({"layer": ["gemeente"], "population": [200]})
    served = Divided(by="age", shares={"jong": {"kort": 100, "lang": 0}, "oud": {"kort": 1, "lang": 4}})
    cells = crossed(population, {"age": {"jong": 1, "oud": 3}, "served": served})
    told = cells.set_index(["age", "served"])["count"].to_dict()
    assert told == {("jong", "kort"): 50, ("jong", "lang"): 0, ("oud", "kort"): 30, ("oud", "lang"): 120}


def test_another_seed_invites_another_order(inputs):
    settings = inputs.settings.surveys["employees"]
    one, other = (panel(inputs.populations["employees"], settings, seed)[2022] for seed in (1, 2))
    assert not one["respondent"].equals(other["respondent"])
    assert not one["gender"].equals(other["gender"])


def test_more_contact_with_citizens_more_aggression(made):
    for wave in (2016, 2022, 2024):
        one = made.waves["employees", wave]
        share = one.happened["any_aggression"].groupby(one.people["citizen_contact"]).mean()
        assert share["dagelijks"] > share["maandelijks"] > share["nooit"]


def test_informants_of_one_organisation_share_its_number(delivered):
    for wave in (2016, 2018, 2020, 2022, 2024):
        answers = delivered["organisations", wave].answers
        both = answers.groupby("organisation").agg(
            {"layer": "nunique", "size_class": "nunique", "informant": "nunique"}
        )
        assert (both[["layer", "size_class"]] == 1).all(axis=None)
        assert (answers.groupby("organisation").size() == both["informant"]).all()
        assert (both["informant"] > 1).sum() > 20
        assert answers["respondent"].is_unique


def test_a_waterschap_and_the_rijk_have_no_griffier(delivered):
    answers = delivered["organisations", 2022].answers
    griffier = answers.loc[answers["informant"] == "griffier", "layer"]
    assert set(griffier) == {"gemeente", "provincie"}
    assert answers.loc[answers["informant"] != "griffier", "council_knows_procedure"].isna().all()
    assert answers.loc[answers["informant"] == "griffier", "council_knows_procedure"].notna().mean() > 0.9


def test_informants_mostly_agree_and_sometimes_do_not(inputs, delivered):
    agree = []
    for wave in (2016, 2018, 2020, 2022, 2024):
        answers = delivered["organisations", wave].answers
        pairs = answers.merge(answers, on="organisation")
        pairs = pairs[pairs["respondent_x"] < pairs["respondent_y"]].dropna(subset=["protocol_x", "protocol_y"])
        agree.append((pairs["protocol_x"] == pairs["protocol_y"]).to_numpy())
    share = pd.Series([one for mine in agree for one in mine]).mean()
    # In `informants_differ` percent the answer of another organisation, which is often the same.
    assert 1 - inputs.settings.surveys["organisations"].response.informants_differ / 100 - 0.04 < share < 1


def test_organisations_persist(made):
    then, now = (made.waves["organisations", wave].people for wave in (2022, 2024))
    both = then.merge(now, on="organisation")
    assert len(both) >= 342 + 12 + 21 - 20
    assert (both["layer_x"] == both["layer_y"]).all()
    assert (both["size_class_x"] == both["size_class_y"]).all()


@pytest.mark.parametrize("item", ["protocol", "registered", "aftercare_policy", "integrity_officer", "any_scan"])
def test_policy_rises_with_size(made, item):
    small, large = [], []
    for wave in (2016, 2018, 2020, 2022, 2024):
        one = made.waves["organisations", wave]
        happened = one.happened[item].groupby(one.people["size_class"]).mean()
        small.append(happened["tot_20k"])
        large.append(happened["vanaf_100k"])
    assert sum(large) / 5 > sum(small) / 5 + 0.05
