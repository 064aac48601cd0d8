"""Who counts: test records, duplicates and partial answers are dropped and counted; the rest is the passport's n."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pandas as pd

from analysis.questionnaire import Questionnaire
from deliveries.answers import NO_ANSWER, NOT_ASKED, ROUTED_OUT, Respondents
from deliveries.cells import counted, numbered
from deliveries.columns import NO_COLUMN
from deliveries.corrections import LATEST, NO_ROW, Correction
from deliveries.passports import Passport

DUPLICATE, PARTIAL = "duplicate", "partial"
_FEW = 20  # persons whom a routing led to a question and who may all have left it open
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def correct(respondents: Respondents, questionnaire: Questionnaire) -> Counter[str]:
    """Apply what corrections.yml says of rows and cells; returns how many rows were dropped, by reason.

    Answers that a correction gives wait in `respondents.given` until their question is decoded.
    """
    dropped: Counter[str] = Counter()
    for correction in respondents.delivered.corrections:
        if correction.to == LATEST or not _understood(respondents, correction, questionnaire):
            continue
        rows = _found(respondents, correction)
        _check_expected(respondents, correction, rows)
        if correction.to == NO_ROW:
            respondents.rows = np.setdiff1d(respondents.rows, rows, assume_unique=True)
            dropped[correction.reason or correction.why] += len(rows)
        else:
            for column in _columns(correction, questionnaire):
                respondents.given.setdefault(column, []).append((rows, correction.to))
    return dropped


def drop_duplicates(respondents: Respondents, frame: pd.DataFrame, questionnaire: Questionnaire) -> pd.DataFrame:
    """Of rows with one respondent number keep the one completed last, where corrections.yml says `latest`.

    Of two rows of one day the lower one in the file is the last; a row without a day was not completed.
    """
    dates = [question.id for question in questionnaire.questions if question.kind == "date"]
    for correction in respondents.delivered.corrections:
        if correction.to == LATEST and _understood(respondents, correction, questionnaire):
            mine = np.isin(respondents.rows, _found(respondents, correction))
            completed = frame.loc[mine, dates[:1]].replace(NO_ANSWER, "").sort_values(dates[:1], kind="stable")
            ordered = frame.loc[completed.index]
            earlier = ordered.index[ordered.duplicated([correction.variable], keep="last")]
            _check_expected(respondents, correction, respondents.rows[frame.index.isin(earlier)])
            frame = _without(respondents, frame, frame.index.isin(earlier))
    return frame


def drop_partials(respondents: Respondents, frame: pd.DataFrame, questionnaire: Questionnaire) -> pd.DataFrame:
    """Drop who answered none of the questionnaire's `core`: they broke off before it mattered.

    Who left the core open and answered what comes after it did not break off: that is found.
    """
    core = [column for name in questionnaire.core for column in questionnaire[name].columns]
    asked = [frame[column].eq(NO_ANSWER).to_numpy() for column in core if not frame[column].eq(NOT_ASKED).all()]
    if not asked:
        return frame
    gone, after = np.logical_and.reduce(asked), [one.columns for one in questionnaire.questions if one.theme]
    rest = frame[[column for columns in after for column in columns]]
    rest = rest.isin([NO_ANSWER, NOT_ASKED]) | rest.isna()  # what is not understood has been found already
    for column in respondents.silent.keys() & set(rest):
        rest[column] |= respondents.silent[column][respondents.rows]
    answered = gone & ~rest.all(axis=1).to_numpy()
    if answered.any():
        respondents.find(
            "Partial answers that go on",
            where=f"columns of {', '.join(questionnaire.core)}, {respondents.told(answered)}",
            expected=f"nothing answered by who left all of {', '.join(questionnaire.core)} open: such rows are dropped",
            got=f"{counted(int(answered.sum()), 'row')} with answers to other questions",
            hint=f"ask the producer for the missing answers, or leave the rows out in corrections.yml (to: {NO_ROW})",
        )
    return _without(respondents, frame, gone)


def _without(respondents: Respondents, frame: pd.DataFrame, gone: np.ndarray) -> pd.DataFrame:
    respondents.rows = respondents.rows[~gone]
    return frame[~gone].reset_index(drop=True) if gone.any() else frame


def _columns(correction: Correction, questionnaire: Questionnaire) -> list[str]:
    """The harmonised columns that are corrected: one, or all options of a question with several answers."""
    of = {question.id: question.columns for question in questionnaire.questions}
    return of.get(correction.variable, [correction.variable])


def _understood(respondents: Respondents, correction: Correction, questionnaire: Questionnaire) -> bool:
    delivered, first = respondents.delivered, next(iter(_columns(correction, questionnaire)))
    questions = {column: question for question in questionnaire.questions for column in question.columns}
    question = questions.get(first)
    to = [NO_ANSWER, NO_ROW]
    if question is not None and question.kind == "id":
        to = [NO_ROW, LATEST]  # a number that is wrong is the producer's to mend: it links waves
    elif question is not None and question.kind == "date":
        to += [correction.to] if _ISO.fullmatch(correction.to) else ["a date as 2024-04-15"]
    elif (
        question is not None and first == correction.variable and delivered.columns.get(first) not in (None, *NO_COLUMN)
    ):
        options = delivered.answers(question, first).values()
        to += ["yes", "no"] if question.kind == "multiple" else dict.fromkeys(options)
    absent = {*correction.where, delivered.columns.get(first, "")} - set(respondents.cells.names)
    if absent and absent <= {*delivered.columns.values(), *delivered.ignored} - set(NO_COLUMN):
        return False  # columns of the map that are missing from the delivery have been found already
    strange = set(correction.where) - set(respondents.cells.columns)
    asked = delivered.columns.get(first) not in (None, *NO_COLUMN)
    if question is not None and asked and correction.to in to and not strange:
        return True
    respondents.find(
        "Correction not understood",
        where=_told(respondents, correction),
        expected=f"where: columns of the delivery; to: {', '.join(to)}",
        got=f"where: {', '.join(correction.where)}; to: {correction.to}",
        hint="mend the variable, the column or the answer in corrections.yml",
    )
    return False


def _found(respondents: Respondents, correction: Correction) -> np.ndarray:
    """The rows of the file that the correction names, of those that are still there."""
    found = np.ones(respondents.cells.rows, dtype=bool)
    for name, value in correction.where.items():
        found &= respondents.cells.columns[name].rows([f"{value:g}" if isinstance(value, float) else str(value)])
    return respondents.rows[found[respondents.rows]]


def _check_expected(respondents: Respondents, correction: Correction, rows: np.ndarray) -> None:
    if len(rows) == correction.expect:
        return
    got, hint = counted(len(rows), "row"), "the delivery changed: check whether the correction is still needed"
    if len(rows) > correction.expect:
        hint = "more rows than were known: find out what they are before the number in corrections.yml is raised"
    if correction.to in (LATEST, NO_ROW) and len(rows):
        got += f": {numbered(rows)}"
    where, expected = _told(respondents, correction), counted(correction.expect, "row")
    respondents.find("Correction does not find its rows", where=where, expected=expected, got=got, hint=hint)


def _told(respondents: Respondents, correction: Correction) -> str:
    """The entry by its place among those of the delivery, and why it is there."""
    place = respondents.delivered.corrections.index(correction) + 1
    entry = f"entry {place} of {correction.survey} {correction.wave}"
    return f"corrections.yml, {entry}, {correction.variable}: {correction.why}"


def check_numbers(respondents: Respondents, frame: pd.DataFrame, questionnaire: Questionnaire) -> None:
    """Find respondents that are in the delivery twice: the first question of kind id numbers them."""
    number = next((question.id for question in questionnaire.questions if question.kind == "id"), "")
    if respondents.delivered.columns.get(number) not in respondents.cells.columns:
        return
    twice = (frame[number].str.casefold().duplicated(keep=False) & (frame[number] != "")).to_numpy()
    if twice.any():
        respondents.find(
            "Respondent delivered twice",
            where=f"column {respondents.delivered.columns[number]}, {respondents.told(twice)}",
            expected="every respondent once",
            got=f"{int(twice.sum())} rows share a respondent number, whatever its capitals",
            hint=f"ask which row counts; in corrections.yml keep the last (to: {LATEST}) or drop one (to: {NO_ROW})",
        )


def check_answered(respondents: Respondents, frame: pd.DataFrame, questionnaire: Questionnaire) -> None:
    """Find questions that nobody answered of those who were asked, and background that a respondent left empty.

    A cell that a correction gives is known. Strata are held against the passport's; who breaks off may leave the rest,
    and so may the few that a routing leads to.
    """
    delivered = respondents.delivered
    for question in questionnaire.questions:
        empty = {column: _empty(respondents, frame, column) for column in question.columns}
        routed = question.routing(delivered.wave) is not None
        asked = {column: int((frame[column] != ROUTED_OUT).sum()) for column in question.columns}
        unanswered = [
            column
            for column, rows in empty.items()
            if asked[column] >= (_FEW if routed else 1) and int(rows.sum()) == asked[column]
        ]
        if question.kind != "id" and unanswered:
            more = len(unanswered) - 1
            where = respondents.column(unanswered[0]) + (f" and {more} more of {question.id}" if more else "")
            whom = "whom its routing leads to it" if routed else "everybody"
            expected = f"answers of those who were asked: {whom}, by the questionnaire"
            got = counted(asked[unanswered[0]], "empty cell") + (" in each" if more else "")
            hint = "ask the producer for the column, or write not_asked in variables.csv"
            respondents.find("Question without an answer", where=where, expected=expected, got=got, hint=hint)
            continue
        mostly = [column for column, rows in empty.items() if asked[column] >= _FEW and 2 * rows.sum() > asked[column]]
        if question.kind not in ("id", "date") and mostly:
            where = f"{respondents.column(mostly[0])}, {respondents.told(empty[mostly[0]])}"
            got = f"{counted(int(empty[mostly[0]].sum()), 'empty cell')} of {asked[mostly[0]]}"
            expected = "an answer of most who were asked"
            hint = f"ask the producer; rows that stay empty: corrections.yml (where: an empty code, to: {NO_ANSWER})"
            respondents.find("Question that most left open", where=where, expected=expected, got=got, hint=hint)
            continue
        silent = question.kind in ("single", "scale") and not any(one.missing for one in delivered.offered(question))
        background = silent and question.theme == 0 and question.id not in questionnaire.strata
        if (background or question.kind == "date") and empty[question.id].any():
            where = f"{respondents.column(question.id)}, {respondents.told(empty[question.id])}"
            expected, got = "an answer of every respondent", counted(int(empty[question.id].sum()), "empty cell")
            hint = f"ask the producer; record rows that stay empty in corrections.yml (to: {NO_ANSWER})"
            respondents.find("Background without an answer", where=where, expected=expected, got=got, hint=hint)


def _empty(respondents: Respondents, frame: pd.DataFrame, column: str) -> np.ndarray:
    """Which rows were delivered without an answer, of those whose cell no correction gives."""
    known = [rows for rows, _ in respondents.given.get(column, [])]
    return frame[column].eq(NO_ANSWER).to_numpy() & ~np.isin(respondents.rows, np.concatenate([[], *known]))


def check_fieldwork(
    respondents: Respondents, frame: pd.DataFrame, questionnaire: Questionnaire, passport: Passport
) -> None:
    """Find dates of completion outside the fieldwork of the passport."""
    first, last = (passport.fieldwork[name].isoformat() for name in ("from", "to"))
    for question in questionnaire.questions:
        if question.kind != "date" or respondents.delivered.columns.get(question.id, NO_COLUMN[0]) in NO_COLUMN:
            continue
        days = frame[question.id]
        outside = (~days.isin([NO_ANSWER, ""]) & ~days.between(first, last)).to_numpy()
        if outside.any():
            respondents.find(
                "Date outside the fieldwork",
                where=f"{respondents.column(question.id)}, {respondents.told(outside)}",
                expected=f"{first} to {last}   from the passport's fieldwork",
                got=", ".join(sorted(set(days[outside]))[:5]),
                hint="ask the producer; mend the passport, or record the rows in corrections.yml",
            )


def check_strata_counts(
    respondents: Respondents, frame: pd.DataFrame, questionnaire: Questionnaire, passport: Passport
) -> None:
    """Find respondents outside the frame, and strata that do not keep exactly the passport's `responded`.

    What is counted are the different answers to the questionnaire's `unit`.
    """
    names = list(questionnaire.strata)
    core = [column for name in questionnaire.core for column in questionnaire[name].columns]  # who broke off by it
    if not names or frame[[*names, *core]].isna().any(axis=None) or (frame[questionnaire.unit] == "").any():
        return  # what is not understood has been found already, and its count would say nothing new
    declared = {tuple(stratum.place[name] for name in names): stratum.responded for stratum in passport.strata}
    counts = frame.groupby(names, observed=True)[questionnaire.unit].nunique()
    keys = counts.index.to_frame().astype(str).itertuples(index=False, name=None)
    got = dict(zip(keys, counts.tolist(), strict=True))
    strange = [key for key in got if key not in declared]
    if strange:
        places = pd.MultiIndex.from_frame(frame[names].astype(str))
        outside = (
            places.isin(strange) if len(names) > 1 else frame[names[0]].isin([key[0] for key in strange]).to_numpy()
        )
        respondents.find(
            "Respondent outside the frame",
            where=f"{', '.join(respondents.column(name) for name in names)}, {respondents.told(outside)}",
            expected="a stratum of the passport",
            got=", ".join(" / ".join(key) for key in strange[:5]),
            hint=f"mend {' or '.join(names)} in corrections.yml, or the strata of the passport",
        )
    wrong = {key: n for key, n in declared.items() if got.get(key, 0) != n}
    if wrong:
        shown = list(wrong)[:5]
        more = f" and {len(wrong) - 5} more strata" if len(wrong) > 5 else ""
        respondents.find(
            "Respondents are not those of the passport",
            where=f"{', '.join(names)}, after dropping test records, duplicates and partials",
            expected="; ".join(f"{' / '.join(key)}: {declared[key]}" for key in shown) + f"{more}   from manifest.yml",
            got="; ".join(f"{' / '.join(key)}: {got.get(key, 0)}" for key in shown) + more,
            hint="ask the producer which rows count; record those that do not in corrections.yml",
        )
