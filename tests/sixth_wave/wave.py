"""A made-up wave of 2026, made from the answers of 2024: its deliveries, and the rows that a person adds for them.

What is added to config/ stands in this folder as a person would type it: edits.yml, and rows for four .csv files. The
deliveries are written from answers and codes with pandas and pyreadstat alone, without the code that reads or makes
deliveries. Officeholders and employees come as .sav, organisations as .csv.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import yaml

from tests.pipeline.conftest import ROOT, Walk

HERE = Path(__file__).parent
BEFORE, WAVE = 2024, 2026
FORMATS = {"officeholders": "sav", "employees": "sav", "organisations": "csv"}
STRATA = ("strata", "strata-employees", "strata-organisations")
NOT_ASKED = ("not_asked", "asked_differently")
EMPTY = ("no_answer", "routed_out")
CODES = {"yes": "1", "no": "0"}


def add_wave(walk: Walk) -> dict[str, pd.DataFrame]:
    """Add the wave to a tree; returns, by survey, the answers that were put in."""
    for edit in yaml.safe_load((HERE / "edits.yml").read_text(encoding="utf-8")):
        _edit(walk, **edit)
    for name in ("answers", "breaks", "publications"):
        rows = (HERE / f"{name}.csv").read_text(encoding="utf-8").split("\n", 1)[1]
        _append(walk.path(f"config/{name}.csv"), rows)
    _add_column(walk.path("config/variables.csv"))
    for name in STRATA:
        _add_population(walk.path(f"data/raw/population/{name}.csv"))
    answers = {survey: invent(survey) for survey in FORMATS}
    for survey, frame in answers.items():
        _deliver(walk, survey, frame)
    return answers


def invent(survey: str) -> pd.DataFrame:
    """The answers of 2024 as 2026 asks for them: answer ids, or why there is none, one column per variable."""
    path = ROOT / "data" / "processed" / f"1-harmonised-{survey}.parquet"
    assert path.exists(), "type make figures: the made-up wave is made from the figures of this tree"
    answers = pd.read_parquet(path).query(f"wave == {BEFORE}").astype(object).reset_index(drop=True)
    answers = answers.drop(
        columns=["survey", "wave", *(["function_group", "layer"] if survey == "officeholders" else [])]
    )
    answers["completed_on"] = answers["completed_on"].str.replace(str(BEFORE), str(WAVE))
    if survey == "officeholders":
        every = np.arange(len(answers))
        answers.loc[every % 2 == 1, "respondent"] = (
            "N" + answers["respondent"]
        )  # half of them answer for the first time
        _change(answers, "severity", "zeer_ernstig", "levensbedreigend", every % 3 == 0)
        _change(answers, "perpetrator", "inwoner", "politicus", every % 6 == 0)
        option = answers["physical_kinds__vernielen"].copy()
        answers["physical_kinds__brandstichting"] = option.mask((option == "yes") & (every % 2 == 0), "no")
        steps = {"ja": "aangifte", "nee": "niets"}
        answers["police_steps"] = answers["police_report"].map(lambda answer: steps.get(answer, answer))
        _change(answers, "police_steps", "niets", "melding", every % 4 == 0)
    names = _names()[survey]
    for variable in answers.columns:
        if names[variable] in NOT_ASKED:
            answers[variable] = "not_asked"
    return answers.sample(frac=1, random_state=WAVE).reset_index(drop=True)


def _change(answers: pd.DataFrame, variable: str, before: str, after: str, where: np.ndarray) -> None:
    answers.loc[(answers[variable] == before) & where, variable] = after


def _edit(walk: Walk, file: str, find: str, put: str, everywhere: bool = False, **why: str) -> None:
    text = walk.path(file).read_text(encoding="utf-8")
    found = text.count(find)
    assert found > 0 if everywhere else found == 1, f"{file} holds {found} times: {find}"
    walk.path(file).write_text(text.replace(find, put), encoding="utf-8")


def _append(path: Path, rows: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + rows, encoding="utf-8")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _names() -> dict[str, dict[str, str]]:
    """Delivered names of 2026 by survey and variable: those of variables.csv, and new ones for what 2024 asked."""
    names: dict[str, dict[str, str]] = {survey: {} for survey in FORMATS}
    for row in _rows(ROOT / "config" / "variables.csv"):
        mine = names[row["survey"]]
        mine[row["variable"]] = "not_asked" if row[str(BEFORE)] in NOT_ASKED else f"w26_{len(mine):03}"
    for row in _rows(HERE / "variables.csv"):
        names[row["survey"]][row["variable"]] = row[str(WAVE)]
    return names


def _add_column(path: Path) -> None:
    """The column of the wave in variables.csv, and a row for each variable that is new."""
    lines = path.read_text(encoding="utf-8").splitlines()
    names = _names()
    waves = lines[0].count(",") - 1
    known = {tuple(line.split(",")[:2]) for line in lines}
    made = [f"{lines[0]},{WAVE}"]
    made += [f"{line},{names[line.split(',')[0]][line.split(',')[1]]}" for line in lines[1:]]
    new = [(survey, name) for survey, mine in names.items() for name in mine if (survey, name) not in known]
    made += [",".join((*row, *["not_asked"] * waves, names[row[0]][row[1]])) for row in new]
    path.write_text("\n".join(made) + "\n", encoding="utf-8")


def _add_population(path: Path) -> None:
    """As many as in 2024."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    _append(path, "".join(line.replace(str(BEFORE), str(WAVE), 1) for line in lines if line.startswith(f"{BEFORE},")))


