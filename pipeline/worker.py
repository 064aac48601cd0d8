"""What a worker holds in memory before its first task: imported once, by the process that workers are forked from."""

import pytask_parallel.wrappers

import pipeline.task_documents
import presentation.exhibits
import presentation.factsheets
from press.execute import preload

__all__ = ["pipeline", "presentation", "pytask_parallel"]

preload(())
