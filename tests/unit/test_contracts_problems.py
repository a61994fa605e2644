"""Refusals, and the problem documents that say them."""

import pytest

from contracts.problems import Conflict, Forbidden, Invalid, Missing, Problem, Refusal


class AdviceAlreadyClosed(Conflict):
    title_da = "Rådgivningen er afsluttet"


@pytest.mark.parametrize("kind", [Invalid, Missing, Conflict, Forbidden])
def test_a_refusal_is_of_one_of_four_kinds_and_has_a_slug_of_its_own(kind: type[Refusal]):
    assert kind.slug == kind.__name__.lower()
    assert type("PlanNotFound", (kind,), {}).slug == "plan-not-found"


def test_slug_and_title_follow_from_the_class():
    assert AdviceAlreadyClosed.slug == "advice-already-closed"
    assert AdviceAlreadyClosed.title == "Advice already closed"
    assert str(AdviceAlreadyClosed("This request is closed.")) == "This request is closed."


def test_a_problem_document_says_the_refusal():
    refusal = AdviceAlreadyClosed("This request is closed.", pointer="/state", da="Henvendelsen er afsluttet.")
    assert Problem.of(refusal, status=409, instance="/v1/advice/1").model_dump(mode="json") == {
        "type": "urn:maerk:problem:advice-already-closed",
        "title": "Advice already closed",
        "status": 409,
        "detail": "This request is closed.",
        "instance": "/v1/advice/1",
        "slug": "advice-already-closed",
        "errors": [{"pointer": "/state", "detail": "This request is closed."}],
        "da": {"title": "Rådgivningen er afsluttet", "detail": "Henvendelsen er afsluttet."},
    }


def test_a_plain_refusal_makes_a_plain_problem():
    problem = Problem.of(Missing("There is no such plan."), status=404)
    assert problem.model_dump(exclude_none=True) == {
        "type": "urn:maerk:problem:missing",
        "title": "Missing",
        "status": 404,
        "detail": "There is no such plan.",
        "slug": "missing",
        "errors": (),
    }
