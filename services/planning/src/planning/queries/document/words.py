"""The words, numbers and moments of documents, in Danish."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from re import sub
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from chassis.document.blocks import NOT_STATED
from contracts.taxonomy import CHILDREN_YOUTH_NAMES_DA
from planning.domain.period import Period

DENMARK: Final = ZoneInfo("Europe/Copenhagen")
NOT_SHOWN: Final = "vises ikke"
STATES: Final[Mapping[str, str]] = {
    "proposed": "foreslået",
    "planned": "planlagt",
    "funded": "finansieret",
    "launched": "igangsat",
    "on_track": "følger planen",
    "at_risk": "i risiko",
    "delayed": "forsinket",
    "completed_as_planned": "gennemført som planlagt",
    "completed_changed": "gennemført i ændret form",
    "abandoned": "opgivet",
    "cancelled": "aflyst",
    "merged": "lagt sammen med en anden",
    "split": "delt",
}
REASONS: Final[Mapping[str, str]] = {
    "too_few_applications": "for få ansøgninger",
    "epidemic": "epidemi",
    "no_funding": "ingen finansiering",
    "law_changed": "loven er ændret",
    "priorities_changed": "ændrede prioriteter",
    "replaced": "erstattet",
    "other": "anden grund",
}
POSITIONS: Final[Mapping[str, str]] = {"agrees": "enig", "has_comments": "har bemærkninger", "disagrees": "uenig"}
STATUSES: Final[Mapping[str, str]] = {
    "preliminary": "foreløbigt",
    "final": "endeligt",
    "corrected": "rettet",
    "entered": "efter kilden",
}
BOUNDS: Final[Mapping[str, str]] = {"at_least": "mindst", "at_most": "højst"}
MILESTONES: Final[Mapping[str, str]] = {
    "open": "ikke nået endnu",
    "due_soon": "skal snart være nået",
    "overdue": "ikke nået til tiden",
    "met": "nået",
    "dropped": "frafaldet",
}
PROOFS: Final[Mapping[str, str]] = {
    "event_proved": "talt i hændelser",
    "document_proved": "vist ved et dokument",
    "claimed": "oplyst",
    "none": "ikke vist",
}
WAYS: Final[Mapping[str, tuple[str, str]]] = {
    "plan": ("B", "Beredskabsplan"),
    "agreement": ("A", "Samarbejdsaftale"),
    "advised": ("F", "Rådgivningsforløb"),
    "visited": ("R", "Besøg af Rejseholdet"),
}
"""The letter on a municipality's tile, and what it stands for."""
PLANS: Final[Mapping[str, tuple[str, str]]] = {
    "valid": ("B", "gyldig"),
    "too_old": ("G", "for gammel"),
    "withdrawn": ("T", "ingen gældende: trukket tilbage"),
    "adopted": ("V", "vedtaget, ikke offentliggjort"),
    "none_known": ("", "ingen gældende kendt"),
}
"""The letter on a municipality's tile for what is known of its preparedness plan, and what it stands for."""
NOT_KNOWN: Final[Mapping[str, str]] = {"agreement": "ingen gældende kendt"}
"""What is said of a municipality of which a way is not known to be true, where it may have been true before."""
PUBLICATIONS: Final[Mapping[str, str]] = {
    "report": "Rapport",
    "study": "Undersøgelse",
    "mapping": "Kortlægning",
    "handbook": "Håndbog",
    "guide": "Vejledning",
    "template": "Skabelon",
    "action_card": "Handlekort",
    "leaflet": "Folder",
    "teaching_material": "Undervisningsmateriale",
    "film": "Film",
    "podcast": "Podcast",
    "poster": "Plakat",
    "newsletter": "Nyhedsbrev",
    "dataset_note": "Note om data",
    "action_plan": "Handlingsplan",
    "evaluation": "Evaluering",
}
"""A kind that was added later than this is said as its code."""
MONTHS: Final = (
    "januar", "februar", "marts", "april", "maj", "juni",
    "juli", "august", "september", "oktober", "november", "december",
)  # fmt: skip
_PLAIN: Final = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})
TWO_DEFINITIONS: Final = "Tal under forskellige definitioner kan ikke trækkes fra hinanden."
FEW_CASES: Final = "Hvor der er under fem enkeltsager bag et tal, vises det ikke."


def youth(value: str | None) -> str:
    """How much something is about children and youth."""
    return NOT_STATED if value is None else CHILDREN_YOUTH_NAMES_DA[value]


