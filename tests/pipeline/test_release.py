"""What a release promises, in the tree of the walk: builds are held against it, before anything is kept or made."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from hashlib import sha256

import pytest
import yaml

from tests.analysis.told import told
from tests.pipeline.conftest import Walk

EDITION = "2024"
FIGURES, PASSPORT = (f"data/published/{EDITION}/{name}" for name in ("figures.csv", "passport.yml"))
ROW = "any_aggression|2024|province=flevoland"
WHY = "In de levering waren twee antwoorden verwisseld."


def git(walk: Walk, *words: str) -> None:
    named = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "core.hooksPath=/dev/null"]
    subprocess.run(["git", *named, *words], cwd=walk.root, capture_output=True, text=True, check=True)


def commit(walk: Walk) -> None:
    git(walk, "add", "--all")
    git(walk, "commit", "--quiet", "--message", "x")


def release(walk: Walk, edition: str = EDITION) -> subprocess.CompletedProcess[str]:
    return walk.make(edition, module="pipeline.release")


def refused(walk: Walk, edition: str = EDITION) -> dict[str, str]:
    before = walk.sums("data")
    done = release(walk, edition)
    assert done.returncode == 1
    assert walk.sums("data") == before
    return told(done.stderr)


def figures(walk: Walk) -> None:
    done = walk.make("figures")
    assert done.returncode == 0, done.stdout + done.stderr


def write_errata(walk: Walk, *rows: dict) -> None:
    walk.path("config/errata.yml").write_text(yaml.safe_dump({"errata": list(rows)}), encoding="utf-8")


def publish_otherwise(walk: Walk, row: str, percent: str) -> str:
    """As if the edition had printed another percentage in this row; what the build says of the row now."""
    path = walk.path(FIGURES)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    (at,) = [place for place, line in enumerate(lines) if line.startswith(f"{row},")]
    _, shown, low, high, n, remark, *_ = lines[at].rstrip("\n").split(",")
    lines[at] = lines[at].replace(f",{shown},", f",{percent},")
    path.write_text("".join(lines), encoding="utf-8")
    digest = sha256(path.read_bytes()).hexdigest()
    walk.edit_yaml(PASSPORT, lambda tree: {**tree, "sha256": digest})
    return f" ({low} tot {high}, n = {n}{', ' * bool(remark)}{remark})"


@pytest.fixture(scope="module")
def committed(walk: Walk) -> Walk:
    """The tree as a repository of its own, with figures of its commit."""
    git(walk, "init", "--quiet")
    commit(walk)
    figures(walk)
    return walk


@pytest.fixture
def repository(committed: Walk) -> Iterator[Walk]:
    """The committed tree without any release; whatever a test commits is taken back."""
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=committed.root, capture_output=True, text=True, check=True)
    yield committed
    git(committed, "reset", "--quiet", "--hard", head.stdout.strip())
    git(committed, "clean", "--quiet", "-fd", "data/published")


def test_what_cannot_be_released_is_refused_and_nothing_is_written(repository: Walk) -> None:
    message = refused(repository, "2023")
    assert (message["title"], message["got"]) == ("Edition does not exist", "2023")
    assert refused(repository, "")["got"] == "none"

    made = repository.path("data/processed/5-publishable-comparisons.parquet")
    made.rename(made.with_suffix(".away"))
    message = refused(repository)
    made.with_suffix(".away").rename(made)
    assert (message["title"], message["where"]) == (
        "Figures have not been made yet",
        "data/processed/5-publishable-comparisons.parquet",
    )

    repository.edit("CHANGELOG.md", "# Changelog", "# Changes")
    assert refused(repository)["title"] == "Release without a commit"
    commit(repository)
    assert refused(repository)["title"] == "Figures are those of another commit"
    assert not repository.path("data/published").exists()


def test_a_release_is_kept_until_an_erratum_explains_what_is_otherwise(repository: Walk) -> None:
    done = release(repository)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Edition 2024, version 1: ") and "data/published/2024/figures.csv" in done.stdout
    passport = yaml.safe_load(repository.path(PASSPORT).read_text(encoding="utf-8"))
    record = repository.path("data/processed/build.json").read_bytes()
    version = {name: json.loads(record)[name] for name in ("commit", "python", "packages")}
    settings = yaml.safe_load(repository.path("config/monitor.yml").read_text(encoding="utf-8"))
    day = settings["editions"][int(EDITION)]["released"]
    assert passport["versions"] == [
        {"released": day.isoformat(), "errata": 0, "record": sha256(record).hexdigest(), **version}
    ]
    assert passport["mark"] == settings["mark"]

    message = refused(repository)
    assert (message["title"], message["got"]) == ("Edition is released already", "version 1")
    assert repository.ran("figures") == {"task_promise", "task_keep", "task_record"}

    rest = publish_otherwise(repository, ROW, "99%")
    repository.edit("report/_province.qmd", "## Gevolgen\n", "## Daarna\n")  # two documents are to be made
    before = repository.sums("data/processed", "publication", "build/pages")
    stopped = repository.make("publish")
    assert stopped.returncode == 1
    assert repository.sums("data/processed", "publication", "build/pages") == before, "a document was made"
    message = told(stopped.stderr)
    assert message["title"] == "Published figures would change"
    assert message["got"].startswith(f"{ROW}: 99%{rest} -> ") and message["got"].endswith(rest)
    now = message["got"].rpartition(" -> ")[2]

    row = {"edition": 2024, "version": 2, "row": ROW, "published": f"99%{rest}", "now": now, "date": day, "why": WHY}
    row["respondents"] = 0
    write_errata(repository, {**row, "respondents": 9})
    assert told(repository.make("figures").stderr)["title"] == "Correction of too few respondents"
    write_errata(repository, {**row, "now": f"98%{rest}"})
    wrong = repository.make("figures")
    assert wrong.returncode == 1
    assert told(wrong.stderr)["expected"] == f"now: {now}"
    write_errata(repository, row)
    shown = repository.make("publish", "--only", "errata")
    assert shown.returncode == 0, shown.stderr
    page = repository.path("publication/report/voorbeeld-errata.html").read_text(encoding="utf-8")
    assert WHY in page and f"was 99%{rest}, is nu {now}." in page.replace("\N{NO-BREAK SPACE}", " ")

    assert refused(repository)["title"] == "Release without a commit"
    commit(repository)
    figures(repository)
    done = release(repository)
    assert done.stdout.startswith("Edition 2024, version 2: ") and "1 errata" in done.stdout
    versions = yaml.safe_load(repository.path(PASSPORT).read_text(encoding="utf-8"))["versions"]
    assert [one["errata"] for one in versions] == [0, 1]
    assert versions[0]["record"] == passport["versions"][0]["record"]
    figures(repository)
    write_errata(repository)
    taken = repository.make("figures")
    assert told(taken.stderr)["title"] == "Errata of a version that is out were changed"
