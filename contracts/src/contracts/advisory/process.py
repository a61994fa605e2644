"""The travelling team's courses of help, in the open or confidential, and its visits."""

from datetime import date
from typing import Literal

from contracts.event import Event
from contracts.taxonomy import Professions
from contracts.values import ChildrenYouth, Count, Internal, MunicipalityCode, Open, Public, Region, Setting

ProcessKind = Open[
    Literal[
        "preparedness_plan", "action_plan", "work_process", "upskilling", "civil_society_involvement", "school_effort"
    ]
]


ConfidentialProcessKind = Open[
    Literal[
        "exit_setup",
        "preparedness_plan",
        "action_plan",
        "work_process",
        "upskilling",
        "civil_society_involvement",
        "school_effort",
    ]
]


InstitutionType = Open[Literal["day_care", "school", "youth_education", "upper_education"]]


Effect = Open[Literal["achieved", "partly", "not_achieved", "unknown"]]


class ProcessAgreed(Event, public=True):
    """A longer course of help was agreed with a municipality (rådgivningsforløb). The subject is the process."""

    municipality_code: Public[MunicipalityCode]
    kind: Public[ProcessKind]
    children_youth: Public[ChildrenYouth]
    setting: Public[Setting | None] = None
    institution_type: Public[InstitutionType | None] = None


class ProcessCompleted(Event, public=True):
    """The course of help has ended with what was agreed."""

    municipality_code: Public[MunicipalityCode]
    kind: Public[ProcessKind]
    children_youth: Public[ChildrenYouth]
    setting: Public[Setting | None] = None
    institution_type: Public[InstitutionType | None] = None


class ProcessFollowedUp(Event, public=True):
    """Somebody has looked, some months after the course of help, what became of it."""

    municipality_code: Public[MunicipalityCode]
    kind: Public[ProcessKind]
    children_youth: Public[ChildrenYouth]
    setting: Public[Setting | None] = None
    institution_type: Public[InstitutionType | None] = None


class ProcessEffectAssessed(Event):
    """Whether the course of help has changed what it was meant to. Partners hear that one looked, not what was seen."""

    municipality_code: Internal[MunicipalityCode]
    kind: Internal[ProcessKind]
    institution_type: Internal[InstitutionType | None] = None
    effect: Internal[Effect]
    months_after: Internal[Count]


class ConfidentialProcessAgreed(Event, case_derived="quarter"):
    """A course of help was agreed that concerns exit, or began with an enquiry. The subject is the process."""

    region: Internal[Region]
    kind: Internal[ConfidentialProcessKind]
    children_youth: Internal[ChildrenYouth]


class ConfidentialProcessCompleted(Event, case_derived="quarter"):
    """A course of help has ended that concerned exit, or began with an enquiry."""

    region: Internal[Region]
    kind: Internal[ConfidentialProcessKind]
    children_youth: Internal[ChildrenYouth]


class ConfidentialProcessFollowedUp(Event, case_derived="quarter"):
    """Somebody has looked what became of a course of help that concerned exit, or began with an enquiry."""

    region: Internal[Region]
    kind: Internal[ConfidentialProcessKind]
    children_youth: Internal[ChildrenYouth]
    effect: Internal[Effect]


class VisitHeld(Event, public=True):
    """The travelling team (Rejseholdet) was with a municipality. The subject is the process."""

    municipality_code: Public[MunicipalityCode]
    held_on: Public[date]
    form: Public[Open[Literal["visit", "online", "by_telephone"]]]
    participant_count: Public[Count]
    profession_groups: Public[Professions] = ()
    children_youth: Public[ChildrenYouth]
