"""A small invented survey with every kind of quirk, its deliveries as files, and cells made by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from analysis.errors import MonitorError
from analysis.questionnaire import Questionnaire
from deliveries.cells import Cells, numbers, strings
from deliveries.columns import Delivered, describe
from deliveries.corrections import Correction
from deliveries.examination import Decided, examine_delivery
from deliveries.findings import stop
from deliveries.harmonise import Harmonised, examine
from deliveries.passports import Passport

YES_NO = [{"id": "ja", "code": 1, "label": "Ja"}, {"id": "nee", "code": 2, "label": "Nee"}]
REFUSED = {"id": "refused", "code": 9, "label": "Wil ik niet zeggen", "missing": True}
QUESTIONS: list[dict[str, Any]] = [
    {"id": "respondent", "theme": 0, "kind": "id"},
    {"id": "completed_on", "theme": 0, "kind": "date"},
    {
        "id": "function",
        "theme": 0,
        "kind": "single",
        "answers": [
            {"id": "burgemeester", "code": 1, "label": "Burgemeester"},
            {"id": "wethouder", "code": 2, "label": {2016: "Gedeputeerde", 2018: "Wethouder"}},
        ],
    },
    {"id": "threat", "theme": 2, "kind": "single", "answers": [*YES_NO, REFUSED]},
    {
        "id": "channels",
        "theme": 3,
        "kind": "multiple",
        "asked_if": {2016: {"any": [{"threat": ["ja"]}]}},
        "answers": [
            {"id": "brief", "code": 1, "label": "Via een brief"},
            {"id": "email", "code": 2, "label": "Via e-mail"},
            {"id": "geen", "code": 3, "label": "Geen hiervan", "exclusive": True},
        ],
    },
    {
        "id": "severity",
        "theme": 4,
        "kind": "scale",
        "asked_if": {2016: {"any": [{"threat": ["ja"]}]}},
        "answers": [
            {"id": "minder_ernstig", "code": 1, "label": "Minder ernstig"},
            {"id": "ernstig", "code": 2, "label": "Ernstig"},
            {"id": "zeer_ernstig", "code": 3, "label": "Zeer ernstig"},
            {"id": "onbekend", "code": 8, "label": "Weet ik niet", "missing": True},
        ],
    },
    {
        "id": "effects",
        "theme": 8,
        "kind": "multiple",
        "answers": [
            {"id": "plezier", "code": 1, "label": "Minder plezier"},
            {"id": "slaap", "code": 2, "label": "Slecht slapen"},
        ],
    },
    {
        "id": "place",
        "theme": 4,
        "kind": "single",
        "answers": [
            {"id": "thuis", "code": 1, "label": "Thuis"},
            {"id": "online", "code": 2, "label": "Online", "waves": [2022]},
        ],
    },
    {"id": "quit", "theme": 8, "kind": "single", "answers": YES_NO, "waves": [2022]},
]
QUESTIONNAIRE = Questionnaire.model_validate(
    {
        "survey": "invented",
        "title": "Vragen",
        "strata": ["function"],
        "core": ["threat"],
        "questions": [{"text": {2016: "?"}, **row} for row in QUESTIONS],
    }
)
# harmonised variable: its delivered column in 2018
COLUMNS = {
    **{"respondent": "nr", "completed_on": "dag", "function": "functie", "threat": "q1"},
    **{f"channels__{option}": "q2" for option in ("brief", "email", "geen")},
    **{"severity": "q3", "effects__plezier": "q4_1", "effects__slaap": "q4_2", "place": "q5"},
    **{"quit": "not_asked", "ignored__remarks": "opm"},
}
ANSWERS = [
    ("completed_on", "%d-%m-%Y", "date"),
    *(("function", text, "wethouder") for text in ("Wethouder", "Wethoudr")),
    *(("function", text, "burgemeester") for text in ("Burgemeester", "burgemeester", "Burgemeester (waarnemend)")),
    *(("threat", code, answer) for code, answer in (("1", "ja"), ("0", "nee"), ("99", "refused"))),
    *(
        ("severity", code, answer)
        for code, answer in (("3", "minder_ernstig"), ("2", "ernstig"), ("1", "zeer_ernstig"))
    ),
]
MISSING = {"q1": [99], "q3": [8]}
LABELS = {
    "q1": {1.0: "Ja", 0.0: "Nee", 99.0: "Wil niet zegen"},  # typed wrong by the bureau, and clear even so
    "q3": {3.0: "Minder ernstig", 2.0: "Ernstig", 1.0: "Zeer ernstig"},
    "q4_1": {1.0: "Genoemd", 0.0: "Niet genoemd"},
    "q5": {1.0: "Thuis"},
}


def delivered_rows() -> pd.DataFrame:
    """Eight rows: five people that count, one of them twice; a test record; somebody who broke off."""
    none = float("nan")
    rows = [
        # nr, dag, functie, q1, q2, q3, q4_1, q4_2, q5, opm
        ("P1", "16-04-2018", "Burgemeester", 0.0, "", none, 0.0, 0.0, 1.0, ""),
        ("P2", "17-04-2018", "Wethouder", 1.0, "1;2", 3.0, 1.0, 0.0, 1.0, "goed onderzoek"),
        ("P3", "17-04-2018", "Wethoudr", 1.0, "3", 8.0, 0.0, 1.0, none, ""),
        ("T9", "01-01-2018", "Wethouder", 1.0, "1", 1.0, 1.0, 1.0, 1.0, "TEST"),
        ("P4", "18-04-2018", "Burgemeester (waarnemend)", 99.0, "", none, none, none, 1.0, ""),
        ("P5", "18-04-2018", "Wethouder", 1.0, "0", 1.0, 0.0, 0.0, 1.0, ""),
        ("P5", "16-04-2018", "Wethouder", 0.0, "", none, 0.0, 0.0, none, "per ongeluk verzonden"),
        ("P6", "19-04-2018", "Wethouder", none, "", none, none, none, none, ""),
    ]
    return pd.DataFrame(rows, columns=["nr", "dag", "functie", "q1", "q2", "q3", "q4_1", "q4_2", "q5", "opm"])


ROW: dict[str, Any] = {"survey": "invented", "wave": 2018, "variable": "respondent", "reported": "bureau, 1 June 2018"}
CORRECTIONS = (
    Correction.model_validate(
        {**ROW, "where": {"opm": "TEST"}, "to": "no_row", "why": "proef", "reason": "test_record", "expect": 1}
    ),
    Correction.model_validate({**ROW, "where": {}, "to": "latest", "why": "opnieuw begonnen", "expect": 1}),
)
VARIABLES = pd.DataFrame([("invented", variable, name) for variable, name in COLUMNS.items()])
VARIABLES.columns = ["survey", "variable", "2018"]
CODES = pd.DataFrame([("invented", variable, 2018, code, answer) for variable, code, answer in ANSWERS])
CODES.columns = ["survey", "variable", "wave", "code", "answer"]
DECIDED = Decided({"invented": QUESTIONNAIRE}, VARIABLES, CODES, CORRECTIONS)
DELIVERED = describe("invented", 2018, "waves/2018/invented.sav", VARIABLES, CODES, CORRECTIONS)
RESPONDED = {"burgemeester": 2, "wethouder": 3}
FILE = "waves/2018/invented"


def cells(frame: pd.DataFrame) -> Cells:
    """What a file with this content would be read as."""
    columns = {
        str(name): strings(values.to_numpy()) if values.dtype == object else numbers(values.to_numpy(dtype=float))
        for name, values in frame.items()
    }
    return Cells(len(frame), tuple(columns), columns)


def write(folder: Path, frame: pd.DataFrame, suffix: str = ".sav", **labels: dict) -> Path:
    """Deliver the rows as a file, waves/2018/invented below the folder."""
    path = folder / f"{FILE}{suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    if suffix == ".sav":
        told = {"variable_value_labels": LABELS | labels, "missing_ranges": MISSING}
        coded = set(frame.select_dtypes("float"))
        known = {key: {name: row for name, row in value.items() if name in coded} for key, value in told.items()}
        pyreadstat.write_sav(frame, str(path), row_compress=True, **known)
    else:
        path.write_text(csv_text(frame), encoding="utf-8")
    return path


def csv_text(frame: pd.DataFrame) -> str:
    """The rows as a bureau's CSV: whole numbers without decimals."""
    whole = frame.select_dtypes("float").columns
    return frame.astype(dict.fromkeys(whole, "Int64")).to_csv(sep=";", index=False, lineterminator="\n")


