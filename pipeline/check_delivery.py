"""Examine a delivery before anyone believes it: python -m pipeline.check_delivery FILE [--survey NAME] [--wave YEAR].

A file with a passport in a manifest of data/raw is held against that; of a new one survey and wave are read from its
path (waves/<year>/<survey>.sav) or the options. Every finding is printed at once; with one the exit status is 1.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from analysis.errors import MonitorError
from analysis.families import read_families
from analysis.informants import one_per_unit
from analysis.population import cells, check_placed, with_groups
from analysis.questionnaire import read_questionnaires
from analysis.weighting import merge_strata
from deliveries.answers import NO_ANSWER, NOT_ASKED, ROUTED_OUT
from deliveries.columns import read_answers, read_variables
from deliveries.corrections import read_corrections
from deliveries.examination import Decided, examine_delivery, examine_file
from deliveries.findings import table
from deliveries.harmonise import Harmonised, as_text
from deliveries.passports import Passport, passport_strata, read_manifest
from pipeline.folders import CONFIG, PROCESSED
from pipeline.sources import CORRECTIONS, MANIFESTS
from pipeline.surveys import weighted_surveys

_ALWAYS = [
    "the file can be read whole, and holds every column once",
    "variables.csv names every column of the file and of the questionnaire",
    "answers.csv knows every code",
    "corrections.yml finds the rows that it expects",
    "routing holds, no answers exclude each other, and no question that everybody was asked stands empty",
    "function, province and size class of every respondent go together, where the population of the wave is known",
    "every respondent has a number and stands in it once; dates are on the calendar",
]
_WITH_PASSPORT = [
    "sha256, rows and columns are those of the passport",
    "dates lie within the fieldwork; every stratum keeps the passport's number of respondents",
    "the passport's population is that of data/raw/population, where that is known, and all parts of it answered",
]


def main(arguments: list[str] | None = None) -> int:
    """Examine one file; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.check_delivery", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--survey", default="", help="for a file that is not waves/<year>/<survey>.sav")
    parser.add_argument("--wave", default="")
    parser.add_argument("--encoding", default="utf-8", help="of a .csv file without a passport")
    parser.add_argument("--delimiter", default=";")
    options = parser.parse_args(arguments)
    try:
        passport, harmonised, findings = _examine(options)
    except MonitorError as error:
        passport, harmonised, findings = None, None, [error]
    if findings:
        print(table(findings, shutil.get_terminal_size((160, 24)).columns))
        print(f"\n{len(findings)} to mend in {options.file}")
        return 1
    assert harmonised is not None, "what cannot be read has a finding"
    print(_told(options.file, passport, harmonised))
    return 0


def _examine(options: argparse.Namespace) -> tuple[Passport | None, Harmonised | None, list[MonitorError]]:
    path = options.file
    if not path.is_file():
        raise _unknown(path, "a file", "no such file", "look at the path: make check-delivery FILE=path")
    decided = Decided(
        read_questionnaires(CONFIG / "questionnaire"),
        read_variables(CONFIG / "variables.csv"),
        read_answers(CONFIG / "answers.csv"),
        *map(read_corrections, CORRECTIONS),
    )
    for manifest in MANIFESTS:
        for passport in read_manifest(manifest):
            if (manifest.parent / passport.file).resolve() == path.resolve():
                examined = examine_delivery(path, passport, decided)
                return passport, *_placed(*examined, passport.survey, passport.wave, passport)
    survey, wave = options.survey or path.stem, options.wave or path.resolve().parent.name
    if not wave.isdigit():
        expected = "waves/<year>/<survey>.sav, or the options survey= and wave="
        raise _unknown(path, expected, f"survey {survey}, wave {wave}", "name both: survey=officeholders wave=2026")
    examined = examine_file(path, survey, int(wave), decided, options.encoding, options.delimiter)
    return None, *_placed(*examined, survey, int(wave))


