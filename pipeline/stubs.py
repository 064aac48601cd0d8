"""Write the committed stubs in report/ anew from config/publications.csv: python -m pipeline.stubs."""

from analysis.publications import read_publications
from pipeline.folders import CONFIG, REPORT


def main() -> None:
    """Write every stub, and drop those that publications.csv no longer names."""
    wanted = {REPORT / row.source: row.text for row in read_publications(CONFIG / "publications.csv")}
    for stub in REPORT.glob("[0-9]*/*.qmd"):
        if stub not in wanted:
            stub.unlink()
    for stub, text in wanted.items():
        stub.parent.mkdir(parents=True, exist_ok=True)
        stub.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
