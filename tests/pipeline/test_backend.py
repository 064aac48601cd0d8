"""The same bytes from run to run, on one worker or two, on a Dask cluster whose worker dies; all published or none."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import dask
import psutil
import pytest
from distributed import LocalCluster

from analysis.errors import MonitorError
from pipeline.backend import Backend
from presentation.results import read_results
from tests.pipeline.conftest import Walk

BODY = "report/_province.qmd"


def forget(walk: Walk) -> dict[str, str]:
    """Drop every document; what there was, as two workers of loky made it."""
    before = walk.sums("publication")
    assert len([name for name in before if name.endswith((".html", ".pdf"))]) > 8
    for name in ("build/made", "build/pages", "publication"):
        shutil.rmtree(walk.path(name))
    return before


def test_one_worker_makes_the_same_bytes_as_two_did_before(walk: Walk) -> None:
    before = forget(walk)
    done = walk.make("publish", "--workers", "1")
    assert done.returncode == 0, done.stderr
    assert walk.sums("publication") == before


def test_a_document_whose_worker_is_killed_is_made_again(walk: Walk, tmp_path: Path) -> None:
    """What the killed worker had half made is not in the way, and goes with the next build."""
    before = forget(walk)
    with (tmp_path / "told").open("w") as told:
        words = walk.command("-m", "pipeline", "publish", "--backend", "dask")
        build = subprocess.Popen(words, cwd=walk.root, env=walk.environment, stdout=told, stderr=subprocess.STDOUT)
        try:
            worker = at_work(build)
            worker.kill()
        finally:
            status = build.wait()
    assert status == 0, (tmp_path / "told").read_text(encoding="utf-8")
    assert walk.sums("publication") == before
    assert walk.make("publish").returncode == 0
    assert not list(walk.path("build/pages").glob(".press-*"))


def at_work(build: subprocess.Popen[bytes]) -> psutil.Process:
    """A worker while the cells of a document run in a fork of it: a spawned process that has one, and no program.

    A process that is being spawned looks like such a fork too, for an instant: one that stays is meant.
    """
    while build.poll() is None:
        forks = [(worker, fork) for worker in children(psutil.Process(build.pid)) for fork in children(worker)]
        alike = [(worker, fork) for worker, fork in forks if _words(fork) == _words(worker)]
        time.sleep(0.1)
        for worker, fork in alike:
            if (words := _words(fork)) and words == _words(worker):
                return worker
    raise AssertionError("the build ended before a document was made")


def _words(process: psutil.Process) -> list[str] | None:
    try:
        return process.cmdline()
    except psutil.Error:
        return None


def children(process: psutil.Process) -> Iterator[psutil.Process]:
    try:
        yield from (child for child in process.children() if child.cmdline())
    except psutil.Error:
        return


def test_nothing_is_published_when_a_document_fails(walk: Walk) -> None:
    before = walk.sums("publication", "data/processed")
    walk.edit(BODY, 'against(sheet, ["verbal", "threat", "physical"])', 'against(sheet, ["verbal", "fysical"])')
    done = walk.make("publish", "--backend", "dask")
    walk.edit(BODY, 'against(sheet, ["verbal", "fysical"])', 'against(sheet, ["verbal", "threat", "physical"])')
    assert done.returncode == 1
    assert "No such indicator" in done.stderr and BODY in done.stderr
    assert walk.sums("publication", "data/processed") == before


def test_a_worker_reads_figures_once_until_a_file_of_theirs_changes(walk: Walk, tmp_path: Path) -> None:
    for name in ("config", "data/processed", "data/raw/population"):
        shutil.copytree(walk.path(name), tmp_path / name)
    first = read_results(tmp_path)
    assert read_results(tmp_path) is first
    Walk(tmp_path).edit("config/monitor.yml", "firm: 50", "firm: 1000")
    assert read_results(tmp_path).settings.showing.firm == 1000


@pytest.fixture
def cluster() -> Iterator[LocalCluster]:
    with LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as one:
        yield one


def test_a_cluster_that_cannot_be_used_is_told(cluster: LocalCluster) -> None:
    """Documents fork, and what a task prints is caught per process: two at once in one would mix."""
    with pytest.raises(MonitorError) as found, Backend("dask", scheduler=cluster.scheduler_address).ready():
        pass
    assert (found.value.expected, "2" in found.value.got) == ("workers with one thread each", True)
    nobody = Backend("dask", scheduler="tcp://127.0.0.1:1")
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "0.5s"}),
        pytest.raises(MonitorError, match="Dask cluster that cannot be used") as found,
        nobody.ready(),
    ):
        pass
    assert "SCHEDULER=tcp://127.0.0.1:1" in str(found.value)
