"""The synthetic survey of organisations: who they are, and which informants answer for them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.questionnaire import Questionnaire
from fieldwork.officeholders import pseudonyms
from fieldwork.randomness import at_least_one, stream
from fieldwork.settings import Response, Survey

_WHOLE = 100
_OTHERS = "others"


def organisations(population: pd.DataFrame, survey: Survey, seed: int) -> dict[int, pd.DataFrame]:
    """List every organisation of every wave: person (a number), organisation (pseudonym), layer and size class.

    `population` has wave, layer, size_class and population (organisations). An organisation of a stratum keeps its
    number from wave to wave as long as the stratum has as many; no row says which gemeente it is.
    """
    stratum = ["layer", "size_class"]
    first = population.groupby(stratum)["population"].max()
    offset = (first.cumsum() - first).rename("offset")
    numbers = pseudonyms(survey.numbers, int(first.sum()), seed)
    rosters = {}
    for wave in survey.waves:
        cells = population[population["wave"] == wave]
        rows = cells.loc[cells.index.repeat(cells["population"]), stratum].reset_index(drop=True)
        person = rows.groupby(stratum).cumcount() + rows.join(offset, on=stratum)["offset"]
        rosters[wave] = rows.assign(person=person, organisation=numbers[person])
    return rosters


def informants(
    answers: pd.DataFrame, questionnaire: Questionnaire, survey: Survey, wave: int, seed: int
) -> pd.DataFrame:
    """Give each organisation that answers a row per informant, who sometimes sees things differently.

    `answers` has a row per organisation with the answers that are true. Returns the same with `informant` and
    `respondent`; in `informants_differ` percent of the answers the second informant gives another organisation's.
    """
    response: Response = survey.response
    rows = []
    for layer, mine in answers.groupby("layer"):
        shares = response.informants.get(str(layer), response.informants[_OTHERS])
        wanted = np.tile(np.array(list(shares.values())) / _WHOLE, (len(mine), 1))
        chosen = at_least_one(wanted, stream(seed, "informants", wave, str(layer)))
        place, which = np.nonzero(chosen)
        first = pd.Series(place).duplicated().to_numpy()
        rows.append(mine.iloc[place].assign(informant=np.array(list(shares))[which], second=first))
    told = pd.concat(rows, ignore_index=True)
    second = told.pop("second").to_numpy()
    for question in questionnaire.questions:
        random = stream(seed, "differ", wave, question.id)
        differs = second & (random.random(len(told)) < response.informants_differ / _WHOLE)
        if question.theme and differs.any():
            others = told[question.columns].sample(n=int(differs.sum()), random_state=random)
            told.loc[differs, question.columns] = others.to_numpy()
    letter = told["informant"].str[:1].str.upper()
    return told.assign(respondent=letter + told["organisation"].str[1:])
