"""A researcher's own cut: any indicator by any background, with the right standard errors and the publication rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import product
from pathlib import Path

import pandas as pd

from analysis.declared import read_yaml
from analysis.design import Design
from analysis.domains import ALL, check_told, conditions
from analysis.errors import MonitorError
from analysis.estimation import estimate
from analysis.indicators import Indicator, of_offered_answers
from analysis.population import MISSING
from analysis.publishable import complete, publish_estimates
from analysis.questionnaire import COUNTED
from analysis.settings import project_root, read_settings
from analysis.survey import Survey

FINEST = 2  # variables of one cut: every further one makes groups in which a person can be known


class Monitor:
    """The weighted answers of one survey in the monitor's folder (by default the one around the caller)."""

    def __init__(self, survey: str = COUNTED, root: Path | None = None) -> None:
        self.root = root or project_root()
        known = sorted(path.stem for path in (self.root / "config" / "population").glob("*.yml"))
        _check("Survey does not exist", f"Monitor, {self.root.name}", [survey], known or ["the monitor's own folder"])
        self.survey = Survey(survey, self.root)

    @cached_property
    def designs(self) -> dict[int, Design]:
        """The design of every wave. Raises MonitorError where no figures were made yet."""
        path = self.root / "data" / "processed" / f"2-weighted-{self.survey.name}.parquet"
        if not path.exists():
            expected, got, hint = "weighted answers", "no such file", "type make figures in the monitor's folder"
            raise MonitorError("Figures were not made", where=path.name, expected=expected, got=got, hint=hint)
        return self.survey.designs(path)

    @cached_property
    def rules(self) -> dict:
        """What domains.yml says of cuts: `cuts`, `answered_by` and `not_together`, explained there."""
        return read_yaml(self.root / "config" / "domains.yml")

    def estimate(self, indicator: str, by: Sequence[str] | None = (), wave: int | None = None) -> pd.DataFrame:
        """One indicator in every group of a cross of background variables, as it may be published.

        Parameters: `by`, up to two of the survey's `cuts` in domains.yml, such as gender or layer; `function` is
        answered by the values of function_group, in which offices held by a few stand together. `wave`, one year
        (absent: all that asked). Standard errors are those of the design, in domains, never of a filter. Columns: wave,
        one per variable as it was asked, answer, n (rounded), percent, low, high (0-100, whole), text and indicative.

        Withheld are groups of fewer than 30 ("/"), rare answers ("x"), what `not_together` in domains.yml keeps apart
        ("x", without n), and so much beside these ("x", without n) that they do not follow from the rest: see
        `publishable.complete`. Answers are not shown together here, whatever `thin` says. These rules hold within one
        cut. The attack that comes with the publication does not know of it: publish a cut of your own only with the
        tables in view that it stands beside, as it may be subtracted from them.

        Raises MonitorError for an indicator or wave that does not exist or do not belong together, for a variable that
        no cut may use or that stands twice, and for too many variables.
        """
        where = f"monitor.estimate, survey {self.survey.name}"
        names = [by] if isinstance(by, str) else [str(name) for name in (() if by is None else by)]
        by_id = {one.id: one for one in self.survey.indicators}
        _check("Indicator does not exist", where, [indicator], list(by_id))
        _check("Wave does not exist", where, [] if wave is None else [wave], list(self.designs))
        needed = [by_id[indicator].model_copy(update={"thin": {}})]
        while needed[-1].base_of:
            needed.append(by_id[needed[-1].base_of])
        settings = read_settings(self.root / "config" / "monitor.yml")
        every = self._estimated(needed, self._columns(names, where))
        exact = every[(every["wave"].astype(str) == str(wave)) | (wave is None)].reset_index(drop=True)
        if exact.empty:
            asked, what = ", ".join(map(str, every["wave"].unique())) or "no wave", " by ".join([indicator, *names])
            hint = "name a wave that asked, or none: all that did"
            raise MonitorError("Not asked in this wave", where=what, expected=asked, got=str(wave), hint=hint)
        published = publish_estimates(exact, settings)
        groups = [list(conditions(domain).values()) for domain in published["domain"]]
        published[names] = pd.DataFrame(groups, published.index, pd.Index(names), dtype=object)

        more = published["domain"].map(self._apart).to_numpy(dtype=bool)
        published["exact_n"], published["share"] = exact["n"], exact["estimate"]
        published["withheld"] = more | published["sign"].isin(["/", "x"])
        lines = [["answer", *(other for other in names if other != name)] for name in names]
        lines += [["domain"]] if needed[0].kind == "distribution" else []
        for _, rows in published.groupby("wave"):
            more[rows.index] |= complete(rows, lines, settings.showing.shown) & ~rows["withheld"]
        published.loc[more, ["n", "percent", "low", "high"]] = pd.NA
        published.loc[more, "text"], published.loc[more, "indicative"] = "x", False
        return published[["wave", *names, "answer", "n", "percent", "low", "high", "text", "indicative"]]

    def _columns(self, names: Sequence[str], where: str) -> list[str]:
        """The variables that answer what was asked; raises MonitorError where no cut may use them."""
        instead, allowed = self.rules["answered_by"], self.rules["cuts"][self.survey.name]
        known = [*allowed, *(name for name, other in instead.items() if other in allowed)]
        _check("Not a variable for a cut", where, names, known)
        columns, got = [instead.get(name, name) for name in names], ", ".join(names)
        if len(set(columns)) < len(columns):
            hint = "leave one out" + "".join(f"; {name} is answered by {other}" for name, other in instead.items())
            raise MonitorError("Variable stands twice", where=where, expected="every variable once", got=got, hint=hint)
        if len(columns) > FINEST:
            expected, hint = f"up to {FINEST} variables", "leave one out: in smaller groups a person can be known"
            raise MonitorError("Cut too fine", where=where, expected=expected, got=got, hint=hint)
        return columns

    def _estimated(self, needed: Sequence[Indicator], columns: Sequence[str]) -> pd.DataFrame:
        """Exact estimates of the first indicator, which rests on the others, wherever someone answered."""
        parts = [[f"{name}={value}" for value in self._values(name)] for name in columns]
        cells = ["&".join(cell) or ALL for cell in product(*parts)]
        check_told(cells, self.survey.questionnaire)
        exact = estimate(self.designs, needed, cells, self.survey.codebook)
        offered = of_offered_answers(exact, needed, self.survey.questionnaire)
        return offered[(offered["indicator"] == needed[0].id) & (offered["n"] > 0)]

    def _values(self, variable: str) -> list[str]:
        """The answers of a variable that make a group, in the order of the questionnaire."""
        given = {value for design in self.designs.values() for value in design.respondents[variable].unique()}
        known = self.survey.codebook.get(variable) or sorted(given)
        return [value for value in known if value in given and value not in (*MISSING, "nvt")]

    def _apart(self, domain: str) -> bool:
        """Whether domains.yml keeps the variables of a domain apart, but for the groups that it names."""
        of, rows = conditions(domain), self.rules["not_together"]
        return any(set(row["variables"]) <= set(of) and not set(row["but"]) & set(of.values()) for row in rows)


def _check(title: str, where: str, names: Iterable[object], known: Sequence[object]) -> None:
    """Whether every name is known, whatever type it was given in; else MonitorError with those that are."""
    got = [str(name) for name in names if str(name) not in map(str, known)]
    if got:
        raise MonitorError(title, where=where, expected=", ".join(map(str, known)), got=got[0], hint="name one of them")
