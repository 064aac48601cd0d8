"""An invented population and invented respondents, in the form of strata.csv and 1-harmonised, for tests of analysis.

Answers are drawn without any thought of the real monitor: women say yes more often than men, nothing else matters.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from analysis.declared import Kind
from analysis.questionnaire import Question, Questionnaire, read_questionnaire

CONFIG = Path(__file__).parents[2] / "config"
PROVINCES = {"groningen": 1.0, "drenthe": 0.7, "flevoland": 0.5, "utrecht": 1.2, "zeeland": 0.6, "limburg": 1.1}
SIZES = {"tot_20k": 0.4, "20k_50k": 0.4, "vanaf_100k": 0.2}
PLACED = {"raadslid": 800, "wethouder": 120, "statenlid": 300}
UNPLACED = {"burgemeester": 60, "commissaris": 6, "gedeputeerde": 24, "dijkgraaf": 11, "db_lid": 40, "ab_lid": 150}
LAYER = {
    **dict.fromkeys(["burgemeester", "wethouder", "raadslid"], "gemeente"),
    **dict.fromkeys(["commissaris", "gedeputeerde", "statenlid"], "provincie"),
    **dict.fromkeys(["dijkgraaf", "db_lid", "ab_lid"], "waterschap"),
}


def but(declared: Kind, **changes: object) -> Kind:
    """The same declaration with some fields changed."""
    return declared.model_copy(update=changes)


def invent_strata(waves: tuple[int, ...] = (2022, 2024)) -> pd.DataFrame:
    """Rows of strata.csv; a third of every cell are women."""
    rows = []
    for function, persons in {**PLACED, **UNPLACED}.items():
        provinces = PROVINCES if function in PLACED else {"nvt": 1.0}
        sizes = SIZES if LAYER[function] == "gemeente" else {"nvt": 1.0}
        for province, more in provinces.items():
            for size, share in sizes.items():
                rows.append((function, province, size, max(1, round(persons * more * share / len(provinces)))))
    strata = pd.DataFrame(rows, columns=["function", "province", "size_class", "population"])
    strata.insert(0, "layer", strata["function"].map(LAYER))
    strata["women"] = strata["population"] / 3
    return pd.concat([strata.assign(wave=wave) for wave in waves], ignore_index=True)


def invent_respondents(strata: pd.DataFrame, response: float, seed: int, yes: float = 0.3) -> pd.DataFrame:
    """One harmonised row per respondent: at least two of every function, two of each gender group."""
    rng = np.random.default_rng(seed)
    questionnaire = read_questionnaire(CONFIG / "questionnaire" / "officeholders.yml")
    waves = []
    for wave, rows in strata.groupby("wave"):
        persons = rows.loc[rows.index.repeat(rows["population"]), ["layer", "function", "province", "size_class"]]
        persons = persons.reset_index(drop=True)
        persons["gender"] = np.where(np.arange(len(persons)) % 3 == 0, "vrouw", "man")
        first = persons.groupby(["function", "gender"]).cumcount() < 2
        sizes = persons.groupby("size_class").cumcount() < 1
        frame = persons[(rng.random(len(persons)) < response) | first | sizes].reset_index(drop=True)
        waves.append(_answer(frame, int(str(wave)), questionnaire, rng, yes))
    return pd.concat(waves, ignore_index=True)


def _answer(
    frame: pd.DataFrame, wave: int, questionnaire: Questionnaire, rng: np.random.Generator, yes: float
) -> pd.DataFrame:
    frame = frame.assign(survey="officeholders", wave=wave, respondent=[f"r{i:05d}" for i in range(len(frame))])
    columns: dict[str, pd.Series] = {name: frame[name] for name in frame}
    for question in questionnaire.questions:
        if question.columns[0] in columns:
            continue
        for column in question.columns:
            columns[column] = _draw(question, frame, rng, yes)
            routing = question.routing(wave)
            if question.waves and wave not in question.waves:
                columns[column] = pd.Series("not_asked", index=frame.index)
            elif routing:
                asks = routing.asks(pd.DataFrame({name: columns[name] for name, _ in routing.conditions}))
                columns[column] = columns[column].where(asks, "routed_out")
    groups = {"commissaris": "provinciebestuur", "gedeputeerde": "provinciebestuur"}
    groups |= {"dijkgraaf": "waterschapsbestuur", "db_lid": "waterschapsbestuur"}
    columns["function_group"] = frame["function"].replace(groups)
    return pd.DataFrame(columns)


def _draw(question: Question, frame: pd.DataFrame, rng: np.random.Generator, yes: float) -> pd.Series:
    share = np.where(frame["gender"] == "vrouw", min(1.5 * yes, 1.0), yes)
    said = rng.random(len(frame)) < share
    if question.kind == "multiple":
        return pd.Series(np.where(said, "yes", "no"), index=frame.index)
    if question.kind == "date":
        return pd.Series("2024-04-20", index=frame.index)
    answers = [answer.id for answer in question.answers]
    kept = [answer.id for answer in question.answers if not answer.missing]
    later = rng.choice(kept[1:], len(frame))
    given = np.where(said, later, kept[0])
    if len(answers) > len(kept):
        given = np.where(rng.random(len(frame)) < 0.04, answers[-1], given)
    return pd.Series(given, index=frame.index)
