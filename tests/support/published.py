"""Plans as they were published: a full one, an empty one, one from long ago, and a synthetic one."""

import csv
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from contracts.geography import REGION_NAMES, municipalities, region_of, synthetic_municipalities
from embedded.state import ROOT
from planning.domain.contact import PlanKnown
from planning.domain.series import Point, Run, Series
from planning.domain.snapshot import (
    Snapshot,
    SnapshotArea,
    SnapshotDescription,
    SnapshotFigure,
    SnapshotFollowUp,
    SnapshotHearing,
    SnapshotInitiative,
    SnapshotMilestone,
    SnapshotMoney,
    SnapshotMunicipality,
    SnapshotOpenTarget,
    SnapshotPriority,
    SnapshotReach,
    SnapshotTarget,
    SnapshotWay,
)
from planning.domain.wording import in_danish_order
from planning.queries.document.words import STATES, WAYS

PLAN = UUID("4f4c1d7e-6d5b-4f0e-9a38-3d5e1a9b7c21")
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
SEEDED = ROOT / "deploy/seed/preparedness_plans.csv"


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


def initiative(number: int, state: str, **said: Any) -> SnapshotInitiative:
    """An initiative of it."""
    own: dict[str, Any] = dict.fromkeys(("title_en", "responsible_ministry", "children_youth", "reason_code"))
    own |= {"came_from": (), "became": (), "milestones": (), "figures": ()}
    title = f"Syntetisk indsats {number}"
    return SnapshotInitiative(**{**own, "id": PLAN, "number": number, "title_da": title, "state": state, **said})


def target(period: str, value: int, *, bound: str = "at_least", reached: bool | None = None) -> SnapshotTarget:
    """What a figure of it is to be."""
    said = {"period": period, "bound": bound, "target": Decimal(value), "reached": reached, "source_url": None}
    return SnapshotTarget.model_validate(said)


def description() -> SnapshotDescription:
    """What an initiative of it is about."""
    own: dict[str, Any] = dict.fromkeys(SnapshotDescription.model_fields)
    own |= {"partners": (), "target_groups": (), "problem_da": "Et syntetisk problem."}
    return SnapshotDescription(**own | {"expected_change_da": "En syntetisk ændring."})


def point(period: str, value: int | None, status: str = "final") -> Point:
    """The value of a period; None where it may not be shown."""
    shown = None if value is None else Decimal(value)
    return Point.model_validate({"period": period, "value": shown, "status": status, "as_of": NOW, "source_url": None})


def series(*runs: Iterable[Point], code: str = "reached", frequency: str = "year") -> Series:
    """A figure over time, a run for each of its definitions."""
    return Series.model_validate(
        {
            "code": code,
            "name_da": f"Syntetisk tal {code}",
            "name_en": None,
            "frequency": frequency,
            "provenance": "synthetic",
            "runs": [
                Run(
                    definition_version=version,
                    definition_da=f"Syntetisk definition nummer {version}",
                    definition_en=None,
                    defined_at=NOW,
                    points=tuple(points),
                )
                for version, points in enumerate(runs, 1)
            ],
        }
    )


def reach(
    on: date,
    known: dict[str, tuple[str, ...]],
    *,
    synthetic: bool = False,
    plans: Mapping[str, PlanKnown] | None = None,
) -> SnapshotReach:
    """What is known of each municipality on that day; without `plans` as it was said by the first documents."""
    order = list(REGION_NAMES)
    every = synthetic_municipalities() if synthetic else municipalities(on)
    return SnapshotReach(
        as_of=NOW,
        regions_on=on,
        ways=tuple(SnapshotWay(code=each, definition_da=f"Syntetisk: {each}", definition_en=each) for each in WAYS),
        municipalities=tuple(
            SnapshotMunicipality(
                code=each.code,
                name=each.name,
                region=REGION_NAMES[region_of(each.code, on)],
                ways=known.get(each.code, ()),
                plan=None if plans is None else plans.get(each.code, "none_known"),
            )
            for each in sorted(every, key=lambda one: (order.index(region_of(one.code, on)), in_danish_order(one.name)))
        ),
    )


def seeded() -> dict[str, tuple[str, ...]]:
    """The municipalities whose published plan the seed states with its source."""
    with SEEDED.open(encoding="utf-8") as file:
        rows = [each for each in csv.DictReader(file) if each["adopted_on"] and each["published_url"]]
    return {each["municipality_code"]: ("plan",) for each in rows}


