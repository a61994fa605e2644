"""A duty roster for tests, made over HTTP, and acute enquiries that ask for it."""

import re
from dataclasses import dataclass
from typing import Any

from support.inside import Caller, Inside

ENQUIRIES = "/v1/enquiries"
ACUTE: dict[str, Any] = {
    "municipality_code": "9901",
    "channel": "phone",
    "requester": "municipality_school",
    "topics": ["threats"],
    "is_case_specific": True,
    "concerns_minor": "no",
    "urgency": "acute",
}


@dataclass(frozen=True)
class Desk:
    """The duty coordinator of a service."""

    service: Inside
    caller: Caller

    async def function(self, code: str, *, mailbox: str | None = None, provenance: str = "synthetic") -> str:
        """The id of a new function, which nobody has confirmed."""
        said = {"code": code, "mailbox": mailbox or f"{code}@maerk.example", "provenance": provenance}
        return (await self.caller.post("/v1/duty-functions", said))["id"]

    async def code_sent_to(self, id: str) -> str:
        """What stands in the newest mail that asks the function to confirm."""
        body = await self.service.pool.fetchval(
            "select m.body from mail m join duty_functions f on f.mailbox = m.recipient"
            " where f.id = $1 and m.body like 'Koden er%' order by m.recorded_at desc limit 1",
            id,
        )
        return re.findall(r"\d{6}", body)[0]

    async def confirm(self, id: str) -> None:
        """Somebody at the function has read the code."""
        path = f"/v1/duty-functions/{id}"
        said = {"code": await self.code_sent_to(id)}
        await self.caller.post(f"{path}/confirm-channel", said, revision=(await self.caller.get(path))["revision"])

    async def working(self, code: str, **more: Any) -> str:
        """The id of a new function whose channel is confirmed."""
        id = await self.function(code, **more)
        await self.confirm(id)
        return id

    async def puts(self, id: str, *days: str, level: int = 1, begins: str = "00:00", ends: str = "00:00") -> list[str]:
        """The function is on duty on these days; the shifts' ids."""
        said = {"function_id": id, "level": level, "days": days, "begins": begins, "ends": ends}
        return [each["id"] for each in (await self.caller.post("/v1/duty-shifts", said))["items"]]

    async def chain(self, *days: str) -> None:
        """Three functions are on duty, on levels 1, 2 and 4."""
        for code, level in (("desk", 1), ("lead", 2), ("head", 4)):
            await self.puts(await self.working(code), *(days or ("2026-11-23",)), level=level)

    async def handed_over(self, **more: Any) -> tuple[str, str]:
        """The address of an acute enquiry and the id of its hand-over, made now."""
        path = f"{ENQUIRIES}/{(await self.caller.post(ENQUIRIES, {**ACUTE, **more}))['id']}"
        await self.does(path, "triage", team="duty_desk")
        enquiry = await self.does(path, "hand-over", target="municipality_intake")
        return path, enquiry["referrals"][0]["id"]

    async def does(self, path: str, what: str, **said: Any) -> Any:
        """The thing after this was done with it."""
        revision = (await self.caller.get(path))["revision"]
        return await self.caller.post(f"{path}/{what}", said or None, revision=revision)

    async def alarms(self, **wanted: Any) -> list[Any]:
        """The synthetic alarms."""
        return (await self.caller.get("/v1/alarms", provenance="synthetic", limit=200, **wanted))["items"]


def desk(service: Inside) -> Desk:
    """The duty desk of that service."""
    return Desk(service, service.caller("duty_coordinator"))
