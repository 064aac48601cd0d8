"""Bad input stops the walk: status 1, a message to mend it from, and nothing changed in what was there before."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from tests.analysis.told import told
from tests.pipeline.conftest import Walk

SAV = "waves/2024/officeholders.sav"
DELIVERY = f"data/raw/{SAV}"
MANIFEST = "data/raw/manifest.yml"
STRATA = "data/raw/population/strata.csv"
CHANGED = (
    DELIVERY,
    "data/raw/waves/2024/employees.sav",
    MANIFEST,
    STRATA,
    "config",
    "report/_province.qmd",
    "report/2024/flevoland.qmd",
)


@pytest.fixture
def broken(walk: Walk, tmp_path: Path) -> Iterator[Walk]:
    """The tree, whose inputs are put back afterwards."""
    for name in CHANGED:
        kept = tmp_path / name
        kept.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if walk.path(name).is_dir() else shutil.copyfile)(walk.path(name), kept)
    yield walk
    shutil.rmtree(walk.path("data/raw/waves/2026"), ignore_errors=True)
    for name in CHANGED:
        if walk.path(name).is_dir():
            shutil.copytree(tmp_path / name, walk.path(name), dirs_exist_ok=True)
        else:
            shutil.copyfile(tmp_path / name, walk.path(name))


def stops(walk: Walk, *words: str) -> dict[str, str]:
    """The message of a build that must stop, and leave figures and publication byte for byte as they were."""
    before = walk.sums("data/processed", "publication")
    assert len(before) > 10
    done = walk.make(*words)
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert "╭" not in done.stderr
    assert walk.sums("data/processed", "publication") == before
    return told(done.stderr)


def passport(walk: Walk, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the passport of the delivery of 2024."""

    def changed(tree: dict) -> dict:
        change(next(row for row in tree["deliveries"] if row["file"] == SAV))
        return tree

    walk.edit_yaml(MANIFEST, changed)


def deliver_again(walk: Walk, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """Another file of 2024, with a passport that is right about it."""
    path = walk.path(DELIVERY)
    frame, meta = pyreadstat.read_sav(path, user_missing=True)
    made = change(frame)
    pyreadstat.write_sav(made, str(path), missing_ranges=meta.missing_ranges)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    passport(walk, lambda row: row.update(sha256=digest, rows=len(made), columns=made.shape[1]))


def column(walk: Walk, variable: str) -> str:
    """What the delivery of 2024 calls a variable."""
    table = pd.read_csv(walk.path("config/variables.csv"), dtype=str).set_index(["survey", "variable"])
    return str(table.loc[("officeholders", variable), "2024"])


def with_cell(walk: Walk, variable: str, value: float) -> Callable[[pd.DataFrame], pd.DataFrame]:
    name = column(walk, variable)
    return lambda frame: frame.assign(**{name: [*frame[name][:9], value, *frame[name][10:]]})


def drop_row(walk: Walk, variable: str) -> None:
    path = walk.path("config/variables.csv")
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(rf"^officeholders,{variable},.*\n", "", text, flags=re.MULTILINE), encoding="utf-8")


def undocumented(walk: Walk) -> None:
    walk.path("data/raw/waves/2026").mkdir()
    shutil.copyfile(walk.path(DELIVERY), walk.path("data/raw/waves/2026/officeholders.sav"))


def new_wave(walk: Walk) -> None:
    undocumented(walk)
    of_wave = {"wave": 2026, "file": "waves/2026/officeholders.sav", "sha256": "0" * 64, "delivered": "2026-06-01"}
    of_wave |= {"fieldwork": {"from": "2026-04-13", "to": "2026-04-30"}}
    walk.edit_yaml(MANIFEST, lambda tree: {"deliveries": [*tree["deliveries"], {**tree["deliveries"][-1], **of_wave}]})


def more_women_than_persons(walk: Walk) -> None:
    strata = pd.read_csv(walk.path(STRATA))
    strata.loc[strata["wave"] == 2024, "women"] = strata["population"] + 1
    strata.to_csv(walk.path(STRATA), index=False)


def one_more_person(walk: Walk) -> None:
    strata = pd.read_csv(walk.path(STRATA))
    at = strata.index[(strata["wave"] == 2024) & (strata["function"] == "burgemeester")][0]
    strata.loc[at, "population"] += 1
    strata.to_csv(walk.path(STRATA), index=False)


