"""From identified to anonymous over HTTP: the advice stays, and nothing by which anybody is recognised, anywhere."""

from typing import Any

import pytest

from support.enquiring import ACUTE, CALM, ENQUIRIES, answered, do, register, tried
from support.inside import Inside, refused

SOON = {**ACUTE, "urgency": "soon", "topics": ["involuntary_stay_abroad"]}
DONE = {"duty_to_notify": "yes", "risk_assessment_reminded": True, "siblings_considered": "yes"}
STAYS = "/v1/stay-coordinations"
MARKS = ("Kendetegn", "1f-JOURNAL-77", "15_17", "during", "leader")
"""What a test wrote into the fields by which somebody might be recognised."""


async def everything(service: Inside) -> str:
    """Every value in every table as text, bytes as the text that they are."""
    tables = await service.pool.fetch(
        "select format('%I.%I', table_schema, table_name) as name from information_schema.tables"
        " where table_schema in ('public', 'projections') and table_type = 'BASE TABLE'"
    )
    assert len(tables) > 15
    found: list[str] = []
    for table in tables:
        for row in await service.pool.fetch(f"select * from {table['name']}"):
            found += [each.decode(errors="replace") if isinstance(each, bytes) else str(each) for each in row.values()]
    return "\n".join(found)


@pytest.mark.rule("c.1/anonymised", "c.1/1")
@pytest.mark.parametrize("ends", [False, True])
async def test_from_identified_to_anonymous_the_advice_stays_and_nothing_else(advisory: Inside, ends: Any) -> None:
    adviser = advisory.caller("adviser")
    said = {**SOON, "consent_basis": "citizen", "note": "Kendetegn ved registrering", "stay_phase": "during"}
    other = await register(adviser, CALM)
    path = await register(adviser, said, same_as=other.rpartition("/")[2], setting="school")
    await do(adviser, path, "triage", team="rejseholdet")
    await do(adviser, path, "reassess", note="Kendetegn til det andet hold")
    await do(adviser, path, "answer", mode="case_specific", advice=["safety_plan"], note="Kendetegn i svaret", **DONE)
    if ends:
        await do(adviser, path, "close", outcome="advised", journal_reference="1f-JOURNAL-77")
    before = await everything(advisory)
    assert [each for each in MARKS if each in before] == [each for each in MARKS if ends or each != MARKS[1]]
    # What another enquiry says of itself is not this one's to remove.
    await do(adviser, other, "triage", team="rejseholdet")
    await do(adviser, other, "anonymise")
    seen = await do(adviser, path, "anonymise")
    after = await everything(advisory)
    assert [each for each in MARKS if each in after] == []
    assert (seen["advice"], seen["mode"], seen["setting"]) == (["safety_plan"], "anonymised", "school")
    assert seen["state"] == ("closed" if ends else "answered")
    assert [each["id"] for each in (await adviser.get(f"{path}/thread"))["items"]] == [seen["id"]]
    assert [each["code"] for each in (await adviser.get(f"{path}/answer"))["advice"]] == ["safety_plan"]
    linked = await tried(adviser, path, "join-thread", same_as=other.rpartition("/")[2])
    refused(linked, 409, "matter-unlinkable")


@pytest.mark.rule("c.1/anonymised", "p/idempotency")
async def test_a_repeat_of_a_request_whose_answer_was_erased_is_not_carried_out(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    said = {**SOON, "note": "Kendetegn"}
    enquiry = await adviser.post(ENQUIRIES, said, key="k1")
    path = f"{ENQUIRIES}/{enquiry['id']}"
    kept = await adviser.post(ENQUIRIES, CALM, key="k2")
    await do(adviser, path, "anonymise")
    refused(await adviser.command(ENQUIRIES, said, key="k1"), 409, "answer-erased")
    assert (await adviser.post(ENQUIRIES, CALM, key="k2"))["id"] == kept["id"]
    assert (await adviser.get(ENQUIRIES, provenance="synthetic"))["total"] == 2


@pytest.mark.rule("c.1/anonymised", "c.1/stay-coordination")
async def test_no_coordination_leads_back_to_what_was_made_anonymous(advisory: Inside) -> None:
    adviser = advisory.caller("adviser")
    paths = [await answered(adviser, SOON) for _ in range(3)]
    referrals = [
        (await do(adviser, each, "hand-over", target="coordination_unit"))["referrals"][0]["id"] for each in paths
    ]

    async def received(referral: str) -> Any:
        return await adviser.command(f"{STAYS}/from-referral", {"referral_id": referral, "phase": "during"})

    before = [(await received(each)).json() for each in referrals[:2]]
    assert [each["referral_id"] for each in before] == referrals[:2]
    await do(adviser, paths[0], "anonymise")
    await do(adviser, paths[2], "anonymise")
    late = (await received(referrals[2])).json()
    links = [(await adviser.get(f"{STAYS}/{each['id']}"))["referral_id"] for each in (*before, late)]
    assert links == [None, referrals[1], None], "only what is recognisable still has its link"
    for each in referrals:
        refused(await received(each), 409, "referral-already-received")
    assert (await adviser.get(STAYS, provenance="synthetic"))["total"] == 3