def _placed(
    harmonised: Harmonised | None,
    findings: list[MonitorError],
    survey: str,
    wave: int,
    passport: Passport | None = None,
) -> tuple[Harmonised | None, list[MonitorError]]:
    """Hold respondents, and what the passport says of the population, against the population as weighting will do.

    Only where it is known and nothing else is wrong.
    """
    weighted = {one.name: one for one in weighted_surveys()}.get(survey)
    if harmonised is None or findings or weighted is None or not (weighted.strata["wave"] == wave).any():
        return harmonised, findings
    rules, rows = weighted.rules, as_text(harmonised.frame)
    try:
        population = cells(weighted.strata, wave, rules)
        if passport is None:
            check_placed(rows, population, rules, wave)
        else:
            units = with_groups(one_per_unit(rows, weighted.questionnaire), rules)
            merge_strata(units, population, rules, wave, passport_strata([passport]))
    except MonitorError as error:
        return harmonised, [error]
    return harmonised, findings


def _unknown(path: Path, expected: str, got: str, hint: str) -> MonitorError:
    return MonitorError("Delivery not found or not known", where=str(path), expected=expected, got=got, hint=hint)


def _told(path: Path, passport: Passport | None, harmonised: Harmonised) -> str:
    dropped = ", ".join(f"{times} {reason}" for reason, times in harmonised.dropped.items()) or "none"
    checked = [*_ALWAYS, *(_WITH_PASSPORT if passport else [])]
    lines = [
        f"Nothing to mend in {path}: {harmonised.read} rows, {len(harmonised.frame)} kept; dropped: {dropped}.",
        *(f"  checked  {line}" for line in checked),
        *_labels(harmonised.labelled),
        *_open(harmonised.frame),
        *_linked(harmonised.frame),
    ]
    if passport is None:
        lines.append(
            "  not yet  it has no passport: sha256, numbers, fieldwork and strata wait for one (data/README.md)"
        )
    return "\n".join(lines)


def _labels(labelled: Mapping[str, int]) -> list[str]:
    """How far the labels in the file say that config is right about it: a file need not have any."""
    if not labelled["question"] + labelled["codes"]:
        return ["  unknown  the file has no labels: nothing says that columns and codes mean what config says"]
    carry = f"of {labelled['columns']} columns carry labels"
    return [
        f"  checked  {times} {carry} of their {what}, which mean the same as in config as far as their words tell"
        if times
        else f"  unknown  0 {carry} of their {what}: nothing says that these mean what config says"
        for what, times in (("question", labelled["question"]), ("codes", labelled["codes"]))
    ]


def _open(frame: pd.DataFrame) -> list[str]:
    """The question that most respondents who were asked it left open: nothing need be wrong, but look at it."""
    shares = {
        str(name): (values == NO_ANSWER).sum() / asked
        for name, values in frame.items()
        if (asked := int((~values.isin([ROUTED_OUT, NOT_ASKED])).sum()))
    }
    most = max(shares, key=lambda name: shares[name])
    return [f"  look at  {most} was left open by {100 * shares[most]:.1f} % of those who were asked, none by more"]


def _linked(frame: pd.DataFrame) -> list[str]:
    """How many of those who answered have a number of an earlier wave, where waves are linked and figures were made."""
    survey, wave = str(frame["survey"].iloc[0]), int(frame["wave"].iloc[0])
    number, made = read_families(CONFIG / "families.yml").persons.get(survey), f"1-harmonised-{survey}.parquet"
    if number is None or not (PROCESSED / made).exists():
        return []
    known = pd.read_parquet(PROCESSED / made, columns=["wave", number])
    known, units = known[known["wave"] < wave], frame[number].drop_duplicates()
    shared = {str(of): int(units.isin(rows[number]).sum()) for of, rows in known.groupby("wave")}
    if not shared:
        return []
    told = ", ".join(f"{times} in {of}" for of, times in shared.items())
    lost = "" if any(shared.values()) else ": were they made anew? They link a person's answers over the waves"
    return [f"  look at  numbers ({number}) that stand in an earlier wave too: {told}{lost}"]


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main())
