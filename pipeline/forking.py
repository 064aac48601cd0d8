"""The process that workers are forked from. Imports nothing large: it is started before we load anything ourselves."""

import multiprocessing
import os
import signal
from multiprocessing import forkserver


def start_forking() -> None:
    """Start the process, when it does not run yet; it imports everything while we look what must be made."""
    multiprocessing.get_context("forkserver").set_forkserver_preload(["pipeline.worker"])
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)  # it inherits that: Ctrl-C is for us, and for its workers
    forkserver.ensure_running()
    signal.signal(signal.SIGINT, handler)


def begin(folder: str) -> None:
    """What a worker does before its first task."""
    os.chdir(folder)
    signal.signal(signal.SIGINT, signal.default_int_handler)
