"""Time and memory of a command with every process that it starts, looked at five times a second."""

from __future__ import annotations

import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

LEAST = 0.05  # gigabytes: a process with less is no worker


@dataclass
class Spent:
    """Seconds on the clock and of processors; gigabytes at most, together and by each process with those below it."""

    seconds: float = 0.0
    processor: float = 0.0
    memory: float = 0.0
    largest: dict[int, float] = field(default_factory=lambda: defaultdict(float))

    @property
    def workers(self) -> list[float]:
        """Peak memory of each worker, the largest first."""
        return sorted((most for most in self.largest.values() if most > LEAST), reverse=True)


def measure(command: Sequence[str], folder: Path, environment: dict[str, str], told: Path) -> Spent:
    """Run a command that must end well; what it says goes to the file `told`."""
    spent, began = Spent(), time.perf_counter()
    with told.open("w") as output:
        run = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT)
        while run.poll() is None:
            with suppress(psutil.Error):
                _look(psutil.Process(run.pid), spent)
            time.sleep(0.2)
    spent.seconds = time.perf_counter() - began
    if run.returncode:
        raise SystemExit(told.read_text(encoding="utf-8"))
    return spent


def _look(root: psutil.Process, spent: Spent) -> None:
    """Add up memory by worker, each page once though forked processes share it, and processor time so far."""
    memory, processor = defaultdict(float), 0.0
    for process, worker in _processes(root):
        with suppress(psutil.Error):
            memory[worker] += process.memory_full_info().pss / 1e9
            processor += sum(process.cpu_times()[:4])  # its own, and that of children that have ended
    for worker, now in memory.items():
        spent.largest[worker] = max(spent.largest[worker], now)
    spent.memory = max(spent.memory, sum(memory.values()))
    spent.processor = max(spent.processor, processor)


def _processes(root: psutil.Process) -> Iterator[tuple[psutil.Process, int]]:
    """Every process with its worker: a process that a fork server made, else one of the root."""
    yield root, root.pid
    for child in root.children():
        below = child.children()
        server = any("forkserver" in word for word in child.cmdline())
        yield child, child.pid
        for each in below:
            worker = each.pid if server else child.pid
            yield each, worker
            yield from ((one, worker) for one in each.children(recursive=True))
