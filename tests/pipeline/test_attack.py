"""Where an attack finds too much the build begins again and withholds more, a few times; then it stops with that."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from pipeline import task_attack, task_protection, walk

OF = next(iter(task_protection.STRICTER))


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    path = tmp_path / "stricter.json"
    monkeypatch.setitem(task_attack.STRICTER, OF, path)
    monkeypatch.setattr(task_attack, "drawn", lambda *_: (pd.DataFrame(), pd.DataFrame(), "these"))
    return path


def test_each_attack_that_fails_asks_one_count_more_of_its_questions(noted: Path) -> None:
    assert task_protection.stricter(noted, "these") == {}
    task_attack._be_stricter(OF, set())
    assert not noted.exists()
    task_attack._be_stricter(OF, {"employees:severity.zeer_ernstig|2024", "verbal|2024"})
    task_attack._be_stricter(OF, {"verbal|2024"})
    assert task_protection.stricter(noted, "these") == {("severity", "zeer_ernstig"): 1, ("verbal", ""): 2}


def test_what_was_noted_of_other_figures_does_not_count(noted: Path) -> None:
    noted.write_text(json.dumps({"others": [["verbal", "", 3]]}), encoding="utf-8")
    assert task_protection.stricter(noted, "these") == {}


@pytest.mark.parametrize(
    ("ended", "writes", "tried", "begins"),
    [(1, True, 0, 1), (1, False, 0, 0), (0, True, 0, 0), (1, True, walk.AGAIN, 0)],
)
def test_a_build_begins_again_only_with_something_to_withhold(
    ended: int, writes: bool, tried: int, begins: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    begun: list[str] = []

    def build(*_: object) -> int:
        if writes:
            (tmp_path / "attack").mkdir()
            (tmp_path / "attack" / "stricter-officeholders-2024.json").write_text("{}", encoding="utf-8")
        return ended

    def again(command: list[str], **options: dict[str, str]) -> SimpleNamespace:
        begun.append(f"{command[-1]} {options['env'][walk.TRIED]}")
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(walk, "BUILD", tmp_path)
    monkeypatch.setattr(walk, "restore", lambda: None)
    monkeypatch.setattr(walk, "_build", build)
    monkeypatch.setattr(subprocess, "run", again)
    monkeypatch.setenv(walk.TRIED, str(tried))
    assert walk.main(["publish"]) == (0 if begins else ended)
    assert begun == ([f"publish {tried + 1}"] if begins else [])
