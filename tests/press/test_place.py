"""Putting in place: all of it or nothing, on a full disk, at Ctrl-C, and when the process is ended or killed."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from press import Project
from press.__main__ import main
from press.site import move_into_place
from tests.press.conftest import FRONT, ROOT, files

pytestmark = pytest.mark.usefixtures("temporary")


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


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_interrupted_while_cells_run(
    sent: signal.Signals, site: Project, temporary: Path, write: Callable[..., Path]
) -> None:
    """Ctrl-C, or being ended: nothing changed, nothing left, told in a line. A kill is not told; its cells end too."""
    source = write("proef.qmd", FRONT + "```{python}\nimport time\ntime.sleep(60)\n```")
    before = files(site.root)
    process = command("-m", "press", "render", str(source))
    cells = running_cells(process)
    time.sleep(0.3)
    os.killpg(process.pid, sent)
    _, told = process.communicate(timeout=20)
    assert gone(cells)
    if sent != signal.SIGKILL:
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
