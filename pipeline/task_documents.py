"""From publishable figures to the publication: data files, pages and PDFs, moved into place together."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import pytask
from pytask import Product, PythonNode

from pipeline.downloads import COUNTED, access_logs, read_logs
from pipeline.folders import (
    BUILD,
    CONFIG,
    NOTEBOOKS,
    PAGES,
    PROCESSED,
    PUBLICATION,
    PUBLISHED,
    RAW,
    REPORT,
    ROOT,
    SOURCES,
    sha256_of,
)
from pipeline.place import list_files, place_all
from pipeline.sources import (
    CATALOGUE,
    FRONT,
    MANIFESTS,
    name_of,
    page_sources,
    parts_of,
    publications,
    reusable_files,
    reusable_tables,
    shards,
    shared,
    sources_of,
)
from pipeline.task_attack import ATTACK
from presentation.downloads import count_downloads
from presentation.publications import Publication
from press.project import load_project

FIGURES = [
    *(PROCESSED / f"5-publishable-{name}.parquet" for name in ("estimates", "comparisons", "response", "pooled")),
    PROCESSED / "5-publishable-weighting.json",
    PROCESSED / "6-protection.json",
    RAW / "population" / "published_figures.csv",
    *sorted(PUBLISHED.glob("[0-9]*/passport.yml")),
    ROOT / "tests" / "reference" / "coverage.csv",
]
PROJECT = [ROOT / "_quarto.yml", *sorted(REPORT.rglob("_metadata.yml"))]
HOUSE = (ROOT / "_extensions", SOURCES / "press" / "resources")
# What many documents rest on alike, by name: each is noted in one file, for fewer inputs to look at one by one.
SHARED = {
    "config": sorted(path for path in CONFIG.rglob("*") if path.is_file()),
    "looks": [*PROJECT, *sorted(path for folder in HOUSE for path in folder.rglob("*") if path.is_file())],
    "press": sources_of("press"),
    "figures": FIGURES,
}
PUBLICATIONS = publications()
CODEBOOK = REPORT / "voorbeeld-codeboek.xml"
DATA = [
    *(REPORT / f"{publication.output}.csv" for publication in PUBLICATIONS),
    *(path for files in (reusable_files(), reusable_tables()) for of in files.values() for path in of.values()),
]
COPIES = REPORT / "notebooks"
SIZES = PROCESSED / "products.json"
LOGS = access_logs(os.environ.get("DOWNLOADS", ""))
# Notebooks are rendered from copies without outputs: committed ones are never written to.
PAGE_SOURCES = [COPIES / source.name if source.parent == NOTEBOOKS else source for source in page_sources()]


# The navigation of every page leads to the notebooks: their copies are there before any page, whatever they say.
COPIED = shared("copied")
ALIKE = [*(shared(name) for name in SHARED), COPIED]


def code_of(modules: Sequence[str]) -> Path:
    """Where the sums are noted of the sources of these modules, which are shared by all documents with the same."""
    files = sources_of(*modules)
    name = "code-" + sha256("\n".join(str(path.relative_to(ROOT)) for path in files).encode()).hexdigest()[:8]
    SHARED[name] = files
    return shared(name)


def made_by(source: Path) -> Path:
    """Where a document's task notes which files it made."""
    return BUILD / "made" / f"{name_of(source)}.json"


def render(source: Path, made: Path) -> None:
    """Render one document with the press, and note its files, relative to the site, with their sha256.

    What follows a document looks at this note: without the sums nothing would follow when a page has other words.
    """
    from presentation.results import read_results
    from press import load_project, render

    read_results(ROOT)  # once a worker: the process of every document is a fork of it
    rendered = render(source, load_project(ROOT), out=PAGES)
    made.parent.mkdir(parents=True, exist_ok=True)
    sums = {path.relative_to(PAGES).as_posix(): sha256_of(path) for path in rendered.files}
    made.write_text(json.dumps(sums, indent=1), encoding="utf-8")


for notebook in sorted(NOTEBOOKS.glob("*.ipynb")):

    @pytask.task(id=notebook.stem)
    def task_copy_notebook(notebook: Path = notebook, copy: Annotated[Path, Product] = COPIES / notebook.name) -> None:
        shutil.copyfile(notebook, copy)


