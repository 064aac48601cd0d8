"""A solver that loses its way, for tests of what is done about it."""

from __future__ import annotations

import highspy

_DUAL = 1


class Astray:
    """A program whose solver never ends at what is asked of it, unless it begins anew by the dual simplex."""

    def __init__(self, program: highspy.Highs) -> None:
        self.program, self.begun_anew, self.begun, self.dual = program, 0, False, False

    def __getattr__(self, name: str) -> object:
        mine = {"clearSolver": self.begin, "getModelStatus": self.status, "run": self.run}
        return {**mine, "setOptionValue": self.choose}.get(name, getattr(self.program, name))

    def run(self) -> None:
        self.found, self.begun = self.begun and self.dual, False
        self.program.run()

    def begin(self) -> None:
        self.begun, self.begun_anew = True, self.begun_anew + 1
        self.program.clearSolver()

    def choose(self, name: str, value: float) -> None:
        self.dual = value == _DUAL if name == "simplex_strategy" else self.dual
        self.program.setOptionValue(name, value)

    def status(self) -> highspy.HighsModelStatus:
        return self.program.getModelStatus() if self.found else highspy.HighsModelStatus.kUnknown
