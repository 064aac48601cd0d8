"""What every file of an edition says of itself: title, description, publisher, licence and credits."""

from __future__ import annotations

from opendata.edition import Edition
from presentation import dutch

PUBLISHER = "Uitgever volgt bij een echte uitgave"
CONTACT = "Contactpersoon volgt bij een echte uitgave"
CREDITS = "Aantallen inwoners en gemeenten: CBS, CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/deed.nl)"
_ADDRESSES = {
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
}


def title(edition: Edition) -> str:
    """The title of an edition's data."""
    return edition_title(edition.name, edition.settings.mark)


def edition_title(name: str, mark: str) -> str:
    """The title of the data of the edition that is called so; the mark opens it: catalogues show little more."""
    return f"{mark}. Cijfers van de {name}"


def description(edition: Edition) -> str:
    """What the data hold, in plain words, with the mark."""
    people = dutch.listing([part.people for part in edition.parts])
    return (
        f"Percentages uit de enquêtes onder {people}, tot en met de meting van {edition.wave}. Bij elk percentage "
        "staat over wie het gaat, hoe onzeker het is, hoeveel respondenten er ongeveer waren, en of het aantoonbaar "
        f"verschilt van de hele groep en van de vorige meting. {edition.settings.mark}. "
        "De cijfers zeggen niets over echte personen, organisaties of provincies."
    )


def licence_address(licence: str) -> str:
    """The address of a licence that passports name (SPDX), or that name where it has no address."""
    return _ADDRESSES.get(licence, licence)
