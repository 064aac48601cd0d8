"""Linear programs that share their constraints, each beginning where the one before ended, and integer programs.

scipy's own functions begin anew each time, in four times as long, so HiGHS is called here directly. `tests/audit` holds
it against `scipy.optimize.milp`.
"""

from __future__ import annotations

from collections.abc import Callable
from time import process_time
from typing import Any, TypeAlias

import highspy
import numpy as np

from audit.system import Rows

Plenty: TypeAlias = Callable[[np.ndarray], np.ndarray]
Ends: TypeAlias = tuple[np.ndarray, np.ndarray]
_PRIMAL, _DUAL = 4, 1


class Program:
    """Yes counts of one answer by cell, between nobody and everybody, that satisfy all rows (as real numbers)."""

    def __init__(self, rows: Rows, n: np.ndarray) -> None:
        self.most = n.astype(float)
        self.columns = np.arange(len(n), dtype=np.int32)
        matrix = rows.matrix.reshape(len(rows.low), len(n))
        ends, bounds = (rows.low, rows.high), (np.zeros(len(n)), self.most)
        self.solver = _solver(matrix, ends, bounds, presolve="off", simplex_strategy=_PRIMAL)  # feasible stays so

    def least(self, objective: np.ndarray) -> float | None:
        """The least of an objective; None where no optimum is found: of what is not known nothing is believed."""
        self.solver.changeColsCost(len(self.columns), self.columns, objective.astype(float))
        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:  # anew, and by another way
            self.solver.clearSolver()
            self.solver.setOptionValue("simplex_strategy", _DUAL)
            self.solver.run()
            self.solver.setOptionValue("simplex_strategy", _PRIMAL)
        found = self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return float(self.solver.getObjectiveValue()) if found else None

    def spans(self, inside: np.ndarray, known: np.ndarray, plenty: Plenty | None = None) -> np.ndarray:
        """The least and the most that can have said yes in each group (rows).

        First the ends at which there is most room, then the others. Each begins where the one before ended; ends of one
        side are nearer to each other. `known` are counts that satisfy all rows; of a group of which they, and what is
        met on the way, are `plenty`, no more is asked, nor of an end that is nobody or everybody.
        """
        ends, sizes = np.column_stack([inside @ known] * 2), inside @ self.most
        few = 2 * ends[:, 0] <= sizes
        for upward, first in ((True, True), (False, True), (False, False), (True, False)):
            for at in range(len(inside)) if upward == first else reversed(range(len(inside))):
                room = sizes[at] - ends[at, 1] if upward else ends[at, 0]
                asked = (few[at] == upward) == first and room > 0 and not (plenty and plenty(ends)[at])
                if asked and self.least(-inside[at] if upward else inside[at]) is not None:
                    counts = inside @ np.array(self.solver.getSolution().col_value)
                    ends = np.column_stack([np.minimum(ends[:, 0], counts), np.maximum(ends[:, 1], counts)])
        return ends

    def pinning(self) -> np.ndarray:
        """How much each row held back what was asked last, in absolute numbers (dual values)."""
        return np.abs(np.array(self.solver.getSolution().row_dual))


def integers(matrix: np.ndarray, rows: Ends, bounds: Ends, seconds: float) -> np.ndarray | None:
    """Whole numbers within their bounds whose rows are within theirs; None where none are found in the time given.

    `seconds` are of the processor: what is found does not hang on what else the machine does.
    """
    began, kind = process_time(), int(highspy.HighsVarType.kInteger)
    solver = _solver(matrix, rows, bounds, kind, mip_max_improving_sols=1)

    def look(event: Any) -> None:
        if process_time() - began > seconds:
            event.interrupt()

    solver.cbMipInterrupt.subscribe(look)
    solver.run()
    found = solver.getSolution()
    return np.rint(found.col_value).astype(int) if found.value_valid else None


def _solver(matrix: np.ndarray, rows: Ends, bounds: Ends, kind: int = 0, **options: str | float) -> highspy.Highs:
    """A solver of numbers within bounds, of a `kind` of HiGHS, of which rows lie within their ends."""
    made, (count, width) = highspy.Highs(), matrix.shape
    made.silent()
    for name, value in {"threads": 1, **options}.items():
        made.setOptionValue(name, value)
    of, columns = np.nonzero(matrix)
    form, held = (int(highspy.MatrixFormat.kRowwise), 1), (np.searchsorted(of, np.arange(count)), columns)
    costs, kinds = np.zeros(width), np.full(width, kind)
    made.passModel(width, count, len(of), *form, 0.0, costs, *bounds, *rows, *held, matrix[of, columns], kinds)
    return made
