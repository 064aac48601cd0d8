"""What the page on privacy promises: nothing is kept in a reader's browser, and nothing is fetched from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.documents.finished import Finding, Publication

#: How a script keeps something in a browser, or tells others what a reader does.
_KEEPS = re.compile(r"document\.cookie|cookieStore|localStorage|sessionStorage|indexedDB|sendBeacon")
_ELSEWHERE = re.compile(r"(?:[a-z]+:)?//")
#: What a stylesheet fetches.
_FETCHES = re.compile(r"(?:url\(|@import)\s*[\"']?((?:https?:)?//[^\"')\s;]+)")


def findings(publication: Publication) -> Iterator[Finding]:
    """Scripts that keep or tell, and resources, forms and styles from another site; links may lead there."""
    for page in publication.pages:
        for tag, target in [(each.getparent().tag, str(each)) for each in page.tree.xpath("//@src | //@action")]:
            if _ELSEWHERE.match(target):
                yield page.finding("fetched from elsewhere", f"{tag} {target}")
        for target in map(str, page.tree.xpath("//link/@href")):
            if _ELSEWHERE.match(target):
                yield page.finding("fetched from elsewhere", f"link {target}")
    for path in sorted(publication.folder.rglob("*")):
        if path.suffix in (".html", ".js", ".css"):
            text, name = path.read_text(encoding="utf-8"), path.relative_to(publication.folder).as_posix()
            if match := _KEEPS.search(text):
                yield Finding(name, "kept in the browser", match[0])
            if match := _FETCHES.search(text):
                yield Finding(name, "fetched from elsewhere", match[1])
