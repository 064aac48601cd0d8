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
from scipy.sparse import csc_array

from audit.system import Rows

Plenty: TypeAlias = Callable[[np.ndarray], np.ndarray]
Ends: TypeAlias = tuple[np.ndarray, np.ndarray]


class Program:
    """Yes counts of one answer by cell, between nobody and everybody, that satisfy all rows (as real numbers)."""

    def __init__(self, rows: Rows, n: np.ndarray) -> None:
        self.most = n.astype(float)
        self.columns = np.arange(len(n), dtype=np.int32)
        matrix = rows.matrix.reshape(len(rows.low), len(n))
        problem = _problem(matrix, (rows.low, rows.high), (np.zeros(len(n)), self.most))
        self.solver = _solver(presolve="off", simplex_strategy=4)  # primal: what was feasible stays so
        self.solver.passModel(problem)

    def least(self, objective: np.ndarray) -> float:
        """The least of an objective; what the bounds alone say where no optimum is found."""
        self.solver.changeColsCost(len(self.columns), self.columns, objective.astype(float))
        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:  # anew, without what was found before
            self.solver.clearSolver()
            self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return 0.0 if objective.min(initial=0.0) >= 0 else float(np.minimum(objective, 0) @ self.most)
        return float(self.solver.getObjectiveValue())

    def spans(self, inside: np.ndarray, known: np.ndarray, plenty: Plenty | None = None) -> np.ndarray:
        """The least and the most that can have said yes in each group (rows): all the least ones first.

        Each begins where the one before ended, and the groups of one end are nearer to each other. `known` are counts
        that satisfy all rows; of a group of which they, and what is met on the way, are `plenty`, no more is asked.
        """
        ends = np.column_stack([inside @ known] * 2)

        def reach(objective: np.ndarray) -> float:
            end = self.least(objective)
            if self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
                counts = inside @ np.array(self.solver.getSolution().col_value)
                ends[:] = np.column_stack([np.minimum(ends[:, 0], counts), np.maximum(ends[:, 1], counts)])
            return end

        for sign, end, order in ((1, 0, range(len(inside))), (-1, 1, reversed(range(len(inside))))):
            for at in order:
                if not (plenty and plenty(ends)[at]):
                    ends[at, end] = sign * reach(sign * inside[at])
        return ends

    def pinning(self) -> np.ndarray:
        """How much each row held back what was asked last, in absolute numbers (dual values)."""
        return np.abs(np.array(self.solver.getSolution().row_dual))


def integers(matrix: np.ndarray, rows: Ends, bounds: Ends, seconds: float) -> np.ndarray | None:
    """Whole numbers within their bounds whose rows are within theirs; None where none are found in the time given.

    `seconds` are of the processor: what is found does not hang on what else the machine does.
    """
    problem, solver, began = _problem(matrix, rows, bounds), _solver(mip_max_improving_sols=1), process_time()

    def look(event: Any) -> None:
        if process_time() - began > seconds:
            event.interrupt()

    solver.cbMipInterrupt.subscribe(look)
    problem.integrality_ = [highspy.HighsVarType.kInteger] * matrix.shape[1]
    solver.passModel(problem)
    solver.run()
    found = solver.getSolution()
    return np.rint(found.col_value).astype(int) if found.value_valid else None


def _problem(matrix: np.ndarray, rows: Ends, bounds: Ends) -> highspy.HighsLp:
    made, sparse = highspy.HighsLp(), csc_array(matrix)
    made.num_row_, made.num_col_ = matrix.shape
    made.col_cost_ = np.zeros(matrix.shape[1])
    made.col_lower_, made.col_upper_ = (end.astype(float) for end in bounds)
    made.row_lower_, made.row_upper_ = rows
    held = made.a_matrix_
    held.format_, (held.num_row_, held.num_col_) = highspy.MatrixFormat.kColwise, matrix.shape
    held.start_, held.index_, held.value_ = sparse.indptr, sparse.indices, sparse.data
    return made


def _solver(**options: str | float) -> highspy.Highs:
    made = highspy.Highs()
    made.silent()
    for name, value in {"threads": 1, **options}.items():
        made.setOptionValue(name, value)
    return made
