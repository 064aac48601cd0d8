"""What a worker holds in memory before its first task: loaded once, by the process that workers are forked from."""

from contextlib import suppress

import pytask_parallel.wrappers

import pipeline.place
import presentation.exhibits
import presentation.factsheets
import presentation.opendata
from analysis.errors import MonitorError
from pipeline.folders import ROOT
from presentation.results import read_results
from press.execute import preload

__all__ = ["pipeline", "presentation", "pytask_parallel"]

preload(())
with suppress(MonitorError):  # before the first build there are none; what was read is read again when it changes
    read_results(ROOT)
