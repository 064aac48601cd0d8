"""People who come, stay and go: counts, women, terms, and the same person in wave after wave."""

from __future__ import annotations

from datetime import date

import pandas as pd

from fieldwork.officeholders import decimal_year

CELL = ["function", "province", "size_class"]


def stayed(waves, function: str, before: int, after: int) -> float:
    then, now = (waves[wave].people for wave in (before, after))
    then = then[then["function"] == function]
    return then["person"].isin(now["person"]).mean()


def test_every_seat_of_every_wave_is_filled_once(inputs, waves):
    for wave, one in waves.items():
        seats = inputs.strata[inputs.strata["wave"] == wave].set_index(CELL)["population"]
        pd.testing.assert_series_equal(
            one.people.groupby(CELL).size(), seats[seats > 0].sort_index(), check_names=False
        )
        assert one.people["person"].is_unique


def test_women_per_function_are_those_of_the_facts(inputs, waves):
    for wave, one in waves.items():
        women = (one.people["gender"] == "vrouw").groupby(one.people["function"]).sum()
        facts = inputs.strata[inputs.strata["wave"] == wave].groupby("function")["women"].sum().round()
        assert women.to_dict() == facts.to_dict()


def test_who_stays_keeps_function_gender_and_first_day(waves):
    for before, after in ((2016, 2018), (2018, 2020), (2020, 2022), (2022, 2024)):
        both = waves[before].people.merge(waves[after].people, on="person", suffixes=("", "_later"))
        assert len(both) > 1000
        for name in (*CELL, "gender", "since", "respondent"):
            assert (both[name] == both[f"{name}_later"]).all(), name


def test_council_elections_renew_the_councils(waves):
    for before, after, election in ((2016, 2018, True), (2018, 2020, False), (2020, 2022, True), (2022, 2024, False)):
        share = stayed(waves, "raadslid", before, after)
        assert 0.4 < share < 0.6 if election else share > 0.85


def test_just_after_an_election_many_have_been_in_office_for_less_than_a_year(waves):
    new = {wave: (one.people["years_in_office"] == "minder_dan_1") for wave, one in waves.items()}
    raad = {wave: rows[waves[wave].people["function"] == "raadslid"].mean() for wave, rows in new.items()}
    assert min(raad[2018], raad[2022]) > 0.35
    assert max(raad[2016], raad[2020], raad[2024]) < 0.1


def test_respondents_of_two_waves_are_the_same_people_in_the_files(delivered):
    columns = ["respondent", "function", "gender"]
    then, now = (delivered["officeholders", wave].answers[columns] for wave in (2018, 2020))
    both = then.merge(now, on="respondent")
    assert len(both) > 700
    assert (both["function_x"] == both["function_y"]).all()
    assert (both["gender_x"] == both["gender_y"]).all()


def test_days_become_years_with_decimals():
    assert decimal_year(date(2023, 1, 1)) == 2023
    assert decimal_year(date(2024, 12, 31)) == 2024 + 365 / 366
