"""The whole walk with other draws than the committed one: deliveries, figures, documents, and all their checks.

Seeds 17 and 30 give Flevoland no physical aggression at all in 2024 and leave some planned groups without anyone in
the base of a question. What holds of the committed draw by luck shows here.
"""

from __future__ import annotations

import subprocess
import sys

import pandas as pd
import pytest

from tests.pipeline.conftest import Walk, copy_tree, keep_documents

DOCUMENTS = ("monitor", "vijf-minuten", "raadsleden", "flevoland", "zeeland")


@pytest.fixture(scope="module", params=[17, 30], ids=lambda seed: f"seed {seed}")
def drawn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """A tree whose deliveries are drawn with another seed, published."""
    walk = copy_tree(tmp_path_factory.mktemp("seed"))
    keep_documents(walk, DOCUMENTS)
    assert walk.make(module="pipeline.stubs").returncode == 0
    text = walk.path("config/generator.yml").read_text(encoding="utf-8")
    lines = [f"seed: {request.param}" if line.startswith("seed:") else line for line in text.splitlines()]
    walk.path("config/generator.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    before = walk.sums("data/raw/waves")
    for command in ("data", "publish"):
        done = walk.make(command)
        assert done.returncode == 0, done.stdout + done.stderr
    after = walk.sums("data/raw/waves")
    assert not set(before.values()) & set(after.values())
    return walk


def test_the_draw_has_a_share_of_nought_and_an_empty_group(drawn: Walk) -> None:
    exact = pd.read_parquet(drawn.path("data/processed/3-estimates.parquet"))
    of_2024 = exact[(exact["wave"] == 2024) & (exact["n"] >= 30)]
    nought = of_2024[(of_2024["indicator"] == "physical") & (of_2024["yes"] == 0)]
    assert set(nought["domain"]) & {"province=flevoland", "province=zeeland"}
    assert (exact["n"] == 0).any()


def test_every_function_answered_in_every_wave(drawn: Walk) -> None:
    weighted = pd.read_parquet(drawn.path("data/processed/2-weighted-officeholders.parquet"))
    assert weighted.groupby(["wave", "function"]).size().unstack().min().min() >= 2


@pytest.mark.parametrize("checks", ["tests/documents", "notebooks"])
def test_the_publication_and_the_notebooks_pass_their_checks(drawn: Walk, checks: str) -> None:
    """The checks run in the tree itself, so that they read its figures; no sentence may contradict its numbers."""
    lax = ["--nbval-lax"] if checks == "notebooks" else []
    environment = {name: value for name, value in drawn.environment.items() if name != "MONITOR_PUBLICATION"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *lax, checks],
        cwd=drawn.root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:]
    assert " passed" in done.stdout
