"""Editions of a plan: written, heard, approved, published for good, corrected by new versions."""

from datetime import date
from functools import partial
from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter
from fastapi import Query as Parameter
from pydantic import ConfigDict, Field

from chassis.web.edge import Body, Change, Command, Edge, Query, changing, commanding, reading
from contracts.values import NeutralText, PartialDate, PublicUrl
from planning.commands import edition as commands
from planning.http.fields import READERS, Reason, Title
from planning.queries import edition as queries
from planning.queries.edition import Comparison, EditionData, Editions, EditionView

router = APIRouter(route_class=Edge, prefix="/v1", tags=["editions"])
Section = Annotated[NeutralText, Field(min_length=1, max_length=10_000)]


class DraftEdition(Body):
    """A new version; one that takes the place of a published version says why."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}, {"correction_da": "Et tal i forordet var forkert"}]})

    correction_da: Annotated[Reason | None, Field(description="What is corrected; stands in the document")] = None


class EnterEdition(Body):
    """What a source states of an edition that was published long ago; what it does not state is left out."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"published_on": "2016-10", "source_url": "https://example.org/handlingsplan"}]}
    )

    source_url: PublicUrl
    published_on: Annotated[PartialDate | None, Field(description="As exactly as the source states it")] = None
    foreword_da: Section | None = None
    children_youth_da: Section | None = None


class WriteEdition(Body):
    """The texts of the draft; both are said anew."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"foreword_da": "Syntetisk forord.", "children_youth_da": "Syntetisk afsnit om børn og unge."}]
        }
    )

    foreword_da: Section | None = None
    children_youth_da: Section | None = None


class FollowUp(Body):
    """What became of an initiative that was launched or completed since the last plan."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"initiative_id": "d52a8c01-9e3f-4c76-b402-8e1fac6d3b05", "text_da": "Syntetisk opfølgning."}]
        }
    )

    initiative_id: UUID
    text_da: Annotated[NeutralText, Field(min_length=1, max_length=2_000)]


class Consult(Body):
    """Who is asked, and until when they may answer."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"authorities": ["Syntetisk ministerium"], "answers_by": "2026-12-15"}]}
    )

    authorities: Annotated[tuple[Title, ...], Field(min_length=1, max_length=40)]
    answers_by: Annotated[date, Field(description="The last day on which they may answer")]


class Hear(Body):
    """What an authority answers; its text will stand in the published document."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"authority": "Syntetisk ministerium", "position": "agrees"}]}
    )

    authority: Title
    position: Literal["agrees", "has_comments", "disagrees"]
    text_da: Annotated[NeutralText | None, Field(min_length=1, max_length=5_000)] = None


class SendBack(Body):
    """Why the edition is a draft again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason_da": "Afsnittet om børn og unge mangler tal"}]})

    reason_da: Reason


class DraftFollowUp(Body):
    """What became of the plan."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text_da": "Syntetisk opfølgning på planen."}]})

    text_da: Section


@router.post("/action-plans/{id}/editions", status_code=201, summary="Draft a version of a plan")
async def draft_edition(
    id: UUID, body: DraftEdition, command: Annotated[Command, commanding("plan_editor")]
) -> EditionView:
    new = uuid4()
    await commands.draft_edition(command.tx, new, plan_id=id, correction_da=body.correction_da, now=command.clock.now)
    return command.answer(await queries.edition(command.tx, new), location=f"/v1/editions/{new}")


@router.post("/action-plans/{id}/enter-edition", status_code=201, summary="Enter an old plan as its source states it")
async def enter_edition(
    id: UUID, body: EnterEdition, command: Annotated[Command, commanding("plan_editor")]
) -> EditionView:
    new = uuid4()
    await commands.enter_edition(
        command.tx,
        new,
        plan_id=id,
        said={name: getattr(body, name) for name in EnterEdition.model_fields},
        assemble=partial(queries.assembled, command.tx),
        now=command.clock.now,
    )
    return command.answer(await queries.edition(command.tx, new), location=f"/v1/editions/{new}")


@router.get("/action-plans/{id}/editions", summary="All versions of a plan")
async def editions(id: UUID, query: Annotated[Query, reading(*READERS)]) -> Editions:
    return await queries.editions(query.tx, id)


@router.get("/edition-comparison", summary="How two published versions differ")
async def comparison(
    earlier: Annotated[UUID, Parameter(description="An edition")],
    later: Annotated[UUID, Parameter(description="Another edition, of the same plan or not")],
    query: Annotated[Query, reading(*READERS)],
) -> Comparison:
    return await queries.comparison(query.tx, earlier, later)