def plan_of(known: str | None, ways: Collection[str]) -> str:
    """What is known of a municipality's preparedness plan; documents that are older say only whether it is valid."""
    return known or ("valid" if "plan" in ways else "none_known")


def known(way: str, ways: Collection[str], plan: str | None) -> str:
    """What is known of a municipality in this way."""
    if way == "plan":
        return PLANS[plan_of(plan, ways)][1]
    return "ja" if way in ways else NOT_KNOWN.get(way, "ikke kendt")


def position(value: str | None) -> str:
    """Where an authority stands that was asked."""
    return "intet svar" if value is None else POSITIONS[value]


def state(value: str, reason_code: str | None) -> str:
    """How far an initiative is, and why it was given up."""
    return STATES[value] + (f": {REASONS[reason_code]}" if reason_code else "")


def named(name: str, unit: str | None) -> str:
    """A figure's name with what its values are numbers of."""
    return f"{name} ({unit})" if unit else name


def title(of: str, year: int) -> str:
    """A plan's title with its year, which many titles name."""
    return of if str(year) in of else f"{of} {year}"


def file_name(*said: str) -> str:
    """What is said in letters that every system has in the names of files."""
    return "-".join(sub("[^a-z0-9]+", "-", each.lower().translate(_PLAIN)).strip("-") for each in said)


def host(url: str) -> str:
    """Where a page lies."""
    return urlsplit(url).hostname or url


def typed(period_name: str, as_of: datetime, source_url: str | None) -> bool:
    """Whether a value was typed from its source when its period was over: then it is not preliminary."""
    return source_url is not None and Period(period_name).ends_at <= as_of


def status(of: str, period_name: str, as_of: datetime, source_url: str | None) -> str:
    """How far a value is settled; one that was typed from the source of a past period is as the source has it."""
    return "entered" if of == "preliminary" and typed(period_name, as_of, source_url) else of


def target(bound: str, of: Decimal, *, reached: bool | None, is_over: bool = True) -> str:
    """What a figure is to be, and whether it is."""
    said = f"{BOUNDS[bound]} {number(of)}"
    if reached is None:
        return said
    if reached:
        return f"{said}: nået"
    return f"{said}: {'ikke nået' if is_over else 'ikke nået endnu'}"


def value(of: Decimal | None, out_of: int | None = None, *, step: str | None = None, said: str | None = None) -> str:
    """A figure, in words where it was read so; one that few single cases are behind is not shown."""
    if step is not None:
        return f"{step}: {said}" if said else step
    return NOT_SHOWN if of is None else number(of) + (f" af {out_of}" if out_of else "")


def money(amount: Decimal | None) -> str:
    """An amount in million kroner."""
    return NOT_STATED if amount is None else f"{number(amount)} mio. kr."


def number(of: Decimal | int) -> str:
    """A number as it is written in Denmark."""
    said = f"{Decimal(of).normalize():,f}"
    return said.translate(str.maketrans(",.", ".,"))


def moment(at: datetime) -> str:
    """A moment in Danish time."""
    there = at.astimezone(DENMARK)
    return f"{there.day}. {MONTHS[there.month - 1]} {there.year} kl. {there:%H.%M}"


def day(on: str | date) -> str:
    """A day, or a month where no more is stated."""
    year, month, *rest = str(on).split("-")
    return f"{int(rest[0])}. {MONTHS[int(month) - 1]} {year}" if rest else f"{MONTHS[int(month) - 1]} {year}"


def period(name: str) -> str:
    """A year, a quarter or a month."""
    year, _, part = name.partition("-")
    if part.startswith("Q"):
        return f"{part[1:]}. kvartal {year}"
    return f"{MONTHS[int(part) - 1]} {year}" if part else year


def short_period(name: str) -> str:
    """The same, where there is little room."""
    year, _, part = name.partition("-")
    if part.startswith("Q"):
        return f"{part[1:]}. kv. {year[2:]}"
    return f"{MONTHS[int(part) - 1][:3]} {year[2:]}" if part else year


def paragraphs(text: str | None) -> list[str]:
    """A text's paragraphs; what nobody stated is said to be so."""
    return [NOT_STATED.capitalize() + "."] if text is None else [each for each in text.split("\n") if each.strip()]


def count(number: int, one: str, many: str) -> str:
    """So many of them."""
    return f"{number} {one if number == 1 else many}"
