"""Agreements over HTTP."""

from datetime import date
from functools import partial
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter
from fastapi import Query as Parameters
from pydantic import ConfigDict, Field

from chassis.web.edge import Body, Change, Command, Edge, Query, changing, commanding, reading
from contracts.geography import PoliceDistrictSlug
from contracts.values import MunicipalityCode, NeutralLine, PublicUrl
from cooperation.commands import agreement as commands
from cooperation.http.fields import READERS, REPORTERS, own
from cooperation.queries import agreement as queries
from cooperation.queries.agreement import AgreementFilter, Agreements, AgreementView, Section

router = APIRouter(route_class=Edge, prefix="/v1", tags=["agreements"])

Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31), examples=["2026-11-20"])]


class DraftAgreement(Body):
    """An agreement that is being written."""

    police_district: Annotated[PoliceDistrictSlug, Field(examples=["nordjylland"])]
    municipality_codes: Annotated[
        tuple[MunicipalityCode, ...], Field(min_length=1, max_length=98, examples=[["0851", "0860"]])
    ]
    title_da: Annotated[NeutralLine, Field(min_length=1, max_length=200, examples=["Aftale om æresrelaterede sager"])]
    sections: Annotated[tuple[Section, ...], Field(max_length=16)] = ()


class SignAgreement(Body):
    """Both sides' signature."""

    signed_on: Day
    published_url: PublicUrl | None = None


class RenewAgreement(Body):
    """The yearly review."""

    reviewed_on: Day


class AgreementPage(AgreementFilter):
    """Which agreements are shown, and which page of them."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[UUID | None, Field(description="`next` of the page before")] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 100


@router.post("/agreements", status_code=201, summary="Begin an agreement between a police district and municipalities")
async def draft_agreement(body: DraftAgreement, command: Annotated[Command, commanding(*REPORTERS)]) -> AgreementView:
    id = uuid4()
    await commands.draft_agreement(
        command.tx,
        id,
        by=command.principal,
        own=own(command.principal),
        police_district=body.police_district,
        municipality_codes=body.municipality_codes,
        title_da=body.title_da,
        sections=body.sections,
        now=command.clock.now,
    )
    return await _shown(command, id, location=f"/v1/agreements/{id}")


@router.post("/agreements/{id}/sign", summary="Say that both sides have signed")
async def sign_agreement(
    id: UUID, body: SignAgreement, change: Annotated[Change, changing(*REPORTERS)]
) -> AgreementView:
    change.shows(partial(queries.agreement, change.tx, id))
    await commands.sign_agreement(
        change.tx,
        id,
        by=change.principal,
        own=own(change.principal),
        expect=change.expects,
        signed_on=body.signed_on,
        published_url=body.published_url,
        now=change.clock.now,
    )
    return await _shown(change, id)


@router.post("/agreements/{id}/renew", summary="Say that the agreement was reviewed and goes on")
async def renew_agreement(
    id: UUID, body: RenewAgreement, change: Annotated[Change, changing(*REPORTERS)]
) -> AgreementView:
    change.shows(partial(queries.agreement, change.tx, id))
    await commands.renew_agreement(
        change.tx,
        id,
        by=change.principal,
        own=own(change.principal),
        expect=change.expects,
        reviewed_on=body.reviewed_on,
        now=change.clock.now,
    )
    return await _shown(change, id)


@router.post("/agreements/{id}/terminate", summary="Say that one side has ended the agreement")
async def terminate_agreement(id: UUID, change: Annotated[Change, changing(*REPORTERS)]) -> AgreementView:
    change.shows(partial(queries.agreement, change.tx, id))
    await commands.terminate_agreement(
        change.tx, id, by=change.principal, own=own(change.principal), expect=change.expects, now=change.clock.now
    )
    return await _shown(change, id)


@router.get("/agreements", summary="The agreements")
async def agreements(
    page: Annotated[AgreementPage, Parameters()], query: Annotated[Query, reading(*READERS)]
) -> Agreements:
    return await queries.agreements(query.tx, page, after=page.after, limit=page.limit)


@router.get("/agreements/{id}", summary="One agreement")
async def agreement(id: UUID, query: Annotated[Query, reading(*READERS)]) -> AgreementView:
    return query.answer(await queries.agreement(query.tx, id))


async def _shown(command: Command, id: UUID, *, location: str | None = None) -> AgreementView:
    return command.answer(await queries.agreement(command.tx, id), location=location)
