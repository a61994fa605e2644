"""Registrations: who has a seat, who waits, and why. There is no name in any of them."""

from functools import partial
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter
from pydantic import Field

from chassis.web.edge import Body, Change, Command, Edge, Query, changing, commanding, reading
from contracts.taxonomy import ProfessionCode
from contracts.values import MunicipalityCode
from training.commands import registration as commands
from training.http.fields import COORDINATOR, REGISTRARS, Organisation, OrganisationType
from training.queries import event as events
from training.queries import registration as queries
from training.queries.registration import Registrations, RegistrationView

router = APIRouter(route_class=Edge, prefix="/v1", tags=["registrations"])


class Register(Body):
    """Where somebody comes from who wants a seat. Names and addresses are not taken."""

    organisation: Organisation
    organisation_type: OrganisationType
    municipality_code: Annotated[
        MunicipalityCode | None, Field(description="Left out where there is none, as for a ministry", examples=["9901"])
    ] = None
    profession: Annotated[ProfessionCode, Field(examples=["social_worker"])]
    is_leader: bool = False


@router.post("/events/{id}/registrations", status_code=201, summary="Register somebody, who gets a seat or waits")
async def register(id: UUID, body: Register, command: Annotated[Command, commanding(*REGISTRARS)]) -> RegistrationView:
    command.shows(partial(events.event, command.tx, id, by=command.principal))
    registration_id = uuid4()
    await commands.register(
        command.tx, id, body.model_dump(), id=registration_id, by=command.principal, now=command.clock.now
    )
    return await _shown(command, registration_id, location=f"/v1/registrations/{registration_id}")


@router.post("/registrations/{id}/cancel", summary="Say that somebody does not come; the next is offered the seat")
async def cancel_registration(id: UUID, change: Annotated[Change, changing(*REGISTRARS)]) -> RegistrationView:
    change.shows(partial(_view, change, id))
    await commands.cancel_registration(change.tx, id, by=change.principal, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/registrations/{id}/accept-offer", summary="Take the seat that is kept")
async def accept_offer(id: UUID, change: Annotated[Change, changing(*REGISTRARS)]) -> RegistrationView:
    change.shows(partial(_view, change, id))
    await commands.accept_offer(change.tx, id, by=change.principal, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/registrations/{id}/decline-offer", summary="Leave the seat that is kept to the next")
async def decline_offer(id: UUID, change: Annotated[Change, changing(*REGISTRARS)]) -> RegistrationView:
    change.shows(partial(_view, change, id))
    await commands.decline_offer(change.tx, id, by=change.principal, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.get("/registrations/{id}", summary="One registration, where it stands and why")
async def registration(id: UUID, query: Annotated[Query, reading(*REGISTRARS)]) -> RegistrationView:
    return query.answer(await queries.registration(query.tx, id, by=query.principal))


@router.get("/events/{id}/registrations", summary="An event's registrations in their order, without who they are")
async def registrations(id: UUID, query: Annotated[Query, reading(COORDINATOR)]) -> Registrations:
    return await queries.registrations(query.tx, id)


async def _view(command: Command, id: UUID) -> RegistrationView:
    return await queries.registration(command.tx, id, by=command.principal)


async def _shown(command: Command, id: UUID, *, location: str | None = None) -> RegistrationView:
    return command.answer(await _view(command, id), location=location)
