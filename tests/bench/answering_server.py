"""The planning service with one more route, which does nothing behind the same authentication.

With BENCH_WITHOUT_OUTBOX set, writes publish nothing.
"""

import os
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from chassis import outbox, runtime
from chassis.auth import Principal
from chassis.web.edge import Credentials, Edge, Permit
from planning.__main__ import SERVICE


class _Known(Permit):
    async def __call__(self, request: Request, credentials: Credentials) -> Principal:
        return await self._principal(request, credentials)


router = APIRouter(route_class=Edge)


@router.post("/v1/no-op")
async def do_nothing(_: Annotated[Principal, Depends(_Known("plan_editor"))]) -> dict[str, bool]:
    return {"done": True}


async def _nothing(*_: Any) -> None:
    """Nothing is published."""


if __name__ == "__main__":
    if "BENCH_WITHOUT_OUTBOX" in os.environ:
        outbox.publish = _nothing
    assert SERVICE.router is not None
    routes = list(SERVICE.router.routes)
    beside = next(place for place, each in enumerate(routes) if getattr(each, "path", "") == "/v1/priorities")
    routes[beside:beside] = router.routes  # what is looked for among so many routes takes as long to find
    router.routes[:] = routes
    runtime.main(replace(SERVICE, router=router))
