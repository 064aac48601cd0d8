"""What a report tells of besides officeholders: the other surveys that its wave held."""

from __future__ import annotations

from analysis.domains import ALL
from presentation.factsheets import Sheet, report_sheet, target_group_sheet


def sheets(edition: int) -> list[Sheet]:
    """The sheets that a report of an edition tells of: officeholders, and everybody of each other survey then held."""
    first = report_sheet(edition)
    rows = first.results.target_groups
    others = rows[(rows["survey"] != first.results.survey) & (rows["domain"] == ALL)]["target_group"]
    found = [target_group_sheet(str(name), edition) for name in others]
    return [first, *(sheet for sheet in found if edition in set(sheet.results.response["wave"]))]
