"""Domains: groups of respondents for which estimates are made, with ids such as function=raadslid&gender=vrouw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, partial

import numpy as np
import pandas as pd

from analysis.answers import Given, given
from analysis.errors import MonitorError
from analysis.population import MISSING
from analysis.questionnaire import Questionnaire

ALL = "all"


def conditions(domain: str) -> dict[str, str]:
    """The variables of a domain id with the value each must have; none for "all"."""
    if domain == ALL:
        return {}
    return {name: value for name, _, value in (part.partition("=") for part in domain.split("&"))}


def dimension(domain: str) -> str:
    """The variables of a domain id joined by " x ", as domains.yml writes them: "function x gender"."""
    return " x ".join(conditions(domain)) or ALL


def masks(
    domains: Sequence[str], respondents: pd.DataFrame, codebook: Mapping[str, tuple[str, ...]] | None = None
) -> np.ndarray:
    """Which respondents are in each domain: domains x respondents as booleans, in the order of the frame.

    `province=*` is everybody with a province; `function=db_lid+ab_lid` is either. A missing answer is in no domain.
    Raises MonitorError for a variable that the respondents do not have, or a value that neither the codebook knows nor,
    for a variable outside it, any respondent has.
    """
    read = cache(partial(given, respondents, codebook=codebook))
    found = np.ones((len(domains), len(respondents)), dtype=bool)
    for inside, domain in zip(found, domains, strict=True):
        for variable, value in conditions(domain).items():
            if variable not in respondents.columns or not value:
                raise _unknown(domain, "variable", variable, [str(name) for name in respondents.columns])
            known = (codebook or {}).get(variable) or tuple(sorted(read(variable).names))
            for one in value.split("+"):
                if one not in (*known, "*"):
                    raise _unknown(domain, f"value of {variable}", one, list(known))
            inside &= _with(read(variable), value)
    return found


def mask(domain: str, respondents: pd.DataFrame, codebook: Mapping[str, tuple[str, ...]] | None = None) -> np.ndarray:
    """Which respondents are in one domain (see `masks`)."""
    return masks([domain], respondents, codebook)[0]


def rows_in(domain: str, rows: pd.DataFrame) -> np.ndarray:
    """Which rows are in the domain, as booleans; a value that no row has is in none of them."""
    parts = [_with(given(rows, variable), value) for variable, value in conditions(domain).items()]
    return np.logical_and.reduce([np.ones(len(rows), dtype=bool), *parts])


def _with(answers: Given, value: str) -> np.ndarray:
    someone = set(answers.names) - {"nvt", *MISSING}
    return answers.among(someone if value == "*" else value.split("+"))


def of_offered_groups(estimates: pd.DataFrame, questionnaire: Questionnaire) -> pd.DataFrame:
    """Estimates without the rows of groups that the wave did not have, such as employees of the Rijk in 2024.

    A group is there when the wave offered one of the answers that its domain names; a variable that is made later is.
    Raises MonitorError for groups that a `national` question makes.
    """
    check_told(estimates["domain"].unique(), questionnaire)
    asked = {question.id: question.answers for question in questionnaire.questions}

    def there(domain: str, wave: int) -> bool:
        named = [(asked.get(name, ()), value.split("+")) for name, value in conditions(domain).items()]
        offers = [[one.offered(wave) for one in answers if one.id in values] for answers, values in named]
        return all(any(offered) for offered in offers if offered)

    pairs = estimates[["domain", "wave"]].drop_duplicates()
    kept = pairs[[there(str(domain), int(wave)) for domain, wave in pairs.to_numpy()]]
    return estimates.merge(kept, on=["domain", "wave"])


def check_told(domains: Iterable[str], questionnaire: Questionnaire) -> None:
    """Raise MonitorError for a group of those who gave an answer that is told of the whole country alone."""
    for domain in domains:
        if national := questionnaire.national & set(conditions(domain)):
            raise MonitorError(
                "Group by an answer that is told of the whole country alone",
                where=f"domain {domain}",
                expected=f"a question that config/questionnaire/{questionnaire.survey}.yml does not call national",
                got=", ".join(sorted(national)),
                hint="take the row out of domains.yml: groups by party, origin or own words are never published",
            )


def _unknown(domain: str, what: str, name: str, known: list[str]) -> MonitorError:
    return MonitorError(
        f"Domain names an unknown {what}",
        where=f"domain {domain}",
        expected=", ".join(known),
        got=name,
        hint="mend the row in domains.yml or target_groups.csv, or add the variable to the questionnaire",
    )
