"""Python with the libraries of the pipeline loaded once: every command is a process of its own, forked from it.

Our own modules are forgotten before anything is forked, so that a command loads those of the tree in which it runs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
_SERVER = """
import json, os, runpy, sys
import analysis.comparisons, analysis.consistency, analysis.publishable, analysis.selectivity, analysis.weighting
import deliveries.examination, pipeline.release, pipeline.walk
for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
    del sys.modules[name]
for line in sys.stdin:
    call = json.loads(line)
    child = os.fork()
    if child:
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
        continue
    for number, name in enumerate((os.devnull, call["out"], call["err"])):
        os.dup2(os.open(name, os.O_RDWR), number)
    os.chdir(call["cwd"])
    os.environ.clear()
    os.environ.update(call["env"])
    kind, what, *words = call["words"]
    sys.path[:] = [*call["env"]["PYTHONPATH"].split(":"), *(path for path in sys.path if path not in FORGOTTEN)]
    sys.argv[:] = [what, *words]
    if kind == "-m":
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    else:
        exec(what, {"__name__": "__main__"})
    sys.exit()
"""


@dataclass(frozen=True)
class Loaded:
    """The process that commands are forked from."""

    process: subprocess.Popen[str]

    def run(self, words: Sequence[str], cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
        """`python <words>`, where the words begin with -m and a module, or with -c and code."""
        assert self.process.stdin and self.process.stdout
        with TemporaryDirectory() as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            for file in (out, err):
                file.touch()
            call = {"words": list(words), "cwd": str(cwd), "env": env, "out": str(out), "err": str(err)}
            self.process.stdin.write(json.dumps(call) + "\n")
            self.process.stdin.flush()
            status = int(self.process.stdout.readline())
            return subprocess.CompletedProcess(words, status, out.read_text("utf-8"), err.read_text("utf-8"))


@cache
def loaded() -> Loaded:
    """The one of this process; it ends with it."""
    own = [str(ROOT / "src"), str(ROOT)]
    ours = {path.name for path in (ROOT / "src").iterdir()} | {"pipeline"}
    code = _SERVER.replace("OURS", repr(ours)).replace("FORGOTTEN", repr(["", *own]))
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": ":".join(own), "COLUMNS": "200"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    return Loaded(process)
