"""Whatever goes wrong: the earlier publication stays byte for byte, nothing is left over, the message says where.

Every fault is that of a real render: cells that misbehave, and files that are not there.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from press import PressError, Project, Rendered
from press.__main__ import main
from tests.press.conftest import FRONT, files

pytestmark = pytest.mark.usefixtures("temporary")


#: a cell with this code
CELL = "\n```{{python}}\n#| label: proef\n{}\n```".format
HERE = "proef.qmd, line 7, cell 1 (proef)"

#: source text after the front matter, and what the message must hold: title, place, what was got
FAULTS: dict[str, tuple[str, list[str]]] = {
    "a cell that raises": (CELL("a = 1\na / 0"), ["A cell failed", f"{HERE}, line 2", "ZeroDivisionError", "a / 0"]),
    "a cell that writes to stderr": (
        CELL("import os\nos.write(2, b'findfont');"),
        ["A cell wrote to standard error", HERE, "findfont"],
    ),
    "an expression that raises": (
        "Een.\n\nTwee `{python} 1`,\n`{python} n`.\n\n```{python}\n1\n```",
        ["prose failed", "line 9", "NameError"],
    ),
    "a cell without end": (
        CELL("import signal\nfor s in (2, 14, 15): signal.signal(s, signal.SIG_IGN)")
        + CELL("while True:\n    pass").replace("proef", "lang"),
        ["take too long", "line 12, cell 2 (lang)", "all of them done in 2 seconds", "still running: while True:"],
    ),
    "an expression without end": (
        "Een `{python} 1`.\nTwee `{python} __import__('time').sleep(99)`.\n\n```{python}\n1\n```",
        ["take too long", "line 7", "`{python} __import__('time').sleep(99)`"],
    ),
    "a cell that prints too much": (CELL("print('x' * 1_000_000)"), ["prints too much", HERE, "1,000,001 characters"]),
    "a module without end": (CELL("import endless"), ["take too long", HERE, "import endless"]),
    "a cell that waits for someone to type": (CELL("input('Wie?')"), ["A cell failed", HERE, "input"]),
    "a cell that ends the process": (
        CELL("import os\nos._exit(3)"),
        ["without an answer", HERE, "exit status 3 while running: import os"],
    ),
    "a cell that crashes": (
        CELL("import ctypes, faulthandler\nfaulthandler.disable()\nctypes.string_at(0)"),
        ["without an answer", HERE, "SIGSEGV"],
    ),
    "a cell that is killed": (CELL("import os\nos.kill(os.getpid(), 9)"), ["without an answer", HERE, "SIGKILL"]),
    "a file written beside the document": (
        CELL("x = 1\nopen('beside.txt', 'w')"),
        ["A cell wrote outside its own folder", HERE, "/beside.txt, line 2 of the code", "tempfile.gettempdir()"],
    ),
    "a refusal that the cell catches": (
        CELL("try:\n    open('beside.txt', 'w')\nexcept Exception:\n    pass"),
        ["wrote outside", HERE, "line 2 of the code"],
    ),
    "a refusal in a cell that may fail": (
        CELL("#| error: true\nopen('beside.txt', 'w')"),
        ["wrote outside", HERE, "/beside.txt"],
    ),
    "a file opened by its descriptor": (CELL("import os\nos.open('b.txt', os.O_CREAT)"), ["wrote outside", "/b.txt"]),
    "a table written by a library": (
        CELL("import pandas as pd\npd.DataFrame({'a': [1]}).to_csv('b.csv')"),
        ["wrote outside", HERE, "/b.csv, line 2"],
    ),
    "a file removed": (CELL("import os\nos.remove('kept.txt')"), ["wrote outside", HERE, "/kept.txt"]),
    "a folder removed": (CELL("import shutil\nshutil.rmtree('folder')"), ["wrote outside", HERE, "/folder"]),
    "a file renamed away": (
        CELL("import os, tempfile\nos.rename('kept.txt', tempfile.gettempdir() + '/x')"),
        ["wrote outside", HERE, "/kept.txt"],
    ),
    "a folder made": (CELL("import os\nos.mkdir('new')"), ["wrote outside", HERE, "/new"]),
    "a file cut off": (CELL("import os\nos.truncate('kept.txt', 0)"), ["wrote outside", HERE, "/kept.txt"]),
    "a way out of the own folder": (
        CELL(
            "import os, tempfile\nway = tempfile.gettempdir() + '/way'\nos.symlink('/tmp', way)\nopen(way + '/x', 'w')"
        ),
        ["wrote outside", HERE, "/tmp/x, line 4"],
    ),
    "the network": (
        CELL("import urllib.request\nurllib.request.urlopen('http://192.0.2.1/')"),
        ["A cell reached for the network", HERE, "192.0.2.1", "line 2 of the code"],
    ),
    "a process": (CELL("import subprocess\nsubprocess.run(['ls'])"), ["A cell started a process", HERE, "['ls']"]),
    "a shell": (CELL("!ls"), ["A cell started a process", HERE, "os.forkpty"]),
    "a fork": (CELL("import os\nos.fork()"), ["A cell started a process", HERE, "os.fork"]),
    "a file written by compiled code": (
        CELL("import pyarrow as pa, pyarrow.parquet as pq\npq.write_table(pa.table({'a': [1]}), 'compiled.parquet')"),
        ["Files changed while the cells ran", "proef.qmd", "/compiled.parquet", "not put back"],
    ),
    "a source changed by compiled code": (
        CELL("import ctypes\nc = ctypes.CDLL(None)\nc.truncate(b'folder/part.txt', 0);"),
        ["Files changed while the cells ran", "proef.qmd", "/folder/part.txt"],
    ),
    "a figure that is not drawn": (
        CELL("a = 1").replace("proef", "fig-a").replace("#| label", "#| fig-cap: Een\n#| label"),
        ["not there", "proef.qmd, line 7, cell 1 (fig-a)", "shows nothing"],
    ),
    "a table that is not shown": (
        CELL("a = 1").replace("proef", "tbl-a"),
        ["not there", "proef.qmd, line 7, cell 1 (tbl-a)", "shows nothing"],
    ),
    "a figure without an alternative": (
        CELL("import matplotlib.pyplot as plt\nplt.plot([1]);"),
        ["text alternative", HERE],
    ),
    "a picture that is not there": (
        "Een.\n\n![Alt](/p/weg.png)",
        ["Picture not found", "proef.qmd, line 8", "/p/weg.png"],
    ),
    "a picture of an include that is not there": (
        "{{< include folder/_picture.qmd >}}",
        ["Picture not found", "folder/_picture.qmd, line 2", "weg.png"],
    ),
    "an include that is not there": (
        "\n{{< include weg.qmd >}}",
        ["Included file not found", "proef.qmd, line 7", "weg.qmd"],
    ),
    "an include in an include that is not there": (
        "{{< include folder/_outer.qmd >}}",
        ["Included file not found", "folder/_outer.qmd, line 3", "folder/nested.qmd"],
    ),
    "a cell of an include that raises": (
        "{{< include folder/_cell.qmd >}}",
        ["A cell failed", "folder/_cell.qmd, line 2, cell 1, line 1 of the code", "ZeroDivisionError"],
    ),
}


#: faults that each format meets in its own way
BOTH = [name for name in FAULTS if "picture" in name or "include" in name]


@pytest.mark.parametrize(("name", "to"), [*((name, "html") for name in FAULTS), *((name, "typst") for name in BOTH)])
def test_fault_is_told_with_its_place_and_leaves_everything_as_it_was(
    name: str, to: str, site: Project, temporary: Path, write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    body, told = FAULTS[name]
    write("proef.qmd", (FRONT.replace("60", "2") if "without end" in name else FRONT) + body)
    before = files(site.root)
    began = time.monotonic()
    assert main(["render", str(site.root / "proef.qmd"), "--to", to]) == 1
    assert time.monotonic() - began < 30
    message = capsys.readouterr().err
    assert [text for text in told if text not in message] == []
    assert files(site.output_dir) == {path: each for path, each in before.items() if "/out/" in path}
    if "compiled code" not in name:  # that is told, and not put back
        assert files(site.root) == before
    assert list(temporary.iterdir()) == []


def test_what_cells_may_do(site: Project, write: Callable[..., Path], publish: Callable[..., Rendered]) -> None:
    """Read anything, write in a folder that is thrown away or to nothing, and let others write what git ignores."""
    code = """
        import ctypes, os, socket, subprocess, tempfile
        from pathlib import Path
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "a").mkdir()
            Path(folder, "a", "b").write_text("x")
            os.rename(Path(folder, "a", "b"), Path(folder, "c"))
            os.symlink(Path(folder, "c"), Path(folder, "d"))
        open(os.devnull, "w").write("weg")
        a, b = socket.socketpair()
        os.mkdir(tempfile.gettempdir() + "/left")
        c = ctypes.CDLL(None)
        print(c.open(b"made/by-others", 0o101, 0o600) > 0, c.open(b"other.log", 0o101, 0o600) > 0)
        print(Path("kept.txt").read_text())
    """
    (site.root / "made").mkdir()
    made = publish(write("proef.qmd", FRONT + "```{python}" + code.replace("\n        ", "\n") + "\n```"), "html")
    assert "True True\nblijft" in made.files[0].read_text(encoding="utf-8")


def test_lone_document_is_watched_without_what_stands_below_it(
    write: Callable[..., Path], publish: Callable[..., Rendered]
) -> None:
    cell = "```{{python}}\nimport ctypes\nctypes.CDLL(None).open(b'{}', 0o101, 0o600);\n```".format
    write("below/there.txt", "Een.")
    publish(write("proef.qmd", FRONT + cell("below/new")), "html")
    with pytest.raises(PressError, match="Files changed while the cells ran"):
        publish(write("proef.qmd", FRONT + cell("new")), "html")


@pytest.mark.parametrize("limit", ["0", "-1", "kort", "true"])
def test_time_limit_is_a_number_of_seconds(
    limit: str, write: Callable[..., Path], publish: Callable[..., Rendered]
) -> None:
    with pytest.raises(PressError, match="Unreadable time limit"):
        publish(write("proef.qmd", f"---\ntitle: T\ntime-limit: {limit}\n---\nTekst."))


def test_notebook_fault_names_cell_and_line(write: Callable[..., Path], publish: Callable[..., Rendered]) -> None:
    cells = [
        {"cell_type": "markdown", "source": "# Titel\n\nTekst", "metadata": {}},
        {"cell_type": "markdown", "source": "Een\n\n{{< include weg.qmd >}}", "metadata": {}},
    ]
    with pytest.raises(PressError, match=r"proef.ipynb, cell 2, line 3"):
        publish(write("proef.ipynb", json.dumps({"cells": cells})))
    cells[1] = {"cell_type": "code", "source": "#| label: kern\na = 1\n1 / 0", "metadata": {}}
    with pytest.raises(PressError, match=r"proef.ipynb, cell 2 \(kern\), line 2 of the code"):
        publish(write("proef.ipynb", json.dumps({"cells": cells})))
