"""Whether a publication may go out without the mark that says its figures are examples."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from analysis.declared import Declared, read_declared
from analysis.errors import MonitorError
from deliveries.passports import Passport

_TITLE = "The mark of example figures may not be taken away"


class Release(Declared):
    """config/release.yml: the two people who answer for this build, and the sha256 of every delivery it stands on."""

    responsible: tuple[str, str]
    deliveries: tuple[str, ...]


def check_mark(mark: str, used: Sequence[Passport], examples: Sequence[Passport], release: Path) -> None:
    """Stop a build without a mark unless no input is synthetic and two people answer for it.

    `used` are the passports of the deliveries that the figures stand on, `examples` those of data/raw/manifest.yml: a
    file that is listed there is an example by its sha256, whatever any passport says of its origin. A mixed build keeps
    the mark. Raises MonitorError otherwise, also when release.yml was written for other deliveries than these.
    """
    if mark.strip():
        return
    ours = {passport.sha256 for passport in examples}
    made_up = [passport.file for passport in used if passport.origin == "synthetic" or passport.sha256 in ours]
    if made_up or not used or not release.exists():
        expected = "a mark, or only real deliveries and the names of two responsible people in config/release.yml"
        got = f"no mark; synthetic: {', '.join(made_up) or 'none'}; release.yml: {release.exists()}"
        hint = "put the mark back, or first replace every synthetic delivery in data/raw/real"
        raise MonitorError(_TITLE, where="monitor.yml, mark", expected=expected, got=got, hint=hint)
    signed = read_declared(release, Release)
    names = {" ".join(name.split()).casefold() for name in signed.responsible} - {""}
    if len(names) < 2:
        raise _not_released(release, "responsible", "the names of two people", ", ".join(signed.responsible) or "none")
    for passport in used:
        if passport.sha256 not in signed.deliveries:
            where, got = f"deliveries, {passport.file}", f"{len(signed.deliveries)} others"
            raise _not_released(release, where, f"{passport.sha256}   from its passport", got)


def _not_released(release: Path, where: str, expected: str, got: str) -> MonitorError:
    hint = "two people look at this build and write release.yml anew, or the mark is put back"
    return MonitorError(_TITLE, where=f"{release.name}, {where}", expected=expected, got=got, hint=hint)