def task_copied(
    copies: list[Path] = [COPIES / notebook.name for notebook in sorted(NOTEBOOKS.glob("*.ipynb"))],
    noted: Annotated[Path, Product] = COPIED,
) -> None:
    noted.write_text(json.dumps([copy.name for copy in copies], indent=1), encoding="utf-8")


for publication in PUBLICATIONS:

    @pytask.task(id=publication.name)
    def task_data(
        publication: Publication = publication,
        alike: list[Path] = [shared("config"), shared("figures"), code_of(["opendata.document"])],
        data: Annotated[Path, Product] = REPORT / f"{publication.output}.csv",
    ) -> None:
        from opendata.document import rows_of

        rows_of(publication).to_csv(data, index=False, lineterminator="\n")


def task_codebook(
    manifests: list[Path] = MANIFESTS,
    config: Path = shared("config"),
    code: list[Path] = sources_of("deliveries.ddi", "deliveries.passports"),
    codebook: Annotated[Path, Product] = CODEBOOK,
) -> None:
    from deliveries.codebook import read_codebook
    from deliveries.ddi import ddi
    from deliveries.passports import deliveries

    licences = {passport.licence for _, passport in deliveries(manifests)}
    codebook.write_bytes(ddi(read_codebook(ROOT), licences))


for source in PAGE_SOURCES:
    parts, modules = parts_of(source if source.suffix == ".qmd" else NOTEBOOKS / source.name)

    @pytask.task(id=name_of(source))
    def task_document(
        source: Path = source,
        parts: list[Path] = parts,
        alike: list[Path] = [*ALIKE, code_of(modules), *([ATTACK] if "presentation.protection" in modules else [])],
        made: Annotated[Path, Product] = made_by(source),
    ) -> None:
        render(source, made)


def task_sizes(
    made: list[Path] = [made_by(source) for source in PAGE_SOURCES],
    data: list[Path] = DATA,
    sizes: Annotated[Path, Product] = SIZES,
) -> None:
    pdfs = {
        path.relative_to(PAGES / "report").as_posix(): path.stat().st_size for path in (PAGES / "report").rglob("*.pdf")
    }
    files = {path.relative_to(REPORT).as_posix(): path.stat().st_size for path in data}
    sizes.write_text(json.dumps(pdfs | files, indent=1, sort_keys=True), encoding="utf-8")


def task_downloads(
    # pytask does not see by itself that a log is no longer named
    named: Annotated[str, PythonNode(value=" ".join(map(str, LOGS)), hash=True)],
    read: list[Path] = [shared("config"), *LOGS],
    code: list[Path] = sources_of("pipeline.downloads", "presentation.downloads"),
    counted: Annotated[Path, Product] = COUNTED,
) -> None:
    files = {f"{publication.output}.{kind}" for publication in PUBLICATIONS for kind in ("pdf", "csv")}
    counts = count_downloads(read_logs(read[1:]), files)
    counted.write_text(json.dumps(counts._asdict(), indent=1), encoding="utf-8")


@pytask.task(id="index")
def task_front_page(
    source: Path = FRONT,
    parts: list[Path] = parts_of(FRONT)[0],
    known: list[Path] = [SIZES, COUNTED],
    alike: list[Path] = [*ALIKE, code_of(parts_of(FRONT)[1])],
    made: Annotated[Path, Product] = made_by(FRONT),
) -> None:
    render(source, made)


def task_place(
    made: list[Path] = [made_by(source) for source in (*PAGE_SOURCES, FRONT)],
    data: list[Path] = [*DATA, *shards().values(), CODEBOOK, CATALOGUE],
    project: list[Path] = PROJECT,
    code: list[Path] = sources_of("pipeline.place"),
    placed: Annotated[Path, Product] = PUBLICATION / "index.html",
) -> None:
    place_all(made, load_project(ROOT))


def task_list(
    record: Path = PROCESSED / "build.json",
    placed: Path = PUBLICATION / "index.html",
    code: list[Path] = sources_of("pipeline.place"),
    listed: Annotated[Path, Product] = PUBLICATION / "build.json",
) -> None:
    """Apart from placing, so that another commit alone moves no document."""
    list_files(PUBLICATION)


for name, files in SHARED.items():

    @pytask.task(id=name)
    def task_shared(files: list[Path] = files, noted: Annotated[Path, Product] = shared(name)) -> None:
        noted.write_text(
            json.dumps({str(path.relative_to(ROOT)): sha256_of(path) for path in files}, indent=1), "utf-8"
        )
