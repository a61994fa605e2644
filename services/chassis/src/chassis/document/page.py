"""A document as a page (WCAG 2.1 AA) that fetches nothing from anywhere."""

from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from chassis.document.blocks import Cell, Document, Link

TEMPLATES: Final = Path(__file__).parent / "templates"


def printed(document: Document) -> str:
    """The document as HTML, the same for the same document."""
    return _environment().get_template("document.html.j2").render(document=document)


@cache
def _environment() -> Environment:
    made = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    tests: dict[str, Any] = made.tests
    filters: dict[str, Any] = made.filters
    tests["link"] = _leads_on
    filters["drawn"] = Markup  # what `pictures` drew, in which every text has been escaped
    return made


def _leads_on(cell: Cell) -> bool:
    return isinstance(cell, Link)
