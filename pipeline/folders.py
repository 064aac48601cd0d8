"""Where everything stands, relative to the folder that was cloned, and the sum of what stands there."""

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CONFIG = ROOT / "config"
RAW = ROOT / "data" / "raw"
PROCESSED = ROOT / "data" / "processed"
PUBLISHED = ROOT / "data" / "published"
REPORT = ROOT / "report"
NOT_FOUND = ROOT / "404.qmd"  # a server shows its page for any missing address; Quarto looks for it in the root alone
NOTEBOOKS = ROOT / "notebooks"
SOURCES = ROOT / "src"
BUILD = ROOT / "build"
FIGURES = BUILD / "figures"
PAGES = BUILD / "pages"
PUBLICATION = ROOT / "publication"


def sha256_of(path: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
