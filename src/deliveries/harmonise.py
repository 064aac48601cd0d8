"""From delivered cells to one frame per survey, with an answer id or a named reason in every cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import MonitorError
from analysis.questionnaire import Question, Questionnaire
from deliveries.answers import NO_ANSWER, NOT_ASKED, ROUTED_OUT, Respondents, check_codes, decode
from deliveries.cells import Cells, counted
from deliveries.columns import Delivered, check_columns, check_map
from deliveries.labels import check_codes_mean, check_columns_mean, check_valid_codes, labelled
from deliveries.options import check_options
from deliveries.passports import Passport
from deliveries.respondents import (
    DUPLICATE,
    PARTIAL,
    check_answered,
    check_fieldwork,
    check_numbers,
    check_strata_counts,
    correct,
    drop_duplicates,
    drop_partials,
)


@dataclass(frozen=True, eq=False)
class Harmonised:
    """One delivery as answers: `frame`, how many rows were `read`, and how many were dropped by reason.

    `labelled` counts the columns that were read, and those with a label of their question or labels of their codes.
    """

    frame: pd.DataFrame
    read: int
    dropped: dict[str, int]
    labelled: Mapping[str, int] = field(default_factory=dict)


def examine(
    cells: Cells, delivered: Delivered, questionnaire: Questionnaire, passport: Passport | None = None
) -> tuple[Harmonised, list[MonitorError]]:
    """Turn one delivery into harmonised columns, and find all that is wrong with it.

    Parameters: `cells`, one row per respondent, delivered names and codes; `delivered`, what config says of it;
    `passport`, whose fieldwork and numbers per stratum it must have.
    Returns survey, wave, and per harmonised variable a categorical: an answer id ("yes"/"no" for an option of a
    multiple question) or dont_know, refused, no_answer, routed_out, not_asked; numbers and dates (ISO) are text.
    Only when nothing was found no cell is ever empty.
    """
    findings = list(check_map(delivered, questionnaire))
    if findings:  # with a wrong map the columns would be read as other questions
        return Harmonised(pd.DataFrame(), cells.rows, {}), [*findings, *check_columns(cells, delivered)]
    respondents = Respondents(delivered, cells, np.arange(cells.rows))
    respondents.findings += check_columns(cells, delivered)
    for check in (check_columns_mean, check_codes_mean, check_valid_codes):
        respondents.findings += check(cells, delivered, questionnaire)
    dropped = correct(respondents, questionnaire)
    frame = pd.DataFrame(
        {name: values for question in questionnaire.questions for name, values in decode(respondents, question).items()}
    )
    check_codes(respondents)
    counts = [len(frame)]
    for drop in (drop_duplicates, drop_partials):
        frame = drop(respondents, frame, questionnaire)
        counts.append(len(frame))
    dropped[DUPLICATE] += counts[0] - counts[1]
    dropped[PARTIAL] += counts[1] - counts[2]
    asked: dict[str, np.ndarray] = {}
    for question in questionnaire.questions:
        _route(frame, question, respondents, asked)
        check_options(frame, question, respondents)
    check_answered(respondents, frame, questionnaire)
    check_numbers(respondents, frame, questionnaire)
    if passport is not None:
        check_fieldwork(respondents, frame, questionnaire, passport)
        check_strata_counts(respondents, frame, questionnaire, passport)
    one = pd.Categorical([delivered.survey] * len(frame), [delivered.survey])
    marks = pd.DataFrame({"survey": one, "wave": delivered.wave}, index=frame.index)
    told = {reason: times for reason, times in dropped.items() if times}
    return Harmonised(pd.concat([marks, frame], axis=1), cells.rows, told, labelled(cells)), respondents.findings


def together(deliveries: Sequence[Harmonised]) -> pd.DataFrame:
    """All deliveries of one survey as one frame, by wave; the categories stay those of the questionnaire."""
    return pd.concat([delivery.frame for delivery in deliveries], ignore_index=True)


def as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Harmonised rows with answers as text instead of categoricals, for what compares them with other texts."""
    coded = frame.select_dtypes("category").columns
    return frame.astype(dict.fromkeys(coded, object))


def count(passport: Passport, harmonised: Harmonised) -> dict[str, Any]:
    """How many rows one delivery holds, how many were kept, and how many were dropped for what reason."""
    return {
        **{"survey": passport.survey, "wave": passport.wave, "file": passport.file, "origin": passport.origin},
        **{"sha256": passport.sha256, "read": harmonised.read, "kept": len(harmonised.frame)},
        **{"responded": sum(stratum.responded for stratum in passport.strata), "dropped": harmonised.dropped},
    }


def add_groups(harmonised: pd.DataFrame, functions: pd.DataFrame) -> pd.DataFrame:
    """Add `layer` and `function_group`, both read from functions.csv. Raises MonitorError for one that has no row."""
    by_function = functions.set_index("function")
    held = harmonised["function"].astype(object)
    strange = sorted(set(held) - set(by_function.index))
    if strange:
        raise MonitorError(
            "Function without a layer",
            where="functions.csv, column function",
            expected=f"a row for every function that respondents have: {', '.join(strange)}",
            got=", ".join(by_function.index),
            hint="add the row; who has no function cannot be weighted: mend that in corrections.yml",
        )
    groups = {name: by_function[name] for name in ("layer", "function_group")}
    return harmonised.assign(**{name: pd.Categorical(held.map(of), of.unique()) for name, of in groups.items()})


def _route(frame: pd.DataFrame, question: Question, respondents: Respondents, known: dict[str, np.ndarray]) -> None:
    """Say who was routed past a question, and find answers of those who were.

    `known` keeps who was asked by a routing, since many questions share theirs. A row whose answer to a routing
    question is not understood is passed over: one finding is enough.
    """
    routing = question.routing(respondents.delivered.wave)
    if routing is None:
        return
    if repr(routing) not in known:
        unclear = np.logical_or.reduce([frame[name].array.codes == -1 for name, _ in routing.conditions])
        known[repr(routing)] = routing.asks(frame) | unclear
    asked, wrong = known[repr(routing)], {}
    for name in question.columns:
        values = frame[name].array
        empty, out, never = (values.categories.get_loc(reason) for reason in (NO_ANSWER, ROUTED_OUT, NOT_ASKED))
        if (values.codes == never).all():
            continue
        silent = respondents.silent.get(name, np.zeros(respondents.cells.rows, bool))[respondents.rows]
        wrongly = ~asked & (values.codes != empty) & (values.codes != -1) & ~silent
        if wrongly.any():
            wrong[name] = wrongly
        codes = np.where(asked, values.codes, out).astype(np.int16)
        frame[name] = pd.Categorical.from_codes(codes, dtype=values.dtype)
    if wrong:
        rows, more = np.logical_or.reduce(list(wrong.values())), len(wrong) - 1
        also = f" and {more} more of {question.id}" if more else ""
        respondents.find(
            "Answer to a question that was not asked",
            where=f"{respondents.column(next(iter(wrong)))}{also}, {respondents.told(rows)}",
            expected="empty, by the routing of the questionnaire",
            got=counted(sum(int(one.sum()) for one in wrong.values()), "answer"),
            hint="ask the producer about the routing, or record the rows in corrections.yml",
        )
