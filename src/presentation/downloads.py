"""How often files were downloaded, counted from a web server's access log; whose requests they were is not kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from typing import NamedTuple
from urllib.parse import unquote

from analysis.errors import MonitorError

# The combined format of Apache and nginx: address, identity, user, [time], "request", status, bytes, "referrer" and
# "agent", and whatever an administrator added behind it. A quote inside quotes has a backslash before it.
_TEXT = r'"((?:[^"\\]|\\.)*)"'
_LINE = re.compile(
    r"(\S+) \S+ .*?\[(\d\d/(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)/\d{4}):[^\]]*\] "
    rf"{_TEXT} (\d{{3}}) (?:\d+|-) {_TEXT} {_TEXT}(?:\s.*)?"
)
# Programs that fetch by themselves, as they call themselves; a Cubot is a telephone. Who says nothing is one of them.
_ROBOT = re.compile(
    r"(?<!cu)bot|crawl|spider|slurp|archive|preview|scan|monitor|headless|lighthouse|feed|fetch|curl|wget|python|perl|"
    r"java/|okhttp|libwww|httpclient|go-http|^-?$",
    re.IGNORECASE,
)
_GIVEN = ("200", "206")  # the whole file, or a part of it as readers of PDFs ask for


class Downloads(NamedTuple):
    """Downloads per file (those without any are absent), lines read, and lines that could not be understood."""

    files: dict[str, int]
    lines: int
    unreadable: int


def count_downloads(lines: Iterable[str], files: Collection[str]) -> Downloads:
    """Count who fetched these files (relative to report/): GET with status 200 or 206, once a day per address and file.

    Robots are left out by what they call themselves. Lines that are not of the combined format are counted and passed
    over; raises MonitorError when no line is of that format. The message holds no line: lines hold addresses.
    """
    seen: set[tuple[str, str, str]] = set()
    read = unreadable = 0
    for line in filter(str.strip, lines):
        read += 1
        match = _LINE.fullmatch(line.rstrip("\r\n"))
        if match is None:
            unreadable += 1
            continue
        address, day, request, status, _, agent = match.groups()
        method, _, rest = request.partition(" ")
        file = unquote(re.split(r"[?# ]", rest, maxsplit=1)[0]).rpartition("/report/")[2]
        if method == "GET" and status in _GIVEN and file in files and not _ROBOT.search(agent):
            seen.add((file, day, address))
    if read and unreadable == read:
        raise MonitorError(
            "Access log not understood",
            where="DOWNLOADS",
            expected='lines of the combined format: address - - [time] "GET /path HTTP/1.1" 200 bytes "from" "agent"',
            got=f"{read} lines, none of that format",
            hint="let the web server write its log in the combined format, or name another file",
        )
    return Downloads(dict(sorted(Counter(file for file, _, _ in seen).items())), read, unreadable)
