"""Synthetic enquiries in a service that runs: all there, closed unless acute, and not doubled by a second loading."""

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

import httpx2

from embedded.platform import Platform
from maerk import synthetic
from maerk.api import Api
from support.services import Caller, system

COUNT = 40


class Desk:
    """The service, called as the loader calls it."""

    def __init__(self, caller: Caller) -> None:
        self.client = httpx2.Client(base_url=caller.url, headers={"Authorization": f"Bearer {caller.token}"})

    def get(self, path: str, **parameters: Any) -> Any:
        return self.client.get(path, params=parameters).raise_for_status().json()

    def post(self, path: str, body: Any = None, *, key: str, revision: int | None = None) -> Any:
        headers = {"Idempotency-Key": key} | ({} if revision is None else {"If-Match": f'"{revision}"'})
        return self.client.post(path, json=body, headers=headers).raise_for_status().json()


async def test_they_are_loaded_once_and_none_is_actual(own_platform: Any, tmp_path: Path) -> None:
    platform: Platform = own_platform("postgres")
    with system(platform, "advisory", folder=tmp_path, MAERK_ZIPKIN_URL="") as built:
        process = built.processes["advisory"]
        process.arguments = ("--only", "http")
        await process.start()
        desk = Desk(built.caller("advisory", "adviser"))
        until: date = datetime.now(UTC).date()
        with desk.client:
            loaded = [
                await asyncio.to_thread(synthetic.load, cast("Api", desk), until=until, count=COUNT) for _ in "ab"
            ]
            found = desk.get("/v1/enquiries", provenance="synthetic", limit=200)
            actual = desk.get("/v1/enquiries")
    assert (loaded, found["total"], actual["total"]) == ([COUNT, 0], COUNT, 0)
    assert {(each["urgency"] == "acute", each["state"]) for each in found["items"]} <= {
        (True, "received"),
        (False, "closed"),
    }
