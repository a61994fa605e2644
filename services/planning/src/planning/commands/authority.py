"""Authorities are entered, renamed, corrected and ended, each by a source."""

from datetime import date
from uuid import UUID

from chassis.database import Expect, Tx
from contracts.values import PartialDate
from planning.domain import authority as domain
from planning.domain.authority import Authority, Name, Read
from planning.domain.responsibility import check_there_when_counted_on, check_uncounted_on
from planning.store import authority as store
from planning.store import initiative as initiatives

__all__ = ["Authority", "Name", "Read"]


async def enter_authority(tx: Tx, authority: Authority) -> None:
    """The authority may be named from now on."""
    await store.add_authority(tx, authority)


async def rename_authority(tx: Tx, id: UUID, name: Name, *, expect: Expect) -> None:
    """The authority has another name from a day on."""
    authority = await _loaded(tx, id, expect)
    await store.save_authority(tx, domain.rename(authority, name))


async def correct_name(tx: Tx, id: UUID, name: Name, *, today: date, expect: Expect) -> None:
    """The newest name of the authority is said anew."""
    authority = domain.correct_name(await _loaded(tx, id, expect), name)
    check_there_when_counted_on(authority, await initiatives.counts_on(tx, authority.code), today=today)
    await store.save_authority(tx, authority)


async def end_authority(tx: Tx, id: UUID, *, valid_to: PartialDate, read: Read, expect: Expect) -> None:
    """The authority exists until a day."""
    authority = domain.end(await _loaded(tx, id, expect), valid_to, read)
    check_uncounted_on(authority, await initiatives.counts_on(tx, authority.code))
    await store.save_authority(tx, authority)


async def _loaded(tx: Tx, id: UUID, expect: Expect) -> Authority:
    authority = await store.authority_for_update(tx, id)
    expect(authority.revision)
    return authority
