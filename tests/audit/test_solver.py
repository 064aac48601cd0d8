"""The attacker's arithmetic: sound ranges from rounded numbers, the same optimum as scipy's, and the criterion."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import product
from time import process_time

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.special import expit, logit

from audit import programs
from audit.alternatives import Alternatives
from audit.claims import Claim, Key, claims
from audit.criterion import enough, within
from audit.figures import mention, table
from audit.groups import Question, Wave, read_cells
from audit.links import Asked
from audit.programs import Program, integers
from audit.ranges import Ranges, least_yes, ranges, surely_more
from audit.solver import Patience, _plenty, _solution, _ways, solve
from audit.system import Rows, System, misfits, system
from tests.astray import Astray
from tests.audit.invented import RULES


def _round(value: float) -> int:
    return int(np.sign(value) * np.floor(abs(value) + 0.5 + 1e-9))


@pytest.mark.parametrize("seed", range(20))
def test_the_middle_of_a_rounded_logit_interval_holds_the_share(seed: int) -> None:
    chance = np.random.default_rng(seed)
    share, half = chance.uniform(0.03, 0.97), chance.uniform(0.05, 1.0)
    low, high = expit(logit(share) - half), expit(logit(share) + half)
    row = {"id": "a|2024|all", "percentage": str(_round(100 * share)), "ondergrens": str(_round(100 * low))}
    figures = table("a.csv", {name: [text] for name, text in (row | {"bovengrens": str(_round(100 * high))}).items()})
    for claim in claims(figures.fillna(""), {}):
        assert claim.lowest - 1e-9 <= share <= claim.highest + 1e-9


@pytest.mark.parametrize("words", ["Meer dan 95%", "meer dan 95%", ">95%", "minder dan 5%"])
def test_a_bracket_in_words_is_no_percentage(words: str) -> None:
    row = mention("a.html", "a", "a|2024|all", words)
    assert (row["percent"], row["text"]) == ("", words.lower())


@pytest.mark.parametrize("seed", range(40))
def test_a_difference_lies_in_the_range_of_its_printed_interval(seed: int) -> None:
    chance = np.random.default_rng(seed)
    one, other, half = chance.uniform(0.2, 0.8), chance.uniform(0.2, 0.8), chance.uniform(0.001, 0.2)
    sure = abs(one - other) > half
    bounds = [one - other - half, one - other + half]
    rounded = [_round(100 * each) + (int(np.sign(each)) if sure and _round(100 * each) == 0 else 0) for each in bounds]
    printed = _round(100 * one) - _round(100 * other)
    row = {"id": "a|2024|layer=gemeente", "geheel": "Allen", "verschil_geheel": printed}
    row |= {
        "verschil_geheel_ondergrens": min(rounded[0], printed),
        "verschil_geheel_bovengrens": max(rounded[1], printed),
    }
    row |= {"oordeel_geheel": ("hoger" if one > other else "lager") if sure else "geen aantoonbaar verschil"}
    figures = table("a.csv", {name: [str(text)] for name, text in row.items()}).fillna("")
    found = [claim for claim in claims(figures, {"officeholders": {"Allen": "all"}}) if claim.what == "difference"]
    assert len(found) == 1
    assert found[0].lowest - 1e-9 <= one - other <= found[0].highest + 1e-9


@pytest.mark.parametrize("seed", range(5))
def test_programs_that_go_on_have_the_optimum_of_programs_that_begin_anew(seed: int) -> None:
    chance = np.random.default_rng(seed)
    n, matrix = chance.integers(1, 9, 30), chance.random((6, 30))
    value = matrix @ (n * 0.4)
    rows = Rows(matrix, value - 0.3, value + 0.3, [""] * 6)
    program = Program(rows, n)
    for _ in range(8):
        inside = chance.integers(0, 2, 30).astype(float)
        anew = milp(inside, constraints=LinearConstraint(matrix, rows.low, rows.high), bounds=Bounds(0, n))
        assert program.least(inside) == pytest.approx(anew.fun, abs=1e-6)


def test_a_solver_that_loses_its_way_begins_anew_by_another_way() -> None:
    chance = np.random.default_rng(0)
    n, matrix, inside = chance.integers(1, 9, 30), chance.random((6, 30)), chance.integers(0, 2, 30).astype(float)
    value = matrix @ (n * 0.4)
    plain, lost = (Program(Rows(matrix, value - 0.3, value + 0.3, [""] * 6), n) for _ in range(2))
    lost.solver = Astray(lost.solver)  # pyright: ignore[reportAttributeAccessIssue]
    for aim in (inside, -inside, inside):
        assert lost.least(aim) == pytest.approx(plain.least(aim), abs=1e-6)


def test_what_no_solver_finds_is_not_taken_to_be_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards a bug: a range was as wide as the group where the solver lost its way, and so passed without a proof."""
    monkeypatch.setattr(programs, "_DUAL", 4)  # so that the other way is the same
    n, matrix, truth = np.full(30, 9), np.ones((1, 30)), np.full(30, 4)
    program = Program(Rows(matrix, np.array([119.7]), np.array([120.3]), [""]), n)
    inside = np.eye(30)[:3]
    assert program.spans(inside, truth) == pytest.approx(np.array([[0.0, 9.0]] * 3))
    program.solver = Astray(program.solver)  # pyright: ignore[reportAttributeAccessIssue]
    assert program.least(inside[0]) is None
    assert program.spans(inside, truth).tolist() == [[4.0, 4.0]] * 3


