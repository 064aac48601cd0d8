"""What cells may not do: write outside a folder of their own, reach the network, start processes.

A guard against accidents, not against someone who means harm. An audit hook refuses what Python is asked to do; what
compiled code does by itself raises no audit event, and is found by comparing the files of the project before and after.
"""

from __future__ import annotations

import contextlib
import fnmatch
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from press.errors import PressError

#: Flags with which a file is opened to be written.
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

#: Audit events that change files: which arguments are the path, and the descriptor of the folder it is relative to.
CHANGES: dict[str, tuple[tuple[int, int | None], ...]] = {
    "os.chmod": ((0, 2),),
    "os.chown": ((0, 3),),
    "os.link": ((1, 3),),
    "os.mkdir": ((0, 2),),
    "os.remove": ((0, 1),),
    "os.removexattr": ((0, None),),
    "os.rename": ((0, 2), (1, 3)),
    "os.rmdir": ((0, 1),),
    "os.setxattr": ((0, None),),
    "os.symlink": ((1, 2),),
    "os.truncate": ((0, None),),
    "os.utime": ((0, 3),),
}
WITH_SOCKET = {"socket.bind", "socket.connect", "socket.sendmsg", "socket.sendto"}
NETWORK = WITH_SOCKET | {"socket.getaddrinfo", "socket.gethostbyaddr", "socket.gethostbyname"}
PROCESSES = {"os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system", "subprocess.Popen"}


class Guard:
    """An audit hook for the process that runs the cells of one document; once added, it stays until that ends."""

    def __init__(self, own: Path) -> None:
        self._own = os.path.realpath(own)
        self.refused: list[tuple[str, str]] = []

    def __call__(self, event: str, given: tuple[Any, ...]) -> None:
        """Refuse an event, and remember it: a cell that catches the refusal fails all the same."""
        if event == "open":
            if given[2] & WRITING:
                self._write(given[0], None)
        elif event in CHANGES:
            for path, folder in CHANGES[event]:
                self._write(given[path], None if folder is None else given[folder])
        elif event in NETWORK:
            self._refuse("reached for the network", f"{event} {given[event in WITH_SOCKET]!r:.120}")
        elif event in PROCESSES:
            self._refuse("started a process", f"{event} {given[len(given) > 1]!r:.120}" if given else event)

    def _write(self, path: Any, folder: int | None) -> None:
        """Refuse a path outside our own folder; descriptors that are open already are fine."""
        if isinstance(path, int):
            return
        base = "" if folder in (None, -1) else f"/proc/self/fd/{folder}"
        real = os.path.realpath(os.path.join(base, os.fsdecode(path)))  # noqa: PTH118 - faster than Path
        if real != os.devnull and not f"{real}/".startswith(f"{self._own}/"):
            self._refuse("wrote outside its own folder", real)

    def _refuse(self, what: str, tried: str) -> None:
        frame = sys._getframe(2)
        while frame.f_back and "ipython-input" not in frame.f_code.co_filename:
            frame = frame.f_back
        line = f", line {frame.f_lineno} of the code" if frame.f_back else ""
        self.refused.append((what, tried + line))
        raise PermissionError(f"The cell {what}: {tried}")

    def check(self, where: str) -> None:
        """Raise a `PressError` when anything was refused."""
        if self.refused:
            what, tried = self.refused[0]
            raise PressError(
                f"A cell {what}",
                where=where,
                expected="cells that look up and show; files only below tempfile.gettempdir(), which is thrown away",
                got=tried,
                hint="make files and fetch data before, in a task or a script, and let the document read the result",
            )


@contextlib.contextmanager
def unchanged(root: Path, out: Path, where: str) -> Iterator[None]:
    """Raise a `PressError` when files of the project are others after the block; they are left as they are."""
    before = _listing(root, out)
    yield
    after = _listing(root, out)
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    if changed:
        raise PressError(
            "Files changed while the cells ran",
            where=where,
            expected=f"the files below {root} as they were: cells look up and show",
            got="\n".join(changed[:10]) + (f"\nand {len(changed) - 10} more" if len(changed) > 10 else ""),
            hint="a library wrote them (they were not put back), or you saved them meanwhile: then render again",
        )


def _listing(root: Path, out: Path) -> dict[str, tuple[int, int]]:
    """Size and time of every file of a project; of a lone document, of those beside it.

    Left out is what others may write meanwhile: what is published, hidden files, and what .gitignore names.
    """
    known, found = _others(root, out), {}
    folders = [str(root)]
    while folders:
        entries: list[os.DirEntry[str]] = []
        with contextlib.suppress(FileNotFoundError), os.scandir(folders.pop()) as there:  # gone meanwhile
            entries = list(there)
        for entry in entries:
            if known.fullmatch(entry.path, len(str(root))):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders += [entry.path] if (root / "_quarto.yml").exists() else []
            else:
                with contextlib.suppress(FileNotFoundError):
                    status = entry.stat(follow_symlinks=False)
                    found[entry.path] = (status.st_size, status.st_mtime_ns)
    return found


def _others(root: Path, out: Path) -> re.Pattern[str]:
    """A pattern for paths below a folder, each with a slash before it, that are not watched."""
    ignore = root / ".gitignore"
    lines = ignore.read_text(encoding="utf-8").split("\n") if ignore.exists() else []
    names = [".*", "__pycache__", *(line.strip().rstrip("/") for line in lines if not line.startswith(("#", "!")))]
    inside = out.resolve() != root and out.resolve().is_relative_to(root)
    names += [f"/{out.resolve().relative_to(root)}"] if inside else ["*.html", "*.pdf", "site_libs", "*_files"]
    anchored = ["/" + each.lstrip("/").replace("**/", "*") if "/" in each else f"*/{each}" for each in names if each]
    return re.compile("|".join(map(fnmatch.translate, anchored)))
