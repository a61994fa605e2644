"""What may be asked of the quality checklist: its points, what was found of a plan, and good examples."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from advisory.domain import plan_quality as domain
from advisory.domain import preparedness_plan
from advisory.domain.days import danish_day
from advisory.queries.preparedness_plan import Now, plans
from advisory.store import plan_quality as quality_store
from advisory.store import preparedness_plan as store
from chassis.database import Tx
from contracts.geography import municipality, police_district_of, provenance_of, region_of
from contracts.values import PartialDate


class CriterionView(BaseModel):
    """A point of the checklist."""

    code: str
    valid_from: date
    valid_to: date | None
    title_da: str
    title_en: str
    basis: str | None = Field(description="The law or guide that asks for it; null where MÆRK has chosen it")


class Criteria(BaseModel):
    """The checklist of a day."""

    on: date
    items: tuple[CriterionView, ...]


class AssessmentView(BaseModel):
    """What was found of a version on a day."""

    version: int
    source: preparedness_plan.Source = Field(description="The municipality itself, or MÆRK")
    assessed_on: date
    findings: dict[str, domain.Finding]


class Assessments(BaseModel):
    """All of a plan, the oldest first."""

    items: tuple[AssessmentView, ...]


class GoodExample(BaseModel):
    """A plan that others can learn from, and how near its municipality is."""

    municipality_code: str
    municipality: str
    same_police_district: bool
    same_region: bool
    adopted_on: PartialDate
    published_url: str
    verified_on: date
    partly: int = Field(description="Points that MÆRK found partly met; none was missing")


class GoodExamples(BaseModel):
    """Plans of others, the nearest municipalities' first: the same police district, the same region, the country."""

    items: tuple[GoodExample, ...]


async def criteria(tx: Tx, on: date) -> Criteria:
    """The points that are asked for that day."""
    found = [each for each in await quality_store.criteria(tx) if each.holds(on)]
    return Criteria(on=on, items=tuple(CriterionView(**vars(each)) for each in found))


async def assessments(tx: Tx, id: UUID) -> Assessments:
    """What was found of a plan.

    Raises: PreparednessPlanMissing.
    """
    if not await tx.fetchval("select exists (select from preparedness_plans where id = $1)", id):
        raise store.PreparednessPlanMissing("There is no such preparedness plan.")
    rows = await tx.fetch(
        "select version, source, assessed_on, findings from plan_assessments where plan_id = $1 order by number", id
    )
    return Assessments(items=tuple(AssessmentView.model_validate(dict(row)) for row in rows))


async def good_examples(tx: Tx, municipality_code: str, *, now: Now, limit: int) -> GoodExamples:
    """Plans that meet the law, that MÆRK has verified, and in which MÆRK found nothing missing."""
    provenance = provenance_of(municipality_code)
    on = danish_day(now(provenance))
    newest: dict[tuple[UUID, int], Any] = {
        (row["plan_id"], row["version"]): row["findings"]
        for row in await tx.fetch(
            "select plan_id, version, findings from plan_assessments where source = 'maerk_verified' order by number"
        )
    }
    found: list[GoodExample] = []
    for plan in await plans(tx, provenance):
        version = plan.in_force
        if plan.municipality_code == municipality_code or version is None or version.verified_on is None:
            continue
        findings = list(newest.get((plan.id, version.version), {}).values())
        if not findings or "missing" in findings or not preparedness_plan.is_compliant(plan, on=on):
            continue
        assert version.adopted_on is not None
        assert version.published_url is not None
        districts = {police_district_of(code, on) for code in (municipality_code, plan.municipality_code)}
        regions = {region_of(code, on) for code in (municipality_code, plan.municipality_code)}
        found.append(
            GoodExample(
                municipality_code=plan.municipality_code,
                municipality=municipality(plan.municipality_code).name,
                same_police_district=len(districts) == 1,
                same_region=len(regions) == 1,
                adopted_on=version.adopted_on,
                published_url=version.published_url,
                verified_on=version.verified_on,
                partly=findings.count("partly"),
            )
        )
    found.sort(key=lambda one: (not one.same_police_district, not one.same_region, one.partly, one.municipality_code))
    return GoodExamples(items=tuple(found[:limit]))