@pytest.mark.parametrize("seed", range(20))
def test_of_a_range_that_is_wide_no_more_is_asked_and_of_others_all(seed: int) -> None:
    """What is left out is inside the true range; no guess that is possible is thought impossible."""
    chance = np.random.default_rng(seed)
    n, matrix, inside = chance.integers(1, 9, 30), chance.random((6, 30)), chance.integers(0, 2, (12, 30)).astype(float)
    inside[::2, 2:] = 0.0  # small groups
    truth, headline = chance.binomial(n, 0.4), 0.4
    value = matrix @ truth
    rows, sizes = Rows(matrix, value - 0.3, value + 0.3, [""] * 6), inside @ n
    exact = Program(rows, n).spans(inside, truth)
    asked = Program(rows, n).spans(inside, truth, partial(_plenty, sizes, headline))
    wide = _plenty(sizes, headline, asked)
    assert 0 < wide.sum() < len(wide)
    assert asked[~wide] == pytest.approx(exact[~wide], abs=1e-6)
    assert (asked[wide, 0] >= exact[wide, 0] - 1e-6).all()
    assert (asked[wide, 1] <= exact[wide, 1] + 1e-6).all()
    guess = np.floor(headline * sizes[wide] + 0.5)
    assert ((guess >= asked[wide, 0] - 1e-6) & (guess <= asked[wide, 1] + 1e-6)).all()
    for group, (least, most) in zip(inside, exact, strict=True):
        ends = [
            sign
            * milp(sign * group, constraints=LinearConstraint(matrix, rows.low, rows.high), bounds=Bounds(0, n)).fun
            for sign in (1, -1)
        ]
        assert [least, most] == pytest.approx(ends, abs=1e-6)


def test_the_criterion_asks_four_counts_beside_two_known_respondents() -> None:
    assert enough(within(0, 3, 10), 0)
    assert enough(within(2, 5, 10), 2)
    assert not enough(within(0, 2, 10), 0)
    assert not enough(within(0, 4, 10), 2)  # two who said yes themselves leave 2 to 4
    assert not enough(within(6, 10, 10), 8)
    assert enough(within(0, 1, 1), 0)
    assert not enough(within(0, 0, 1), 0)
    assert enough(np.ones(3, dtype=bool), 1)


