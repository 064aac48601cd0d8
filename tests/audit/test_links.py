"""Questions of which one follows from others: what is said of one is known of the other, and so attacked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from audit.claims import Claim, Key
from audit.groups import Question, Wave
from audit.links import asked, links
from audit.ranges import ranges
from audit.system import misfits, system
from tests.audit.invented import RULES

CELLS = 30
VICTIMS, PEOPLE = np.full(CELLS, 4), np.full(CELLS, 10)
WAVE = Wave("officeholders", 2024, np.full(CELLS, 2.0), PEOPLE, {"all": np.full(CELLS, True)})
SOME = {"kind": "proportion", "any": {"how": ["online"]}}
ROWS = {
    "met": {"kind": "proportion", "any": {"forms": ["yes"]}},
    "online": {**SOME, "base": {"answered": "met"}},
    "online_victims": {**SOME, "base": {"indicator": "met"}},
    "severity": {
        **{"kind": "distribution", "variable": "severity", "base": {"answered": "met"}, "routed_out": "none"},
        **{"merge": {"unknown": ["refused"]}, "thin": {"grave": ["severe", "very"]}},
    },
    "serious": {"kind": "proportion", "variable": "severity", "yes": ["severe", "very"], "base": {"answered": "met"}},
}
YES = {
    **{("met", ""): 4, ("online", ""): 3, ("online_victims", ""): 3, ("serious", ""): 3},
    **{("severity", "severe"): 2, ("severity", "very"): 1, ("severity", "unknown"): 1, ("severity", "none"): 6},
    ("severity", "grave"): 3,
}


def question(name: str, answer: str = "") -> Question:
    n = VICTIMS if name == "online_victims" else PEOPLE
    return Question("officeholders", 2024, name, answer, n, np.full(CELLS, YES[name, answer]))


QUESTIONS = [question(*name) for name in YES]
INDICATORS = replace(RULES, indicators=ROWS)
SAYS = {
    (
        "all" if link.whole is None else link.whole.name.partition("|")[0],
        frozenset(part.name.partition("|")[0].removeprefix("severity.") for part in link.parts),
    )
    for link in links(QUESTIONS, INDICATORS)
}


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("all", "severe very unknown none"),
        ("all", "grave unknown none"),
        ("severity.grave", "severe very"),
        ("serious", "severe very"),
        ("serious", "grave"),
        ("met", "severe very unknown"),
        ("online", "online_victims"),
    ],
)
def test_what_counts_the_same_answers_is_linked(whole: str, parts: str) -> None:
    assert (whole, frozenset(parts.split())) in SAYS


def test_what_does_not_hold_in_every_cell_is_not_believed() -> None:
    (first, *_), others = [one for one in QUESTIONS if one.indicator == "serious"], QUESTIONS
    wrong = [replace(one, yes=one.yes + (np.arange(CELLS) == 3)) if one is first else one for one in others]
    assert not [link for link in links(wrong, INDICATORS) if link.whole and link.whole.indicator == "serious"]


def told(said: dict[tuple[str, str], tuple[float, float]], of: tuple[str, str]) -> tuple[float, float]:
    """The range of a share of all, from what is said of others."""
    claims = [Claim(Key("officeholders", *key, 2024, "all"), "share", *ends, "a.csv") for key, ends in said.items()]
    linked = [*links(QUESTIONS, INDICATORS)]
    found = ranges(claims, {("officeholders", 2024): WAVE}, QUESTIONS, linked, INDICATORS)
    assert not found.broken
    return found.share[Key("officeholders", *of, 2024, "all")]


def test_a_share_of_fewer_people_follows_from_that_of_all() -> None:
    """3 of 10 is 3 of 4, of about 120 victims, told as 120: 115 to 125 of them."""
    low, high = told({("online", ""): (0.3, 0.3)}, ("online_victims", ""))
    assert (low, high) == pytest.approx((90 / 125, 90 / 115), abs=1e-6)


def test_who_met_nothing_follows_from_who_did_and_an_answer_from_a_sum() -> None:
    assert told({("met", ""): (0.395, 0.405)}, ("severity", "none")) == pytest.approx((0.595, 0.605))
    low, high = told({("serious", ""): (0.3, 0.3), ("severity", "severe"): (0.19, 0.21)}, ("severity", "very"))
    assert (low, high) == pytest.approx((0.09, 0.11))
    assert told({("met", ""): (0.4, 0.4), ("serious", ""): (0.29, 0.31)}, ("severity", "unknown")) == pytest.approx(
        (0.09, 0.11)
    )


def test_answers_are_solved_together_with_what_is_their_sum() -> None:
    linked = [*links(QUESTIONS, INDICATORS)]
    (severity,) = [one for one in asked(QUESTIONS, linked, INDICATORS) if len(one.answers) > 1]
    assert [one.answer for one in severity.answers] == ["severe", "very", "unknown", "none"] and severity.whole
    assert {one.name for one, _ in severity.sums} == {"severity.grave|2024", "serious|2024", "met|2024"}
    key = Key("officeholders", "severity", "grave", 2024, "all")
    found = ranges([Claim(key, "share", 0.295, 0.305, "a.csv")], {("officeholders", 2024): WAVE}, QUESTIONS)
    made = system(severity, WAVE, found, INDICATORS)
    (rows, parts) = next((rows, parts) for rows, parts in made.sums if len(rows.low))
    assert parts.tolist() == [True, True, False, False] and not misfits(made)
    assert rows.low[0] <= (rows.matrix @ made.truth[parts].sum(axis=0))[0] <= rows.high[0]
    wrong = replace(found, share={key: (0.4, 0.41)})
    assert [fault.what for fault in misfits(system(severity, WAVE, wrong, INDICATORS))] == [
        "does not follow from the answers"
    ]
