"""Authorities: listed for everybody who reads plans, kept up by the plan's editor."""

from datetime import date
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from chassis.web.edge import Asked, Body, Change, Command, Edge, Query, changing, commanding, reading
from contracts.values import PublicUrl
from planning.commands import authority as commands
from planning.http.fields import READERS, AuthorityCode, Day, OnDay, SourceDay, Title
from planning.queries import authority as queries
from planning.queries.authority import Authorities, AuthorityView

router = APIRouter(route_class=Edge, prefix="/v1", tags=["authorities"])

_READ = {"source_url": "https://example.org/myndighed", "read_on": "2026-11-20"}
ValidFrom = Annotated[SourceDay | None, Field(description="As exactly as the source states it, or not at all")]


class FromSource(Body):
    """The page that says so, and the day on which it was read."""

    source_url: PublicUrl
    read_on: Day


class EnterAuthority(FromSource):
    """An authority under its first name; a synthetic one has a code such as `ministry:synthetic`."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"code": "ministry:synthetic", "name_da": "Syntetisk ministerium", **_READ}]}
    )

    code: AuthorityCode
    name_da: Title
    name_en: Title | None = None
    valid_from: ValidFrom = None


class RenameAuthority(FromSource):
    """What the authority is called from a day on; its code stays."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name_da": "Syntetisk ministerium for alt", "valid_from": "2026-08-30", **_READ}]
        }
    )

    name_da: Title
    name_en: Title | None = None
    valid_from: Annotated[SourceDay, Field(description="As exactly as the source states it")]


class CorrectName(FromSource):
    """The newest name as it should have been entered, with all that belongs to it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name_da": "Syntetisk ministerium", "valid_from": "2026-08-30", **_READ}]}
    )

    name_da: Title
    name_en: Title | None = None
    valid_from: ValidFrom = None


class EndAuthority(FromSource):
    """The last day of the authority."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"valid_to": "2026-08-29", **_READ}]})

    valid_to: Annotated[SourceDay, Field(description="As exactly as the source states it")]


@router.get("/authorities", summary="Ministries and other authorities, under their names of a day")
async def authorities(query: Annotated[Query, reading(*READERS)], on: OnDay = None) -> Authorities:
    return await queries.authorities(query.tx, on=on or _today(query))


@router.get("/authorities/{id}", summary="An authority with all its names")
async def authority(id: UUID, query: Annotated[Query, reading(*READERS)], on: OnDay = None) -> AuthorityView:
    return query.answer(await queries.authority(query.tx, id, on=on or _today(query)))


@router.post("/authorities", status_code=201, summary="Enter an authority, by a source")
async def enter_authority(
    body: EnterAuthority, command: Annotated[Command, commanding("plan_editor")]
) -> AuthorityView:
    command.shows(lambda: queries.authorities(command.tx, on=_today(command)))
    name = commands.Name(body.name_da, _read(body), body.name_en, body.valid_from)
    new = commands.Authority(uuid4(), body.code, (name,))
    await commands.enter_authority(command.tx, new)
    view = await queries.authority(command.tx, new.id, on=_today(command))
    return command.answer(view, location=f"/v1/authorities/{new.id}")


@router.post("/authorities/{id}/rename", summary="Give an authority another name from a day on")
async def rename_authority(
    id: UUID, body: RenameAuthority, change: Annotated[Change, changing("plan_editor")]
) -> AuthorityView:
    _shows(change, id)
    name = commands.Name(body.name_da, _read(body), body.name_en, body.valid_from)
    await commands.rename_authority(change.tx, id, name, expect=change.expects)
    return await _shown(change, id)


@router.post("/authorities/{id}/correct-name", summary="Say the newest name anew, which was entered wrongly")
async def correct_name(
    id: UUID, body: CorrectName, change: Annotated[Change, changing("plan_editor")]
) -> AuthorityView:
    _shows(change, id)
    name = commands.Name(body.name_da, _read(body), body.name_en, body.valid_from)
    await commands.correct_name(change.tx, id, name, today=_today(change), expect=change.expects)
    return await _shown(change, id)


@router.post("/authorities/{id}/end", summary="Say that an authority exists until a day, or until another one")
async def end_authority(
    id: UUID, body: EndAuthority, change: Annotated[Change, changing("plan_editor")]
) -> AuthorityView:
    _shows(change, id)
    await commands.end_authority(change.tx, id, valid_to=body.valid_to, read=_read(body), expect=change.expects)
    return await _shown(change, id)


def _read(body: FromSource) -> commands.Read:
    return commands.Read(body.source_url, body.read_on)


def _today(asked: Asked) -> date:
    return queries.danish_day(asked.clock.now())


def _shows(change: Change, id: UUID) -> None:
    change.shows(lambda: queries.authority(change.tx, id, on=_today(change)))


async def _shown(change: Change, id: UUID) -> AuthorityView:
    return change.answer(await queries.authority(change.tx, id, on=_today(change)))
