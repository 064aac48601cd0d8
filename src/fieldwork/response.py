"""Who is invited, who answers, and what those who answer leave out."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit

from analysis.errors import MonitorError
from analysis.questionnaire import Question, Questionnaire
from fieldwork.chances import log_odds
from fieldwork.randomness import persistent_uniform, stream
from fieldwork.settings import Response

STRATUM = ["function", "province"]
_LOG_ODDS_RANGE = 40.0


def invite(people: pd.DataFrame, response: Response, wave: int, seed: int) -> np.ndarray:
    """Draw a simple random sample within function x province; everyone where the wave names no percentage (census)."""
    by_function = people["function"].map(response.invited.get(wave, {})).fillna(100)
    by_province = people["province"].map(response.invited_province.get(wave, {})).fillna(0)
    percent = np.maximum(by_function, by_province)
    stratum = people.groupby(STRATUM)
    invited = np.rint(stratum["person"].transform("size") * percent / 100)
    order = pd.Series(stream(seed, "invite", wave).random(len(people)), index=people.index)
    return (order.groupby([people[name] for name in STRATUM]).rank() <= invited).to_numpy()


def respond(people: pd.DataFrame, invited: np.ndarray, response: Response, wave: int, seed: int) -> np.ndarray:
    """Draw who answers: exactly `respondents[wave]` persons, by their propensities (Pareto sampling, Rosén 1997).

    Propensities differ by the odds of generator.yml alone, never by what happened to a person, and who answered once
    is likelier to answer again (`same_person`). The `at_least` likeliest of every function always answer.
    Raises MonitorError when fewer are invited than are to answer.
    """
    wanted = response.respondents[wave]
    if wanted >= invited.sum():
        raise MonitorError(
            "More respondents than invitations",
            where=f"generator.yml, response.respondents, {wave}",
            expected=f"fewer than the {invited.sum()} who are invited",
            got=str(wanted),
            hint="lower the number, or invite more in response.invited",
        )
    effects = log_odds(people, response.odds, wave, "response.odds")

    def excess(intercept: float) -> float:
        return float(expit(intercept + effects[invited]).sum() - wanted)

    level = brentq(excess, -_LOG_ODDS_RANGE, _LOG_ODDS_RANGE)
    uniform = persistent_uniform(seed, "respond", wave, people["person"].to_numpy(), response.same_person)
    rank = np.log(uniform) - np.log1p(-uniform) - (level + effects)
    rank[~invited] = np.inf
    within = pd.Series(rank).groupby(people["function"].to_numpy()).rank(method="first").to_numpy()
    rank[invited & (within <= response.at_least)] = -np.inf
    return rank <= np.partition(rank, wanted - 1)[wanted - 1]


def leave_out(
    answers: pd.DataFrame, questionnaire: Questionnaire, response: Response, wave: int, seed: int
) -> pd.DataFrame:
    """Blank or refuse single answers, let some break off, and empty what routing then skips.

    `answers` holds the harmonised columns as answer ids; an empty cell becomes None. Item nonresponse is a refusal
    where the question offers one; background has it only where generator.yml names the question. Breaking off
    happens somewhere in the questions that only victims are asked.
    """
    kept = answers.copy()
    for question in questionnaire.questions:
        usual = response.item_nonresponse["default"] if question.theme else 0
        share = response.item_nonresponse.get(question.id, usual) / 100
        left_out = stream(seed, "leave out", wave, question.id).random(len(kept)) < share
        kept.loc[left_out, question.columns] = _instead(question)
    routings = [(question, question.routing(wave)) for question in questionnaire.questions]
    routed = [(question, routing) for question, routing in routings if routing]
    random = stream(seed, "break off", wave)
    breaks = random.random(len(kept)) < response.break_off / 100
    last = np.where(breaks, random.integers(0, len(routed), len(kept)), len(routed))
    for position, (question, routing) in enumerate(routed):
        kept.loc[~(routing.asks(kept) & (position < last)), question.columns] = None
    return kept


def _instead(question: Question) -> str | None:
    return "refused" if any(answer.id == "refused" for answer in question.answers) else None
