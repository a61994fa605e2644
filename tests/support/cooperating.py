"""What tests of cooperation begin with: contact points, agreements and coordinations of synthetic organisations."""

from typing import Any

from support.inside import Caller, Inside

POINTS, AGREEMENTS, GAPS, COORDINATIONS = "/v1/contact-points", "/v1/agreements", "/v1/gaps", "/v1/coordinations"


def key_person(cooperation: Inside, code: str = "9901") -> Caller:
    """The key person of a municipality."""
    return cooperation.caller("municipal_key_person", municipality_codes=[code], subject=f"key-person-{code}")


def police(cooperation: Inside, district: str = "synthetic") -> Caller:
    """The contact of a police district."""
    return cooperation.caller("police_contact", police_districts=[district])


async def contact_point(caller: Caller, organisation: str, function: str = "acute_social_duty") -> dict[str, Any]:
    """A new contact point, unverified."""
    said = {"organisation": organisation, "function": function, "hours": "Hverdage 8-15", "phone": "00 00 00 00"}
    return await caller.post(POINTS, said)


async def verified(caller: Caller, organisation: str, function: str = "acute_social_duty") -> str:
    """The address of a contact point that has answered."""
    path = f"{POINTS}/{(await contact_point(caller, organisation, function))['id']}"
    await caller.post(f"{path}/verify", revision=0)
    return path


async def signed(caller: Caller, *codes: str, district: str = "synthetic", signed_on: str = "2026-11-20") -> str:
    """The address of an agreement in force."""
    said = {"police_district": district, "municipality_codes": codes, "title_da": "Syntetisk aftale"}
    path = f"{AGREEMENTS}/{(await caller.post(AGREEMENTS, said))['id']}"
    await caller.post(f"{path}/sign", {"signed_on": signed_on}, revision=0)
    return path


async def opened(caller: Caller, organisation: str = "municipality:9901", **said: Any) -> str:
    """The address of a new coordination."""
    body = {"organisation": organisation, "age_group": "minor", "topics": ["re_education_trip"], "acute": True, **said}
    return f"{COORDINATIONS}/{(await caller.post(COORDINATIONS, body))['id']}"


async def act(caller: Caller, path: str, verb: str, body: Any) -> dict[str, Any]:
    """What the coordination is after that, at the revision that it had."""
    return await caller.post(f"{path}/{verb}", body, revision=(await caller.get(path))["revision"])


async def row(caller: Caller, code: str) -> dict[str, Any]:
    """What the board of gaps says of a municipality."""
    board = await caller.get(GAPS, provenance="synthetic" if code.startswith("99") else "actual", limit=200)
    return next(each for each in board["items"] if each["municipality_code"] == code)
