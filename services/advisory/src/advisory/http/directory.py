"""The directory of functions that can be called, over HTTP, for those who keep it."""

from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter
from fastapi import Query as Parameters
from pydantic import ConfigDict, Field

from advisory.commands import directory as commands
from advisory.http.enquiry import ADVISERS
from advisory.queries import directory as queries
from advisory.queries.directory import AllTerms, Entries, EntryFilter, EntryView, VerificationTasks
from chassis.web.edge import Body, Change, Command, Edge, Query, changing, commanding, reading
from contracts.taxonomy import DirectoryActorCode
from contracts.values import NEUTRAL, Day, NeutralLine, NeutralText, Provenance, PublicUrl

router = APIRouter(route_class=Edge, prefix="/v1", tags=["directory"])

READERS = (*ADVISERS, "municipal_key_person", "police_contact", "editor", "operator")
Phone = Annotated[
    str | None,
    Field(
        pattern=r"^((\+45 ?)?[0-9]{2}( ?[0-9]{2}){3}|[0-9]{3})$",
        description="The function's number, never somebody's own",
        examples=["00 00 00 00"],
    ),
]
Short = Annotated[NeutralLine, Field(min_length=1, max_length=120)]
Age = Annotated[int | None, Field(ge=0, le=120)]


EXAMPLE: dict[str, Any] = {
    "audience": "everybody",
    "title_da": "Kommunens modtagelse",
    "purpose_da": "Akut bekymring for et barn",
    "phone": "00 00 00 00",
    "hours": [{"day": "mon", "opens": "08:00", "closes": "15:00"}],
    "source_url": "https://example.org/kontakt",
    "read_on": "2026-11-20",
}


