"""What build.json tells of a build: the commit and its mark, inputs by their sha256, rows per stage, nothing else."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path

import pandas as pd
import pytest
import yaml

from pipeline.folders import ROOT
from pipeline.record import commit, record, surroundings
from tests.pipeline.conftest import Walk


def git(folder: Path, *words: str) -> str:
    named = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "core.hooksPath=/dev/null"]
    return subprocess.run(["git", *named, *words], cwd=folder, capture_output=True, text=True, check=True).stdout


def test_a_commit_is_told_with_a_mark_when_files_differ_from_it(tmp_path: Path) -> None:
    assert commit(tmp_path) == "unknown"
    git(tmp_path, "init", "--quiet")
    assert commit(tmp_path) == "unknown"
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "monitor.yml").write_text("a: 1\n", encoding="utf-8")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "x")
    head = git(tmp_path, "rev-parse", "HEAD").strip()
    assert commit(tmp_path) == head
    assert commit(tmp_path / "config") == "unknown", "a folder inside another repository is no clone of ours"
    (tmp_path / "config" / "release.yml").write_text("b: 1\n", encoding="utf-8")
    assert commit(tmp_path) == f"{head}-dirty"


def test_a_machine_without_git_knows_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert commit(ROOT) == "unknown"


def test_rows_are_counted_per_survey_and_stage(tmp_path: Path) -> None:
    def frame(name: str, officeholders: int, employees: int) -> Path:
        surveys = ["officeholders"] * officeholders + ["employees"] * employees
        pd.DataFrame({"survey": pd.Series(surveys, dtype=str)}).to_parquet(tmp_path / name)
        return tmp_path / name

    made = [frame("1-harmonised-employees.parquet", 0, 3), frame("3-estimates.parquet", 5, 7)]
    told = json.loads(record([ROOT / "LICENSE"], [], made, surroundings()))
    assert told["rows"] == {"officeholders": {"estimates": 5}, "employees": {"harmonised": 3, "estimates": 7}}
    assert told["inputs"] == {"LICENSE": hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest()}
    assert told["packages"]["pandas"] == pd.__version__


def test_build_json_stands_beside_figures_and_publication(walk: Walk) -> None:
    exact, public = (
        json.loads(walk.path(f"{folder}/build.json").read_text(encoding="utf-8"))
        for folder in ("data/processed", "publication")
    )
    assert exact["commit"] == "unknown"
    delivered = [name for name in exact["inputs"] if name.endswith(".sav")]
    surveys = ("employees", "officeholders", "organisations")
    assert delivered == [f"data/raw/waves/{wave}/{survey}.sav" for wave in (2022, 2024) for survey in surveys]
    assert "config/monitor.yml" in exact["inputs"] and "data/raw/population/strata.csv" in exact["inputs"]
    rows = exact["rows"]["officeholders"]
    passports = yaml.safe_load(walk.path("data/raw/manifest.yml").read_text(encoding="utf-8"))["deliveries"]
    assert rows["delivered"] == sum(one["rows"] for one in passports if one["survey"] == "officeholders")
    assert rows["harmonised"] == 3033 + 2000  # respondents
    assert set(rows) >= {"delivered", "harmonised", "weighted", "estimates", "comparisons", "publishable-estimates"}
    assert public["rows"]["officeholders"]["weighted"] % 10 == 0, "no exact number of respondents is published"
    assert {name: public[name] for name in ("inputs", "packages")} == {
        name: exact[name] for name in ("inputs", "packages")
    }
    assert "report/index.html" in public["files"]
    assert str(walk.root) not in json.dumps([exact, public])


def test_another_commit_changes_the_record_alone(walk: Walk) -> None:
    git(walk.root, "init", "--quiet")
    git(walk.root, "add", "--all")
    git(walk.root, "commit", "--quiet", "--message", "x")
    before = walk.sums("publication", "data/processed")
    assert walk.ran("publish") == {"task_record", "task_list"}
    after = walk.sums("publication", "data/processed")
    assert {name for name in after if after[name] != before[name]} == {
        "publication/build.json",
        "data/processed/build.json",
    }
    assert walk.ran("publish", dry_run=True) == set()
