"""What can be advised, in the order in which it is done. Contacting the family is not among it, first or later."""

from contracts.taxonomy import AdviceCode as Code

__all__ = ["TEXTS", "Code"]

TEXTS: dict[Code, tuple[str, str]] = {
    "call_police": ("Kontakt politiet: 112 ved fare nu, ellers 114.", "Call the police: 112 in danger, else 114."),
    "notify_municipality": (
        "Underret kommunen efter barnets lov § 133.",
        "Notify the municipality, barnets lov § 133.",
    ),
    "risk_assessment_first": (
        "Kommunen vurderer risikoen, før nogen omkring borgeren inddrages, barnets lov § 18, stk. 3.",
        "The municipality assesses the risk before anybody around the citizen is involved, barnets lov § 18(3).",
    ),
    "hear_child_alone": (
        "Tal med barnet alene, barnets lov § 137, stk. 2.",
        "Talk with the child alone, barnets lov § 137(2).",
    ),
    "consider_siblings": ("Vurdér også søskende.", "Consider siblings too."),
    "safety_plan": (
        "Lav en sikkerhedsplan: hvem der kontaktes hvordan, på alle tider, og hvem der reagerer.",
        "Make a safety plan: who is contacted how, at all hours, and who reacts.",
    ),
    "security_consultant": (
        "Brug sikkerhedskonsulenterne, hvis kommunen ønsker det, serviceloven § 12 c.",
        "Use the security consultants if the municipality wishes, serviceloven § 12 c.",
    ),
    "passport_measure_by_police": (
        "Politiet kan nægte eller inddrage pas, pasloven § 2, stk. 1, nr. 5.",
        "The police can refuse or withdraw a passport, pasloven § 2(1) no. 5.",
    ),
    "foreign_ministry": (
        "Kontakt Udenrigsministeriet om den, der er i udlandet.",
        "Contact the foreign ministry about who is abroad.",
    ),
    "immigration_service": (
        "Kontakt Udlændingestyrelsen om opholdsgrundlag.",
        "Contact the immigration service about residence.",
    ),
    "special_address_protection": (
        "Særlig adressebeskyttelse begynder hos politiet, CPR-loven § 6, stk. 6.",
        "Special address protection begins with the police, CPR-loven § 6(6).",
    ),
    "preparedness_plan": ("Brug kommunens beredskabsplan.", "Use the municipality's preparedness plan."),
    "training": ("Deltag i uddannelse om emnet.", "Take part in training on the topic."),
    "material": ("Brug de nævnte materialer.", "Use the materials named."),
}
"""Each code in Danish and in English, as it can be read aloud."""
