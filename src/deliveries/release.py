"""Whether a publication may go out without the mark that says its figures are examples."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from analysis.declared import Declared, read_declared
from analysis.errors import MonitorError
from deliveries.passports import Passport


class Release(Declared):
    """config/release.yml: the two people who are responsible for a build on real deliveries."""

    responsible: tuple[str, str]


def check_mark(mark: str, used: Sequence[Passport], synthetic: Sequence[Passport], release: Path) -> None:
    """Stop a build without a mark unless no input is synthetic and two people answer for it.

    `used` are the passports of the deliveries that the figures stand on, `synthetic` those of the repository's own
    example deliveries: a file is known by its sha256, whatever its passport says. A mixed build keeps the mark.
    Raises MonitorError otherwise.
    """
    if mark.strip():
        return
    ours = {passport.sha256 for passport in synthetic if passport.origin == "synthetic"}
    made_up = [passport.file for passport in used if passport.origin == "synthetic" or passport.sha256 in ours]
    if made_up or not release.exists():
        raise MonitorError(
            "The mark of example figures may not be taken away",
            where="monitor.yml, mark",
            expected="a mark, or only real deliveries and the names of two responsible people in config/release.yml",
            got=f"no mark; synthetic: {', '.join(made_up) or 'none'}; release.yml: {release.exists()}",
            hint="put the mark back, or first replace every synthetic delivery in data/raw/real",
        )
    read_declared(release, Release)
