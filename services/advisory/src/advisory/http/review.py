"""Advice templates over HTTP, and the reviews they need."""

from functools import partial
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter
from fastapi import Query as Parameters
from pydantic import ConfigDict, Field

from advisory.commands import review as commands
from advisory.http.enquiry import ADVISERS
from advisory.queries import review as queries
from advisory.queries.review import (
    AdviceTemplates,
    AdviceTemplateView,
    Editions,
    FilledTemplate,
    ReviewFilter,
    Reviews,
    ReviewView,
)
from chassis.web.edge import Body, Change, Command, Edge, Query, changing, commanding, reading
from contracts.values import NeutralLine, NeutralText, Provenance

router = APIRouter(route_class=Edge, prefix="/v1", tags=["advice templates"])

READERS = (*ADVISERS, "editor", "operator")
Ids = Annotated[tuple[UUID, ...], Field(max_length=50)]


class ReviseTemplate(Body):
    """What a template says and quotes."""

    title_da: Annotated[
        NeutralLine, Field(min_length=1, max_length=200, examples=["Genopdragelsesrejse: de første 24 timer"])
    ]
    text_da: Annotated[
        NeutralText,
        Field(
            min_length=1,
            max_length=8_000,
            description="With places: {kommune}, {region}, {politikreds}, {dato}",
            examples=["{kommune} vurderer risikoen, før nogen omkring borgeren inddrages."],
        ),
    ]
    reference_ids: Annotated[Ids, Field(description="Legal references that it quotes")] = ()
    publication_ids: Annotated[Ids, Field(description="Publications that it names")] = ()


class CreateTemplate(ReviseTemplate):
    """A template and what it quotes."""

    provenance: Annotated[Provenance, Field(examples=["actual"])]


class ReviewPage(ReviewFilter):
    """Which reviews are shown, and which page of them."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[int | None, Field(ge=0, le=2**53, description="`next` of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


@router.post("/advice-templates", status_code=201, summary="Create an advice template")
async def create_advice_template(
    body: CreateTemplate, command: Annotated[Command, commanding("adviser")]
) -> AdviceTemplateView:
    id = uuid4()
    await commands.create_template(command.tx, id, body.model_dump())
    return command.answer(await queries.template(command.tx, id), location=f"/v1/advice-templates/{id}")


@router.get("/advice-templates", summary="Advice templates")
async def advice_templates(
    query: Annotated[Query, reading(*READERS)],
    provenance: Provenance = "actual",
    after: Annotated[int | None, Parameters(ge=0, le=2**53, description="`next` of the page before")] = None,
    limit: Annotated[int, Parameters(ge=1, le=200)] = 50,
) -> AdviceTemplates:
    return await queries.templates(query.tx, provenance, after=after, limit=limit)


@router.get("/advice-templates/{id}", summary="An advice template with what it quotes")
async def advice_template(id: UUID, query: Annotated[Query, reading(*READERS)]) -> AdviceTemplateView:
    return query.answer(await queries.template(query.tx, id))


@router.post("/advice-templates/{id}/revise", summary="Write a new edition of a template")
async def revise_advice_template(
    id: UUID, body: ReviseTemplate, change: Annotated[Change, changing("adviser")]
) -> AdviceTemplateView:
    change.shows(partial(queries.template, change.tx, id))
    await commands.revise_template(change.tx, id, body.model_dump(), expect=change.expects)
    return change.answer(await queries.template(change.tx, id))


@router.get("/advice-templates/{id}/editions", summary="All that a template has said")
async def advice_template_editions(id: UUID, query: Annotated[Query, reading(*READERS)]) -> Editions:
    return await queries.editions(query.tx, id)


@router.get("/advice-templates/{id}/filled", summary="A template's text for whoever asks in an enquiry")
async def filled_advice_template(
    id: UUID, enquiry_id: UUID, query: Annotated[Query, reading(*ADVISERS, hidden=True)]
) -> FilledTemplate:
    return await queries.filled(query.tx, id, enquiry_id, now=query.clock.now)


@router.get("/reviews", summary="Advice templates that somebody must look at")
async def reviews(page: Annotated[ReviewPage, Parameters()], query: Annotated[Query, reading(*READERS)]) -> Reviews:
    return await queries.reviews(query.tx, page, after=page.after, limit=page.limit)


@router.get("/reviews/{id}", summary="One review of an advice template")
async def review(id: UUID, query: Annotated[Query, reading(*READERS)]) -> ReviewView:
    return query.answer(await queries.review(query.tx, id))


@router.post("/reviews/{id}/complete", summary="Say that somebody has looked at the template")
async def complete_review(id: UUID, change: Annotated[Change, changing("adviser")]) -> ReviewView:
    change.shows(partial(queries.review, change.tx, id))
    await commands.complete(change.tx, id, expect=change.expects, now=change.clock.now)
    return change.answer(await queries.review(change.tx, id))
