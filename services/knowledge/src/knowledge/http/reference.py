"""The register of the paragraphs that publications quote."""

from functools import partial
from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter
from fastapi import Query as Parameters
from pydantic import Field

from chassis.web.edge import Body, Change, Command, Edge, Query, changing, commanding, reading
from contracts.knowledge import LawCode, Paragraph
from contracts.values import Provenance, PublicUrl
from knowledge.commands import reference as commands
from knowledge.http.fields import EDITORS, EVERYBODY, Day, Title
from knowledge.queries import reference as queries
from knowledge.queries.reference import LegalReferences, LegalReferenceView

router = APIRouter(route_class=Edge, prefix="/v1", tags=["legal references"])


class RecordReference(Body):
    """A paragraph enters the register."""

    law: Annotated[LawCode, Field(examples=["barnets_lov"])]
    paragraph: Annotated[Paragraph, Field(examples=["15(3)"])]
    title_da: Annotated[Title, Field(description="What it is about, in our words", examples=["Kommunens beredskab"])]
    title_en: Title | None = None
    source_url: Annotated[PublicUrl, Field(examples=["https://example.org/lov/15"])]
    read_on: Annotated[Day | None, Field(description="The day on which the source was read")] = None
    valid_from: Annotated[Day | None, Field(description="Where the source states it")] = None
    provenance: Annotated[Provenance, Field(examples=["synthetic"])]


class ChangeReference(Body):
    """What has become of a paragraph."""

    change: Annotated[Literal["amended", "repealed", "moved"], Field(examples=["amended"])]
    valid_from: Annotated[Day, Field(description="The first day on which it holds", examples=["2027-01-01"])]
    source_url: Annotated[PublicUrl, Field(examples=["https://example.org/lov/15"])]
    read_on: Annotated[Day | None, Field(description="The day on which the source was read")] = None
    title_da: Annotated[Title | None, Field(description="When it is about something else than before")] = None
    title_en: Title | None = None


@router.post("/legal-references", status_code=201, summary="Enter a paragraph")
async def record_legal_reference(
    body: RecordReference, command: Annotated[Command, commanding(*EDITORS)]
) -> LegalReferenceView:
    id = uuid4()
    command.shows(partial(queries.legal_references, command.tx, provenance=body.provenance, law=body.law))
    await commands.record_legal_reference(
        command.tx,
        id,
        law=body.law,
        paragraph=body.paragraph,
        provenance=body.provenance,
        wording=body.model_dump(exclude={"law", "paragraph", "provenance"}),
        now=command.clock.now,
    )
    return command.answer(await queries.legal_reference(command.tx, id), location=f"/v1/legal-references/{id}")


@router.post(
    "/legal-references/{id}/change",
    summary="Say that a paragraph has changed; whatever quotes it must be reviewed",
)
async def change_legal_reference(
    id: UUID, body: ChangeReference, change: Annotated[Change, changing(*EDITORS)]
) -> LegalReferenceView:
    change.shows(partial(queries.legal_reference, change.tx, id))
    await commands.change_legal_reference(
        change.tx,
        id,
        how=body.change,
        valid_from=body.valid_from,
        wording=body.model_dump(exclude={"change", "valid_from"}),
        expect=change.expects,
        now=change.clock.now,
    )
    return change.answer(await queries.legal_reference(change.tx, id))


@router.get("/legal-references", summary="The paragraphs that may be quoted")
async def legal_references(
    query: Annotated[Query, reading(*EVERYBODY)],
    law: Annotated[LawCode | None, Parameters(description="One law by its code")] = None,
    provenance: Provenance = "actual",
) -> LegalReferences:
    return await queries.legal_references(query.tx, provenance=provenance, law=law)


@router.get("/legal-references/{id}", summary="One paragraph with its wordings")
async def legal_reference(id: UUID, query: Annotated[Query, reading(*EVERYBODY)]) -> LegalReferenceView:
    return query.answer(await queries.legal_reference(query.tx, id))
