"""`make status`: a line for every wave and survey, before and after a build, and with something broken."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import yaml

from tests.analysis.told import told
from tests.pipeline.conftest import Walk, small_tree

HEAD = [
    "wave",
    "survey",
    "delivered",
    "origin",
    "design",
    "verified",
    "harmonised",
    "rows",
    "kept",
    "responded",
    "dropped",
    "file",
]


@pytest.fixture(scope="module")
def unbuilt(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    return small_tree(tmp_path_factory.mktemp("unbuilt"))


@pytest.fixture
def tree(unbuilt: Walk, tmp_path: Path) -> Iterator[Walk]:
    """A tree in which nothing was built; its data and config are put back afterwards."""
    for name in ("data", "config"):
        shutil.copytree(unbuilt.path(name), tmp_path / name)
    yield unbuilt
    for name in ("data", "config"):
        shutil.rmtree(unbuilt.path(name))
        shutil.copytree(tmp_path / name, unbuilt.path(name))


def lines(printed: str) -> dict[tuple[str, str], list[str]]:
    head, *rows = [line.split() for line in printed.splitlines()]
    assert head == HEAD
    return {(row[0], row[1]): row[2:] for row in rows if row}


def passports(tree: Walk) -> list[dict]:
    return yaml.safe_load(tree.path("data/raw/manifest.yml").read_text(encoding="utf-8"))["deliveries"]


def passport(tree: Walk, survey: str, wave: int) -> dict:
    return next(one for one in passports(tree) if (one["survey"], one["wave"]) == (survey, wave))


def test_before_anything_was_built(tree: Walk) -> None:
    done = tree.make("status")
    assert (done.returncode, done.stderr) == (0, "")
    rows = lines(done.stdout)
    path = "data/raw/waves/2024/officeholders.sav"
    delivered = str(passport(tree, "officeholders", 2024)["rows"])
    assert rows["2024", "officeholders"] == ["2024-06-03", "synthetic", "sample", "yes", "no", delivered, path]
    assert not tree.path("data/processed").exists()


def test_what_is_absent_is_said(tree: Walk) -> None:
    tree.edit_yaml("config/monitor.yml", lambda all: {**all, "waves": {**all["waves"], 2026: all["waves"][2024]}})
    table = pd.read_csv(tree.path("config/variables.csv"), dtype=str, keep_default_na=False)
    table.loc[table["survey"] == "employees", "2022"] = "not_asked"
    table.assign(**{"2026": table["2024"]}).to_csv(tree.path("config/variables.csv"), index=False)
    for survey, wave in (("employees", 2022), ("organisations", 2024)):
        tree.path(f"data/raw/{passport(tree, survey, wave)['file']}").unlink()
        kept = [one for one in passports(tree) if (one["survey"], one["wave"]) != (survey, wave)]
        tree.edit_yaml("data/raw/manifest.yml", lambda all, kept=kept: {**all, "deliveries": kept})
    rows = lines(tree.make("status").stdout)
    assert rows["2022", "employees"] == ["not", "held"]
    assert rows["2024", "organisations"] == ["no", "delivery"]
    assert rows["2026", "officeholders"] == ["no", "delivery"]
    assert rows["2024", "employees"][3] == "yes"


def test_what_harmonising_kept_and_dropped(tree: Walk) -> None:
    row = {"file": "waves/2024/officeholders.sav", "survey": "officeholders", "wave": 2024, "read": 2007}
    account = [{**row, "kept": 2001, "responded": 1999, "dropped": {"test_record": 4, "duplicate": 3, "partial": 0}}]
    tree.path("data/processed").mkdir()
    tree.path("data/processed/1-harmonised.json").write_text(json.dumps(account), encoding="utf-8")
    printed, delivered = tree.make("status").stdout, str(passport(tree, "officeholders", 2024)["rows"])
    assert "4 test_record, 3 duplicate  data/raw/waves/2024/officeholders.sav" in printed
    assert lines(printed)["2024", "officeholders"][4:8] == ["stale", delivered, "2001", "1999"], (
        "no build.json vouches for it"
    )


def test_a_change_after_the_build_makes_it_stale(walk: Walk) -> None:
    assert {row[4] for row in lines(walk.make("status").stdout).values()} == {"yes"}
    kept = walk.path("config/answers.csv").read_bytes()
    walk.path("config/answers.csv").write_bytes(kept + b"\n")
    try:
        assert {row[4] for row in lines(walk.make("status").stdout).values()} == {"stale"}
    finally:
        walk.path("config/answers.csv").write_bytes(kept)


def test_broken_deliveries_are_told_all_at_once_and_the_others_still_shown(tree: Walk) -> None:
    tree.path("data/raw/waves/2022/officeholders.sav").unlink()
    tree.path("data/raw/waves/2024/officeholders.sav").write_bytes(b"cut off")
    tree.path("data/raw/waves/2026").mkdir()
    tree.path("data/raw/waves/2026/employees.csv").write_text("a;b\n", encoding="utf-8")
    done = tree.make("status")
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    table, *problems = done.stdout.rstrip().split("\n\n")
    assert {key for key, row in lines(table).items() if row[3:4] == ["NO"]} == {
        ("2022", "officeholders"),
        ("2024", "officeholders"),
    }
    assert len(lines(table)) == 7
    assert lines(table)["2026", "employees"] == ["no", "passport", "data/raw/waves/2026/employees.csv"]
    messages = [told(problem) for problem in problems]
    assert {message["where"] for message in messages} == {
        "waves/2026/employees.csv",
        "waves/2022/officeholders.sav, file",
        "waves/2024/officeholders.sav, sha256",
    }


def test_a_file_without_a_passport_stands_in_the_table_wherever_it_lies(tree: Walk) -> None:
    """One beside a delivery of the same wave, two of no wave: each has a line, and that of the delivery stays."""
    names = ["real/waves/2024/officeholders.sav", "real/nieuw.csv", "real/deep/nieuw.csv"]
    for name in names:
        tree.path(f"data/raw/{name}").parent.mkdir(parents=True, exist_ok=True)
        tree.path(f"data/raw/{name}").write_bytes(b"x")
    done = tree.make("status")
    assert done.returncode == 1
    table, problem = done.stdout.rstrip().split("\n\n")
    without = [line.split() for line in table.splitlines() if "no passport" in line]
    assert sorted(row[-1] for row in without) == sorted(f"data/raw/{name}" for name in names)
    assert {tuple(row[:2]) for row in without} == {("2024", "officeholders"), ("?", "nieuw")}
    assert sum(line.split()[:2] == ["2024", "officeholders"] for line in table.splitlines()) == 2
    assert told(problem)["title"] == "Delivery without a passport"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("data/raw/manifest.yml", "deliveries: [{file: x}]\n"),
        ("data/raw/manifest.yml", "deliveries: [\n"),
        ("data/raw/manifest.yml", "deliveries: \x00\n"),
        ("config/monitor.yml", "title: Monitor\n"),
        ("config/variables.csv", ""),
    ],
)
def test_a_file_that_cannot_be_read_is_told(tree: Walk, name: str, content: str) -> None:
    tree.path(name).write_text(content, encoding="utf-8")
    done = tree.make("status")
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert name.rpartition("/")[2] in told(done.stdout.split("\n\n")[-1].rstrip())["where"]


def test_a_real_delivery_takes_the_line_of_the_synthetic_one(tree: Walk) -> None:
    mine = passport(tree, "officeholders", 2024)
    tree.path("data/raw/real").mkdir()
    shutil.copyfile(tree.path("data/raw/waves/2024/officeholders.sav"), tree.path("data/raw/real/real.sav"))
    shutil.copyfile(tree.path("data/raw/manifest.yml"), tree.path("data/raw/real/manifest.yml"))
    tree.edit_yaml(
        "data/raw/real/manifest.yml",
        lambda all: {"deliveries": [{**mine, "file": "real.sav", "origin": "delivered"}]},
    )
    rows = lines(tree.make("status").stdout)
    assert rows["2024", "officeholders"][1] == "delivered"
    assert rows["2024", "officeholders"][-1] == "data/raw/real/real.sav"
    assert rows["2022", "officeholders"][1] == "synthetic"


def test_status_whose_reader_went_away_ends_without_a_traceback(unbuilt: Walk) -> None:
    process = subprocess.Popen(
        unbuilt.command("-m", "pipeline", "status"),
        cwd=unbuilt.root,
        env=unbuilt.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout and process.stderr
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait() == -signal.SIGPIPE
    process.stderr.close()
