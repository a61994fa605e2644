"""Publications, from a draft to the day on which nobody should use them any more."""

from functools import partial
from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Response
from fastapi import Query as Parameters
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from chassis.web.edge import Body, Change, Command, Edge, Query, changing, commanding, reading
from contracts.knowledge import Isbn, PublicationKind
from contracts.taxonomy import Professions, Topics
from contracts.values import ChildrenYouth, Provenance, PublicUrl, Year
from knowledge.commands import publication as commands
from knowledge.http.fields import EDITORS, EVERYBODY, Abstract, Sentence, Title
from knowledge.queries import publication as queries
from knowledge.queries.publication import PublicationFilter, Publications, PublicationView

router = APIRouter(route_class=Edge, prefix="/v1", tags=["publications"])

_STUDY: JsonDict = {
    "kind": "study",
    "title_da": "Syntetisk undersøgelse af negativ social kontrol",
    "title_en": "Synthetic study of negative social control",
    "topics": ["negative_social_control"],
    "professions": ["teacher", "pedagogue"],
    "children_youth": "primary",
    "year": 2026,
    "languages": ["da"],
    "formats": ["pdf"],
    "accessibility": "exception",
    "accessibility_exception": "Figurerne har ikke tekstalternativer; de beskrives på forespørgsel.",
}


class _Edition(Body):
    """What a publication is and says. What is not stated is left out."""

    model_config = ConfigDict(json_schema_extra={"examples": [_STUDY]})

    kind: PublicationKind
    title_da: Title
    title_en: Title | None = None
    abstract_da: Abstract | None = None
    abstract_en: Abstract | None = None
    topics: Topics
    professions: Annotated[Professions, Field(description="Whom it is written for")] = ()
    children_youth: Annotated[ChildrenYouth, Field(description="How far it is about children and young people")]
    isbn: Annotated[Isbn | None, Field(description="With hyphens", examples=["978-87-93445-14-7"])] = None
    publisher: Title | None = None
    languages: Annotated[
        tuple[Annotated[str, Field(pattern="^[a-z]{2}$", description="ISO 639-1")], ...], Field(max_length=20)
    ] = ()
    formats: Annotated[
        tuple[Literal["pdf", "web", "print", "docx", "pptx", "epub", "film", "audio", "app"], ...], Field(max_length=9)
    ] = ()
    accessibility_exception: Annotated[Sentence | None, Field(description="Which exception, and why")] = None
    download_url: Annotated[PublicUrl | None, Field(description="Where everybody can read it")] = None
    supersedes: Annotated[UUID | None, Field(description="The publication whose place it takes")] = None
    references: Annotated[tuple[UUID, ...], Field(max_length=50, description="The legal references it quotes")] = ()
    contacts: Annotated[
        tuple[UUID, ...], Field(max_length=50, description="The entries of advisory's directory that it quotes")
    ] = ()


class RedraftPublication(_Edition):
    """The draft, whole."""

    year: Annotated[Year | None, Field(description="Needed before it is published")] = None
    accessibility: Annotated[
        Literal["ok", "exception"] | None, Field(description="Whether it meets WCAG; needed before it is published")
    ] = None


class DraftPublication(RedraftPublication):
    """A publication that somebody begins to work on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"provenance": "synthetic", **_STUDY}]})

    provenance: Annotated[Provenance, Field(examples=["synthetic"])]


class RevisePublication(_Edition):
    """The new edition, whole."""

    year: Year
    accessibility: Annotated[Literal["ok", "exception"], Field(description="Whether it meets WCAG")]


class WithdrawPublication(Body):
    """Why nobody should use it any more."""

    reason: Annotated[Literal["outdated", "wrong", "replaced", "law_changed"], Field(examples=["outdated"])]


class PublicationPage(PublicationFilter):
    """Which publications are shown, and which page of them."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[str | None, Field(max_length=1_000, description="`next` of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class CsvFilter(PublicationFilter):
    """Which publications the table has."""

    model_config = ConfigDict(extra="forbid")


@router.post("/publications", status_code=201, summary="Begin a publication")
async def draft_publication(
    body: DraftPublication, command: Annotated[Command, commanding(*EDITORS)]
) -> PublicationView:
    id = uuid4()
    said = body.model_dump(exclude={"provenance"})
    await commands.draft_publication(command.tx, id, said, provenance=body.provenance, now=command.clock.now)
    return await _shown(command, id, location=f"/v1/publications/{id}")


@router.post("/publications/{id}/redraft", summary="Change a draft")
async def redraft_publication(
    id: UUID, body: RedraftPublication, change: Annotated[Change, changing(*EDITORS)]
) -> PublicationView:
    change.shows(partial(_view, change, id))
    await commands.redraft_publication(change.tx, id, body.model_dump(), expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/publications/{id}/publish", summary="Publish a draft")
async def publish_publication(id: UUID, change: Annotated[Change, changing(*EDITORS)]) -> PublicationView:
    change.shows(partial(_view, change, id))
    await commands.publish_publication(change.tx, id, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/publications/{id}/revise", summary="Publish a new edition")
async def revise_publication(
    id: UUID, body: RevisePublication, change: Annotated[Change, changing(*EDITORS)]
) -> PublicationView:
    change.shows(partial(_view, change, id))
    await commands.revise_publication(change.tx, id, body.model_dump(), expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/publications/{id}/review", summary="Say that a publication is still right after a law changed")
async def review_publication(id: UUID, change: Annotated[Change, changing(*EDITORS)]) -> PublicationView:
    change.shows(partial(_view, change, id))
    await commands.review_publication(change.tx, id, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/publications/{id}/check-contacts", summary="Say that a publication still says rightly whom to call")
async def check_contacts(id: UUID, change: Annotated[Change, changing(*EDITORS)]) -> PublicationView:
    change.shows(partial(_view, change, id))
    await commands.check_contacts(change.tx, id, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/publications/{id}/withdraw", summary="Withdraw a publication")
async def withdraw_publication(
    id: UUID, body: WithdrawPublication, change: Annotated[Change, changing(*EDITORS)]
) -> PublicationView:
    change.shows(partial(_view, change, id))
    await commands.withdraw_publication(change.tx, id, reason=body.reason, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.get("/publications", summary="Search publications")
async def publications(
    page: Annotated[PublicationPage, Parameters()], query: Annotated[Query, reading(*EVERYBODY)]
) -> Publications:
    return await queries.publications(query.tx, page, to=query.principal, after=page.after, limit=page.limit)


@router.get(
    "/publications.csv",
    summary="Publications as a table for a spreadsheet",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def publications_csv(
    wanted: Annotated[CsvFilter, Parameters()], query: Annotated[Query, reading(*EVERYBODY)]
) -> Response:
    return Response(
        queries.as_csv(await queries.publications(query.tx, wanted, to=query.principal)),
        media_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="publications.csv"'},
    )


@router.get("/publications/{id}", summary="One publication")
async def publication(id: UUID, query: Annotated[Query, reading(*EVERYBODY)]) -> PublicationView:
    return query.answer(await queries.publication(query.tx, id, to=query.principal))


async def _view(command: Command, id: UUID) -> PublicationView:
    return await queries.publication(command.tx, id, to=command.principal)


async def _shown(command: Command, id: UUID, *, location: str | None = None) -> PublicationView:
    return command.answer(await _view(command, id), location=location)
