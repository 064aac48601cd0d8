"""Who is invited and who answers."""

from __future__ import annotations

import pytest

from analysis.errors import MonitorError
from fieldwork.response import invite, respond
from fieldwork.settings import Odds
from tests.fieldwork.conftest import changed_survey


def test_as_many_respond_as_the_rows_say(inputs, waves):
    response = inputs.settings.surveys["officeholders"].response
    for wave, one in waves.items():
        assert one.responded.sum() == response.respondents[wave] == len(one.answers)
        assert not (one.responded & ~one.invited).any()


def test_a_census_invites_everyone_and_the_sample_its_share_of_each_stratum(inputs, waves):
    assert all(waves[wave].invited.all() for wave in (2016, 2018, 2020, 2022))
    response, strata = inputs.settings.surveys["officeholders"].response, waves[2024].strata
    least = strata["province"].map(response.invited_province[2024]).fillna(0)
    percent = strata["function"].map(response.invited[2024]).fillna(100).clip(lower=least)
    assert ((strata["invited"] - strata["population"] * percent / 100).abs() <= 0.5).all()


def test_answering_does_not_depend_on_what_happened(inputs, one_wave):
    chances = dict(one_wave.surveys["officeholders"].chances)
    for name, percent in (("any_aggression", 60), ("verbal", 55)):
        chances[name] = chances[name].model_copy(update={"percent": {2016: percent}})
    before = inputs.run(one_wave)[0]
    after = inputs.run(changed_survey(one_wave, chances=chances))[0]
    assert after.happened["any_aggression"].mean() > 0.55
    assert (before.responded == after.responded).all()


def test_response_follows_its_odds(inputs, waves):
    # 2022 as published: 28 % women among the respondents, with 30 % in the population.
    one = waves[2022]
    assert (one.people.loc[one.responded, "gender"] == "vrouw").mean() == pytest.approx(0.28, abs=0.02)
    rate = {name: one.responded[one.people["years_in_office"] == name].mean() for name in ("minder_dan_1", "8_plus")}
    assert rate["minder_dan_1"] > rate["8_plus"]


def test_who_answered_once_is_likelier_to_answer_again(waves):
    then, now = waves[2022], waves[2020]
    here = then.people["person"].isin(now.people["person"]).to_numpy()
    again = then.people["person"].isin(now.people.loc[now.responded, "person"]).to_numpy()
    assert then.responded[here & again].mean() > then.responded[here & ~again].mean() + 0.1


def test_more_respondents_than_invitations_is_told(inputs, waves):
    response = inputs.settings.surveys["officeholders"].response.model_copy(update={"respondents": {2022: 20_000}})
    people = waves[2022].people
    with pytest.raises(MonitorError, match=r"More respondents than invitations(.|\n)*11584(.|\n)*20000"):
        respond(people, invite(people, response, 2022, 1), response, 2022, 1)


def test_two_of_every_function_answer_however_unlikely_that_is(inputs, waves):
    """About one seed in thirty left a wave without commissarissen: a population without respondents stops the build."""
    odds = [Odds(effect="function", level=name, ratio=1e-6) for name in ("commissaris", "dijkgraaf")]
    response = inputs.settings.surveys["officeholders"].response.model_copy(update={"odds": tuple(odds)})
    one = waves[2018]
    responded = respond(one.people, one.invited, response, 2018, inputs.settings.seed)
    counts = one.people.loc[responded, "function"].value_counts()
    assert counts["commissaris"] == counts["dijkgraaf"] == response.at_least == 2
    assert responded.sum() == response.respondents[2018]
