"""Which police districts there are, which municipalities belong to each, and who says so."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from contracts import geography
from contracts.geography import FurtherEvidence, PoliceDistrictSlug
from cooperation.domain.calendar import day_of


class MunicipalityView(BaseModel):
    """A municipality of the district."""

    code: str
    name: str


class PoliceDistrictView(BaseModel):
    """A police district, and what its municipalities rest on."""

    slug: PoliceDistrictSlug = Field(description="How the district is named in requests and events")
    number: int = Field(description="As in Danmarks Statistik's classification")
    name: str
    municipalities: tuple[MunicipalityView, ...] = Field(description="Ascending by code")
    source_url: str = Field(description="Which data set says that these are its municipalities")
    dated: date = Field(description="The date of that data set")
    read_on: date = Field(description="When it was read")
    further_evidence: FurtherEvidence = Field(
        description="Whether other pages name all its municipalities, name some, count them, or none was found"
    )
    further_urls: tuple[str, ...] = Field(description="Those pages")


class PoliceDistricts(BaseModel):
    """All twelve, by number."""

    as_of: date = Field(description="The day in Denmark on which geography was judged")
    items: tuple[PoliceDistrictView, ...]


def police_districts(at: datetime) -> PoliceDistricts:
    """The districts as they are at that moment."""
    on = day_of(at)
    return PoliceDistricts(
        as_of=on,
        items=tuple(
            PoliceDistrictView(
                slug=each.slug,
                number=each.number,
                name=each.name,
                municipalities=tuple(
                    MunicipalityView(code=place.code, name=place.name)
                    for place in geography.municipalities_of(each.slug, on)
                ),
                source_url=each.source_url,
                dated=each.dated,
                read_on=each.read_on,
                further_evidence=each.further_evidence,
                further_urls=each.further_urls,
            )
            for each in geography.police_districts()
        ),
    )
