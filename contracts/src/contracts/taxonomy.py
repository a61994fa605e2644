"""The codes that the five services share: what a matter is about, who asks, and whom it concerns.

Each is an open enumeration: a code may be added, and readers take what they do not know. GLOSSARY.md has the Danish
terms.
"""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import Field

from contracts.values import Open

TopicCode = Literal[
    "negative_social_control",
    "honour_related_conflict",
    "re_education_trip",
    "involuntary_stay_abroad",
    "forced_marriage",
    "retention_in_religious_marriage",
    "psychological_violence",
    "physical_violence",
    "sexual_violence",
    "economic_violence",
    "digital_violence",
    "stalking",
    "threats",
    "honour_killing_fear",
    "female_genital_mutilation",
    "exit_support",
    "online_control",
    "peer_control_school",
    "gender_sexuality",
    "interface_extremism",
    "preparedness_plan",
    "police_cooperation",
    "legislation",
    "public_employee_involvement",
]
CHILDREN_YOUTH_NAMES_DA: Final[Mapping[str, str]] = {"primary": "hovedformål", "partly": "delvist", "no": "nej"}
TOPIC_NAMES_DA: Final[Mapping[str, str]] = {
    "negative_social_control": "negativ social kontrol",
    "honour_related_conflict": "æresrelaterede konflikter",
    "re_education_trip": "genopdragelsesrejser",
    "involuntary_stay_abroad": "ufrivillige udlandsophold",
    "forced_marriage": "tvangsægteskab",
    "retention_in_religious_marriage": "fastholdelse i religiøs vielse",
    "psychological_violence": "psykisk vold",
    "physical_violence": "fysisk vold",
    "sexual_violence": "seksuel vold",
    "economic_violence": "økonomisk vold",
    "digital_violence": "digital vold",
    "stalking": "stalking",
    "threats": "trusler",
    "honour_killing_fear": "frygt for æresdrab",
    "female_genital_mutilation": "kvindelig omskæring",
    "exit_support": "exitstøtte",
    "online_control": "kontrol på nettet",
    "peer_control_school": "jævnaldrendes kontrol i skolen",
    "gender_sexuality": "køn og seksualitet",
    "interface_extremism": "grænsefladen til ekstremisme",
    "preparedness_plan": "beredskabsplaner",
    "police_cooperation": "samarbejde med politiet",
    "legislation": "lovgivning",
    "public_employee_involvement": "offentligt ansattes medvirken",
}
"""The topics in Danish, for titles and sentences that services make themselves."""
RequesterCode = Literal[
    "municipality_social",
    "municipality_school",
    "municipality_job_centre",
    "municipality_other",
    "youth_education",
    "upper_education",
    "day_care",
    "health",
    "police",
    "shelter",
    "housing_organisation",
    "immigration_authority",
    "other_state_authority",
    "civil_society",
    "consultant_scheme",
    "citizen",
]
ProfessionCode = Literal[
    "social_worker",
    "teacher",
    "pedagogue",
    "leader",
    "ssp_consultant",
    "nurse_doctor",
    "job_consultant",
    "guidance_counsellor",
    "police_officer",
    "volunteer",
    "other",
]
OrganisationCode = Literal[
    "municipality",
    "police",
    "state_authority",
    "region",
    "education",
    "shelter",
    "housing_organisation",
    "civil_society",
]
NetworkAreaCode = Literal["east", "west"]

Topic = Open[TopicCode]
Requester = Open[RequesterCode]
Profession = Open[ProfessionCode]
OrganisationType = Open[OrganisationCode]
NetworkArea = Open[NetworkAreaCode]
"""East or west of the Great Belt, as the practitioners' networks are divided."""
Topics = Annotated[tuple[Topic, ...], Field(min_length=1, max_length=5)]
Professions = Annotated[tuple[Profession, ...], Field(max_length=11)]
Urgency = Open[Literal["acute", "soon", "normal"]]
DirectoryActorCode = Literal[
    "municipality_intake",
    "police_contact_point",
    "security_consultant",
    "red_counselling",
    "viso",
    "foreign_ministry",
    "immigration_service_hotline",
    "coordination_unit",
    "shelter_line",
    "other",
]
ReferralTargetCode = Literal["police_112", "police_114", DirectoryActorCode]
ReferralTarget = Open[ReferralTargetCode]
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
DirectoryActor = Open[DirectoryActorCode]
AdviceCode = Literal[
    "call_police",
    "notify_municipality",
    "risk_assessment_first",
    "hear_child_alone",
    "consider_siblings",
    "safety_plan",
    "security_consultant",
    "passport_measure_by_police",
    "foreign_ministry",
    "immigration_service",
    "special_address_protection",
    "preparedness_plan",
    "training",
    "material",
]
Advice = Annotated[tuple[Open[AdviceCode], ...], Field(max_length=40)]
