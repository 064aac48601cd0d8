"""Write the committed stubs in report/ anew from publications.csv and monitor.yml: python -m pipeline.stubs."""

from analysis.settings import read_settings
from pipeline.folders import CONFIG, REPORT, ROOT
from presentation.publications import read_publications, reusable
from presentation.reuse import csv_files


def main() -> None:
    """Write every stub, and drop those that publications.csv no longer names, with their data files."""
    rows = read_publications(CONFIG / "publications.csv")
    settings = read_settings(CONFIG / "monitor.yml")
    wanted = {REPORT / row.source: row.stub(settings) for row in rows}
    data = {REPORT / f"{row.output}.csv" for row in rows}
    for edition in {row.edition for row in rows}:
        data |= {REPORT / name for name in (*reusable(edition).values(), *csv_files(edition, ROOT).values())}
    for made in (*REPORT.glob("[0-9]*/*.qmd"), *REPORT.glob("[0-9]*/voorbeeld-*")):
        if made not in wanted and made not in data:
            made.unlink()
    for stub, text in wanted.items():
        stub.parent.mkdir(parents=True, exist_ok=True)
        stub.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
