"""Streams of a PDF whose last byte reads as the end of a line."""

from __future__ import annotations

import re
from base64 import a85encode
from itertools import accumulate

_STREAM = re.compile(rb"(\d+ 0 obj\n<<(?:(?!endobj).)*?)>>\nstream\n", re.DOTALL)
_LENGTH, _DEFLATED = re.compile(rb"/Length (\d+)"), b"/Filter/FlateDecode"
_ENTRY = re.compile(rb"^(\d{10})(?= \d{5} n)", re.MULTILINE)


def settle(pdf: bytes) -> bytes:
    """The same PDF, with deflated streams that happen to end with a carriage return written in ASCII 85.

    A line feed follows every stream. Checkers, by ISO 19005-2 (6.1.7.1), take both bytes together for the end of a
    line, and the stream for a byte shorter than it says: one stream in 256. Expects a PDF as Typst writes it.
    """
    parts, moved, at = [], [(0, 0)], 0
    while found := _STREAM.search(pdf, at):
        length = int(_LENGTH.search(found[1])[1])  # pyright: ignore[reportOptionalSubscript]
        data = pdf[found.end() : found.end() + length]
        head = found[0]
        if data.endswith(b"\r") and _DEFLATED in head:
            data = a85encode(data) + b"~>"
            head = _LENGTH.sub(b"/Length %d" % len(data), head)
            head = head.replace(_DEFLATED, b"/Filter[/ASCII85Decode/FlateDecode]")
            moved.append((found.start(), len(head) + len(data) - len(found[0]) - length))
        parts += [pdf[at : found.start()], head, data]
        at = found.end() + length
    if len(moved) == 1:
        return pdf
    starts = [start for start, _ in moved]
    shifts = list(accumulate(shift for _, shift in moved))

    def place(old: int) -> int:
        return old + shifts[sum(start < old for start in starts) - 1] if old else 0

    body, table = pdf[at:].split(b"\nxref\n", 1)
    table = _ENTRY.sub(lambda entry: b"%010d" % place(int(entry[1])), table)
    table = re.sub(rb"(?<=startxref\n)\d+", lambda start: b"%d" % place(int(start[0])), table)
    return b"".join([*parts, body, b"\nxref\n", table])
