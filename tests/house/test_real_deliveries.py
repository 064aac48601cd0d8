"""Answers of real people never enter git: the hook refuses them when they are added, this test once they are there."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
HOOK = ROOT / ".githooks" / "pre-commit"
ROWS = re.compile(r"(?i)data/raw/real/|.*(harmonised|weighted).*\.parquet$")
WORDS = r".*\.(py|r|qmd|md|yml|toml|sh|lua|typ|css|js|mjs|ipynb|lock|cff|svg|png|bib|csl)$"
FONTS = r"_extensions/.*\.(ttf|woff2|txt)$"
DATA = (b"$FL2", b"$FL3", b"PAR1", b"PK\x03\x04")  # SPSS, compressed or not; Parquet; zip, and so .xlsx
PLAIN = r"(src|_extensions)/.*\.html$|(makefile|license|_environment|\.gitignore|\.ci/run|\.githooks/.*)$"
CODE = re.compile(rf"(?i){WORDS}|{FONTS}|{PLAIN}|data/raw/population/[a-z_0-9-]+\.csv$")
NARROW = re.compile(r"(?i)config/.*\.csv$|tests/.*\.(csv|json|txt)$")
PROMISED = re.compile(r"data/published/[0-9]+/figures\.csv$")
HEAD = b"id,shown,low,high,n,remark,difference,reach"
WAVES = re.compile(r"(?i)data/raw/waves/")


def forbidden(root: Path, names: list[str]) -> list[str]:
    """Files of a tree that may hold answers: those below real/, rows of respondents, data that no passport lists."""
    rows = yaml.safe_load((root / "data/raw/manifest.yml").read_text(encoding="utf-8"))["deliveries"]
    known = {row["sha256"] for row in rows if row["origin"] == "synthetic"}

    def listed(name: str) -> bool:
        return hashlib.sha256((root / name).read_bytes()).hexdigest() in known

    def narrow(name: str) -> bool:
        head = (root / name).read_bytes().partition(b"\n")[0]
        return bool(NARROW.match(name)) and len(re.split(rb"[,;|\t]", head)) <= 25

    def published(name: str) -> bool:
        return bool(PROMISED.match(name)) and (root / name).read_bytes().partition(b"\n")[0] == HEAD

    def ran(name: str) -> bool:
        cells = json.loads((root / name).read_text(encoding="utf-8"))["cells"] if name.endswith(".ipynb") else []
        return any(cell.get("outputs") or cell.get("execution_count") for cell in cells)

    def harmless(name: str) -> bool:
        if listed(name):
            return True
        if (root / name).read_bytes().startswith(DATA) or ran(name):
            return False
        return bool(CODE.match(name) and not WAVES.match(name)) or narrow(name) or published(name)

    return [name for name in names if ROWS.match(name) or not harmless(name)]


def git(folder: Path, *words: str, hooks: str = "") -> subprocess.CompletedProcess[str]:
    named = ["-c", f"core.hooksPath={hooks or '/dev/null'}", "-c", "user.name=t", "-c", "user.email=t@example.org"]
    return subprocess.run(["git", *named, *words], cwd=folder, capture_output=True, text=True, check=False)


def test_git_holds_no_answers_of_real_people() -> None:
    names = git(ROOT, "ls-files", "-z").stdout.split("\0")
    assert len(names) > 100
    assert forbidden(ROOT, [name for name in names if name and (ROOT / name).exists()]) == []


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one synthetic delivery, its passport, a fact about the population, and the hook."""
    git(tmp_path, "init", "--quiet")
    write(tmp_path, "data/raw/waves/2024/officeholders.sav", "made up")
    digest = hashlib.sha256(b"made up").hexdigest()
    other = hashlib.sha256(b"asked").hexdigest()
    passports = [{"file": "a", "origin": "synthetic", "sha256": digest}, {"sha256": other, "origin": "delivered"}]
    write(tmp_path, "data/raw/manifest.yml", yaml.safe_dump({"deliveries": passports}, sort_keys=False))
    write(tmp_path, "data/raw/population/strata.csv", "wave,population\n")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "facts, looked into by a person")
    return tmp_path


def write(root: Path, name: str, content: str) -> str:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(content, encoding="utf-8")
    return name


def notebook(count: int | None, *outputs: dict, indent: int | None = 1) -> str:
    words = '\'"outputs": [1], "execution_count": 2\''
    code = {"cell_type": "code", "source": [words], "metadata": {}, "outputs": list(outputs), "execution_count": count}
    cells = [{"cell_type": "markdown", "source": [words], "metadata": {}}, code]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=indent)


def commit(root: Path) -> subprocess.CompletedProcess[str]:
    assert git(root, "add", "--all", "--force").returncode == 0
    return git(root, "commit", "--quiet", "--message", "x", hooks=str(HOOK.parent))


def test_synthetic_deliveries_and_facts_are_committed(repository: Path) -> None:
    write(repository, "data/raw/waves/2022/copy.sav", "made up")
    write(repository, "data/raw/population/strata.csv", "wave,population\n2024,1\n")
    done = commit(repository)
    assert (done.returncode, done.stderr) == (0, "")
    write(repository, "src/weighting.py", "weighted = 1\n")
    write(repository, "config/answers.csv", "survey\n")
    write(repository, "tests/reference/narrow.csv", "respondent,weight\n")
    write(repository, "docs/factsheet.png", "picture")
    write(repository, "data/published/2026/figures.csv", f"{HEAD.decode()}\nverbal|2026|all,44%,42,46,2000,,,\n")
    write(repository, "notebooks/02-shares.ipynb", notebook(None))
    assert commit(repository).returncode == 0