class OpeningHours(Body):
    """Open on such days from one time to another; on holidays only what is said of holidays counts."""

    day: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday"]
    opens: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["08:00"])]
    closes: Annotated[str, Field(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", examples=["15:00"])]


class HowToReach(Body):
    """What an entry says of a function."""

    audience: Annotated[
        Literal["everybody", "professionals"],
        Field(description="Shown to everybody, or only after signing in", examples=["everybody"]),
    ]
    title_da: Annotated[Short, Field(description="The function, never a person", examples=["Kommunens modtagelse"])]
    title_en: Short | None = None
    purpose_da: Annotated[NeutralText, Field(min_length=1, max_length=500, examples=["Akut bekymring for et barn"])]
    phone: Phone = None
    page_url: PublicUrl | None = None
    hours: Annotated[
        tuple[OpeningHours, ...] | None, Field(max_length=40, description="Left out where nobody has stated them")
    ] = None
    min_age: Age = None
    max_age: Age = None
    anonymous: Annotated[bool | None, Field(description="Whether one may call without saying who one is")] = None
    languages: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")], ...], Field(max_length=30, description="ISO 639 codes")
    ] = ()
    source_url: Annotated[PublicUrl | None, Field(description="Where MÆRK read of it")] = None
    read_on: Annotated[Day | None, Field(description="When MÆRK read of it")] = None
    valid_from: Annotated[Day | None, Field(description="Today, unless it is another day")] = None
    valid_until: Annotated[Day | None, Field(description="The first day on which it holds no more")] = None


class EnterContact(HowToReach):
    """A function that can be called enters the directory."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [EXAMPLE | {"actor": "municipality_intake", "scope": "municipality", "area": "9901"}]
        }
    )

    actor: Annotated[DirectoryActorCode, Field(examples=["municipality_intake"])]
    scope: Annotated[
        Literal["nation", "region", "police_district", "municipality", "unit"], Field(examples=["municipality"])
    ]
    area: Annotated[
        Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$"), NEUTRAL] | None,
        Field(
            description="Municipality code, region, police district or id of a unit, as the scope is",
            examples=["9901"],
        ),
    ] = None
    provenance: Annotated[Provenance, Field(description="Of a municipality's or unit's entry it follows from that")] = (
        "actual"
    )


class EndContact(Body):
    """The function ends."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"valid_until": "2026-12-31"}]})

    valid_until: Annotated[Day | None, Field(description="Today, unless it is a later day")] = None


class SetTerms(Body):
    """What holds for the directory from a day on."""

    valid_from: Annotated[Day, Field(examples=["2027-01-01"])]
    verified_for_days: Annotated[int, Field(ge=1, le=366, examples=[90])]
    remind_before_days: Annotated[int, Field(ge=0, le=366, examples=[14])]
    network_meetings_a_year: Annotated[int, Field(ge=0, le=52, examples=[2])]
    also_closed: Annotated[
        tuple[Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")], ...],
        Field(max_length=20, examples=[["12-24"]]),
    ]
    acute_order: Annotated[tuple[DirectoryActorCode, ...], Field(max_length=12, examples=[["municipality_intake"]])]
    usual_order: Annotated[
        tuple[DirectoryActorCode | Literal["police_114"], ...], Field(max_length=12, examples=[["security_consultant"]])
    ]
    source: Annotated[NeutralLine, Field(min_length=1, max_length=200, examples=["Aftalt i sekretariatet"])]


class EntryPage(EntryFilter):
    """Which entries are shown, and which page of them."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[int | None, Field(ge=0, le=2**53, description="`next` of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


@router.post("/directory-entries", status_code=201, summary="Enter a function that can be called")
async def enter_directory_entry(body: EnterContact, command: Annotated[Command, commanding(*ADVISERS)]) -> EntryView:
    id = uuid4()
    await commands.enter(command.tx, id, body.model_dump(), now=command.clock.now)
    return await _shown(command, id, location=f"/v1/directory-entries/{id}")


@router.get("/directory-entries", summary="The directory of functions that can be called")
async def directory_entries(
    page: Annotated[EntryPage, Parameters()], query: Annotated[Query, reading(*READERS)]
) -> Entries:
    return await queries.entries(query.tx, page, after=page.after, limit=page.limit)


@router.get("/directory-entries/{id}", summary="One entry of the directory")
async def directory_entry(id: UUID, query: Annotated[Query, reading(*READERS)]) -> EntryView:
    return query.answer(await queries.entry(query.tx, id))


@router.post("/directory-entries/{id}/verify", summary="Say that somebody has called and the entry is right")
async def verify_directory_entry(id: UUID, change: Annotated[Change, changing(*ADVISERS)]) -> EntryView:
    change.shows(partial(queries.entry, change.tx, id))
    role = next(each for each in ADVISERS if change.principal.has_any(each))
    await commands.verify(change.tx, id, by=role, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/directory-entries/{id}/replace", summary="Say how the function is reached from a day on")
async def replace_directory_entry(
    id: UUID, body: HowToReach, change: Annotated[Change, changing(*ADVISERS)]
) -> EntryView:
    new_id = uuid4()
    change.shows(partial(queries.entry, change.tx, id))
    await commands.replace_by(change.tx, id, new_id, body.model_dump(), expect=change.expects, now=change.clock.now)
    return await _shown(change, new_id, location=f"/v1/directory-entries/{new_id}")


@router.post("/directory-entries/{id}/end", summary="End an entry")
async def end_directory_entry(id: UUID, body: EndContact, change: Annotated[Change, changing(*ADVISERS)]) -> EntryView:
    change.shows(partial(queries.entry, change.tx, id))
    await commands.end(change.tx, id, valid_until=body.valid_until, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.get("/verification-tasks", summary="Entries that somebody should verify")
async def verification_tasks(
    query: Annotated[Query, reading(*ADVISERS, "operator")],
    provenance: Provenance = "actual",
    limit: Annotated[int, Parameters(ge=1, le=500)] = 200,
) -> VerificationTasks:
    return await queries.verification_tasks(query.tx, provenance, at=query.clock.now(provenance), limit=limit)


@router.get("/directory-terms", summary="What holds for the directory from which day on")
async def directory_terms(query: Annotated[Query, reading(*READERS)]) -> AllTerms:
    return await queries.all_terms(query.tx)


@router.post("/directory-terms", status_code=201, summary="Set what holds for the directory from a day on")
async def set_directory_terms(body: SetTerms, command: Annotated[Command, commanding("duty_coordinator")]) -> AllTerms:
    await commands.set_terms(command.tx, body.model_dump(), now=command.clock.now)
    return await queries.all_terms(command.tx)


async def _shown(command: Command, id: UUID, *, location: str | None = None) -> EntryView:
    return command.answer(await queries.entry(command.tx, id), location=location)
