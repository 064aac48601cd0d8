"""Outputs of libraries made fit for a page: SVG figures and HTML tables without the parts that leak into it."""

from __future__ import annotations

import re

from lxml import etree, html

SVG = "http://www.w3.org/2000/svg"
XLINK = "{http://www.w3.org/1999/xlink}href"
CHANCE = re.compile(r"T_[0-9a-f]{5}(_|$)")
REFERENCE = re.compile(r"url\(#([^)]+)\)")

#: Alignment classes of great_tables, as styles that Pandoc reads.
ALIGNMENT = {"gt_left": "left", "gt_right": "right", "gt_center": "center"}


def clean_svg(svg: str, prefix: str) -> str:
    """An SVG that can stand inside a page: ids prefixed, no metadata, no global style, no fixed size in points.

    matplotlib writes a stylesheet that would apply to the whole page; its two rules become attributes of the root.
    """
    root = etree.fromstring(svg.encode("utf-8"), etree.XMLParser(remove_comments=True, huge_tree=True))
    for name in ("metadata", "style"):
        for element in list(root.iter(f"{{{SVG}}}{name}")):
            _remove(element)
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        for key, value in element.attrib.items():
            if key == "id":
                element.set(key, prefix + value)
            elif key == XLINK and value.startswith("#"):
                element.set(key, f"#{prefix}{value[1:]}")
            elif "url(#" in value:
                element.set(key, REFERENCE.sub(rf"url(#{prefix}\1)", value))
    root.attrib.pop("version", None)
    root.set("stroke-linejoin", "round")
    root.set("stroke-linecap", "butt")
    for defs in list(root.iter(f"{{{SVG}}}defs")):
        if len(defs) == 0:
            _remove(defs)
    etree.cleanup_namespaces(root, keep_ns_prefixes=["xlink"])
    return etree.tostring(root, encoding="unicode").strip()


def clean_html(source: str) -> str:
    """HTML of a display without styles and scripts of its own; the house stylesheet dresses tables.

    great_tables brings a stylesheet of 300 lines per table, with rules for bare `tr` and `td` that leak into the
    page. Widths, alignment by column and the id of the table stay; ids that a Styler of pandas draws by chance go.
    """
    fragment = html.fragment_fromstring(source, create_parent="div")
    if not fragment.xpath(".//table"):
        return source
    for element in fragment.xpath(".//style | .//script"):
        _remove(element)
    for element in fragment.xpath(".//*[@id]"):
        if CHANCE.match(element.get("id", "")):
            element.attrib.pop("id")
    for table in fragment.iter("table"):
        table.attrib.pop("border", None)
        for name in [key for key, value in table.attrib.items() if key.startswith("data-quarto") and value != "true"]:
            table.attrib.pop(name)
        if (wrapper := table.getparent()) is not None and wrapper.get("style"):
            wrapper.attrib.pop("style")
        _drop_wrapper_id(table)
    for cell in fragment.xpath(".//th | .//td"):
        _align(cell)
        if cell.tag == "th" and not cell.text_content().strip():
            cell.tag = "td"  # pandas leaves the corner of a table empty: that heads nothing
            cell.attrib.pop("scope", None)
    inner = "".join(html.tostring(child, encoding="unicode") for child in fragment)
    return (fragment.text or "") + inner


def _drop_wrapper_id(table: html.HtmlElement) -> None:
    """Move the id of the wrapper of great_tables to the table itself."""
    wrapper = table.getparent()
    if wrapper is not None and wrapper.tag == "div" and wrapper.get("id") and not table.get("id"):
        table.set("id", wrapper.attrib.pop("id"))


def _align(cell: html.HtmlElement) -> None:
    """Keep alignment, colours and weights that were set on this very cell, in a form that Pandoc reads too."""
    classes = (cell.get("class") or "").split()
    align = next((ALIGNMENT[name] for name in classes if name in ALIGNMENT), None)
    style = (cell.get("style") or "").rstrip("; ")
    row = cell.getparent()
    if align is None and "text-align" in ((row.get("style") or "") if row is not None else ""):
        align = "right"  # pandas says it once for the header row
    if align and "text-align" not in style:
        style = f"{style}; text-align: {align}" if style else f"text-align: {align}"
    if style:
        cell.set("style", style)


def _remove(element: etree._Element) -> None:
    """Remove an element but keep the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail and element.tail.strip():
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)
