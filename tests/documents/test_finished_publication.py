"""The finished publication as a whole: no check finds anything."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from press import check_site, load_project
from tests.documents import (
    aids,
    causes,
    drawings,
    five_minutes,
    inventory,
    language,
    leaks,
    marks,
    method,
    numbers,
    privacy,
    tables,
    verdicts,
)
from tests.documents.conftest import ROOT
from tests.documents.finished import Publication

CHECKS = {
    "numbers": numbers,
    "verdicts": verdicts,
    "drawings": drawings,
    "tables": tables,
    "marks": marks,
    "aids": aids,
    "inventory": inventory,
    "five_minutes": five_minutes,
    "language": language,
    "privacy": privacy,
    "leaks": leaks,
    "causes": causes,
    "method": method,
}


def _expect_none(findings: Iterable[object]) -> None:
    found = [str(finding) for finding in findings]
    if found:
        pytest.fail("\n".join([f"{len(found)} findings", *found]), pytrace=False)


@pytest.mark.parametrize("name", CHECKS)
def test_nothing_is_wrong_with(name: str, publication: Publication) -> None:
    _expect_none(CHECKS[name].findings(publication))


def test_site_is_sound_for_readers_and_screen_readers(publication: Publication) -> None:
    _expect_none(check_site(publication.folder, load_project(ROOT)))
