"""Which fields an event may have: classified, and of a kind that leaves no room for identity or prose.

Source: databeskyttelsesloven §§ 8, 10 and 22; GDPR articles 9 and 10; suppression practice of Danmarks Statistik.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, cast, get_args, get_origin
from uuid import UUID

from annotated_types import Ge, Le, MaxLen
from pydantic import AwareDatetime
from pydantic.fields import FieldInfo

from contracts.geography import PoliceDistrictSlug
from contracts.values import (
    LARGEST,
    OPEN_CODE,
    Classification,
    Code,
    Figure,
    MunicipalityCode,
    Openness,
    PartialDate,
    PublicUrl,
    WriterCheck,
)

DENIED: Final = frozenset(
    """
    name names surname nickname alias initials user username handle email mail mailbox phone telephone mobile photo
    picture image cpr ssn passport birth born hash salt pseudonym citizen person persons victim perpetrator participant
    child sibling parent relative family address street postcode zip city town country location place venue shelter
    destination travel vehicle latitude longitude gps ip school workplace employer employee ethnicity ethnic race
    religion faith health diagnosis sexuality residence nationality citizenship crime offence suspect suspicion text
    note notes comment comments title description summary message remark remarks file filename journal polsas case
    """.split()  # noqa: SIM905 - one word a line would fill two pages
)
"""Words that no field's name may have, because of what people would put there."""
WITH_MUNICIPALITY_DENIED: Final = frozenset({"age", "sex", "gender", "risk"})
"""Words that, beside a municipality and a day, may point to one person."""
EXACT: Final = (date, AwareDatetime, PartialDate)
IDENTITIES: Final = (
    "0101701234",
    "010170-1234",
    "12345678",
    "+45 12345678",
    "a.b@example.org",
    "anna",
    "Anna",
    "to ord",
)
_CODE_VALUE: Final = re.compile(r"[a-z0-9][a-z0-9_]{0,39}", re.ASCII)
_MUNICIPALITY: Final = get_args(MunicipalityCode)[1]
_ADDRESS: Final = get_args(PublicUrl)[1]
_FIGURE: Final = get_args(Figure)[1]
_POLICE_DISTRICTS: Final = get_args(PoliceDistrictSlug)


def check(
    owner: str,
    annotations: Mapping[str, Any],
    *,
    required: AbstractSet[str],
    public: bool,
    case_derived: bool,
    aggregate: bool,
) -> tuple[Classification, ...]:
    """The classification of each field, all of them allowed.

    Raises: TypeError naming the field and the rule that it breaks.
    """
    if public and case_derived and not aggregate:
        raise TypeError(f"{owner}: a case-derived event is public only as a suppressed aggregate.")
    placed = any(names_municipality(each) for each in annotations.values())
    found: list[Classification] = []
    for name, annotation in annotations.items():
        classes = [each for each in _metadata(annotation) if isinstance(each, Classification)]
        problem = (
            _problem_of_name(name, placed=placed, case_derived=case_derived)
            or ("has no classification" if len(classes) != 1 else None)
            or ("is not public in a public event" if public and classes[0] is not Classification.PUBLIC else None)
            or _problem_of_type(annotation, ())
            or ("may be absent but has no default" if name in required and NoneType in _leaves(annotation) else None)
            or (_problem_when_case_derived(annotation) if case_derived else None)
        )
        if problem:
            raise TypeError(f"{owner}.{name} {problem}.")
        found.append(classes[0])
    return tuple(found)


def names_municipality(annotation: Any) -> bool:
    """Whether the field holds a municipality code, alone or in a collection."""
    return any(each == _MUNICIPALITY for each in _leaves(annotation))


def widened(annotation: Any) -> Any:
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
    return Union[arguments] if origin in (Union, UnionType) else origin[arguments]  # noqa: UP007 - built at run time


def _problem_of_name(name: str, *, placed: bool, case_derived: bool) -> str | None:
    words = set(name.split("_"))
    if words & DENIED and not name.endswith("_count"):
        return "has a name that invites identity or free text"
    if placed and words & WITH_MUNICIPALITY_DENIED:
        return "may single out a person together with the municipality"
    if "risk" in words and not case_derived:
        return "states a risk, which only a case-derived event may"
    return None


def _problem_of_type(annotation: Any, metadata: tuple[Any, ...]) -> str | None:  # noqa: PLR0911 - one line for each kind of type
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
    if annotation is Decimal:
        return None if _FIGURE in metadata else "is a fraction but not a Figure"
    if annotation is int:
        return None if _bounded(metadata) else f"is a number without bounds within ±{LARGEST:,}"
    if annotation is str:
        return _problem_of_code(metadata)
    return "has a type that could carry free text or identity"


def _problem_of_values(values: Iterable[object]) -> str | None:
    fine = all(isinstance(each, str) and _CODE_VALUE.fullmatch(each) for each in values)
    return None if fine else "lists values that are not short codes"


def _problem_of_code(metadata: tuple[Any, ...]) -> str | None:
    codes = [each for each in metadata if isinstance(each, Code)]
    if not codes or any(re.search(each.pattern, one) for each in codes for one in IDENTITIES):
        return "could carry free text or identity"
    return None


def _problem_when_case_derived(annotation: Any) -> str | None:
    if names_municipality(annotation):
        return "names a municipality in a case-derived event"
    for each in _leaves(annotation):
        if each in EXACT:
            return "states a day in a case-derived event"
        if each == _ADDRESS:
            return "holds an address in a case-derived event"
        if get_origin(each) is Literal and get_args(each) == _POLICE_DISTRICTS:
            return "may name a police district with fewer than three municipalities"
    return None


def _bounded(metadata: tuple[Any, ...]) -> bool:
    flat = list(_flat(metadata))
    above = any(isinstance(each, Ge) and cast("Any", each.ge) >= -LARGEST for each in flat)
    below = any(isinstance(each, Le) and cast("Any", each.le) <= LARGEST for each in flat)
    return above and below


def _flat(metadata: Iterable[Any]) -> Iterator[Any]:
    for each in metadata:
        yield from each.metadata if isinstance(each, FieldInfo) else (each,)


def _metadata(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation)[1:] if get_origin(annotation) is Annotated else ()


def _leaves(annotation: Any) -> Iterator[Any]:
    """Every type, enumeration and marker that the annotation is made of."""
    if get_origin(annotation) in (None, Literal):
        yield annotation
    else:
        for each in get_args(annotation):
            yield from _leaves(each)
