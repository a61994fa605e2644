"""The security consultants' secretariat over HTTP: units, coverage, stand-ins and capacity. Functions, never names."""

from functools import partial
from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter
from fastapi import Query as Parameters
from pydantic import Field

from advisory.commands import consultant_unit as commands
from advisory.http.directory import READERS
from advisory.http.enquiry import ADVISERS
from advisory.queries import consultant_unit as queries
from advisory.queries.consultant_unit import Capacities, CapacityHistory, CoverageOnDay, Units, UnitView
from chassis.web.edge import Body, Change, Command, Edge, Query, changing, commanding, reading
from contracts.values import Day, MunicipalityCode, NeutralLine, Provenance, PublicUrl

router = APIRouter(route_class=Edge, prefix="/v1", tags=["security consultants"])

RegionCode = Literal["nordjylland", "midtjylland", "syddanmark", "sjaelland", "hovedstaden", "oestdanmark", "synthetic"]
Week = Annotated[str, Field(pattern=r"^20[0-9]{2}-W[0-5][0-9]$", examples=["2026-W48"])]


class EstablishUnit(Body):
    """A municipality hosts a unit."""

    host_municipality_code: Annotated[MunicipalityCode, Field(examples=["9901"])]
    title_da: Annotated[
        NeutralLine,
        Field(min_length=1, max_length=120, description="Never a person", examples=["Sikkerhedskonsulenterne"]),
    ]


class CoverRegion(Body):
    """A unit covers a region for some time."""

    region: Annotated[RegionCode, Field(examples=["synthetic"])]
    valid_from: Annotated[Day, Field(examples=["2027-01-01"])]
    valid_until: Annotated[Day | None, Field(description="The first day on which it covers it no more")] = None
    source_url: PublicUrl | None = None


class EndCoverage(Body):
    """A unit covers a region no more."""

    region: Annotated[RegionCode, Field(examples=["synthetic"])]
    valid_until: Annotated[Day, Field(description="The first day", examples=["2027-01-01"])]


class StandInBody(Body):
    """Another unit takes this one's calls."""

    unit_id: Annotated[UUID, Field(description="Who stands in", examples=["5b2f4b7e-0a4f-4f59-8d3e-3a0d7d1f8c11"])]
    valid_from: Annotated[Day, Field(examples=["2026-12-21"])]
    valid_until: Annotated[Day, Field(description="The first day without", examples=["2027-01-04"])]


class SetCapacity(Body):
    """What the unit can take on in a week."""

    week: Week
    capacity_h: Annotated[int, Field(ge=0, le=1_000, description="Hours of advice", examples=[74])]


@router.post("/consultant-units", status_code=201, summary="Establish a unit of security consultants")
async def establish_consultant_unit(
    body: EstablishUnit, command: Annotated[Command, commanding(*ADVISERS)]
) -> UnitView:
    id = uuid4()
    await commands.establish(command.tx, id, **body.model_dump(), now=command.clock.now)
    return await _shown(command, id, location=f"/v1/consultant-units/{id}")


@router.get("/consultant-units", summary="The units of security consultants")
async def consultant_units(query: Annotated[Query, reading(*READERS)], provenance: Provenance = "actual") -> Units:
    return await queries.units(query.tx, provenance)


@router.get("/consultant-units/{id}", summary="One unit")
async def consultant_unit(id: UUID, query: Annotated[Query, reading(*READERS)]) -> UnitView:
    return query.answer(await queries.unit(query.tx, id))


@router.post("/consultant-units/{id}/cover", summary="Say that a unit covers a region for some time")
async def cover_region(id: UUID, body: CoverRegion, change: Annotated[Change, changing(*ADVISERS)]) -> UnitView:
    change.shows(partial(queries.unit, change.tx, id))
    await commands.cover(change.tx, id, body.model_dump(), expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/consultant-units/{id}/end-coverage", summary="Say until when a unit covers a region")
async def end_coverage(id: UUID, body: EndCoverage, change: Annotated[Change, changing(*ADVISERS)]) -> UnitView:
    change.shows(partial(queries.unit, change.tx, id))
    await commands.end_coverage(change.tx, id, **body.model_dump(), expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/consultant-units/{id}/stand-in", summary="Say who takes a unit's calls while it is away")
async def name_stand_in(id: UUID, body: StandInBody, change: Annotated[Change, changing(*ADVISERS)]) -> UnitView:
    change.shows(partial(queries.unit, change.tx, id))
    await commands.stand_in(change.tx, id, body.model_dump(), expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/consultant-units/{id}/set-capacity", summary="Say what a unit can take on in a week")
async def set_capacity(id: UUID, body: SetCapacity, change: Annotated[Change, changing(*ADVISERS)]) -> UnitView:
    change.shows(partial(queries.unit, change.tx, id))
    await commands.set_capacity(change.tx, id, **body.model_dump(), expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.get("/consultant-units/{id}/capacities", summary="All that a unit said it could take on")
async def capacity_history(
    id: UUID, query: Annotated[Query, reading(*ADVISERS, "plan_editor", "operator")]
) -> CapacityHistory:
    return await queries.capacity_history(query.tx, id)


@router.get("/consultant-coverage", summary="Who covers which region on a day")
async def consultant_coverage(
    query: Annotated[Query, reading(*READERS)],
    on: Annotated[Day, Parameters(examples=["2027-01-01"])],
    provenance: Provenance = "actual",
) -> CoverageOnDay:
    return await queries.coverage(query.tx, provenance, on)


@router.get("/consultant-capacities", summary="What the units can take on, week by week")
async def consultant_capacities(
    query: Annotated[Query, reading(*ADVISERS, "plan_editor", "operator")],
    since: Annotated[Week, Parameters(alias="from")],
    until: Week,
    provenance: Provenance = "actual",
) -> Capacities:
    return await queries.capacities(query.tx, provenance, since=since, until=until)


async def _shown(command: Command, id: UUID, *, location: str | None = None) -> UnitView:
    return command.answer(await queries.unit(command.tx, id), location=location)
