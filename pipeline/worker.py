"""What a worker holds in memory before its first task: loaded once, by the process that workers are forked from."""

from contextlib import suppress

import pytask_parallel.wrappers

import opendata.document
import opendata.tablebook
import opendata.tabular
import pipeline.place
import presentation.exhibits
import presentation.factsheets
from pipeline.folders import ROOT
from presentation.results import read_results
from press.execute import preload

__all__ = ["opendata", "pipeline", "presentation", "pytask_parallel"]

preload(())
# Before the first build there are none, and another process may be putting them in place; whatever is wrong here, the
# first document that needs them tells it. What was read is read again when it changes.
with suppress(Exception):
    read_results(ROOT)
