"""Contact points over HTTP."""

from functools import partial
from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter
from fastapi import Query as Parameters
from pydantic import ConfigDict, Field

from chassis.web.edge import Body, Change, Command, Edge, Query, changing, commanding, reading
from contracts.values import NeutralLine
from cooperation.commands import contact_point as commands
from cooperation.http.fields import READERS, REPORTERS, Organisation, own
from cooperation.queries import contact_point as queries
from cooperation.queries.contact_point import ContactPointFilter, ContactPoints, ContactPointView

router = APIRouter(route_class=Edge, prefix="/v1", tags=["contact points"])

Function = Literal["honour_contact_police", "ssp", "social_intake", "acute_social_duty", "key_person", "adult_unit"]
Hours = Annotated[
    NeutralLine,
    Field(min_length=1, max_length=200, description="When it can be reached", examples=["Hverdage 8-15"]),
]
Phone = Annotated[
    str | None,
    Field(
        pattern=r"^((\+45 ?)?[0-9]{2}( ?[0-9]{2}){3}|[0-9]{3})$",
        description="The function's number, never somebody's own",
        examples=["00 00 00 00"],
    ),
]
Mailbox = Annotated[
    str | None,
    Field(
        pattern=r"^[a-z0-9_+-]+(\.[a-z0-9_+-]+)*@([a-z0-9-]+\.)+[a-z]{2,20}$",
        max_length=100,
        description="The function's mailbox, never somebody's own",
        examples=["akutvagt@example.org"],
    ),
]


class RegisterContactPoint(Body):
    """A function that can be reached, never a person."""

    organisation: Organisation
    function: Annotated[Function, Field(examples=["acute_social_duty"])]
    hours: Hours
    phone: Phone = None
    mailbox: Mailbox = None


class ReplaceContactPoint(Body):
    """How the function is reached from now on."""

    hours: Hours
    phone: Phone = None
    mailbox: Mailbox = None


class ContactPointPage(ContactPointFilter):
    """Which contact points are shown, and which page of them."""

    model_config = ConfigDict(extra="forbid")

    organisation: Organisation | None = None
    after: Annotated[UUID | None, Field(description="`next` of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 100


@router.post("/contact-points", status_code=201, summary="Enter a contact point into the directory")
async def register_contact_point(
    body: RegisterContactPoint, command: Annotated[Command, commanding(*REPORTERS)]
) -> ContactPointView:
    id = uuid4()
    await commands.register_contact_point(
        command.tx,
        id,
        by=command.principal,
        own=own(command.principal),
        organisation=body.organisation,
        function=body.function,
        hours=body.hours,
        phone=body.phone,
        mailbox=body.mailbox,
        now=command.clock.now,
    )
    return await _shown(command, id, location=f"/v1/contact-points/{id}")


@router.post("/contact-points/{id}/verify", summary="Say that the function has answered today")
async def verify_contact_point(id: UUID, change: Annotated[Change, changing(*REPORTERS)]) -> ContactPointView:
    change.shows(partial(queries.contact_point, change.tx, id))
    await commands.verify_contact_point(
        change.tx, id, by=change.principal, own=own(change.principal), expect=change.expects, now=change.clock.now
    )
    return await _shown(change, id)


@router.post("/contact-points/{id}/replace", summary="Let another contact point take the place of this one")
async def replace_contact_point(
    id: UUID, body: ReplaceContactPoint, change: Annotated[Change, changing(*REPORTERS)]
) -> ContactPointView:
    new_id = uuid4()
    change.shows(partial(queries.contact_point, change.tx, id))
    await commands.replace_contact_point(
        change.tx,
        id,
        new_id,
        by=change.principal,
        own=own(change.principal),
        expect=change.expects,
        hours=body.hours,
        phone=body.phone,
        mailbox=body.mailbox,
        now=change.clock.now,
    )
    return await _shown(change, new_id, location=f"/v1/contact-points/{new_id}")


@router.get("/contact-points", summary="Whom to call: the directory of functions")
async def contact_points(
    page: Annotated[ContactPointPage, Parameters()], query: Annotated[Query, reading(*READERS)]
) -> ContactPoints:
    return await queries.contact_points(query.tx, page, after=page.after, limit=page.limit)


@router.get("/contact-points/{id}", summary="One contact point")
async def contact_point(id: UUID, query: Annotated[Query, reading(*READERS)]) -> ContactPointView:
    return query.answer(await queries.contact_point(query.tx, id))


async def _shown(command: Command, id: UUID, *, location: str | None = None) -> ContactPointView:
    return command.answer(await queries.contact_point(command.tx, id), location=location)