def _codes(walk: Walk, survey: str) -> Callable[[str, str], str]:
    """The code of an answer to a variable: that of answers.csv, else of the questionnaire."""
    questions = yaml.safe_load(walk.path(f"config/questionnaire/{survey}.yml").read_text(encoding="utf-8"))["questions"]
    usual = {(q["id"], a["id"]): str(a["code"]) for q in questions for a in q.get("answers", [])}
    own = {
        (row["variable"], row["answer"]): row["code"] for row in _rows(HERE / "answers.csv") if row["survey"] == survey
    }
    return lambda variable, answer: CODES[answer] if "__" in variable else {**usual, **own}[variable, answer]


def _deliver(walk: Walk, survey: str, answers: pd.DataFrame) -> None:
    """Write a delivery in codes, its columns in another order than the questionnaire's, and its passport."""
    names, code = _names()[survey], _codes(walk, survey)
    columns = {}
    for variable, name in names.items():
        if name in NOT_ASKED:
            continue
        if variable.startswith("ignored__"):
            columns[name] = ["12"] * len(answers)
        elif variable == "completed_on":
            columns[name] = [date.fromisoformat(day).strftime("%d.%m.%Y") for day in answers[variable]]
        elif variable in ("respondent", "organisation"):
            columns[name] = list(answers[variable])
        else:
            columns[name] = ["" if answer in EMPTY else code(variable, answer) for answer in answers[variable]]
    table = pd.DataFrame({name: columns[name] for name in sorted(columns, key=lambda name: name[::-1])})
    file = f"waves/{WAVE}/{survey}.{FORMATS[survey]}"
    path = walk.path(f"data/raw/{file}")
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".csv":
        table.to_csv(path, sep=";", index=False, lineterminator="\n")
    else:
        numbers = [name for name in table if pd.to_numeric(table[name].replace("", "0"), errors="coerce").notna().all()]
        pyreadstat.write_sav(table.assign(**{name: pd.to_numeric(table[name]) for name in numbers}), str(path))
    _append(
        walk.path("data/raw/manifest.yml"),
        yaml.safe_dump([_passport(survey, file, path, table, answers)], sort_keys=False),
    )


def _passport(survey: str, file: str, path: Path, table: pd.DataFrame, answers: pd.DataFrame) -> dict:
    """The passport of a census: everybody of the population of 2024 was invited."""
    manifest = yaml.safe_load((ROOT / "data" / "raw" / "manifest.yml").read_text(encoding="utf-8"))
    before = next(row for row in manifest["deliveries"] if (row["survey"], row["wave"]) == (survey, BEFORE))
    strata = [{**row, "invited": row["population"]} for row in before["strata"]]
    return {
        **before,
        "file": file,
        "wave": WAVE,
        "fieldwork": {name: day.replace(year=WAVE) for name, day in before["fieldwork"].items()},
        "design": "census",
        "delivered": date(WAVE, 6, 1),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "rows": len(table),
        "columns": table.shape[1],
        "strata": strata,
    }
