"""A researcher's own cut: any indicator by any background, with the right standard errors and the publication rules."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import product
from pathlib import Path

import pandas as pd

from analysis.declared import read_yaml
from analysis.design import Design
from analysis.domains import ALL, conditions
from analysis.errors import MonitorError
from analysis.estimation import estimate
from analysis.indicators import of_offered_answers
from analysis.population import MISSING
from analysis.publishable import publish_estimates
from analysis.questionnaire import COUNTED
from analysis.settings import project_root, read_settings
from analysis.survey import Survey

FINEST = 2  # variables of one cut: every further one makes groups in which a person can be known


class Monitor:
    """The weighted answers of one survey in the monitor's folder (by default the one around the caller)."""

    def __init__(self, survey: str = COUNTED, root: Path | None = None) -> None:
        self.root = root or project_root()
        self.survey = Survey(survey, self.root)

    @cached_property
    def designs(self) -> dict[int, Design]:
        """The design of every wave. Raises MonitorError where no figures were made yet."""
        path = self.root / "data" / "processed" / f"2-weighted-{self.survey.name}.parquet"
        if not path.exists():
            expected, got, hint = "weighted answers", "no such file", "type make figures in the monitor's folder"
            raise MonitorError("Figures were not made", where=path.name, expected=expected, got=got, hint=hint)
        return self.survey.designs(path)

    def estimate(self, indicator: str, by: Sequence[str] = (), wave: int | None = None) -> pd.DataFrame:
        """One indicator in every group of a cross of background variables, as it may be published.

        Parameters: `by`, up to two variables that respondents have, such as function, gender, layer; `wave`, one year
        (absent: all that asked). Standard errors are those of the design, in domains, never of a filter. Columns: wave,
        one per variable, answer, n (rounded), percent, low, high (0-100, whole), text and indicative. Withheld are
        groups of fewer than 30 ("/"), rare answers ("x"), and what `not_together` in domains.yml keeps apart ("x").
        Raises MonitorError for an indicator, variable or wave that does not exist, and for too many variables.
        """
        waves = self.designs if wave is None else {wave: self.designs[wave]} if wave in self.designs else {}
        respondents = next(iter(self.designs.values())).respondents
        self._check("indicator", [indicator], [one.id for one in self.survey.indicators])
        self._check("wave", [] if waves else [str(wave)], [str(one) for one in self.designs])
        self._check("variable", by, [str(name) for name in respondents if name not in ("respondent", "completed_on")])
        if len(set(by)) > FINEST:
            expected = f"up to {FINEST} variables"
            hint = "leave one out: in smaller groups a person can be known"
            raise MonitorError("Cut too fine", where=indicator, expected=expected, got=", ".join(by), hint=hint)
        values = [self._values(name) for name in by]
        domains = ["&".join(f"{name}={one}" for name, one in zip(by, cell, strict=True)) for cell in product(*values)]
        exact = estimate(waves, self.survey.indicators, domains if by else [ALL], self.survey.codebook)
        asked = of_offered_answers(exact, self.survey.indicators, self.survey.questionnaire)
        held = asked[(asked["indicator"] == indicator) & (asked["n"] > 0)]
        published = publish_estimates(held, read_settings(self.root / "config" / "monitor.yml"))
        apart = published["domain"].map(self._apart).to_numpy(dtype=bool)
        published.loc[apart, ["percent", "low", "high"]] = pd.NA
        published.loc[apart, ["sign", "text"]], published.loc[apart, "indicative"] = "x", False
        groups = pd.DataFrame([conditions(domain) for domain in published["domain"]], published.index, list(by))
        columns = ["answer", "n", "percent", "low", "high", "text", "indicative"]
        return pd.concat([published["wave"], groups, published[columns]], axis=1).reset_index(drop=True)

    def _values(self, variable: str) -> list[str]:
        """The answers of a variable that make a group, in the order of the questionnaire."""
        given = {value for design in self.designs.values() for value in design.respondents[variable].unique()}
        known = self.survey.codebook.get(variable) or sorted(given)
        return [value for value in known if value in given and value not in (*MISSING, "nvt")]

    def _apart(self, domain: str) -> bool:
        """Whether domains.yml keeps the variables of a domain apart, but for the groups that it names."""
        of = conditions(domain)
        rows = read_yaml(self.root / "config" / "domains.yml")["not_together"]
        return any(set(row["variables"]) <= set(of) and not set(row["but"]) & set(of.values()) for row in rows)

    def _check(self, what: str, names: Sequence[str], known: Sequence[str]) -> None:
        for name in set(names) - set(known):
            where, hint = f"monitor.estimate, survey {self.survey.name}", "mend the name"
            title = f"{what.capitalize()} does not exist"
            raise MonitorError(title, where=where, expected=", ".join(known), got=name, hint=hint)
