"""Which fields an event may have: classified, and of a kind that leaves no room for identity or prose.

Source: databeskyttelsesloven §§ 8, 10 and 22; GDPR articles 9 and 10; suppression practice of Danmarks Statistik.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin
from uuid import UUID

from annotated_types import Ge, Gt, Le, Lt, MaxLen
from pydantic.fields import FieldInfo

from contracts.geography import PoliceDistrictSlug
from contracts.values import LARGEST, OPEN_CODE, Classification, Code, MunicipalityCode, Openness, PartialDate, WriterCheck

DENIED: Final = frozenset(
    """
    name names alias initials username handle email mail mailbox phone telephone mobile photo picture image cpr ssn
    hash salt pseudonym citizen person persons victim perpetrator participant child sibling parent relative family
    address street postcode zip city town location place venue shelter destination travel vehicle latitude longitude
    gps ip school workplace employer employee ethnicity ethnic race origin religion faith health diagnosis sexuality
    residence nationality citizenship crime offence suspect suspicion text note notes comment comments title
    description summary subject_line message remark remarks file filename journal polsas case_number
    """.split()
)
"""Words that no field's name may have, because of what people would put there."""
WITH_MUNICIPALITY_DENIED: Final = frozenset({"age", "sex", "gender", "risk"})
"""Words that, beside a municipality and a day, may point to one person."""
EXACT: Final = (date, datetime, PartialDate)
IDENTITIES: Final = ("0101701234", "010170-1234", "12345678", "+45 12345678", "a.b@example.org", "anna", "Anna", "to ord")
_CODE_VALUE: Final = re.compile(r"[a-z0-9][a-z0-9_]{0,39}", re.ASCII)
_MUNICIPALITY: Final = get_args(MunicipalityCode)[1]
_POLICE_DISTRICTS: Final = frozenset(get_args(PoliceDistrictSlug))


def check(
    owner: str, annotations: Mapping[str, Any], *, public: bool, case_derived: bool, aggregate: bool
) -> tuple[Classification, ...]:
    """The classification of each field, all of them allowed.

    Raises: TypeError naming the field and the rule that it breaks.
    """
    if public and case_derived and not aggregate:
        message = f"{owner}: a case-derived event is public only as a suppressed aggregate."
        raise TypeError(message)
    placed = any(names_municipality(each) for each in annotations.values())
    found: list[Classification] = []
    for name, annotation in annotations.items():
        classes = [each for each in _metadata(annotation) if isinstance(each, Classification)]
        problem = (
            _problem_of_name(name, placed=placed, case_derived=case_derived)
            or ("has no classification" if len(classes) != 1 else None)
            or ("is not public in a public event" if public and classes[0] is not Classification.PUBLIC else None)
            or _problem_of_type(annotation, ())
            or (_problem_when_case_derived(annotation) if case_derived else None)
        )
        if problem:
            message = f"{owner}.{name} {problem}."
            raise TypeError(message)
        found.append(classes[0])
    return tuple(found)


def names_municipality(annotation: Any) -> bool:  # noqa: ANN401
    """Whether the field holds a municipality code, alone or in a collection."""
    return any(each == _MUNICIPALITY for each in _leaves(annotation))


def widened(annotation: Any) -> Any:  # noqa: ANN401
    """The same annotation as readers take it: open enumerations as any short code, writers' checks left out."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *metadata = get_args(annotation)
        if any(isinstance(each, Openness) for each in metadata):
            inner, metadata = str, [Code(OPEN_CODE, 40), *(m for m in metadata if not isinstance(m, Openness))]
        kept = tuple(each for each in metadata if not isinstance(each, WriterCheck))
        return Annotated[(widened(inner), *kept)] if kept else widened(inner)
    if origin is Literal or origin is None:
        return annotation
    arguments = tuple(widened(each) for each in get_args(annotation))
    return Union[arguments] if origin in (Union, UnionType) else origin[arguments]  # noqa: UP007


def _problem_of_name(name: str, *, placed: bool, case_derived: bool) -> str | None:
    words = set(name.split("_"))
    if words & DENIED and not name.endswith("_count"):
        return "has a name that invites identity or free text"
    if placed and words & WITH_MUNICIPALITY_DENIED:
        return "may single out a person together with the municipality"
    if "risk" in words and not case_derived:
        return "states a risk, which only a case-derived event may"
    return None


def _problem_of_type(annotation: Any, metadata: tuple[Any, ...]) -> str | None:  # noqa: ANN401, PLR0911
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *own = get_args(annotation)
        return _problem_of_type(inner, (*metadata, *own))
    if origin in (Union, UnionType):
        return next((p for each in get_args(annotation) if (p := _problem_of_type(each, metadata))), None)
    if origin is Literal:
        return _problem_of_values(get_args(annotation))
    if origin in (tuple, list, frozenset):
        if not any(isinstance(each, MaxLen) for each in _flat(metadata)):
            return "is a collection without a greatest length"
        items = (each for each in get_args(annotation) if each is not Ellipsis)
        return next((p for each in items if (p := _problem_of_type(each, ()))), None)
    if annotation in (UUID, bool, NoneType, *EXACT):
        return None
    if annotation in (int, Decimal):
        return None if _bounded(metadata) else f"is a number without bounds within ±{LARGEST:,}"
    if annotation is str:
        return _problem_of_code(metadata)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return _problem_of_values([each.value for each in annotation])
    return "has a type that could carry free text or identity"


def _problem_of_values(values: Iterable[object]) -> str | None:
    fine = all(isinstance(each, str) and _CODE_VALUE.fullmatch(each) for each in values)
    return None if fine else "lists values that are not short codes"


def _problem_of_code(metadata: tuple[Any, ...]) -> str | None:
    codes = [each for each in metadata if isinstance(each, Code)]
    if not codes or any(re.search(each.pattern, one) for each in codes for one in IDENTITIES):
        return "could carry free text or identity"
    return None


def _problem_when_case_derived(annotation: Any) -> str | None:  # noqa: ANN401
    if names_municipality(annotation):
        return "names a municipality in a case-derived event"
    for each in _leaves(annotation):
        if each in EXACT:
            return "states a day in a case-derived event"
        if isinstance(each, Code) and "https" in each.pattern:
            return "holds an address in a case-derived event"
        if get_origin(each) is Literal and set(get_args(each)) == _POLICE_DISTRICTS:
            return "may name a police district with fewer than three municipalities"
    return None


def _bounded(metadata: tuple[Any, ...]) -> bool:
    flat = list(_flat(metadata))
    low = [each.ge if isinstance(each, Ge) else each.gt for each in flat if isinstance(each, Ge | Gt)]
    high = [each.le if isinstance(each, Le) else each.lt for each in flat if isinstance(each, Le | Lt)]
    return any(each >= -LARGEST for each in low) and any(each <= LARGEST + 1 for each in high)


def _flat(metadata: Iterable[Any]) -> Iterator[Any]:
    for each in metadata:
        yield from each.metadata if isinstance(each, FieldInfo) else (each,)


def _metadata(annotation: Any) -> tuple[Any, ...]:  # noqa: ANN401
    return get_args(annotation)[1:] if get_origin(annotation) is Annotated else ()


def _leaves(annotation: Any) -> Iterator[Any]:  # noqa: ANN401
    """Every type, enumeration and marker that the annotation is made of."""
    if get_origin(annotation) in (None, Literal):
        yield annotation
    else:
        for each in get_args(annotation):
            yield from _leaves(each)
