"""A document as the answer to a request: a page that a browser shows and that may fetch nothing."""

from typing import Any, Final

from fastapi.responses import Response

from chassis.document.blocks import Document
from chassis.document.page import printed

PAGE: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {"text/html": {"schema": {"type": "string"}}}}}
"""How an endpoint says that it answers with a page."""
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    "Cache-Control": "no-store",
}


def as_page(document: Document) -> Response:
    """The document as a page that nobody keeps, unless the endpoint says who may."""
    return Response(printed(document), media_type="text/html", headers=_HEADERS)
