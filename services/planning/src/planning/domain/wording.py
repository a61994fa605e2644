"""What the domain says in Danish by itself: a definition's binding, and the order of names."""

from planning.domain.event_names import event_da, field_da, value_da
from planning.domain.indicator import Definition, Method

COUNTS: dict[Method, str] = {
    "event_count": "Tæller hændelser",
    "distinct_count": "Tæller forskellige værdier af {by_field}, hver én gang,",
    "sum": "Lægger {sum_field} sammen",
    "mean": "Tager gennemsnittet af {sum_field}",
    "latest": "Ser på den nyeste hændelse om hver ting og tæller forskellige værdier af {by_field},"
    " når den er {counting};",
    "newest": "Viser {sum_field} fra den nyeste hændelse om det senest tilkomne",
    "manual": "Aflæses manuelt og tæller ingen hændelser",
    "described": "Vurderes i ord på en skala og tæller ingen hændelser",
}


def binding_da(definition: Definition) -> str:
    """What is counted, in one sentence that names every event type and every condition in Danish."""
    if not definition.is_counted:
        return f"{COUNTS[definition.method]}."
    what = COUNTS[definition.method].format(
        by_field=f"»{field_da(definition.by_field)}«",
        sum_field=f"»{field_da(definition.sum_field)}«",
        counting=_names(definition.counting_types),
    )
    when = "til og med periodens slutning" if definition.is_stock else "i perioden"
    said = f"{what} af typen {_names(definition.event_types)} {when}"
    if definition.method == "latest":
        said = f"{what} hændelser af typen {_names(definition.event_types)} {when}"
    where = " og ".join(
        f"»{field_da(name)}« er »{value_da(name, value)}«" for name, value in sorted(definition.match.items())
    )
    return f"{said}, hvor {where}." if where else f"{said}."


def in_danish_order(name: str) -> str:
    """What a name is sorted by: æ, ø and å are the last letters, and aa is one of them."""
    return name.casefold().replace("aa", "å").translate(str.maketrans("æøå", "{|}"))


def _names(types: tuple[str, ...]) -> str:
    """What events of these types are called: »beredskabsplan offentliggjort«."""
    names = [f"»{event_da(each)}«" for each in types]
    return " eller ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
