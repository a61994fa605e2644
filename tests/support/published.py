"""A synthetic plan as it was published."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from planning.domain.snapshot import Snapshot, SnapshotFigure, SnapshotMoney

PLAN = UUID("4f4c1d7e-6d5b-4f0e-9a38-3d5e1a9b7c21")
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


def figure(value: int, **said: Any) -> SnapshotFigure:
    """A figure of it."""
    own: dict[str, Any] = {"code": "reached", "name_da": "Nået", "name_en": None, "definition_version": 1}
    own |= {"definition_da": "Kommuner med kontakt", "definition_en": None, "provenance": "synthetic", "period": "2026"}
    own |= {"out_of": 98, "status": "final", "as_of": NOW, "source_url": None}
    return SnapshotFigure(**{**own, "value": Decimal(value), **said})


def snapshot(**said: Any) -> Snapshot:
    """What the document says, with anything said otherwise."""
    own: dict[str, Any] = dict.fromkeys(("title_en", "corrects", "correction_da", "published_on", "source_url"))
    own |= dict.fromkeys(("foreword_da", "children_youth_da", "follow_ups", "priorities", "hearings"))
    own |= {"plan_id": PLAN, "year": 2027, "title_da": "Syntetisk", "provenance": "synthetic", "version": 1}
    money = SnapshotMoney(
        frame_mio_dkk=Decimal(40), allocated_mio_dkk=Decimal("39.6"), difference_mio_dkk=Decimal("0.4")
    )
    return Snapshot(**{**own, "focus_areas": (), "figures": (), "money": money, **said})
