"""Domains: groups of respondents for which estimates are made, with ids such as function=raadslid&gender=vrouw."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.errors import MonitorError
from analysis.population import MISSING

ALL = "all"


def conditions(domain: str) -> dict[str, str]:
    """The variables of a domain id with the value each must have; none for "all"."""
    if domain == ALL:
        return {}
    return {name: value for name, _, value in (part.partition("=") for part in domain.split("&"))}


def dimension(domain: str) -> str:
    """The variables of a domain id joined by " x ", as domains.yml writes them: "function x gender"."""
    return " x ".join(conditions(domain)) or ALL


def mask(domain: str, respondents: pd.DataFrame, codebook: Mapping[str, tuple[str, ...]] | None = None) -> np.ndarray:
    """Which respondents are in the domain, as booleans in the order of the frame.

    `province=*` is everybody with a province; `function=db_lid|ab_lid` is either. A missing answer is in no domain.
    Raises MonitorError for a variable that the respondents do not have, or a value that neither the codebook knows nor,
    for a variable outside it, any respondent has.
    """
    inside = np.ones(len(respondents), dtype=bool)
    for variable, value in conditions(domain).items():
        if variable not in respondents.columns or not value:
            raise _unknown(domain, "variable", variable, [str(name) for name in respondents.columns])
        given = respondents[variable]
        if value == "*":
            inside &= ~given.isin(["nvt", *MISSING]).to_numpy()
            continue
        values = value.split("|")
        known = (codebook or {}).get(variable) or tuple(sorted(given.unique()))
        for one in values:
            if one not in known:
                raise _unknown(domain, f"value of {variable}", one, list(known))
        inside &= given.isin(values).to_numpy()
    return inside


def _unknown(domain: str, what: str, name: str, known: list[str]) -> MonitorError:
    return MonitorError(
        f"Domain names an unknown {what}",
        where=f"domain {domain}",
        expected=", ".join(known),
        got=name,
        hint="mend the row in domains.yml or target_groups.csv, or add the variable to the questionnaire",
    )
