"""A document as a tagged PDF (PDF/UA-1); the compiler refuses what would not conform."""

import json
from contextlib import suppress
from dataclasses import asdict, fields, is_dataclass
from functools import lru_cache
from typing import Any, cast

import typst
from markupsafe import escape

from chassis.document.blocks import Document, Picture, Section
from planning.queries.document import plan
from planning.queries.document.drawable import MARK, SAID, TEMPLATES, Drawing, drawings


@lru_cache(maxsize=8)
def of_plan(body: bytes) -> bytes:
    """The published plan as a PDF. Anybody may ask for it, and making it takes a while."""
    return printed(plan.told(body))


def printed(document: Document) -> bytes:
    """The document as a PDF, the same for the same document; what no font draws has a plain sign in its place."""
    *first, last = drawings()
    for drawing in first:
        with suppress(typst.TypstError):  # letters and marks that each are drawn, and not one upon the other
            return _compiled(document, drawing)
    return _compiled(document, last)


def _compiled(document: Document, drawing: Drawing) -> bytes:
    said = _plain(document, drawing)
    said["foot"] = (SAID if _marks(said) > _marks(asdict(document)) else "") + said["foot"]
    return typst.compile(
        (TEMPLATES / "document.typ").read_bytes(),
        sys_inputs={"document": json.dumps(said, ensure_ascii=False)},
        format="pdf",
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
        timestamp=0,
    )


def _plain(said: Any, drawing: Drawing) -> Any:
    """What typst can read and draw: a block says its kind."""
    if is_dataclass(said):
        own = {each.name: _plain(getattr(said, each.name), drawing) for each in fields(said)}
        if isinstance(said, Picture):
            own["svg"] = _drawn(said.svg, drawing)
        if isinstance(said, Document | Section):
            own["title"] = own["title"].strip() or MARK
        return own | {"kind": getattr(said, "kind", None)}
    if isinstance(said, str):
        return drawing.of(said)
    return [_plain(each, drawing) for each in said] if isinstance(said, list | tuple) else said


def _drawn(svg: str, drawing: Drawing) -> str:
    """The same in a picture, where a plainer letter must not become markup: a full-width `<` stays a text."""
    return "".join(each if each.isascii() and each.isprintable() else escape(drawing.of(each)) for each in svg)


def _marks(said: Any) -> int:
    if isinstance(said, dict):
        return sum(map(_marks, cast("dict[str, Any]", said).values()))
    if isinstance(said, list | tuple):
        return sum(map(_marks, cast("list[Any]", said)))
    return said.count(MARK) if isinstance(said, str) else 0
