"""A sheet: one group of a survey in one edition, beside its comparator, as documents ask for it."""

from __future__ import annotations

from analysis.domains import ALL
from analysis.errors import MonitorError
from analysis.groups import ALL_PROVINCES
from presentation.results import Results, read_results
from presentation.sentences import Sentences
from presentation.titles import Titles


class Sheet(Sentences, Titles):
    """A subject with all that documents say of it: its figures, in sentences and in titles."""


def report_sheet(edition: int | None, results: Results | None = None) -> Sheet:
    """The sheet of everybody. Raises MonitorError when the edition does not exist, or was not given."""
    return _sheet(ALL, "", edition, results)


def province_sheet(province: str | None, edition: int | None, results: Results | None = None) -> Sheet:
    """The sheet of one province, beside all gemeenten and provincies together.

    Raises MonitorError when the province or the edition does not exist, or was not given.
    """
    return _sheet(f"province={province}", ALL_PROVINCES, edition, results)


def target_group_sheet(target_group: str | None, edition: int | None, results: Results | None = None) -> Sheet:
    """The sheet of a doelgroep of target_groups.csv, beside its comparator where it has one.

    Raises MonitorError when the doelgroep or the edition does not exist, or was not given.
    """
    results = results or read_results()
    known = results.target_groups.set_index("target_group")
    if target_group not in known.index:
        raise MonitorError(
            "Doelgroep does not exist",
            where="a document",
            expected=", ".join(str(name) for name in known.index),
            got=str(target_group),
            hint="mend the name, or add a row to config/target_groups.csv",
        )
    row = known.loc[target_group]
    survey = str(row["survey"])
    results = results if survey == results.survey else read_results(survey=survey)
    return _sheet(str(row["domain"]), str(row["comparator"]), edition, results)


def _sheet(domain: str, whole: str, edition: int | None, results: Results | None) -> Sheet:
    results = results or read_results()
    results.group(domain)
    if edition not in results.settings.waves:
        raise MonitorError(
            "Edition does not exist",
            where="a document",
            expected=", ".join(str(wave) for wave in results.settings.waves),
            got=str(edition),
            hint="mend the year, or add the wave to config/monitor.yml",
        )
    return Sheet(results, domain, whole, edition)
