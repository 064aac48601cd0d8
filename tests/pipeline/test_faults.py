"""A disk that is full and Ctrl-C: the earlier publication stays byte for byte, and nothing is left over."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytask
import pytest

from pipeline import place
from pipeline.folders import sha256_of
from pipeline.walk import _problems, _tell_error
from press import load_project
from tests.analysis.told import told

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A publication of two files, and other ones that are made and are to take their place."""
    for name, text in {"publication": "eerst", "build/pages": "daarna"}.items():
        for file in ("a.html", "map/a.pdf"):
            (tmp_path / name / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / file).write_text(text)
    (tmp_path / "publication" / "build.json").write_text("{}")
    (tmp_path / "processed").mkdir()
    (tmp_path / "processed" / "build.json").write_text(json.dumps({"rows": {}}))
    (tmp_path / "made.json").write_text(json.dumps({"a.html": "", "map/a.pdf": ""}))
    for name, folder in {
        "BUILD": "build",
        "PAGES": "build/pages",
        "PUBLICATION": "publication",
        "PROCESSED": "processed",
        "_NEW": "build/publication",
        "_OLD": "build/publication-before",
    }.items():
        monkeypatch.setattr(place, name, tmp_path / folder)
    return tmp_path


def fails_at(call: int, function: Callable[..., object], fault: BaseException) -> Callable[..., object]:
    """The function, which fails the so-manieth time that it is called."""
    calls: list[object] = []

    def failing(*given: object, **named: object) -> object:
        calls.append(given)
        if len(calls) == call:
            raise fault
        return function(*given, **named)

    return failing


PLACE = {
    "all": lambda root: place.place_all([root / "made.json"], load_project(root)),
    "one": lambda root: place.place_one(root / "made.json"),
    "list": lambda root: place.list_files(root / "publication"),
    "figures": lambda root: place.put([root / "build" / "pages" / "a.html", root / "made.json"], root / "publication"),
}


@pytest.mark.parametrize("fault", [FULL, KeyboardInterrupt()], ids=["full", "ctrl-c"])
@pytest.mark.parametrize(
    ("what", "owner", "function", "call"),
    [
        ("all", shutil, "copyfile", 1),
        ("all", shutil, "copyfile", 2),
        ("all", Path, "write_text", 1),
        ("all", Path, "rename", 1),
        ("all", Path, "rename", 2),
        ("one", shutil, "copyfile", 2),
        ("one", Path, "write_text", 1),
        ("one", Path, "replace", 1),
        ("one", Path, "replace", 2),
        ("one", Path, "replace", 3),
        ("list", Path, "write_text", 1),
        ("list", Path, "replace", 1),
        ("figures", shutil, "copyfile", 2),
        ("figures", Path, "replace", 2),
    ],
)
def test_placing_is_all_or_nothing(
    what: str,
    owner: object,
    function: str,
    call: int,
    fault: BaseException,
    folders: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = sums(folders)
    with monkeypatch.context() as patch:
        patch.setattr(owner, function, fails_at(call, getattr(owner, function), fault))
        with pytest.raises(type(fault)):
            PLACE[what](folders)
    assert sums(folders) == before
    PLACE[what](folders)
    assert sums(folders) != before
    assert {name.partition("/")[0] for name in sums(folders)} == {name.partition("/")[0] for name in before}


def sums(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_publication_comes_back_where_a_build_was_killed_while_it_placed(folders: Path) -> None:
    before = sums(folders / "publication")
    (folders / "publication").rename(folders / "build" / "publication-before")
    place.restore()
    assert sums(folders / "publication") == before
    place.restore()
    assert sums(folders / "publication") == before


def test_publication_lists_what_stands_in_it(folders: Path) -> None:
    (folders / "publication" / "other.html").write_text("blijft")
    place.place_one(folders / "made.json")
    listed = json.loads((folders / "publication" / "build.json").read_text())["files"]
    files = [path for path in (folders / "publication").rglob("*") if path.is_file() and path.name != "build.json"]
    assert listed == {str(path.relative_to(folders / "publication")): sha256_of(path) for path in files}
    assert list(listed) == ["a.html", "map/a.pdf", "other.html"]


def test_the_published_record_tells_no_exact_number_and_no_sum_of_what_names_a_respondent(folders: Path) -> None:
    """The sum of a file of a few lines is found by trying numbers and answers."""
    kept, named = "data/raw/manifest.yml", "data/raw/real/corrections.yml"
    stages = {"delivered": 14444, "harmonised": 14195, "weighted": 14193, "estimates": 32188}
    record = {"rows": {"officeholders": stages}, "inputs": {kept: "a", named: "b"}}
    (folders / "processed" / "build.json").write_text(json.dumps(record))
    place.list_files(folders / "publication")
    public = json.loads((folders / "publication" / "build.json").read_text())
    assert public["inputs"] == {kept: "a"}
    assert public["rows"]["officeholders"] == {
        "delivered": 14440,
        "harmonised": 14200,
        "weighted": 14190,
        "estimates": 32188,
    }


def test_full_disk_is_told_with_the_file() -> None:
    error = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "pages/a.pdf", None, str(place.PUBLICATION / "a.pdf"))
    message = told(_tell_error(None, error))
    assert message["title"] == "The disk is full"
    assert (message["where"], message["hint"][:9]) == ("publication/a.pdf", "make room")
    assert "No space left on device" in message["got"]


def test_a_task_that_is_interrupted_is_no_task_that_failed() -> None:
    """Guards a bug: where the worker of a document heard of Ctrl-C first, its task was told to have failed."""
    report = SimpleNamespace(
        outcome=pytask.TaskOutcome.FAIL,
        exc_info=(KeyboardInterrupt, KeyboardInterrupt(), None),
        task=SimpleNamespace(name="pipeline/task_documents.py::task_document[flevoland]"),
    )
    with pytest.raises(KeyboardInterrupt):
        _problems(cast(pytask.Session, SimpleNamespace(collection_reports=[], execution_reports=[report])))


def test_an_unforeseen_error_in_a_task_that_holds_answers_does_not_tell_what_it_quotes() -> None:
    """An error of pandas quotes the cell that it cannot read; of a document, which holds figures, it is told."""
    words = "mijn buurman, om de windmolens"
    with pytest.raises(ValueError) as caught:
        float(words)
    of_answers, of_page = (
        told(_tell_error(SimpleNamespace(name=f"pipeline/{name}::task_x"), caught.value))
        for name in ("task_figures.py", "task_documents.py")
    )
    assert words in of_page["got"]
    assert words not in " ".join(of_answers.values())
    assert of_answers["got"].startswith("ValueError, test_faults.py line ")