@pytest.mark.parametrize("seed", range(10))
def test_the_fewest_who_said_yes_are_those_with_the_largest_weights(seed: int) -> None:
    chance = np.random.default_rng(seed)
    n, weight, share = chance.integers(1, 4, 4), chance.uniform(1, 3, 4), chance.uniform(0.05, 0.95)
    counts = [c for c in product(*(range(one + 1) for one in n)) if np.dot(c, weight) >= share * np.dot(n, weight)]
    assert least_yes(share, n, weight) <= min(map(sum, counts)) + 1e-6


@pytest.mark.parametrize("seed", range(20))
def test_more_said_yes_and_no_for_sure_where_the_fewest_of_either_are_more(seed: int) -> None:
    """The quick answer for shares that are far inside is the one that the largest weights give."""
    draw = np.random.default_rng(seed)
    n, weight = draw.integers(1, 12, 6), draw.uniform(1, 9, 6)
    low, high = sorted(draw.uniform(0, 1, 2))
    fewest = min(least_yes(low, n, weight), least_yes(1 - high, n, weight))
    found = [surely_more((low, high), n, weight, than) for than in range(8)]
    assert found == [fewest > than for than in range(8)]
    assert not surely_more((0.0, high), n, weight, 0)


def test_integer_programs_stop_after_the_time_that_the_processor_gave_them() -> None:
    chance = np.random.default_rng(1)
    matrix, some = chance.integers(10**4, 10**5, (3, 60)).astype(float), chance.integers(0, 2, 60)
    value, began = matrix @ some, process_time()
    assert integers(matrix, (value, value), (np.zeros(60), np.ones(60)), 0.5) is None
    assert 0.4 < process_time() - began < 3
    assert integers(matrix, (value - 1e6, value + 1e6), (np.zeros(60), np.ones(60)), 0.5) is not None


def _made(share: dict[str, tuple[float, float]]) -> tuple[Question, Wave, Ranges]:
    """Forty cells of ten respondents in two halves, of which the last two cells are a small group."""
    n, half = np.full(40, 10), np.arange(40) < 20
    small = np.arange(40) >= 38
    groups = {"all": np.full(40, True), "a=1": half, "a=2": small}
    wave = Wave("officeholders", 2024, np.full(40, 2.0), n, groups, {})
    question = Question("officeholders", 2024, "x", "", n, np.full(40, 4))
    found = Ranges({Key(*question.key, domain): bounds for domain, bounds in share.items()})
    return question, wave, found


@pytest.mark.parametrize(
    ("bounds", "proof"), [((0.395, 0.405), "pinned"), ((0.25, 0.5), "found"), ((0.0, 1.0), "wide")]
)
def test_a_small_group_is_pinned_where_it_follows_and_open_where_it_does_not(
    bounds: tuple[float, float], proof: str
) -> None:
    question, wave, found = _made({"all": (0.395, 0.405), "a=2": bounds})
    verdicts = {one.group: one for one in solve(system(Asked([question]), wave, found, RULES), Patience(1.0))}
    assert verdicts["a=2"].proof == proof
    assert verdicts["a=2"].lowest <= verdicts["a=2"].truth <= verdicts["a=2"].highest
    assert (proof != "pinned") or "a=2" in " ".join(verdicts["a=2"].by)


def test_a_group_is_small_of_which_few_were_asked() -> None:
    """Twenty cells of ten took part, and of each one was asked: 20, where 30 are no longer few."""
    question, wave, _ = _made({})
    asked = np.where(wave.groups["a=1"], 1, 10)
    assert [*wave.targets(question.n)] == ["a=2"]
    assert [*wave.targets(asked)] == ["a=1", "a=2"]
    assert [*wave.targets(asked * np.where(wave.groups["a=1"], 2, 1))] == ["a=2"]


