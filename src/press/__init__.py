"""The press: renders Quarto documents to HTML pages and tagged PDFs with Pandoc and Typst, where Quarto is not.

It knows nothing of surveys. What it supports of Quarto stands in README.md beside this file; anything else is refused
with file and line, never left out in silence.
"""

from press.check import Finding, check_site
from press.errors import PressError
from press.project import Format, Project, load_project, project_of
from press.site import Rendered, finish, move_into_place, render, render_project

__all__ = [
    "Finding",
    "Format",
    "PressError",
    "Project",
    "Rendered",
    "check_site",
    "finish",
    "load_project",
    "move_into_place",
    "project_of",
    "render",
    "render_project",
]
