"""Where documents are made: in workers on this machine (loky), or on the workers of a Dask cluster."""

from __future__ import annotations

import multiprocessing
import os
import warnings
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from loky import get_reusable_executor
from pytask_parallel import ParallelBackend, WorkerType, execute, registry

from analysis.errors import MonitorError
from pipeline.folders import ROOT
from pipeline.forking import begin, start_forking

_LOOK = 0.05  # seconds between two looks of pytask at its workers
_SLEEPER = execute._Sleeper


@dataclass(frozen=True)
class Backend:
    """Which workers: `loky` or `dask`, how many (0: one a processor), and for Dask the address of its scheduler.

    Without an address Dask gets a cluster of its own on this machine, for as long as the build lasts.
    """

    name: str = "loky"
    workers: int = 0
    scheduler: str = ""

    @property
    def here(self) -> int:
        """How many workers on this machine."""
        return self.workers or (2 if self.name == "dask" else min(os.cpu_count() or 1, 8))

    @contextmanager
    def ready(self) -> Iterator[dict[str, Any]]:
        """The workers, and what pytask must be told of them.

        It is told of twice as many: none should wait until it looks at them again.
        """
        if self.name == "loky":
            start_forking()
            yield _told(ParallelBackend.LOKY, self.here, lambda n_workers: _loky(self.here))
            return
        with _dask(self) as (executor, workers):
            yield _told(ParallelBackend.DASK, workers, lambda n_workers: executor)


def _told(kind: ParallelBackend, workers: int, builder: Any) -> dict[str, Any]:
    # By itself it looks after 0.01 s at first and after a second at last, also when a task has nothing to do.
    execute._Sleeper = partial(_SLEEPER, timings=[_LOOK])  # pyright: ignore[reportAttributeAccessIssue]
    registry.register_parallel_backend(kind, builder, worker_type=WorkerType.PROCESSES)
    return {"parallel_backend": kind, "n_workers": 2 * workers}


def _loky(workers: int) -> Executor:
    context = multiprocessing.get_context("forkserver")
    warnings.filterwarnings("ignore", "A worker was restarted")  # one that grew is renewed, which costs nothing here
    return get_reusable_executor(max_workers=workers, context=context, initializer=begin, initargs=(str(ROOT),))


@contextmanager
def _dask(backend: Backend) -> Iterator[tuple[Executor, int]]:
    """A Dask cluster; a task whose worker dies is run again by another, three times at most, as Dask does by itself.

    Every worker is a process with one thread: what a task prints is caught per process, and the press forks.
    """
    from distributed import Client, LocalCluster

    if not backend.scheduler:
        settings: Any = {"n_workers": backend.here, "threads_per_worker": 1, "dashboard_address": None}
        with LocalCluster(**settings) as cluster, Client(cluster) as client:
            yield client.get_executor(), backend.here
        return
    try:
        client: Any = Client(backend.scheduler)
    except (OSError, ValueError) as error:
        raise _unfit(backend.scheduler, "a Dask scheduler", f"{type(error).__name__}: {error}") from error
    with client:
        threads = client.nthreads()
        if not threads or max(threads.values()) > 1:
            raise _unfit(backend.scheduler, "workers with one thread each", f"threads per worker: {threads or 'none'}")
        yield client.get_executor(), len(threads)


def _unfit(scheduler: str, expected: str, got: str) -> MonitorError:
    return MonitorError(
        "Dask cluster that cannot be used",
        where=f"SCHEDULER={scheduler}",
        expected=expected,
        got=got,
        hint="start workers in this folder, which they must all see: .venv/bin/dask worker ADDRESS --nthreads 1",
    )
