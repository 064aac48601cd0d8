"""Linear programs that share their constraints: each begins where the one before ended, in a quarter of the time.

scipy's own functions begin anew each time, so HiGHS is called here directly. `tests/audit` holds it against
`scipy.optimize.milp`.
"""

from __future__ import annotations

import highspy
import numpy as np
from scipy.sparse import csc_array

from audit.system import Rows

_FAR = 1e30


class Program:
    """Yes counts of one answer by cell, between nobody and everybody, that satisfy all rows (as real numbers)."""

    def __init__(self, rows: Rows, n: np.ndarray) -> None:
        matrix = csc_array(rows.matrix.reshape(len(rows.low), len(n)))
        problem = highspy.HighsLp()
        problem.num_col_, problem.num_row_ = len(n), len(rows.low)
        problem.col_cost_, problem.col_lower_, problem.col_upper_ = np.zeros(len(n)), np.zeros(len(n)), n.astype(float)
        problem.row_lower_, problem.row_upper_ = rows.low, rows.high
        held = problem.a_matrix_
        held.format_, held.num_col_, held.num_row_ = highspy.MatrixFormat.kColwise, len(n), len(rows.low)
        held.start_, held.index_, held.value_ = matrix.indptr, matrix.indices, matrix.data
        self.most = n.astype(float)
        self.columns = np.arange(len(n), dtype=np.int32)
        self.solver = highspy.Highs()
        self.solver.silent()
        self.solver.setOptionValue("threads", 1)
        self.solver.setOptionValue("presolve", "off")
        self.solver.setOptionValue("simplex_strategy", 4)  # primal: what was feasible stays so
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

    def span(self, inside: np.ndarray) -> tuple[float, float]:
        """The least and the most that can have said yes in a group."""
        return self.least(inside), -self.least(-inside)

    def pinning(self) -> np.ndarray:
        """How much each row held back what was asked last, in absolute numbers (dual values)."""
        return np.abs(np.array(self.solver.getSolution().row_dual))
