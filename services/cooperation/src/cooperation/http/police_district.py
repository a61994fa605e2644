"""The police districts over HTTP, for everybody who works with cooperation."""

from typing import Annotated

from fastapi import APIRouter

from chassis.web.edge import Edge, Query, reading
from cooperation.http.fields import OWNERS, STAFF
from cooperation.queries import police_district as queries
from cooperation.queries.police_district import PoliceDistricts

router = APIRouter(route_class=Edge, prefix="/v1", tags=["police districts"])


@router.get("/police-districts", summary="The twelve police districts with their municipalities, source and date")
async def police_districts(query: Annotated[Query, reading(*STAFF, *OWNERS)]) -> PoliceDistricts:
    return queries.police_districts(query.clock.now("actual"))
