"""What readers are told of corrected figures: per released edition its versions, what changed in each, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path

from analysis.declared import read_declared
from analysis.groups import Group
from analysis.questionnaire import COUNTED
from analysis.settings import project_root
from presentation import dutch
from presentation.promise import Erratum, Passport, read_errata
from presentation.results import Phrase, Results, read_results
from presentation.subject import called


def changes(root: Path | None = None) -> Phrase:
    """The released editions, newest first, each with its versions and errata, in Markdown; one line without any.

    `root` is the monitor's folder; by default the one around the caller. Raises MonitorError for an erratum about an
    indicator or group that does not exist.
    """
    root = root or project_root()
    errata, parts = read_errata(root / "config" / "errata.yml"), []
    for path in sorted((root / "data" / "published").glob("[0-9]*/passport.yml"), reverse=True):
        mine = [erratum for erratum in errata if erratum.edition == int(path.parent.name)]
        parts += [f"## Editie {path.parent.name}", *_versions(read_declared(path, Passport), mine, root)]
    unreleased = (
        "Er zijn nog geen wijzigingen: van geen enkele editie zijn de cijfers al vastgelegd. Dat gebeurt op de dag "
        "waarop een editie uitkomt; tot die dag kunnen cijfers nog veranderen."
    )
    return Phrase("\n\n".join(parts or [unreleased]))


def _versions(passport: Passport, errata: Sequence[Erratum], root: Path) -> Iterator[str]:
    """The versions of an edition, newest first: what each changed; in the end that it came out."""
    first = dutch.day(passport.versions[0].released)
    for number in sorted({erratum.version for erratum in errata}, reverse=True):
        mine = [erratum for erratum in errata if erratum.version == number]
        yield f"### Versie {number}, {dutch.day(_day(passport, number, mine))}"
        for why, about in groupby(sorted(mine, key=lambda one: one.why), key=lambda one: one.why):
            yield why
            yield "\n".join(f"- {_line(erratum, root)}" for erratum in about)
    if errata:
        yield f"### Versie 1, {first}\n\nDe eerste uitgave van deze editie."
    else:
        yield f"Sinds de uitgave van {first} is geen cijfer of oordeel van deze editie veranderd."


def _day(passport: Passport, number: int, errata: Sequence[Erratum]) -> date:
    """When a version came out: as it was recorded; before that, the last day of its errata."""
    if number <= len(passport.versions):
        return passport.versions[number - 1].released
    return max(erratum.date for erratum in errata)


def _line(erratum: Erratum, root: Path) -> str:
    told = erratum.published, erratum.now
    before, now = (
        words.replace(" -", " −").replace("n = ", "n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}") for words in told
    )
    changed = f"{before} zijn veranderd" if erratum.pattern else f"was {before}, is nu {now}"
    return f"**{_about(erratum.row, root)}:** {changed}."


def _about(row: str, root: Path) -> str:
    """What a row of `promise.promised` is about: "Agressie meegemaakt, Flevoland, meting van 2024"."""
    survey, _, figure = row.rpartition(":")
    results = read_results(root, survey or COUNTED)
    name, wave, domain, *verdict = [*figure.split("|"), "*", "*"][: max(3, figure.count("|") + 1)]
    told = [
        "alle onderwerpen" if name == "*" else _label(name, wave, results),
        "alle groepen" if domain == "*" else _group(results.group(domain)),
        "alle metingen" if wave == "*" else f"meting van {dutch.waves(wave)}",
    ]
    kind, _, reference = "".join(verdict).partition("=")
    if kind == "wave":
        told.append(f"vergeleken met de meting van {reference}")
    elif kind:
        told.append("alle oordelen" if kind == "*" else f"vergeleken met {called(results.group(reference))}")
    return dutch.capital(", ".join(told))


def _group(group: Group) -> str:
    return group.label if group.place else group.inline


def _label(name: str, wave: str, results: Results) -> str:
    """What readers call an indicator, or one of its answers."""
    indicator, _, answer = name.partition(".")
    label = results.indicators[indicator]["label"]
    asked = int(wave) if wave.isdigit() else max(results.settings.waves)
    return f"{label}: {dutch.small(results.answer_label(indicator, answer, asked))}" if answer else label
