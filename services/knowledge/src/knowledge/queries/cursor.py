"""Where a page ends, so that the next one begins behind it whatever was added meanwhile."""

import base64
import json
from typing import Annotated
from uuid import UUID

from pydantic import Field, RootModel

from contracts.problems import Invalid
from contracts.values import Text


class CursorUnreadable(Invalid):
    """`after` is not one that this service gave."""

    title_da = "Sidemærket kan ikke læses"


class _Place(RootModel[tuple[Annotated[int, Field(ge=-(2**53), lt=2**53)], Text, UUID]]):
    """What a cursor says."""


def cursor(number: int, text: str, id: UUID) -> str:
    """The `next` of a page that ends with this."""
    return base64.urlsafe_b64encode(json.dumps([number, text, str(id)]).encode()).decode()


def place(cursor: str | None) -> tuple[int | None, str | None, UUID | None]:
    """What the page before ended with; nothing before the first page.

    Raises: CursorUnreadable.
    """
    if cursor is None:
        return None, None, None
    try:
        return _Place.model_validate_json(base64.b64decode(cursor, altchars=b"-_", validate=True)).root
    except ValueError:
        raise CursorUnreadable("`after` must be the `next` of the page before.", pointer="query:after") from None
