"""The catalogue, read as a data portal reads it: sizes and sums are those of the files, and it names no publisher."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

import pytest
from rdflib import DCAT, DCTERMS, RDF, Graph, Literal, Namespace, URIRef

from opendata.catalogue import DataSet, catalogue

HERE = "https://example.org/report/voorbeeld-catalogus.jsonld"
MARK = "Voorbeeldcijfers: niet echt"
SPDX = Namespace("http://spdx.org/rdf/terms#")
FILES = {"2024/voorbeeld-tabellenboek-2024.xlsx": b"a book", "2024/voorbeeld-cijfers-2024.csv": b"id\n1\n"}


def data_set(wave: int, files: dict[str, bytes], licence: str = "CC0-1.0") -> DataSet:
    released, asked = date(2026, 11, 22), (date(2016, 4, 11), date(wave, 4, 30))
    return DataSet(wave, f"Monitor {wave}", f"Cijfers. {MARK}.", released, asked, licence, files)


@pytest.fixture(scope="module")
def graph() -> Graph:
    sets = [data_set(2022, {"2022/voorbeeld-cijfers-2022.parquet": b"PAR1"}), data_set(2024, FILES)]
    return Graph().parse(data=catalogue("Monitor", MARK, sets), format="json-ld", publicID=HERE)


def test_a_size_and_a_sum_are_those_of_the_file(graph: Graph) -> None:
    for name, content in FILES.items():
        file = URIRef(f"https://example.org/report/{name}")
        assert graph.value(file, DCAT.downloadURL) == file
        assert int(graph.value(file, DCAT.byteSize)) == len(content)
        checksum = graph.value(file, SPDX.checksum)
        assert str(graph.value(checksum, SPDX.checksumValue)).lower() == sha256(content).hexdigest()


def test_every_edition_is_a_data_set_of_the_catalogue_with_its_own_files(graph: Graph) -> None:
    (whole,) = graph.subjects(RDF.type, DCAT.Catalog)
    sets = set(graph.objects(whole, DCAT.dataset))
    assert sets == set(graph.subjects(RDF.type, DCAT.Dataset)) and len(sets) == 2
    files = {str(file).rpartition("/report/")[2] for file in graph.objects(URIRef(f"{HERE}#2024"), DCAT.distribution)}
    assert files == set(FILES)


@pytest.mark.parametrize("what", [DCTERMS.title, DCTERMS.description, DCTERMS.publisher])
def test_what_dcat_ap_asks_for_is_there_and_the_mark_with_it(graph: Graph, what: URIRef) -> None:
    for kind in (DCAT.Catalog, DCAT.Dataset):
        for subject in graph.subjects(RDF.type, kind):
            said = graph.value(subject, what)
            assert said is not None
            if isinstance(said, Literal):
                assert MARK in said and said.language == "nl"


def test_media_types_are_addresses_of_iana(graph: Graph) -> None:
    file = URIRef("https://example.org/report/2024/voorbeeld-cijfers-2024.csv")
    assert graph.value(file, DCAT.mediaType) == URIRef("https://www.iana.org/assignments/media-types/text/csv")


def test_no_ministry_is_named() -> None:
    told = catalogue("Monitor", MARK, [data_set(2024, FILES)])
    assert "inisterie" not in told and "BZK" not in told and "Uitgever volgt" in told


def test_a_licence_without_an_address_keeps_its_words() -> None:
    told = catalogue("Monitor", MARK, [data_set(2024, FILES, licence="nog niet bepaald")])
    graph = Graph().parse(data=told, format="json-ld", publicID=HERE)
    licence = graph.value(URIRef("https://example.org/report/2024/voorbeeld-cijfers-2024.csv"), DCTERMS.license)
    assert str(graph.value(licence, DCTERMS.title)) == "nog niet bepaald"


def test_the_same_files_give_the_same_text_in_whatever_order_editions_come() -> None:
    sets = [data_set(2022, {"2022/voorbeeld-cijfers-2022.csv": b"1"}), data_set(2024, FILES)]
    assert catalogue("Monitor", MARK, sets) == catalogue("Monitor", MARK, sets[::-1])
