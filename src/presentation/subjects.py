"""Whom a document is about: its sheet, and of a report one for each survey that its wave held."""

from __future__ import annotations

from analysis.domains import ALL
from presentation.factsheets import Sheet, province_sheet, report_sheet, target_group_sheet
from presentation.publications import Publication


def sheets_of(publication: Publication) -> list[Sheet]:
    """The sheets whose figures a document may tell, its own first. Raises MonitorError when its subject is unknown."""
    product, about, edition = publication.product, publication.subject, publication.edition
    if product == "report":
        return surveys(edition)
    sheets = {"province": province_sheet, "target_group": target_group_sheet, "organisations": target_group_sheet}
    return [sheets[product](about, edition) if product in sheets else report_sheet(edition)]


def surveys(edition: int) -> list[Sheet]:
    """The sheet of everybody in every survey that an edition's wave held: officeholders first."""
    first = report_sheet(edition)
    rows = first.results.target_groups
    others = rows[(rows["survey"] != first.results.survey) & (rows["domain"] == ALL)]["target_group"]
    found = [target_group_sheet(str(name), edition) for name in others]
    return [first, *(sheet for sheet in found if edition in set(sheet.results.response["wave"]))]
