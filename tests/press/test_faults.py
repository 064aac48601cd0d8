"""Whatever goes wrong: the earlier publication stays byte for byte, nothing is left over, the message says where.

Every fault is that of a real render: cells that misbehave, a disk that is full, Ctrl-C.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from press import PressError, Project, Rendered, load_project, render
from press.__main__ import main
from press.site import move_into_place

ROOT = Path(__file__).parents[2]
FRONT = "---\ntitle: Proef\nlang: nl\ntime-limit: 60\n---\n"

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
#: what stands beside the document
BESIDE = {
    "_quarto.yml": "project: {type: website, output-dir: out, execute-dir: project}\nlang: nl\n",
    ".gitignore": "/made/\n*.log\n",
    "kept.txt": "blijft",
    "folder/part.txt": "blijft",
    "endless.py": "while True: pass",
    "folder/_picture.qmd": "Een.\n![Alt](weg.png)",
    "folder/_outer.qmd": "Een.\n\n{{< include folder/nested.qmd >}}",
    "folder/_cell.qmd": "Een.\n```{python}\n1 / 0\n```",
    "proef.qmd": FRONT + "Eerst.",
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with everything that faults need, published."""
    folder = tmp_path_factory.mktemp("published")
    for name, text in BESIDE.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    render(folder / "proef.qmd", load_project(folder), ["html", "typst"])
    return folder


@pytest.fixture
def site(published: Path, tmp_path: Path) -> Project:
    """A copy of the project for one test."""
    shutil.copytree(published, tmp_path, dirs_exist_ok=True)
    return load_project(tmp_path)


def files(folder: Path) -> dict[str, bytes]:
    """Every file and folder below a folder, with the bytes of files."""
    paths = sorted(path for path in folder.rglob("*") if "__pycache__" not in path.parts)
    return {str(path): path.read_bytes() if path.is_file() else b"" for path in paths}


