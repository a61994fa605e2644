"""A document as a tagged PDF (PDF/UA-1); the compiler refuses what would not conform."""

import json
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any

import typst

from planning.queries.document import plan
from planning.queries.document.blocks import Document
from planning.queries.document.page import TEMPLATES


@lru_cache(maxsize=8)
def of_plan(body: bytes) -> bytes:
    """The published plan as a PDF. Anybody may ask for it, and making it takes a while."""
    return printed(plan.told(body))


def printed(document: Document) -> bytes:
    """The document as a PDF, the same for the same document."""
    return typst.compile(
        (TEMPLATES / "document.typ").read_bytes(),
        sys_inputs={"document": json.dumps(_plain(document), ensure_ascii=False)},
        format="pdf",
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
        timestamp=0,
    )


def _plain(said: Any) -> Any:
    """What typst can read: a block says its kind."""
    if is_dataclass(said):
        own = {each.name: _plain(getattr(said, each.name)) for each in fields(said)}
        return own | {"kind": getattr(said, "kind", None)}
    return [_plain(each) for each in said] if isinstance(said, list | tuple) else said