def test_a_small_group_stays_small_beside_a_withheld_one_of_the_same_people() -> None:
    """Guards a bug: a large group whose answers are all of a small one took its place, and its weaker rule.

    The last two cells, 40 who answered, count as a small group as all of it took part.
    """
    question, wave, found = _made({"all": (0.395, 0.405)})
    last = np.arange(40) >= 38
    question = replace(question, n=np.where(last, 20, 0), yes=np.where(np.arange(40) == 39, 1, 0))
    wave = replace(wave, size=np.where(last, 20, 10), weight=np.where(last, 1.0, 4.0))
    wave = replace(wave, groups={"all": wave.groups["all"], "a=1": ~wave.groups["a=1"], "a=2": wave.groups["a=2"]})
    found = replace(found, withheld={Key(*question.key, "a=1")})
    made = system(Asked([question]), wave, found, RULES)
    assert made.names == ["a=1"] and made.wanted.all()
    assert (made.left.tolist(), made.known.tolist()) == ([4], [2])


def test_of_a_larger_group_that_is_withheld_few_are_not_told_from_none() -> None:
    """Its last cell was not asked."""
    question, wave, found = _made({"all": (0.0, 1.0)})
    cell = np.arange(40)
    rare = replace(question, n=np.where(cell == 19, 0, 10), yes=np.where(cell == 0, 1, 0))
    made = system(Asked([rare]), wave, replace(found, withheld={Key(*question.key, "a=1")}), RULES)
    assert made.names == ["a=1", "a=2"] and made.wanted.all()
    assert (made.left.tolist(), made.known.tolist()) == ([3, 4], [0, 2])
    assert made.enough(np.arange(191) < 3, 1, 0) and not made.enough(np.arange(191) < 2, 1, 0)


def test_a_question_without_small_groups_has_nothing_to_prove() -> None:
    question, wave, found = _made({"all": (0.395, 0.405)})
    large = replace(wave, groups={"all": wave.groups["all"], "a=1": wave.groups["a=1"]})
    made = system(Asked([question]), large, found, RULES)
    assert made.names == [] and made.wanted.shape == (1, 0) and solve(made, Patience(1.0)) == []


def test_who_was_asked_because_of_another_answer_is_known_in_round_numbers_only() -> None:
    """40 % of 400 who took part is 160 x weight 2; of 200 of them, told as 200, it is 40 % of 195 to 205."""
    question, wave, found = _made({"all": (0.4, 0.4)})
    (rows,) = system(Asked([question]), wave, found, RULES).rows
    assert (rows.low[0], rows.high[0]) == pytest.approx((320, 320), abs=1e-3)
    half = replace(question, n=np.full(40, 5), yes=np.full(40, 2))
    (rows,) = system(Asked([half]), wave, found, RULES).rows
    assert (rows.low[0], rows.high[0]) == pytest.approx((0.4 * 195 * 2, 0.4 * 205 * 2), abs=1e-3)


def _drawn(answers: int, seed: int) -> System:
    """A question with so many answers, of which the shares of all and of one group are told."""
    chance = np.random.default_rng(seed)
    draws = chance.multinomial(10, [0.5, 0.3, 0.2], size=40).T
    questions, keys = [], {}
    question, wave, _ = _made({})
    for at in range(answers):
        one: Question = replace(question, answer=f"a{at}" if answers > 1 else "", yes=draws[at])
        questions.append(one)
        for domain in ("all", "a=1"):
            share = draws[at][wave.groups[domain]].mean() / 10
            keys[Key(*one.key, domain)] = (max(share - 0.005, 0), min(share + 0.005, 1))
    return system(Asked(questions), wave, Ranges(keys), RULES)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("answers", [1, 3])
