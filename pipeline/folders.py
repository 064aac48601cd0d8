"""Where everything stands, relative to the folder that was cloned."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CONFIG = ROOT / "config"
RAW = ROOT / "data" / "raw"
PROCESSED = ROOT / "data" / "processed"
REPORT = ROOT / "report"
NOTEBOOKS = ROOT / "notebooks"
SOURCES = ROOT / "src"
BUILD = ROOT / "build"
FIGURES = BUILD / "figures"
PAGES = BUILD / "pages"
PUBLICATION = ROOT / "publication"
