"""Authorities with their names."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import asyncpg

from chassis.database import Tx
from contracts.problems import Conflict, Missing
from contracts.values import PartialDate
from planning.domain.authority import Authority, Name, Read


class AuthorityMissing(Missing):
    """There is no such authority."""

    title_da = "Myndigheden findes ikke"


class AuthorityAlreadyEntered(Conflict):
    """An authority has this code."""

    title_da = "Myndigheden er allerede oprettet"


async def add_authority(tx: Tx, authority: Authority) -> None:
    """The authority stands with its first name.

    Raises: AuthorityAlreadyEntered.
    """
    try:
        await tx.execute(
            "insert into authorities (id, code, revision) values ($1, $2, $3)",
            authority.id,
            authority.code,
            authority.revision,
        )
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name == "authorities_named_once":
            raise AuthorityAlreadyEntered("There is an authority of this code.") from None
        raise
    await _keep_names(tx, authority)


async def save_authority(tx: Tx, authority: Authority) -> None:
    """The authority is as given; its row was locked before."""
    ended = authority.ended
    await tx.execute(
        "update authorities set valid_to = $2, ended_source_url = $3, ended_read_on = $4, revision = $5 where id = $1",
        authority.id,
        authority.valid_to and str(authority.valid_to),
        ended and ended.source_url,
        ended and ended.read_on,
        authority.revision,
    )
    await _keep_names(tx, authority)


async def authority_for_update(tx: Tx, id: UUID) -> Authority:
    """The authority, locked until the transaction ends.

    Raises: AuthorityMissing.
    """
    await tx.execute("select from authorities where id = $1 for update", id)
    found = await authorities(tx, "id = $1", id)
    if not found:
        raise AuthorityMissing("There is no such authority.")
    return found[0]


async def named(tx: Tx, codes: Collection[str]) -> dict[str, Authority]:
    """Those of these codes that there are, none of which changes until the transaction ends."""
    await tx.execute("select from authorities where code = any ($1::text[]) order by id for share", list(codes))
    return {each.code: each for each in await authorities(tx, "code = any ($1::text[])", list(codes))}


async def authorities(tx: Tx, which: str = "true", *arguments: Any) -> list[Authority]:
    """The authorities that a condition of ours leaves, in the order of their codes."""
    rows = await tx.fetch(
        "select id, code, valid_to, ended_source_url, ended_read_on, revision"  # noqa: S608  # a condition of ours
        f" from authorities where {which} order by code",
        *arguments,
    )
    names = await tx.fetch(
        "select authority_id, name_da, name_en, valid_from, source_url, read_on from authority_names"
        " where authority_id = any ($1::uuid[]) order by place",
        [row["id"] for row in rows],
    )
    return [
        Authority(
            id=row["id"],
            code=row["code"],
            names=tuple(_name(each) for each in names if each["authority_id"] == row["id"]),
            valid_to=_partial(row["valid_to"]),
            ended=None if row["valid_to"] is None else Read(row["ended_source_url"], row["ended_read_on"]),
            revision=row["revision"],
        )
        for row in rows
    ]


async def _keep_names(tx: Tx, authority: Authority) -> None:
    for place, each in enumerate(authority.names):
        await tx.execute(
            "insert into authority_names (authority_id, place, name_da, name_en, valid_from, source_url, read_on)"
            " values ($1, $2, $3, $4, $5, $6, $7) on conflict (authority_id, place) do update"
            " set name_da = excluded.name_da, name_en = excluded.name_en, valid_from = excluded.valid_from,"
            " source_url = excluded.source_url, read_on = excluded.read_on",
            authority.id,
            place,
            each.name_da,
            each.name_en,
            each.valid_from and str(each.valid_from),
            each.read.source_url,
            each.read.read_on,
        )


def _name(row: Any) -> Name:
    read = Read(row["source_url"], row["read_on"])
    return Name(row["name_da"], read, row["name_en"], _partial(row["valid_from"]))


def _partial(said: str | None) -> PartialDate | None:
    return None if said is None else PartialDate.parse(said)
