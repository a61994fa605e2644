"""Initiatives are added, renamed, described, handed over, go on, part and join, and end for a reason."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis import outbox
from chassis.clock import Now
from chassis.database import Expect, Tx
from planning.commands.report import follow_initiative
from planning.domain import initiative as domain
from planning.domain.authority import check_there
from planning.domain.description import Description, check_acyclic, check_earlier, describe
from planning.domain.initiative import Approval, Belonging, Change, Given, Initiative, Reason, Step
from planning.domain.period import danish_day
from planning.domain.responsibility import Responsibility
from planning.store import authority as authorities
from planning.store import description as descriptions
from planning.store import initiative as initiatives
from planning.store import milestone as milestones
from planning.store import plan as plans

__all__ = ["Approval", "Description", "Initiative", "Responsibility", "new_initiative"]


def new_initiative(id: UUID, said: Mapping[str, Any]) -> Initiative:
    """An initiative as it was said; the authority that is named is responsible from the beginning."""
    code = said["responsible_authority"]
    own = {name: value for name, value in said.items() if name != "responsible_authority"}
    return Initiative(id=id, **own, responsibilities=(Responsibility(code),) if code else ())


async def check_responsible(tx: Tx, named: Sequence[tuple[str, Initiative]], *, of: Belonging, at: datetime) -> None:
    """Whoever is responsible for these new initiatives exists. Shape of `named`: each with the way to it in the body.

    Raises: AuthorityNotThere.
    """
    today = danish_day(at)
    codes = {each.responsible_on(today) for _, each in named} - {None}
    known = await authorities.named(tx, [each for each in codes if each is not None])
    for pointer, each in named:
        if (code := each.responsible_on(today)) is not None:
            check_there(known.get(code), of=of.provenance, on=today, pointer=f"{pointer}/responsible_authority")


async def add_initiative(
    tx: Tx, initiative: Initiative, *, plan_id: UUID, focus_area_id: UUID | None, now: Now
) -> None:
    """The initiative stands in a plan that was recorded before."""
    plan = await plans.plan_for_update(tx, plan_id)
    of, at = Belonging(plan_id, plan.provenance, plan.year, focus_area_id), now(plan.provenance)
    await check_responsible(tx, [("", initiative)], of=of, at=at)
    await initiatives.add_initiative(tx, initiative, of=of, change=Change(at))
    await outbox.publish(tx, domain.added(initiative, of=of, at=at))


async def advance_initiative(tx: Tx, id: UUID, *, step: Step, source_url: str | None, expect: Expect, now: Now) -> None:
    """The initiative is planned, funded or launched."""
    initiative, of = await _loaded(tx, id, expect)
    at = now(of.provenance)
    initiative, advanced = domain.advance(initiative, step, source_url=source_url, of=of, at=at)
    await initiatives.save_initiative(tx, initiative, Change(at, source_url=source_url))
    await follow_initiative(tx, initiative, of=of, at=at)
    await outbox.publish(tx, *advanced)


async def transfer_initiative(tx: Tx, id: UUID, to: Responsibility, *, expect: Expect, now: Now) -> None:
    """Another authority is responsible from a day on."""
    initiative, of = await _loaded(tx, id, expect)
    initiative, transferred = domain.transfer(initiative, to, of=of, at=now(of.provenance))
    assert to.from_day is not None, "a transfer holds from a day"
    known = await authorities.named(tx, [to.authority])
    check_there(known.get(to.authority), of=of.provenance, on=to.from_day, pointer="/authority")
    await initiatives.save_transfer(tx, initiative)
    await outbox.publish(tx, transferred)


async def rename_initiative(tx: Tx, id: UUID, *, title_da: str, title_en: str | None, expect: Expect) -> None:
    """The initiative is called so."""
    initiative, _ = await _loaded(tx, id, expect)
    await initiatives.save_title(tx, domain.rename(initiative, title_da=title_da, title_en=title_en))


async def describe_initiative(tx: Tx, id: UUID, said: Description, *, expect: Expect, now: Now) -> None:
    """What the initiative is about is said anew."""
    await descriptions.hold_descriptions(tx)
    initiative, of = await _loaded(tx, id, expect)
    at = now(of.provenance)
    initiative, described = describe(initiative, said, of=of, at=at)
    known = await authorities.named(tx, said.partners)
    for place, each in enumerate(said.partners):
        check_there(known.get(each), of=of.provenance, on=danish_day(at), pointer=f"/partners/{place}")
    others = [*said.depends_on, *([said.carried_on_from] if said.carried_on_from else [])]
    years = await descriptions.years_of(tx, others, of=of.provenance)
    for place, other in enumerate(others):
        if other not in years:
            pointer = f"/depends_on/{place}" if place < len(said.depends_on) else "/carried_on_from"
            raise initiatives.InitiativeMissing("There is no such initiative for a plan of this kind.", pointer=pointer)
    check_acyclic(id, said.depends_on, await descriptions.needs(tx, said.depends_on))
    if said.carried_on_from is not None:
        check_earlier(years[said.carried_on_from], of.year)
    await initiatives.save_revision(tx, initiative)
    await descriptions.add_description(tx, id, said, revision=initiative.revision, at=at)
    await outbox.publish(tx, described)


async def complete_initiative(
    tx: Tx, id: UUID, *, as_planned: bool, source_url: str | None, expect: Expect, now: Now
) -> None:
    """The initiative has done what it was to do."""
    initiative, of = await _loaded(tx, id, expect)
    at, states = now(of.provenance), await milestones.states_of(tx, id)
    initiative, completed = domain.complete(
        initiative, as_planned=as_planned, milestones=states, source_url=source_url, of=of, at=at
    )
    await initiatives.save_initiative(tx, initiative, Change(at, source_url=source_url))
    await follow_initiative(tx, initiative, of=of, at=at)
    await outbox.publish(tx, *completed)


async def give_up_initiative(
    tx: Tx,
    id: UUID,
    *,
    how: Given,
    reason_code: Reason,
    reason: str,
    source_url: str | None,
    approval: Approval | None,
    expect: Expect,
    now: Now,
) -> None:
    """The initiative was abandoned or cancelled, and says why and who approved that."""
    initiative, of = await _loaded(tx, id, expect)
    change = Change(now(of.provenance), reason_code, reason, source_url, approval)
    initiative, given_up = domain.give_up(initiative, how, change=change, of=of)
    await initiatives.save_initiative(tx, initiative, change)
    await follow_initiative(tx, initiative, of=of, at=change.at)
    await outbox.publish(tx, *given_up)


async def split_initiative(
    tx: Tx, id: UUID, parts: Sequence[Initiative], *, source_url: str | None, expect: Expect, now: Now
) -> None:
    """The initiative goes on as its parts."""
    initiative, of = await _loaded(tx, id, expect)
    change = Change(now(of.provenance), source_url=source_url)
    named = [(f"/into/{place}", each) for place, each in enumerate(parts)]
    await check_responsible(tx, named, of=of, at=change.at)
    initiative, children, events = domain.split(initiative, parts, of=of, at=change.at)
    for each in children:
        await initiatives.add_initiative(tx, each, of=of, change=change)
        await follow_initiative(tx, each, of=of, at=change.at)
    await initiatives.save_initiative(tx, initiative, change)
    await follow_initiative(tx, initiative, of=of, at=change.at)
    await initiatives.keep_lineage(tx, earlier=id, later=[each.id for each in children])
    await outbox.publish(tx, *events)


async def merge_initiative(tx: Tx, id: UUID, *, into: UUID, source_url: str | None, expect: Expect, now: Now) -> None:
    """The initiative goes on in another one of its plan."""
    await initiatives.hold_states(tx)
    (initiative, of), (other, place) = await initiatives.initiatives_for_update(tx, [id, into])
    expect(initiative.revision)
    if place.plan_id != of.plan_id:
        raise initiatives.InitiativeMissing("The plan has no such initiative.", pointer="/into")
    change = Change(now(of.provenance), source_url=source_url)
    initiative, merged = domain.merge(initiative, other, of=of, at=change.at)
    await initiatives.save_initiative(tx, initiative, change)
    await follow_initiative(tx, initiative, of=of, at=change.at)
    await initiatives.keep_lineage(tx, earlier=id, later=[into])
    await outbox.publish(tx, *merged)


async def _loaded(tx: Tx, id: UUID, expect: Expect) -> tuple[Initiative, Belonging]:
    await initiatives.hold_states(tx)
    initiative, of = await initiatives.initiative_for_update(tx, id)
    expect(initiative.revision)
    return initiative, of
