"""Searching a website: a field where `_quarto.yml` asks for one, and an index of the words of its pages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pagefind_bin
import pytest

from press import PressError, Project, finish, load_project
from press.site import render_project

WORDS = "---\ntitle: {title}\n---\n\n## Kop\n\n{text}\n"


@pytest.fixture
def website(write: Callable[..., Path]) -> Callable[[str], Project]:
    """A website of two pages whose search setting is given."""

    def _website(search: str) -> Project:
        write("a.qmd", WORDS.format(title="Nazorg", text="Wie helpt er?"))
        write("b.qmd", WORDS.format(title="Aangifte", text="Bij wie?"))
        settings = f"project: {{type: website, output-dir: out}}\nlang: nl\nwebsite: {{title: T, search: {search}}}\n"
        return load_project(write("_quarto.yml", settings).parent)

    return _website


def _render(project: Project, tmp_path: Path) -> Path:
    render_project(project, [tmp_path / "a.qmd", tmp_path / "b.qmd"], ["html"], tmp_path / "out", {})
    return tmp_path / "out"


def _sums(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_site_has_a_field_and_an_index_of_all_its_pages(website: Callable[[str], Project], tmp_path: Path) -> None:
    out = _render(website("true"), tmp_path)
    page = (out / "a.html").read_text(encoding="utf-8")
    assert '<label for="search-words">Zoeken</label>' in page and "hidden" in page.partition("<search")[2][:40]
    assert len(list((out / "site_libs/search/fragment").iterdir())) == 2
    assert not list((out / "site_libs/search").glob("*ui*"))


def test_site_that_wants_none_has_neither(website: Callable[[str], Project], tmp_path: Path) -> None:
    out = _render(website("false"), tmp_path)
    assert "<search" not in (out / "a.html").read_text(encoding="utf-8")
    assert not (out / "site_libs/search").exists()


def test_same_pages_give_the_same_index(website: Callable[[str], Project], tmp_path: Path) -> None:
    project = website("true")
    before = _sums(_render(project, tmp_path) / "site_libs/search")
    finish(project)
    assert _sums(tmp_path / "out/site_libs/search") == before and len(before) > 5


def test_index_that_fails_is_told(
    website: Callable[[str], Project], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\necho no pages >&2\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setattr(pagefind_bin, "get_executable", lambda: broken)
    with pytest.raises(PressError, match="no pages"):
        _render(website("true"), tmp_path)