@router.get("/editions/{id}/comparison-with-now", summary="How the plan is no longer as it was published")
async def comparison_with_now(id: UUID, query: Annotated[Query, reading(*READERS)]) -> Comparison:
    return await queries.comparison_with_now(query.tx, id, query.clock.now())


@router.get("/editions/{id}", summary="One version of a plan, and what it lacks")
async def edition(id: UUID, query: Annotated[Query, reading(*READERS)]) -> EditionView:
    return query.answer(await queries.edition(query.tx, id))


@router.get("/editions/{id}/data", summary="From which events the published figures were counted, for operators")
async def edition_data(id: UUID, query: Annotated[Query, reading("operator")]) -> EditionData:
    return await queries.data(query.tx, id)


@router.post("/editions/{id}/write", summary="Write the texts of the draft")
async def write_edition(
    id: UUID, body: WriteEdition, change: Annotated[Change, changing("plan_editor")]
) -> EditionView:
    _shows(change, id)
    await commands.write_edition(change.tx, id, body.model_dump(), expect=change.expects)
    return await _shown(change, id)


@router.post("/editions/{id}/follow-up", summary="Say what became of an initiative")
async def follow_up(id: UUID, body: FollowUp, change: Annotated[Change, changing("plan_editor")]) -> EditionView:
    _shows(change, id)
    await commands.follow_up(
        change.tx, id, initiative_id=body.initiative_id, text_da=body.text_da, expect=change.expects
    )
    return await _shown(change, id)


@router.post("/editions/{id}/consult", summary="Send the draft to the authorities (høring)")
async def consult(id: UUID, body: Consult, change: Annotated[Change, changing("plan_editor")]) -> EditionView:
    _shows(change, id)
    await commands.consult(
        change.tx, id, body.authorities, answers_by=body.answers_by, expect=change.expects, now=change.clock.now
    )
    return await _shown(change, id)


@router.post("/editions/{id}/hear", summary="Enter an authority's answer (høringssvar)")
async def hear(id: UUID, body: Hear, change: Annotated[Change, changing("plan_editor")]) -> EditionView:
    _shows(change, id)
    await commands.hear(change.tx, id, body.model_dump(), expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/editions/{id}/end-consultation", summary="End the consultation: the management has the draft")
async def end_consultation(id: UUID, change: Annotated[Change, changing("plan_editor")]) -> EditionView:
    _shows(change, id)
    await commands.end_consultation(change.tx, id, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/editions/{id}/approve", summary="Enter the management's approval, then the minister's")
async def approve(id: UUID, change: Annotated[Change, changing("plan_editor")]) -> EditionView:
    _shows(change, id)
    await commands.approve(change.tx, id, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/editions/{id}/send-back", summary="Send the edition back to be written anew")
async def send_back(id: UUID, body: SendBack, change: Annotated[Change, changing("plan_editor")]) -> EditionView:
    _shows(change, id)
    await commands.send_back(change.tx, id, reason_da=body.reason_da, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/editions/{id}/publish", summary="Publish the edition, for good")
async def publish_edition(id: UUID, change: Annotated[Change, changing("plan_editor")]) -> EditionView:
    _shows(change, id)
    await commands.publish_edition(
        change.tx,
        id,
        assemble=partial(queries.assembled, change.tx),
        expect=change.expects,
        now=change.clock.now,
    )
    return await _shown(change, id)


@router.post("/editions/{id}/enter-into-force", summary="Let the plan enter into force")
async def enter_into_force(id: UUID, change: Annotated[Change, changing("plan_editor")]) -> EditionView:
    _shows(change, id)
    await commands.enter_into_force(change.tx, id, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/editions/{id}/draft-follow-up", summary="Draft what became of the plan")
async def draft_follow_up(
    id: UUID, body: DraftFollowUp, change: Annotated[Change, changing("plan_editor")]
) -> EditionView:
    _shows(change, id)
    await commands.draft_follow_up(change.tx, id, text_da=body.text_da, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


@router.post("/editions/{id}/close", summary="Close the plan")
async def close_edition(id: UUID, change: Annotated[Change, changing("plan_editor")]) -> EditionView:
    _shows(change, id)
    await commands.close_edition(change.tx, id, expect=change.expects, now=change.clock.now)
    return await _shown(change, id)


def _shows(change: Change, id: UUID) -> None:
    change.shows(lambda: queries.edition(change.tx, id))


async def _shown(change: Change, id: UUID) -> EditionView:
    return change.answer(await queries.edition(change.tx, id))
