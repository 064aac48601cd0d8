"""Sentences on several figures at once, as a person would write them: shares of one base, and verdicts that agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile

from presentation import dutch
from presentation.figure import Figure

_PREPOSITIONS = {"met", "van", "aan", "op", "via", "voor", "over", "bij"}
_OBJECT = 3  # words that are at least an object of its own: "het meest recente incident"
# A verdict on a list of topics: as the first clause, behind "Vergeleken met ...", and as a sentence of its own.
_VERDICTS = {
    "about_equal": ("is het aandeel bij {topics} ongeveer gelijk", "Bij {topics} is het aandeel ongeveer gelijk"),
    "small_difference": ("is het verschil bij {topics} klein", "Bij {topics} is het verschil klein"),
    "no_demonstrable_difference": (
        "is bij {topics} geen verschil aangetoond",
        "Bij {topics} is geen verschil aangetoond",
    ),
    "not_comparable": ("is {topics} niet te vergelijken", "Niet te vergelijken is {topics}"),
    "too_few": ("zijn er bij {topics} te weinig waarnemingen", "Bij {topics} zijn er te weinig waarnemingen"),
    "withheld": (
        f"is bij {{topics}} het verschil {dutch.RECOGNISABLE}",
        f"Bij {{topics}} is het verschil {dutch.RECOGNISABLE}",
    ),
}


def together(opening: str, shares: Sequence[tuple[Figure, str]]) -> str:
    """One sentence on shares of one base: "Van de leden kreeg 42% te maken met verbale agressie en 21% met bedreiging."

    `opening` is what comes before the first verb; each share has what it did ("kreeg te maken met bedreiging"). What a
    share did in the same words as the one before is not said twice.
    """
    parts, before = [], ("", [])
    for figure, does in shares:
        verb, *rest = does.split(" ")
        alike = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(before[1], rest, strict=False))))
        again = verb == before[0] and alike > 0 and rest[alike - 1] in _PREPOSITIONS
        told = [figure.say(), *rest[alike - 1 :]] if again else [verb, figure.say(), *rest]
        if verb != before[0] and alike >= _OBJECT and rest[0] == "het":  # what happened to one thing, named already
            told = [verb, figure.say(), "het", *rest[alike:]]
        parts.append(" ".join(told))
        before = (verb, rest)
    return f"{opening} {dutch.listing(parts)}."


def verdicts(whom: str, topics: Mapping[str, Sequence[str]]) -> str:
    """Sentences that set topics beside one whole or wave (`whom`), by their verdicts; a direction is said first."""
    moved = [
        f"{dutch.VERDICTS[verdict]} bij {dutch.listing(list(topics[verdict]))}"
        for verdict in ("higher", "lower")
        if verdict in topics
    ]
    said = [f"is het aandeel {dutch.listing(moved)}"] if moved else []
    for verdict, (first, later) in _VERDICTS.items():
        if verdict in topics:
            said.append((later if said else first).format(topics=dutch.listing(list(topics[verdict]))))
    return " ".join([f"Vergeleken met {whom} {said[0]}.", *(f"{sentence}." for sentence in said[1:])])