BAD: dict[str, tuple[Callable[[Walk], object], str, str]] = {
    # what is broken: how, title of the message, what its other lines must name
    "sha256": (
        lambda walk: walk.path(DELIVERY).write_bytes(walk.path(DELIVERY).read_bytes() + b" "),
        "Delivery is not what its passport says",
        f"{SAV}, sha256",
    ),
    "rows": (
        lambda walk: passport(walk, lambda row: row.update(rows=row["rows"] + 1)),
        "Delivery is not what its passport says",
        "2039   from manifest.yml",
    ),
    "columns": (
        lambda walk: passport(walk, lambda row: row.update(columns=1)),
        "Delivery is not what its passport says",
        "1   from manifest.yml",
    ),
    "unknown answer code": (
        lambda walk: deliver_again(walk, with_cell(walk, "verbal", 7)),
        "Unknown answer code",
        "(verbal), rows 10",
    ),
    "province that does not exist, in a delivery": (
        lambda walk: deliver_again(walk, with_cell(walk, "province", 13)),
        "Unknown answer code",
        "(province), rows 10",
    ),
    "respondent outside the frame": (
        lambda walk: deliver_again(walk, with_cell(walk, "function", 13)),
        "Respondent outside the frame",
        "raadslid / nvt",
    ),
    "a path that leaves the folder": (
        lambda walk: passport(walk, lambda row: row.update(file="../raw/../../officeholders.sav")),
        "Passport not understood",
        "below the folder of manifest.yml",
    ),
    "column missing from the map": (
        lambda walk: drop_row(walk, "severity"),
        "Variable not in the column map",
        "severity",
    ),
    "column of the map that the delivery has not": (
        lambda walk: deliver_again(walk, lambda frame: frame.drop(columns=column(walk, "severity"))),
        "Column missing from the delivery",
        SAV,
    ),
    "column that is not in the map": (
        lambda walk: deliver_again(walk, lambda frame: frame.assign(partij=1.0)),
        "Column of the delivery is not in the map",
        f"{SAV}, partij",
    ),
    "a file without a passport": (undocumented, "Delivery without a passport", "waves/2026/officeholders.sav"),
    "a passport without a file": (
        lambda walk: walk.path(DELIVERY).unlink(),
        "Delivery is not what its passport says",
        "no such file",
    ),
    "a wave without a column map": (new_wave, "Wave without a column map", "variables.csv, column 2026"),
    "margin that cannot be met: women": (
        more_women_than_persons,
        "Margin that cannot be met: gender",
        "population/strata.csv, wave 2024",
    ),
    "margin that cannot be met: two populations": (
        one_more_person,
        "Margin that cannot be met: passport and population disagree",
        "wave 2024, burgemeester 343   from population/strata.csv",
    ),
    "margin that cannot be met: bounds": (
        lambda walk: walk.edit("config/monitor.yml", "lower: 0.4", "lower: 0.99"),
        "Margin that cannot be met",
        "bounds",
    ),
    "a file of config that is not there": (
        lambda walk: walk.path("config/breaks.csv").unlink(),
        "File is missing",
        "config/breaks.csv",
    ),
    "settings that are not there": (
        lambda walk: walk.path("config/monitor.yml").unlink(),
        "File is missing",
        "config/monitor.yml",
    ),
    "figures that contradict each other": (
        lambda walk: walk.edit(
            "config/domains.yml",
            "dimension: size_class\n  parts_of: layer=gemeente",
            "dimension: size_class\n  parts_of: layer=provincie",
        ),
        "Figures contradict each other",
        "persons per size_class add up to layer=provincie: 1",
    ),
    "setting that is misspelt": (
        lambda walk: walk.edit("config/monitor.yml", "confidence:", "confidense:"),
        "Declaration not understood",
        "monitor.yml, confiden",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_input_stops_the_figures(broken: Walk, what: str) -> None:
    breaks, title, names = BAD[what]
    breaks(broken)
    message = stops(broken, "figures")
    assert message["title"].startswith(title)
    assert names in " ".join(message.values())


def test_figures_of_other_surveys_stop_too_and_a_link_is_told_where_to_see_all(broken: Walk) -> None:
    """Two mistakes in one file of another survey: the first is told, with how to see the other."""
    name = "data/raw/waves/2024/employees.sav"
    broken.path(name).write_bytes(broken.path(name).read_bytes()[:-100])
    message = stops(broken, "figures")
    assert message["title"] == "Delivery is not what its passport says"
    assert "waves/2024/employees.sav, sha256" in message["where"]
    assert message["hint"].endswith(
        "; and 1 more: make check-delivery FILE=data/raw/waves/2024/employees.sav shows all"
    )


@pytest.mark.parametrize(
    ("name", "old", "new", "title", "where"),
    [
        ("config/publications.csv", "province,flevoland", "provincie,flevoland", "Document not understood", "line 2"),
        ("config/publications.csv", "Flevoland,flevoland", "Flevoland,atlantis", "Province does not exist", "line 2"),
        (
            "config/publications.csv",
            "2024,province,zeeland",
            "2025,province,zeeland",
            "Edition does not exist",
            "line 3",
        ),
        (
            "report/2024/flevoland.qmd",
            '= "flevoland"\n```',
            '= "atlantis"\n```',
            "Document says",
            "flevoland.qmd, line 16",
        ),
        ("report/_province.qmd", "/report/_reading.qmd", "/report/_redding.qmd", "Include", "_province.qmd"),
    ],
)
def test_what_cannot_be_collected_is_told_too(
    broken: Walk, name: str, old: str, new: str, title: str, where: str
) -> None:
    broken.edit(name, old, new)
    message = stops(broken, "publish")
    assert message["title"].startswith(title)
    assert where in message["where"]


def test_a_document_that_does_not_exist_is_told_with_those_that_do(walk: Walk) -> None:
    message = stops(walk, "publish", "--only", "2024/atlantis")
    notebooks = ", ".join(f"notebooks/{path.stem}" for path in sorted(walk.path("notebooks").glob("*.ipynb")))
    assert message == {
        "title": "Document does not exist",
        "where": "only=2024/atlantis",
        "expected": "2024/flevoland, 2024/zeeland, accessibility, codebook, errata, figures, methods, privacy, "
        f"protection, signs, 404, {notebooks}, index",
        "got": "2024/atlantis",
        "hint": "mend the name, or add a row to config/publications.csv and type make stubs",
    }


def test_quarto_is_asked_for_where_it_is_not(walk: Walk) -> None:
    if shutil.which("quarto"):
        pytest.skip("Quarto is installed here")
    assert stops(walk, "quarto")["title"] == "Quarto is not installed"