def test_integer_programs_find_answers_that_satisfy_every_row(answers: int, seed: int) -> None:
    """Of a distribution every respondent still gives one answer, whichever way of change was taken."""
    made = _drawn(answers, seed)
    (group,) = (at for at, name in enumerate(made.names) if name == "a=2")
    ends, truth, found = (
        np.zeros((len(made.rows), len(made.names)), dtype=int),
        int(made.truth[0] @ made.inside[group]),
        0,
    )
    known = Alternatives(made, ends, ends, unsure=0.0)
    for way in [*_ways(made, 0)][:4]:
        for count in (truth - 2, truth + 2):
            state = _solution(made, known, (0, group, count), way)
            if state is not None:
                found += 1
                assert state[0] @ made.inside[group] == count and (state >= 0).all()
                assert answers == 1 or (state.sum(axis=0) == made.n).all()
                for rows, yes in zip(made.rows, state, strict=True):
                    value = rows.matrix @ yes
                    assert ((value >= rows.low - 1e-6) & (value <= rows.high + 1e-6)).all()
    assert found


def test_a_figure_that_the_answers_do_not_give_is_named() -> None:
    question, wave, found = _made({"all": (0.495, 0.505)})
    assert [fault.what for fault in misfits(system(Asked([question]), wave, found, RULES))] == [
        "does not follow from the answers"
    ]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("answers", [1, 3])
def test_other_answers_satisfy_every_row(answers: int, seed: int) -> None:
    made = _drawn(answers, seed)
    ends = np.zeros((answers, len(made.names)), dtype=int)
    search = Alternatives(made, ends, ends + made.sizes.astype(int), unsure=0.0)
    assert search.settle(made.wanted)[made.wanted].all()
    states = np.array(search.states)
    assert len(np.unique(states, axis=0)) > 3
    assert ((states >= 0) & (states <= made.n)).all()
    assert answers == 1 or (states.sum(axis=1) == made.n).all()
    for at, rows in enumerate(made.rows):
        value = states[:, at] @ rows.matrix.T
        assert ((value >= rows.low - 1e-9) & (value <= rows.high + 1e-9)).all()
    for answer, group in np.argwhere(made.wanted):
        counts = {int(state[answer] @ made.inside[group]) for state in states}
        assert {*np.flatnonzero(search.seen[answer, group]).tolist()} == counts
        for count in counts:
            assert search.nearest(answer, group, count)[answer] @ made.inside[group] == count


def test_what_is_left_of_a_group_without_others_is_attacked_too() -> None:
    rows = [["all"], ["layer=gemeente", "layer=provincie"], [f"function_group={name}" for name in ("a", "b", "c")]]
    head = {"survey": "officeholders", "wave": 2024, "weight": 1.5, "indicator": "x", "answer": "", "yes": 1}
    places = [("gemeente", "a", 60), ("gemeente", "b", 50), ("provincie", "c", 40), ("provincie", "d", 9)]
    made = [
        {"cell": at, "layer": layer, "function_group": name, "n": n, "size": n}
        for at, (layer, name, n) in enumerate(places)
    ]
    frame = pd.DataFrame([head | one for one in made])
    columns = ["survey", "wave", "cell", "layer", "function_group", "weight", "size", "indicator", "answer", "n", "yes"]
    waves, questions = read_cells(frame[columns], rows)
    small = [name for name, inside in waves[2024].targets(questions[0].n).items() if questions[0].n[inside].sum() == 9]
    assert small == ["all - {function_group}"]


@pytest.mark.parametrize(("yes", "narrowed"), [(3, False), (12, True)])
def test_an_interval_tells_its_middle_only_where_it_is_surely_a_logit_one(yes: int, narrowed: bool) -> None:
    question, wave, _ = _made({})
    key, share = Key(*question.key, "a=2"), yes / 20
    said = [
        Claim(key, "share", share - 0.005, share + 0.005, "a.csv"),
        Claim(key, "middle", share, share + 0.003, "a.csv"),
    ]
    found = ranges(said, {("officeholders", 2024): wave}, [question])
    assert (found.share[key][0] == share) is narrowed
