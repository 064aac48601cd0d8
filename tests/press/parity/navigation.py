"""What a reader meets on the pages of a site, whichever engine made it: files, and per page its navigation.

Usage: python navigation.py folder > site.json      (needs lxml, and outline.py beside it)
"""

import json
import posixpath
import re
import sys
from pathlib import Path

from lxml import html

sys.path.insert(0, str(Path(__file__).resolve().parent))
from outline import outline, text

PARTS = {
    "navbar": "//header[@id='quarto-header']//*[contains(concat(' ', @class, ' '), ' navbar ')]",
    "sidebar": "//nav[@id='quarto-sidebar']",
    "contents": "//nav[@id='TOC']/ul",
    "formats": "//*[contains(@class, 'quarto-alternate-formats')]",
    "footer": "//footer",
}


def entries(part, page: str) -> list[list[str]]:
    """Text and target of each entry, in order; a menu and a section have no target."""
    found = []
    for node in part.xpath(".//a | .//li/span | .//summary[not(parent::details[@class='folds'])]"):
        opens = "dropdown-toggle" in (node.get("class") or "") or node.get("data-bs-toggle")
        target = "" if opens else node.get("href") or ""
        if not re.match(r"$|#|[a-z]+:", target):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(page), target))
        if text(node) and not node.xpath("ancestor::nav[contains(@class, 'breadcrumbs')]"):
            found.append([text(node), target])
    return found


def site(folder: Path) -> dict:
    left_out = {"site_libs", "search.json"}
    files = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    names = [path.as_posix() for path in files if path.parts[0] not in left_out]
    pages = {}
    for name in names:
        if not name.endswith(".html"):
            continue
        source = (folder / name).read_text(encoding="utf-8")
        tree = html.document_fromstring(source)
        if "quarto-header" not in source:
            pages[name] = "redirect"
            continue
        pages[name] = {part: [each for node in tree.xpath(path) for each in entries(node, name)] for part, path in PARTS.items()}
        pages[name]["formats"] = [target for _, target in pages[name]["formats"]]
        pages[name]["footer"] = [text(node) for node in tree.xpath("//footer")]
        pages[name]["title"] = text(tree.find(".//title"))
        pages[name]["links"] = [each for each in entries(tree.find(".//main"), name) if each[1][:1] not in ("", "#")]
        pages[name]["outline"] = outline(source)
    return {"files": names, "pages": pages}


if __name__ == "__main__":
    json.dump(site(Path(sys.argv[1])), sys.stdout, ensure_ascii=False, indent=1)
    print()
