"""What the audit says, in plain English and as numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from audit.attack import Outcome
from audit.figures import Found
from audit.solver import Verdict

_SHOWN = 10
_MORE = 25


def told(files: Mapping[str, int], faults: list[Found], outcome: Outcome, seconds: float) -> str:
    """The report for people: what was read, what is known of whom, and what fails."""
    size, failures = outcome.size, outcome.failures
    lines = [
        f"Read {sum(files.values())} files: {', '.join(f'{count} {kind}' for kind, count in files.items())}.",
        f"{size['claims']} claims leave {size['constraints']} constraints on {size['unknowns']} unknown counts.",
        f"{size['targets']} counts of small groups were attacked: {_proofs(outcome)}.",
        f"A guess at such a count is right {outcome.hits(published=True):.1%} of the time with the publication, "
        f"{outcome.hits(published=False):.1%} with the national percentage alone.",
        *(("", "The narrowest ranges:", *map(line, outcome.narrowest[:_SHOWN])) if outcome.verdicts else ()),
    ]
    if faults:
        lines += ["", f"{len(faults)} faults in what is published:", *(f"  {fault}" for fault in faults[:_MORE])]
    if failures:
        derived = sum(" - " in one.group for one in failures)
        what = f"{len(failures) - derived} of planned groups, {derived} of what follows by subtraction"
        lines += ["", f"{len(failures)} counts of small groups are not protected ({what}), such as:"]
        lines += [f"{line(one)}; held by {', '.join(one.by) or 'no proof in time'}" for one in failures[:_MORE]]
        lines += ["Raise `integers` of `protection` in config/monitor.yml by one, and type make: it withholds more."]
    passed = "satisfies" if passes(faults, outcome) else "FAILS"
    return "\n".join([*lines, "", f"The publication {passed} the criterion. {seconds:.0f} seconds."])


def passes(faults: list[Found], outcome: Outcome) -> bool:
    """Whether nothing is wrong: no fault of form, no count of a small group known too well or unproved."""
    return not faults and not outcome.failures


def numbers(outcome: Outcome) -> dict[str, Any]:
    """The same for a page of the site; of no group by itself."""
    return {
        **outcome.size,
        "proofs": dict(Counter(one.proof for one in outcome.verdicts)),
        "hit_rate": {"published": outcome.hits(published=True), "headline": outcome.hits(published=False)},
        "passes": passes(outcome.faults, outcome),
    }


def _proofs(outcome: Outcome) -> str:
    words = {
        **{"wide": "stay wide open", "found": "have other answers that fit"},
        **{"pinned": "are pinned down", "unproved": "were not proved in time"},
    }
    found = Counter(one.proof for one in outcome.verdicts)
    return ", ".join(f"{found[proof]} {said}" for proof, said in words.items() if found[proof])


def line(one: Verdict) -> str:
    """What is known of one small group."""
    return f"  {one.figure} of {one.group}: {one.lowest} to {one.highest} of {one.n}"
