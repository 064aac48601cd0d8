"""Access logs of a web server, plain or gzipped, as DOWNLOADS names them; nothing of them is kept but numbers."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from analysis.errors import MonitorError
from pipeline.folders import PROCESSED, ROOT

COUNTED = PROCESSED / "downloads.json"
_GZIPPED = b"\x1f\x8b"


def access_logs(named: str) -> list[Path]:
    """The files that a person named, with blanks between them; raises MonitorError for one that is not there."""
    logs = [ROOT / name for name in named.split()]
    for log in logs:
        if not log.is_file():
            raise MonitorError(
                "Access log is missing",
                where=f"DOWNLOADS={named}",
                expected="files, with blanks between them",
                got=f"no file {log.name}",
                hint="mend the name, or leave DOWNLOADS out: then nothing is said of downloads",
            )
    return logs


def read_logs(logs: Sequence[Path]) -> Iterator[str]:
    """Every line of the logs, one file after another; raises MonitorError for a gzipped one that is damaged."""
    for log in logs:
        with log.open("rb") as file:
            packed = file.read(len(_GZIPPED)) == _GZIPPED
        try:
            with (gzip.open if packed else open)(log, "rt", encoding="utf-8", errors="replace", newline="\n") as lines:
                yield from lines
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise MonitorError(
                "Access log is damaged",
                where=log.name,
                expected="a whole file of gzip",
                got=str(error),
                hint="fetch it from the web server anew",
            ) from error


def told() -> str:
    """One line for the person who builds: what was read and what could not be."""
    known = json.loads(COUNTED.read_text(encoding="utf-8"))
    return f"  downloads    {known['lines']} lines of access logs read, {known['unreadable']} not understood"