@pytest.fixture(autouse=True)
def temporary(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the press makes its temporary folders: empty afterwards, whatever happened."""
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


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


# A disk that is full -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", ["pathlib.Path.write_bytes", "shutil.copyfile", "pathlib.Path.hardlink_to"])
def test_full_disk_names_the_file_and_leaves_everything_as_it_was(
    function: str,
    site: Project,
    temporary: Path,
    write: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    source = write("proef.qmd", FRONT + "Daarna.")
    before = files(site.root)

    def full(*given: object, **_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(given[-1]) if len(given) > 1 else None)

    with monkeypatch.context() as patch:
        patch.setattr(function, full)
        assert main(["render", str(source), "--to", "html"]) == 1
    message = capsys.readouterr().err
    assert "The disk is full" in message and "No space left on device" in message
    assert f"where     {site.output_dir}/" in message
    assert files(site.root) == before
    assert list(temporary.iterdir()) == []


def test_disk_that_is_really_full(site: Project, write: Callable[..., Path], tmp_path: Path) -> None:
    """A limit on the size of files stands in for the disk, which a test may not fill: the same failing write."""
    source = write("proef.qmd", FRONT + "Daarna. " * 2000)
    before = files(site.root)
    code = (
        "import resource, signal, sys; from press.__main__ import main; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000)); sys.exit(main(sys.argv[1:]))"
    )
    done = command("-c", code, "render", str(source), "--to", "html")
    _, told = done.communicate(timeout=60)
    assert done.returncode == 1
    assert "A file cannot be read or written" in told and "File too large" in told and "Traceback" not in told
    assert f"where     {site.output_dir}/" in told
    assert files(site.root) == before


# Ctrl-C and the like -------------------------------------------------------------------------------------------------


def command(*words: str) -> subprocess.Popen[str]:
    """A Python of its own, which leads a group of processes as one that is started in a terminal does."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    return subprocess.Popen(
        [sys.executable, *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def children(process: int) -> list[int]:
    """Processes that a process started and that still run."""
    return [int(pid) for pid in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def running_cells(process: subprocess.Popen[str]) -> int:
    """The process that runs the cells, once it does."""
    while not (found := children(process.pid)):
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    return found[0]


def gone(process: int) -> bool:
    """Whether a process has ended, or will at once."""
    for _ in range(200):
        if not Path(f"/proc/{process}").exists() or ") Z " in Path(f"/proc/{process}/stat").read_text():
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_interrupted_while_cells_run(
    sent: signal.Signals, site: Project, temporary: Path, write: Callable[..., Path]
) -> None:
    """Ctrl-C: nothing changed, nothing left, told in one line. A kill cannot be told; the cells end with it too."""
    source = write("proef.qmd", FRONT + CELL("import time\ntime.sleep(60)"))
    before = files(site.root)
    process = command("-m", "press", "render", str(source))
    cells = running_cells(process)
    time.sleep(0.3)
    os.killpg(process.pid, sent)
    _, told = process.communicate(timeout=20)
    assert gone(cells)
    if sent == signal.SIGINT:
        assert process.returncode == 130
        assert told == "Interrupted: nothing was put in place, the earlier files stand as they were\n"
        assert files(site.root) == before
        assert list(temporary.iterdir()) == []
    else:
        assert process.returncode == -sent
        assert {path: each for path, each in files(site.root).items() if "/.press-" not in path} == before


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), OSError(errno.EIO, "Input/output error")])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_moving_into_place_is_all_or_nothing(
    fault: BaseException, at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    staging, out = tmp_path / "out" / ".staging", tmp_path / "out"
    for folder, text in ((out, "eerst"), (staging, "daarna")):
        folder.mkdir()
        (folder / "a.html").write_text(text)
        (folder / "b.pdf").write_text(text)
    (staging / "c.html").write_text("nieuw")
    new = [staging / name for name in ("a.html", "c.html", "b.pdf")]
    moves: list[Path] = []
    rename = Path.replace

    def fails(self: Path, target: Path) -> Path:
        moves.append(target)
        if len(moves) == at:
            raise fault
        return rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", fails)
        with pytest.raises(type(fault)):
            move_into_place(staging, out, new)
    assert {path.name: path.read_text() for path in out.iterdir() if path.is_file()} == {
        "a.html": "eerst",
        "b.pdf": "eerst",
    }


def test_moving_into_place_without_a_fault(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "a").write_text("eerst")
    (tmp_path / "same").write_text("gelijk")
    same = (tmp_path / "same").stat().st_ino
    for name, text in {"a": "daarna", "same": "gelijk", "b": "nieuw"}.items():
        (tmp_path / "new" / name).write_text(text)
    placed = move_into_place(tmp_path / "new", tmp_path, [tmp_path / "new" / name for name in ("a", "same", "b")])
    assert [path.read_text() for path in placed] == ["daarna", "gelijk", "nieuw"]
    assert (tmp_path / "same").stat().st_ino == same


def test_cells_of_two_documents_each_find_their_own_neighbours(write: Callable[..., Path], tmp_path: Path) -> None:
    """Guards a bug: the folder of the first stayed on the path of all that followed."""
    for name in ("een", "twee"):
        write(f"{name}/neighbour.py", f"NAME = 'buur van {name}'")
        source = write(f"{name}/proef.qmd", FRONT + "```{python}\nfrom neighbour import NAME\nprint(NAME)\n```")
        made = render(source, load_project(source.parent), ["html"], tmp_path / "out")
        assert f"buur van {name}<" in made.files[0].read_text(encoding="utf-8")


UNREADABLE = {
    "a document in another encoding": ("proef.qmd", b"---\ntitle: T\n---\n\ncaf\xe9\n", "line 5", "UTF-8"),
    "an include in another encoding": ("_deel.qmd", b"\ncaf\xe9\n", "_deel.qmd, line 2", "UTF-8"),
    "settings in another encoding": ("_quarto.yml", b"lang: nl\ntitle: caf\xe9\n", "_quarto.yml, line 2", "UTF-8"),
    "a notebook saved halfway": ("proef.ipynb", b'{"cells": [\n', "line 2", "Notebook that is not whole"),
    "a class that does not close": (
        "proef.qmd",
        b"---\ntitle: T\n---\n\n::: {.callout-note\nx\n:::\n",
        "{.callout",
        "close",
    ),
    "a formula for LaTeX": (
        "proef.qmd",
        b"---\ntitle: T\n---\n\n```{python}\nfrom IPython.display import Math\nMath('x')\n```\n",
        "cell 1",
        "Unsupported output",
    ),
    "nothing to render": ("_quarto.yml", b"project: {output-dir: ../}\n", "output-dir", "Nothing to render"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_told(
    name: str, write: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write("proef.qmd", "---\ntitle: T\n---\n\n{{< include _deel.qmd >}}")
    write("_deel.qmd", "Deel.")
    file, content, *told = UNREADABLE[name]
    (tmp_path / file).write_bytes(content)
    target = tmp_path / file if file.startswith("proef") else tmp_path
    assert main(["render", str(target), "--to", "html"]) == 1
    message = capsys.readouterr().err
    assert [text for text in told if text not in message] == []


def test_being_ended_leaves_nothing_behind(write: Callable[..., Path], tmp_path: Path) -> None:
    source = write("proef.qmd", FRONT + CELL("import time\ntime.sleep(60)"))
    command = [
        sys.executable,
        "-m",
        "press",
        "render",
        str(source),
        "--to",
        "html",
        "--output-dir",
        str(tmp_path / "out"),
    ]
    running = subprocess.Popen(
        command, env=os.environ | {"PYTHONPATH": str(ROOT / "src")}, stderr=subprocess.PIPE, text=True
    )
    while not list((tmp_path / "out").glob(".press-*")):
        time.sleep(0.1)
    time.sleep(2)
    running.terminate()
    told = running.communicate(timeout=30)[1]
    assert running.returncode == 130 and "Interrupted" in told
    assert list((tmp_path / "out").iterdir()) == []