def full(**said: Any) -> Snapshot:
    """A plan that says something of everything; of municipalities only what is sourced."""
    efforts = tuple(
        initiative(place, each, responsible_ministry="Udlændinge- og Integrationsministeriet", children_youth="partly")
        for place, each in enumerate(STATES, 1)
    )
    met = SnapshotMilestone(
        title_da="Syntetisk", title_en=None, due_on=date(2026, 6, 1), state="met", met_on=date(2026, 6, 1),
        source_url=None,
    )  # fmt: skip
    late = met.model_copy(update={"title_da": "Endnu en syntetisk milepæl", "state": "overdue", "met_on": None})
    given_up = initiative(14, "abandoned", reason_code="too_few_applications", milestones=(met,), became=(15,))
    areas = (
        SnapshotArea(
            number=1, title_da="Forebyggelse og tidlig indsats i kommunerne", title_en=None, initiatives=efforts
        ),
        SnapshotArea(number=2, title_da="Rådgivning", title_en=None, initiatives=(given_up,)),
        SnapshotArea(number=3, title_da="Et område uden indsatser", title_en=None, initiatives=()),
        SnapshotArea(
            number=None,
            title_da=None,
            title_en=None,
            initiatives=(initiative(15, "planned", description=description(), milestones=(late,)),),
        ),
    )
    months = [f"{2025 + place // 12}-{place % 12 + 1:02}" for place in range(23)]
    quarters = [f"{2025 + place // 4}-Q{place % 4 + 1}" for place in range(7)]
    own: dict[str, Any] = {
        "title_da": "National handlingsplan mod æresrelaterede konflikter",
        "provenance": "actual",
        "version": 2,
        "corrects": 1,
        "correction_da": "Et tal i forordet var forkert.",
        "published_on": "2026-12-01",
        "source_url": "https://example.org/handlingsplan/en-lang-adresse-der-ikke-kan-brydes-af-sig-selv-paa-en-smal-skaerm",
        "foreword_da": "Første afsnit af et forord.\nAndet afsnit, som er så langt, at det fylder mere end én linje.",
        "children_youth_da": "Et afsnit om børn og unge.",
        "focus_areas": areas,
        "figures": (
            figure(86, provenance="actual", target=target("2026", 90, reached=False)),
            figure(93, provenance="actual", name_da="Nået på anden måde", code="reached-2", status="preliminary",
                   period="2020", source_url="https://example.org/evaluering", proof="document_proved"),
        ),
        "targets": (
            SnapshotOpenTarget(code="reached", name_da="Nået", unit_da=None, initiative_number=None,
                               target=target("2027", 98)),
        ),
        "follow_ups": (
            SnapshotFollowUp(
                initiative_id=PLAN, plan_year=2026, number=3, title_da="Syntetisk", state="launched", text_da="Godt."
            ),
        ),
        "priorities": (
            SnapshotPriority(
                title_da="Mere viden", title_en=None, topic="law", area=None, children_youth="no", calls_for=("study",)
            ),
        ),
        "hearings": (
            SnapshotHearing(authority="Syntetisk styrelse", position=None),
            SnapshotHearing(authority="ministry:synthetic", name_da="Syntetisk ministerium", position="has_comments",
                            text_da="Et syntetisk svar.\nDet har to afsnit."),
        ),
        "series": (
            series(
                [point("2022", 71), point("2023", 93)],
                [point("2023", 80), point("2024", 84, "corrected"), point("2026", 88, "preliminary")],
            ),
            series([point(each, None if place == 2 else 5 * place + 7) for place, each in enumerate(quarters)],
                   code="per-quarter", frequency="quarter"),
            series([point(each, place * 31 % 40 + 5) for place, each in enumerate(months)],
                   code="per-month", frequency="month"),
        ),
        "reach": reach(date(2027, 1, 1), seeded()),
    }  # fmt: skip
    return snapshot(**{**own, **said})


def empty() -> Snapshot:
    """A plan of which only its name is stated."""
    return snapshot(money=SnapshotMoney(frame_mio_dkk=None, allocated_mio_dkk=Decimal(), difference_mio_dkk=None))


def historical() -> Snapshot:
    """A plan that was entered from its source long after."""
    area = SnapshotArea(
        number=1, title_da="Et område", title_en=None, initiatives=(initiative(1, "completed_changed"),)
    )
    read: dict[str, Any] = {"source_url": "https://example.org/evaluering", "status": "preliminary"}
    typed = figure(86, provenance="actual", period="2020", proof="document_proved", **read)
    over_time = series([point("2019", 71), point("2020", 86)]).model_copy(update={"provenance": "actual"})
    points = tuple(each.model_copy(update=read) for each in over_time.runs[0].points)
    over_time.runs[0].points = points
    money = SnapshotMoney(
        frame_mio_dkk=Decimal("73.4"), allocated_mio_dkk=Decimal(), difference_mio_dkk=Decimal("73.4")
    )
    return snapshot(
        year=2016, provenance="actual", published_on="2016-10", focus_areas=(area,), figures=(typed,), money=money,
        title_da="Forebyggelse af æresrelaterede konflikter og negativ social kontrol: national handlingsplan 2016",
        series=(over_time,), source_url="https://example.org/handlingsplan-2016",
    )  # fmt: skip


def synthetic() -> Snapshot:
    """A plan of synthetic municipalities, each known in another way."""
    known = {"9901": ("advised", "visited", "agreement", "plan"), "9902": (), "9903": ("agreement", "visited")}
    plans: dict[str, PlanKnown] = {"9901": "valid", "9902": "too_old", "9903": "withdrawn"}
    return full(
        provenance="synthetic", figures=(figure(3),), reach=reach(date(2026, 12, 1), known, synthetic=True, plans=plans)
    )


PLANS = {"full": full, "empty": empty, "historical": historical, "synthetic": synthetic}
