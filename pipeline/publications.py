"""The documents of every edition: one row of publications.csv is one document, and one committed stub."""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass
from pathlib import Path

from pipeline.folders import CONFIG, REPORT

_BODIES = {"report": "_monitor.qmd", "province": "_province.qmd", "target_group": "_target-group.qmd"}
_SUBTITLES = {
    "report": "Agressie tegen politieke ambtsdragers",
    "province": "Factsheet bij de Monitor Integriteit en Veiligheid {edition}",
    "target_group": "Factsheet bij de Monitor Integriteit en Veiligheid {edition}",
}
_STUB = """---
title: "{title}"
subtitle: "{subtitle}"
output-file: voorbeeld-{id}
---

<!-- Generated from config/publications.csv by `make stubs`; change that row, or the body, not this file. -->

```{{python}}
#| tags: [parameters]
#| include: false
edition = {edition}
{parameter}```

{{{{< include ../{body} >}}}}
"""


@dataclass(frozen=True)
class Publication:
    """One document: which product of which edition, about whom, under which title."""

    edition: int
    product: str
    id: str
    title: str
    subject: str

    @property
    def name(self) -> str:
        """How a person names it: 2024/flevoland."""
        return f"{self.edition}/{self.id}"

    @property
    def stub(self) -> Path:
        """The committed source file."""
        return REPORT / str(self.edition) / f"{self.id}.qmd"

    def text(self) -> str:
        """What the stub must hold."""
        parameter = "" if self.product == "report" else f'{self.product} = "{self.subject}"\n'
        return _STUB.format(
            title=self.title,
            subtitle=_SUBTITLES[self.product].format(edition=self.edition),
            id=self.id,
            edition=self.edition,
            parameter=parameter,
            body=_BODIES[self.product],
        )


def read_publications(path: Path = CONFIG / "publications.csv") -> list[Publication]:
    """Read publications.csv in its own order: newest edition first, the report first within an edition."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [Publication(int(row["edition"]), row["product"], row["id"], row["title"], row["subject"]) for row in rows]


def find_publication(publications: list[Publication], name: str) -> Publication:
    """The document that a person named as 2024/flevoland; LookupError tells which there are."""
    for publication in publications:
        if publication.name == name:
            return publication
    raise LookupError(
        "Document does not exist\n"
        f"  where     only={name}\n"
        f"  expected  {', '.join(publication.name for publication in publications)}\n"
        f"  got       {name}\n"
        "  hint      mend the name, or add a row to config/publications.csv and type make stubs"
    )


def write_stubs() -> None:
    """Write every stub anew and drop those that publications.csv no longer names."""
    publications = read_publications()
    wanted = {publication.stub: publication.text() for publication in publications}
    for stub in REPORT.glob("[0-9]*/*.qmd"):
        if stub not in wanted:
            stub.unlink()
    for stub, text in wanted.items():
        stub.parent.mkdir(parents=True, exist_ok=True)
        stub.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_stubs()
    sys.exit(0)
