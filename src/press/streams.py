"""What of a PDF is written otherwise than Typst does it, byte by byte; nothing that is seen or heard."""

from __future__ import annotations

import re
from base64 import a85encode
from bisect import bisect_left
from itertools import accumulate

_STREAM = re.compile(rb"(\d+ 0 obj\n<<(?:(?!endobj).)*?)>>\nstream\n", re.DOTALL)
_LENGTH, _DEFLATED = re.compile(rb"/Length (\d+)"), b"/Filter/FlateDecode"
_LINES = re.compile(rb"/A\[<</O/Layout/Border[^<>]*>>\]|<</O/Layout/Border[^<>]*>>")
_ENTRY = re.compile(rb"^(\d{10})(?= \d{5} n)", re.MULTILINE)


def settle(pdf: bytes) -> bytes:
    """The same PDF, smaller, with deflated streams that happen to end with a carriage return written in ASCII 85.

    A line feed follows every stream. Checkers, by ISO 19005-2 (6.1.7.1), take both bytes together for the end of a
    line, and the stream for a byte shorter than it says: one stream in 256. What tells of each cell of a table which
    lines were drawn around it goes: a twentieth of a report, and no reader asks. Expects a PDF as Typst writes it.
    """
    edits: list[tuple[int, int, bytes]] = []
    at = 0
    while found := _STREAM.search(pdf, at):
        edits += [(*lines.span(), b"") for lines in _LINES.finditer(pdf, at, found.start())]
        end = found.end() + int(_LENGTH.search(found[1])[1])  # pyright: ignore[reportOptionalSubscript]
        data = pdf[found.end() : end]
        if data.endswith(b"\r") and _DEFLATED in found[0]:
            data = a85encode(data) + b"~>"
            head = _LENGTH.sub(b"/Length %d" % len(data), found[0])
            head = head.replace(_DEFLATED, b"/Filter[/ASCII85Decode/FlateDecode]")
            edits.append((found.start(), end, head + data))
        at = end
    edits += [(*lines.span(), b"") for lines in _LINES.finditer(pdf, at)]
    ends = [end for _, end, _ in edits]
    shifts = [0, *accumulate(len(new) - (end - start) for start, end, new in edits)]

    def place(old: int) -> int:
        return old + shifts[bisect_left(ends, old)] if old else 0

    kept = [
        pdf[start:end] for start, end in zip([0, *ends], [*(start for start, _, _ in edits), len(pdf)], strict=True)
    ]
    written = b"".join(piece for pair in zip(kept, [*(new for *_, new in edits), b""], strict=True) for piece in pair)
    body, table = written.rsplit(b"\nxref\n", 1)
    table = _ENTRY.sub(lambda entry: b"%010d" % place(int(entry[1])), table)
    table = re.sub(rb"(?<=startxref\n)\d+", lambda start: b"%d" % place(int(start[0])), table)
    return b"".join([body, b"\nxref\n", table])
