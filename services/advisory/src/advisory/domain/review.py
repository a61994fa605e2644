"""The reviews that advice templates need when something that they quote has changed."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal
from uuid import UUID

from contracts.problems import Conflict
from contracts.values import Provenance

Cause = Literal["legal_reference_changed", "publication_revised", "publication_withdrawn"]


class ReviewAlreadyCompleted(Conflict):
    """Somebody has looked at the template because of this change before."""

    title_da = "Gennemgangen er allerede afsluttet"


@dataclass(frozen=True)
class Review:
    """Somebody must look at the template, because what it quotes has changed."""

    id: UUID
    template_id: UUID
    provenance: Provenance
    cause: Cause
    quoted_id: UUID
    due_on: date
    revision: int = 1
    completed_on: date | None = None


def complete(review: Review, *, on: date) -> Review:
    """Somebody has looked at the template.

    Raises: ReviewAlreadyCompleted.
    """
    if review.completed_on is not None:
        raise ReviewAlreadyCompleted("This review has been completed.", da="Gennemgangen er afsluttet.")
    return replace(review, revision=review.revision + 1, completed_on=on)
