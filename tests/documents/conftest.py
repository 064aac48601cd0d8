"""The finished publication, read once; another folder with MONITOR_PUBLICATION=<folder>."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.documents.facts import Facts, read_facts
from tests.documents.finished import Publication

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def facts() -> Facts:
    return read_facts(ROOT)


@pytest.fixture(scope="session")
def publication(facts: Facts) -> Publication:
    folder = Path(os.environ.get("MONITOR_PUBLICATION", ROOT / "publication"))
    if not (folder / "index.html").exists():
        pytest.fail(f"no publication in {folder}: type make, or name its folder in MONITOR_PUBLICATION")
    return Publication(folder, facts)
