"""Advice templates: editions, places, and what stands under every text."""

from typing import Any
from uuid import UUID

import pytest

from advisory.domain import advice_template as domain

TEMPLATE = domain.AdviceTemplate(UUID(int=1), "synthetic", "De første 24 timer", "{kommune} vurderer.", (), ())


@pytest.mark.rule("c.1/templates")
def test_a_text_has_what_is_known_in_its_places_and_no_other_places() -> None:
    known: Any = {"kommune": "Syntetisk Kommune 1", "region": "R", "politikreds": "P", "dato": "24.11.2026"}
    said = domain.revise(TEMPLATE, text_da="{dato}: {kommune}, {region} og {politikreds}; {kommune}")
    assert domain.filled(said, known) == "24.11.2026: Syntetisk Kommune 1, R og P; Syntetisk Kommune 1"
    for wrong in ("{navn}", "{}", "{kommune", "kommune}", "{{kommune}}", "{ kommune }"):
        with pytest.raises(domain.PlaceUnknown) as refused:
            domain.revise(TEMPLATE, text_da=wrong)
        assert refused.value.pointer == "/text_da"
        assert refused.value.detail == "A text has places for {kommune}, {region}, {politikreds}, {dato} only."


@pytest.mark.rule("c.1/templates")
def test_each_edition_differs_from_the_one_before() -> None:
    second = domain.revise(TEMPLATE, title_da="De første 48 timer")
    assert (second.version, second.revision, second.text_da) == (2, 2, TEMPLATE.text_da)
    third = domain.revise(second, publication_ids=(UUID(int=2),))
    assert (third.version, third.revision) == (3, 3)
    with pytest.raises(domain.TemplateUnchanged):
        domain.revise(third, title_da="De første 48 timer")
