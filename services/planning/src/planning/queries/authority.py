"""Authorities under the names that they have on a day."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.database import Tx
from contracts.values import PartialDate, Provenance
from planning.domain.authority import Authority, Kind
from planning.domain.period import danish_day
from planning.store import authority as store

__all__ = ["Authority", "danish_day"]


class AuthorityNameView(BaseModel):
    """What an authority is called from a day on."""

    name_da: str
    name_en: str | None
    valid_from: PartialDate | None = Field(description="A day, or only the month; none where no source states it")
    source_url: str
    read_on: date


class AuthorityView(BaseModel):
    """Who may answer for an initiative or take part in one (myndighed)."""

    id: UUID
    code: str = Field(description="As tokens write organisations", examples=["ministry:uim"])
    kind: Kind
    provenance: Provenance
    name_da: str = Field(description="Its name on the day that was asked for")
    name_en: str | None
    names: tuple[AuthorityNameView, ...] = Field(description="Oldest first")
    valid_from: PartialDate | None = Field(description="Since when it exists; none where no source states it")
    valid_to: PartialDate | None = Field(description="Its last day; none while it goes on")
    ended_source_url: str | None
    ended_read_on: date | None
    revision: int = Field(description="The entity tag of this state")


class Authorities(BaseModel):
    """Authorities in the order of their codes."""

    items: tuple[AuthorityView, ...]


class NamedAuthority(BaseModel):
    """An authority under the name that it had on a day."""

    code: str
    name_da: str
    name_en: str | None


async def authority(tx: Tx, id: UUID, *, on: date) -> AuthorityView:
    """One authority.

    Raises: AuthorityMissing.
    """
    found = await store.authorities(tx, "id = $1", id)
    if not found:
        raise store.AuthorityMissing("There is no such authority.")
    return _view(found[0], on)


async def authorities(tx: Tx, *, on: date) -> Authorities:
    """All authorities, whether or not they exist that day."""
    return Authorities(items=tuple(_view(each, on) for each in await store.authorities(tx)))


async def by_code(tx: Tx, codes: Collection[str]) -> dict[str, Authority]:
    """The authorities of these codes."""
    return {each.code: each for each in await store.authorities(tx, "code = any ($1::text[])", list(codes))}


def name_on(authority: Authority, day: date) -> NamedAuthority:
    """The authority as it was called that day."""
    name = authority.name_on(day)
    return NamedAuthority(code=authority.code, name_da=name.name_da, name_en=name.name_en)


def _view(authority: Authority, on: date) -> AuthorityView:
    name, ended = authority.name_on(on), authority.ended
    names = [
        AuthorityNameView(name_da=each.name_da, name_en=each.name_en, valid_from=each.valid_from, **vars(each.read))
        for each in authority.names
    ]
    return AuthorityView(
        id=authority.id,
        code=authority.code,
        kind=authority.kind,
        provenance=authority.provenance,
        name_da=name.name_da,
        name_en=name.name_en,
        names=tuple(names),
        valid_from=authority.names[0].valid_from,
        valid_to=authority.valid_to,
        ended_source_url=ended and ended.source_url,
        ended_read_on=ended and ended.read_on,
        revision=authority.revision,
    )
