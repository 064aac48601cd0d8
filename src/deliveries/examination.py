"""One delivery, from its file to its answers: built on, or examined before anyone believes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.errors import MonitorError
from analysis.questionnaire import Questionnaire
from deliveries.cells import shown
from deliveries.columns import Delivered, describe
from deliveries.corrections import Correction
from deliveries.findings import stop
from deliveries.formats import compare, read_cells
from deliveries.harmonise import Harmonised, examine
from deliveries.passports import Passport, check_strata


@dataclass(frozen=True, eq=False)
class Decided:
    """What config says of all deliveries: questionnaires by survey, variables.csv, answers.csv, corrections.yml.

    `kept` are the corrections that stand beside real deliveries, where git ignores them: they may name a respondent.
    """

    questionnaires: Mapping[str, Questionnaire]
    variables: pd.DataFrame
    answers: pd.DataFrame
    corrections: tuple[Correction, ...]
    kept: tuple[Correction, ...] = ()

    def delivered(self, survey: str, wave: int, file: str) -> Delivered:
        """What it says of one delivery; raises MonitorError for a survey or wave of which it says nothing."""
        if survey not in self.questionnaires:
            raise MonitorError(
                "Survey without a questionnaire",
                where=file,
                expected=", ".join(self.questionnaires),
                got=survey or "no survey",
                hint="name the file <survey>.sav, name the survey, or write config/questionnaire/<survey>.yml",
            )
        numbers = {one.id for one in self.questionnaires[survey].questions if one.kind == "id"}
        described = describe(survey, wave, file, self.variables, self.answers, (*self.corrections, *self.kept))
        named = {described.columns.get(number) for number in numbers}
        if public := [one for one in described.corrections if one in self.corrections and named & set(one.where)]:
            raise MonitorError(
                "Correction names a respondent",
                where=f"corrections.yml, {survey} {wave}, {public[0].variable}",
                expected="rows found by other columns: config is public, and the right answer stands beside the number",
                got=f"where: {', '.join(public[0].where)}",
                hint="move it to corrections.yml beside the manifest of real deliveries, which git ignores",
            )
        return described


def read_answers_of(folder: Path, passport: Passport, decided: Decided) -> Harmonised:
    """Read and harmonise one delivery; raises MonitorError with the first of what is wrong, and how much more is."""
    harmonised, findings = examine_delivery(folder / passport.file, passport, decided)
    stop(findings, folder / passport.file)
    assert harmonised is not None, "what cannot be read has a finding"
    return harmonised


def examine_delivery(path: Path, passport: Passport, decided: Decided) -> tuple[Harmonised | None, list[MonitorError]]:
    """Read one delivery with its passport and find all that is wrong with either; no answers where none can be read."""
    wrong = list(check_strata(passport, decided.questionnaires))
    if wrong:
        return None, wrong
    delivered = decided.delivered(passport.survey, passport.wave, passport.file)
    cells, findings = compare(path, passport, delivered.used)
    if cells is None:
        return None, findings
    harmonised, more = examine(cells, delivered, decided.questionnaires[passport.survey], passport)
    return harmonised, [*findings, *more]


def examine_file(
    path: Path, survey: str, wave: int, decided: Decided, encoding: str = "utf-8", delimiter: str = ";"
) -> tuple[Harmonised | None, list[MonitorError]]:
    """Read a delivery that has no passport yet and find all that is wrong with it, as far as config can say."""
    file = shown(path)
    try:
        delivered = decided.delivered(survey, wave, file)
        cells = read_cells(path, delivered.used, None, encoding, delimiter)
    except MonitorError as error:
        return None, [error]
    return examine(cells, delivered, decided.questionnaires[survey])
