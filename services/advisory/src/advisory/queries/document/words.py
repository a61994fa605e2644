"""The codes of processes in Danish, and days and notices as such pages say them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from advisory.domain import need, process
from advisory.domain import process_parts as parts
from advisory.domain.days import danish_day, in_danish
from advisory.domain.enquiry import Setting
from chassis.document.blocks import NOT_STATED, Notice
from contracts.taxonomy import ProfessionCode
from contracts.values import Provenance

KINDS: Final[Mapping[str, str]] = {
    "preparedness_plan": "beredskabsplan",
    "action_plan": "handlingsplan",
    "work_process": "arbejdsgang",
    "upskilling": "kompetenceudvikling",
    "exit_setup": "exitindsats",
    "civil_society_involvement": "inddragelse af civilsamfundet",
    "school_effort": "indsats i skoler og uddannelser",
}
DELIVERABLES: Final[Mapping[parts.DeliverableKind, str]] = {
    "preparedness_plan": "beredskabsplan",
    "action_plan": "handlingsplan",
    "work_process": "arbejdsgang",
    "school_procedure": "procedure for skoler og uddannelser",
    "exit_procedure": "procedure for exit",
    "teaching": "undervisning",
    "other": "andet",
}
INSTITUTIONS: Final[Mapping[process.Institution, str]] = {
    "day_care": "dagtilbud",
    "school": "skole",
    "youth_education": "ungdomsuddannelse",
    "upper_education": "videregående uddannelse",
}
SETTINGS: Final[Mapping[Setting, str]] = {
    "family": "familien",
    "school": "skolen",
    "youth_education": "ungdomsuddannelsen",
    "leisure": "fritiden",
    "workplace": "arbejdspladsen",
    "job_centre": "jobcentret",
    "online": "nettet",
}
LEADS: Final[Mapping[process.Lead, str]] = {
    "travel_team": "Rejseholdet",
    "adviser": "en rådgiver i MÆRK",
    "security_consultant": "en sikkerhedskonsulent",
}
EFFECTS: Final[Mapping[process.Effect, str]] = {
    "achieved": "opnået",
    "partly": "delvist opnået",
    "not_achieved": "ikke opnået",
    "unknown": "kan ikke siges",
}
FORMS: Final[Mapping[parts.Form, str]] = {"visit": "besøg", "online": "online", "by_telephone": "telefon"}
VISITS: Final[Mapping[str, str]] = {"planned": "planlagt", "held": "afholdt", "called_off": "aflyst"}
PROFESSIONS: Final[Mapping[ProfessionCode, str]] = {
    "social_worker": "socialrådgivere",
    "teacher": "lærere",
    "pedagogue": "pædagoger",
    "leader": "ledere",
    "ssp_consultant": "SSP-konsulenter",
    "nurse_doctor": "sygeplejersker og læger",
    "job_consultant": "jobkonsulenter",
    "guidance_counsellor": "vejledere",
    "police_officer": "politibetjente",
    "volunteer": "frivillige",
    "other": "andre",
}
NEEDS: Final[Mapping[need.Kind, str]] = {
    "training": "undervisning",
    "plan_help": "hjælp til beredskabsplanen",
    "police_cooperation": "samarbejde med politiet",
    "material": "materiale",
}


def day(on: date | None) -> str:
    """The day as a Danish sentence says it."""
    return NOT_STATED if on is None else in_danish(on)


def done(on: date | None) -> str:
    """The day on which it was done, or that it is still to come."""
    return "ikke endnu" if on is None else in_danish(on)


def today(at: datetime) -> str:
    """The day that it is in Denmark."""
    return in_danish(danish_day(at))


def yes(is_so: bool | None) -> str:  # noqa: FBT001  # what it says is what it is called with
    """Whether it is so; nothing where that is not asked."""
    return "" if is_so is None else "ja" if is_so else "nej"


def minutes(of: int | None) -> str:
    """So many minutes."""
    return NOT_STATED if of is None else f"{of} min."


def named(names: Mapping[Any, str], *codes: str | None) -> str:
    """What the codes stand for, one after the other."""
    return ", ".join(names[each] for each in codes if each is not None) or NOT_STATED


def notices(provenance: Provenance) -> list[Notice]:
    """What must be read before everything else of what was made up."""
    if provenance == "actual":
        return []
    said = "Steder og tal er opdigtede. Intet heri handler om virkelige kommuner eller personer."
    return [Notice("Syntetisk", said)]