def passport(path: Path, frame: pd.DataFrame | None = None, **changes: object) -> Passport:
    """A passport that is right about the file, but for the changes."""
    shape = (delivered_rows() if frame is None else frame).shape
    fields = {
        **{"file": f"{FILE}{path.suffix}", "survey": "invented", "wave": 2018, "producer": "bureau"},
        **{"origin": "delivered", "fieldwork": {"from": "2018-04-16", "to": "2018-04-30"}, "design": "census"},
        **{"delivered": date(2018, 6, 1), "licence": "none", "rows": shape[0], "columns": shape[1]},
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "strata": [{"function": key, "population": 9, "invited": 9, "responded": n} for key, n in RESPONDED.items()],
    }
    return Passport.model_validate(fields | changes)


def examined(path: Path, **changes: object) -> tuple[Harmonised | None, list[MonitorError]]:
    """All that is found in a file with a passport that is right but for the changes."""
    return examine_delivery(path, passport(path, **changes), DECIDED)


def changed(column: str, row: int, value: object) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Rows with one cell changed."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        made = frame.copy()
        made.loc[row, column] = value
        return made

    return change


def harmonised(
    cells: Cells, delivered: Delivered, questionnaire: Questionnaire, passport: Passport | None = None
) -> Harmonised:
    """What one delivery becomes; stops at the first of what is wrong with it, as building does."""
    one, findings = examine(cells, delivered, questionnaire, passport)
    stop(findings, Path(delivered.file))
    return one