REFUSED = {
    "anything below real": ("data/raw/real/manifest.yml", "deliveries: []"),
    "a delivery that no passport lists": ("data/raw/waves/2026/officeholders.sav", "asked of people"),
    "a delivery whose passport says that people answered": ("data/raw/waves/2026/employees.csv", "asked"),
    "a synthetic delivery with other bytes": ("data/raw/waves/2024/officeholders.sav", "made up "),
    "a spreadsheet": ("data/raw/Antwoorden 2026.XLSX", "asked"),
    "rows below data/raw": ("data/raw/rows.parquet", "asked"),
    "an SPSS file elsewhere": ("notebooks/kopie van levering.sav", "asked"),
    "an SPSS file among the tests": ("tests/deliveries/voorbeeld.sav", "asked"),
    "a text file beside notebooks": ("notebooks/antwoorden.csv", "asked"),
    "an archive": ("docs/x/levering.zip", "asked"),
    "a text file under another name": ("data/raw/officeholders.txt", "asked"),
    "a wide table among the tests": ("tests/deliveries/2024.csv", ";".join(f"vr_{n}" for n in range(60))),
    "a wide table of config": ("config/real.csv", ",".join(f"vr_{n}" for n in range(60))),
    "answers in the place of published figures": ("data/published/2026/figures.csv", "respondent,verbal,threat"),
    "a table beside published figures": ("data/published/2026/answers.csv", HEAD.decode()),
    "a database": ("docs/antwoorden.sqlite", "asked"),
    "lines of JSON": ("docs/antwoorden.jsonl", "asked"),
    "a file of R": ("notebooks/antwoorden.RData", "asked"),
    "a file without an ending": ("docs/antwoorden", "asked"),
    "a copy": ("docs/levering.csv.bak", "asked"),
    "a page of answers": ("docs/antwoorden.html", "asked"),
    "an SPSS file that is called words": ("tests/notes.txt", "$FL2@(#) SPSS DATA FILE"),
    "a compressed SPSS file that is called a picture": ("docs/levering.png", "$FL3@(#) SPSS DATA FILE"),
    "Parquet that is called code": ("notebooks/rows.py", "PAR1 asked"),
    "a spreadsheet that is called words": ("docs/antwoorden.md", "PK\x03\x04 asked"),
    "SPSS in place of what was there": ("data/raw/population/strata.csv", "$FL2 asked"),
    "a notebook with answers in what it printed": (
        "notebooks/02-shares.ipynb",
        notebook(None, {"output_type": "stream", "text": ["P1 ja"]}),
    ),
    "a notebook that ran, on one line": ("notebooks/02-shares.ipynb", notebook(7, indent=None)),
    "harmonised rows": ("docs/1-harmonised-employees.parquet", "asked"),
    "weighted rows": ("data/processed/2-weighted.parquet", "asked"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_the_hook_and_the_test_refuse_what_may_be_real(repository: Path, what: str) -> None:
    before = git(repository, "log", "--oneline").stdout
    name = write(repository, *REFUSED[what])
    done = commit(repository)
    assert done.returncode == 1
    assert done.stderr.splitlines()[:2] == ["Answers of real people do not go into git", f"  where     {name}"]
    assert git(repository, "log", "--oneline").stdout == before
    assert forbidden(repository, [name]) == [name]


def test_what_is_staged_counts_not_what_lies_there(repository: Path) -> None:
    name = write(repository, "data/raw/waves/2026/officeholders.sav", "asked of people")
    git(repository, "add", "--all")
    (repository / name).write_text("made up", encoding="utf-8")
    done = git(repository, "commit", "--quiet", "--message", "x", hooks=str(HOOK.parent))
    assert done.returncode == 1 and name in done.stderr


def test_taking_a_wrong_file_out_is_allowed(repository: Path) -> None:
    name = write(repository, "data/raw/waves/2026/officeholders.sav", "asked of people")
    git(repository, "add", "--all")
    assert git(repository, "commit", "--quiet", "--message", "x").returncode == 0
    (repository / name).unlink()
    assert commit(repository).returncode == 0


def test_setup_turns_the_hook_on_where_no_other_is(tmp_path: Path) -> None:
    """The lines of setup.sh, run alone: in a work tree, in one with hooks of its own, and outside git."""
    text = (ROOT / "pipeline" / "setup.sh").read_text(encoding="utf-8")
    lines = re.search(r"^if \[ \"\$\(git rev-parse.*?^fi$", text, re.MULTILINE | re.DOTALL)
    assert lines and HOOK.stat().st_mode & 0o100

    def path_after(folder: Path) -> str:
        subprocess.run(["sh", "-euc", lines[0]], cwd=folder, check=True, capture_output=True)
        told = subprocess.run(["git", "config", "core.hooksPath"], cwd=folder, capture_output=True, text=True)
        return told.stdout.strip()

    for name in ("fresh", "own", "none"):
        (tmp_path / name).mkdir()
    git(tmp_path / "fresh", "init", "--quiet")
    git(tmp_path / "own", "init", "--quiet")
    subprocess.run(["git", "config", "core.hooksPath", "ours"], cwd=tmp_path / "own", check=True)
    (tmp_path / "fresh" / "below").mkdir()
    assert path_after(tmp_path / "fresh" / "below") == ""
    assert path_after(tmp_path / "fresh") == ".githooks"
    assert path_after(tmp_path / "own") == "ours"
    assert path_after(tmp_path / "none") == ""
