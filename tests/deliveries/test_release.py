"""The mark of example figures goes away only for real deliveries that two people answer for."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.errors import MonitorError
from deliveries.passports import Passport
from deliveries.release import check_mark


def passport(sha256: str, origin: str) -> Passport:
    return Passport.model_validate(
        {
            **{"file": f"{sha256}.sav", "survey": "officeholders", "wave": 2024, "producer": "bureau"},
            **{"origin": origin, "fieldwork": {"from": "2024-04-15", "to": "2024-04-30"}, "design": "sample"},
            **{"delivered": "2024-06-03", "licence": "none", "sha256": sha256, "rows": 1, "columns": 1, "strata": []},
        }
    )


OURS = [passport("made-up", "synthetic")]
REAL = passport("real", "delivered")


@pytest.fixture
def release(tmp_path: Path) -> Path:
    path = tmp_path / "release.yml"
    path.write_text("responsible: [A. de Vries, B. Jansen]\ndeliveries: [real]\n", encoding="utf-8")
    return path


def test_a_mark_is_always_allowed(tmp_path: Path) -> None:
    check_mark("Voorbeeldcijfers", OURS, OURS, tmp_path / "release.yml")


def test_real_deliveries_with_two_names_need_no_mark(release: Path) -> None:
    check_mark("", [REAL], OURS, release)


@pytest.mark.parametrize(
    "used",
    [OURS, [REAL, *OURS], [passport("made-up", "delivered")], [passport("other", "synthetic")], []],
    ids=["synthetic", "mixed", "a synthetic file under another passport", "a new synthetic file", "nothing at all"],
)
def test_a_synthetic_input_keeps_the_mark(used: list[Passport], release: Path) -> None:
    with pytest.raises(MonitorError, match="may not be taken away"):
        check_mark(" ", used, OURS, release)


def test_without_two_names_the_mark_stays(tmp_path: Path, release: Path) -> None:
    with pytest.raises(MonitorError, match="may not be taken away"):
        check_mark("", [REAL], OURS, tmp_path / "none.yml")
    release.write_text("responsible: [A. de Vries]\ndeliveries: [real]\n", encoding="utf-8")
    with pytest.raises(MonitorError, match=r"release\.yml, responsible"):
        check_mark("", [REAL], OURS, release)


def test_an_example_called_delivered_in_its_own_passport_keeps_the_mark(release: Path) -> None:
    """Guards a bug: `origin: delivered` in data/raw/manifest.yml took the mark away."""
    renamed = [passport("made-up", "delivered")]
    with pytest.raises(MonitorError, match="may not be taken away"):
        check_mark("", renamed, renamed, release)


@pytest.mark.parametrize("names", ["A. de Vries, a. de  vries", "A. de Vries, ''"])
def test_one_person_twice_is_not_two(names: str, release: Path) -> None:
    release.write_text(f"responsible: [{names}]\ndeliveries: [real]\n", encoding="utf-8")
    with pytest.raises(MonitorError, match=r"release\.yml, responsible"):
        check_mark("", [REAL], OURS, release)


def test_a_release_of_other_deliveries_is_none_of_this_build(release: Path) -> None:
    with pytest.raises(MonitorError, match=r"release\.yml, deliveries, corrected\.sav"):
        check_mark("", [REAL, passport("corrected", "delivered")], OURS, release)
