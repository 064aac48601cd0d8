"""What a data portal harvests: the data of every edition in DCAT-AP 3 (SEMIC, 2024), as JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from opendata.terms import CONTACT, CREDITS, PUBLISHER, edition_title, licence_address

#: How an address of each kind begins: the vocabularies, and the tables of the Publications Office of the EU.
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "eu": "http://publications.europa.eu/resource/authority/",
    "media": "https://www.iana.org/assignments/media-types/",
}
_CSVW = "http://www.w3.org/ns/csvw"


@dataclass(frozen=True)
class Kind:
    """A kind of file: what it is called, its media type (IANA), and its name in the EU's table of file types."""

    name: str
    media: str
    eu: str


KINDS = {
    "xlsx": Kind("Tabellenboek", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX"),
    "csv": Kind("Cijfers als CSV", "text/csv", "CSV"),
    "json": Kind("Beschrijving van de kolommen (CSVW)", "application/csvm+json", "JSON_LD"),
    "parquet": Kind("Alle cijfers als Parquet", "application/vnd.apache.parquet", "PARQUET"),
}


@dataclass(frozen=True)
class DataSet:
    """The files of an edition as the catalogue lists them.

    `name` is what the edition is called, `about` its description, `asked` the first and last day of fieldwork, `files`
    the bytes of each file by its address relative to the catalogue; `parts` says of a file name what part it holds.
    """

    wave: int
    name: str
    about: str
    released: date
    asked: tuple[date, date]
    licence: str
    files: Mapping[str, bytes]
    parts: Mapping[str, str] = field(default_factory=dict)


def catalogue(title: str, mark: str, sets: Sequence[DataSet]) -> str:
    """The catalogue of these data sets, the newest first. Addresses are relative to where it stands.

    The publisher is left open on purpose: example figures have none. The same files give the same text.
    """
    newest_first = sorted(sets, key=lambda each: each.wave, reverse=True)
    nodes: list[dict[str, object]] = [
        {
            "@id": "#catalogus",
            "@type": "dcat:Catalog",
            "dct:title": _dutch(f"{mark}. Cijfers van de {title}"),
            "dct:description": _dutch(f"De cijfers van alle edities als bestand. {mark}."),
            "dct:publisher": _link("#uitgever"),
            "dct:language": _link("eu:language/NLD"),
            "dct:issued": _day(min(each.released for each in sets)),
            "dct:modified": _day(max(each.released for each in sets)),
            "dcat:themeTaxonomy": _link("eu:data-theme"),
            "dcat:dataset": [_link(f"#{each.wave}") for each in newest_first],
        },
        {"@id": "#uitgever", "@type": "foaf:Agent", "foaf:name": _dutch(PUBLISHER)},
        {"@id": "#contact", "@type": "vcard:Kind", "vcard:fn": CONTACT},
    ]
    for each in newest_first:
        nodes += [_dataset(each, mark), *(_distribution(each, *file, mark) for file in each.files.items())]
    return json.dumps({"@context": _CONTEXT, "@graph": nodes}, indent=1, ensure_ascii=False) + "\n"


def _dataset(each: DataSet, mark: str) -> dict[str, object]:
    first, last = each.asked
    return {
        "@id": f"#{each.wave}",
        "@type": "dcat:Dataset",
        "dct:identifier": f"voorbeeld-{each.wave}",
        "dct:title": _dutch(edition_title(each.name, mark)),
        "dct:description": _dutch(each.about),
        "dct:publisher": _link("#uitgever"),
        "dcat:contactPoint": _link("#contact"),
        "dct:issued": _day(each.released),
        "dct:language": _link("eu:language/NLD"),
        "dct:spatial": _link("eu:country/NLD"),
        "dct:temporal": {"@type": "dct:PeriodOfTime", "dcat:startDate": _day(first), "dcat:endDate": _day(last)},
        "dct:accrualPeriodicity": _link("eu:frequency/BIENNIAL"),
        "dct:accessRights": _link("eu:access-right/PUBLIC"),
        "dcat:theme": [_link("eu:data-theme/GOVE"), _link("eu:data-theme/JUST")],
        "dcat:keyword": [_dutch(word) for word in ("voorbeeldcijfers", "agressie", "integriteit", "openbaar bestuur")],
        "dcat:distribution": [_link(file) for file in each.files],
    }


def _distribution(each: DataSet, file: str, content: bytes, mark: str) -> dict[str, object]:
    kind = KINDS[file.rpartition(".")[2]]
    part = each.parts.get(file.rpartition("/")[2])
    conforms = {"dct:conformsTo": _link(_CSVW)} if kind.eu == "JSON_LD" else {}
    return {
        "@id": file,
        "@type": "dcat:Distribution",
        "dct:title": _dutch(f"{kind.name}{f', {part}' if part else ''}, {each.name}"),
        "dct:description": _dutch(f"{mark}."),
        "dcat:accessURL": _link(file),
        "dcat:downloadURL": _link(file),
        "dcat:mediaType": _link(f"media:{kind.media}"),
        "dct:format": _link(f"eu:file-type/{kind.eu}"),
        "dcat:byteSize": {"@value": str(len(content)), "@type": "xsd:nonNegativeInteger"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _link("spdx:checksumAlgorithm_sha256"),
            "spdx:checksumValue": {"@value": sha256(content).hexdigest(), "@type": "xsd:hexBinary"},
        },
        "dct:license": _licence(each.licence),
        "dct:rights": {"@type": "dct:RightsStatement", "dct:description": _dutch(CREDITS)},
        "dct:issued": _day(each.released),
        **conforms,
    }


def _licence(name: str) -> dict[str, object]:
    address = licence_address(name)
    known = address.startswith("https://")
    return {"@id": address} if known else {"@type": "dct:LicenseDocument", "dct:title": _dutch(name)}


def _link(address: str) -> dict[str, str]:
    return {"@id": address}


def _dutch(words: str) -> dict[str, str]:
    return {"@value": words, "@language": "nl"}


def _day(value: date) -> dict[str, str]:
    return {"@value": value.isoformat(), "@type": "xsd:date"}
