"""The register's past, its corrections and the quality checklist. Source: barnets lov § 15(3)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from advisory.domain import plan_correction as correction
from advisory.domain import plan_history as history
from advisory.domain import plan_quality as quality
from advisory.domain import preparedness_plan as domain
from advisory.domain.plan_history import Known
from advisory.domain.preparedness_plan import PlanVersion, PreparednessPlan
from contracts.event import Event
from contracts.problems import Conflict, Invalid
from contracts.values import PartialDate

ID = UUID("4f4c1d7e-6d5b-4f0e-9a38-3d5e1a9b7c21")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
URL = "https://example.org/plan"


def day(text: str | None) -> PartialDate | None:
    return PartialDate.parse(text) if text else None


def version(number: int = 1, state: domain.State = "published", adopted: str | None = "2024-06-24", **said: Any) -> Any:
    """A version, published and registered today unless something else is said."""
    fields: dict[str, Any] = {"published_url": URL, "registered_on": NOW.date(), "verified_on": NOW.date(), **said}
    if state in ("recorded", "adopted"):
        fields |= {"published_url": None, "registered_on": None, "verified_on": None}
    return PlanVersion(number, state, ("adults",), adopted_on=day(adopted), **fields)


def plan(*versions: PlanVersion, **said: Any) -> PreparednessPlan:
    return PreparednessPlan(ID, "9901", "synthetic", revision=7, changed_at=NOW, versions=versions, **said)


def names(events: list[Event]) -> list[str]:
    return [type(each).__name__.removeprefix("PreparednessPlan") for each in events]


def correct(entry: PreparednessPlan, number: int = 1, **said: str | None) -> tuple[PreparednessPlan, list[Event]]:
    return correction.correct(
        entry,
        number,
        adopted_on=day(said.get("adopted_on")),
        published_on=day(said.get("published_on")),
        published_url=said.get("published_url"),
        at=NOW,
    )


@pytest.mark.rule("c.1/correction")
@pytest.mark.parametrize(
    ("adopted_on", "state", "told"),
    [
        ("2023-11-24", "published", []),
        ("2023-05-24", "published", []),
        ("2023-05-23", "revision_due", ["RevisionDue"]),
        ("2022-11-23", "revision_due", ["RevisionDue"]),
        ("2022-11-22", "overdue", ["RevisionDue", "Overdue"]),
    ],
)
def test_a_corrected_day_moves_the_plan_to_where_it_belongs_and_that_is_told(
    adopted_on: str, state: str, told: list[str]
) -> None:
    after, events = correct(plan(version(state="overdue", adopted="2020-01-01")), adopted_on=adopted_on)
    assert after.versions[0].state == state
    assert names(events) == ["Corrected", "Published", *told]
    assert [each.revision for each in events] == list(range(8, 8 + len(events)))
    assert after.revision == events[-1].revision
    assert after.versions[0].verified_on is None, "what was verified was something else"
    assert after.versions[0].published_url == URL


@pytest.mark.rule("c.1/correction")
def test_a_version_that_is_not_in_force_is_corrected_where_it_stands() -> None:
    two = plan(version(1, "superseded", "2020-01-01"), version(2, "published", "2024-01-01"))
    after, events = correct(two, 1, adopted_on="2020-02")
    assert (names(events), [each.state for each in after.versions]) == (["Corrected"], ["superseded", "published"])
    assert after.versions[0].adopted_on == PartialDate(2020, 2)
    waiting, events = correct(plan(version(1, "adopted", "2026-01-01")), adopted_on="2026-02-01")
    assert (names(events), waiting.versions[0].state) == (["Corrected", "Adopted"], "adopted")
    assert events[1].model_dump()["adopted_on"] == PartialDate(2026, 2, 1)


@pytest.mark.rule("c.1/correction")
def test_a_correction_that_cannot_be_right_is_refused() -> None:
    three = plan(
        version(1, "superseded", "2016-06-01"),
        version(2, "withdrawn", "2030-01-01"),
        version(3, "superseded", "2020-06-01"),
        version(4, "published", "2024-06-01"),
    )
    published = plan(version())
    wrong: list[tuple[Any, type[Exception], str | None]] = [
        (lambda: correct(published, 2, adopted_on="2024-01"), correction.VersionMissing, "/version"),
        (lambda: correct(three, 2, adopted_on="2024-01"), correction.VersionMissing, "/version"),
        (
            lambda: correct(plan(version(1, "recorded", None)), adopted_on="2024-01"),
            correction.VersionMissing,
            "/version",
        ),
        (lambda: correct(plan(version(1, "adopted")), published_url=URL), correction.VersionMissing, "/version"),
        (lambda: correct(plan(version(1, "adopted")), published_on="2026-01"), correction.VersionMissing, "/version"),
        (lambda: correct(published), correction.NothingToCorrect, ""),
        (lambda: correct(published, adopted_on="2024-06-24"), correction.NothingToCorrect, ""),
        (lambda: correct(published, adopted_on="2026-11-24"), domain.AdoptionInFuture, "/adopted_on"),
        (lambda: correct(three, 3, adopted_on="2016-05-31"), domain.AdoptionBeforePrevious, "/adopted_on"),
        (lambda: correct(three, 3, adopted_on="2024-06-02"), correction.AdoptionAfterNext, "/adopted_on"),
        (lambda: correct(published, published_on="2026-12"), domain.PublicationInFuture, "/published_on"),
        (lambda: correct(published, published_on="2024-05"), domain.PublicationBeforeAdoption, "/published_on"),
    ]
    for act, refusal, pointer in wrong:
        with pytest.raises(refusal) as found:
            act()
        assert isinstance(found.value, Conflict | Invalid)
        assert (type(found.value), found.value.pointer) == (refusal, pointer)
    for fine in ("2016-06", "2024-06-01"):
        assert correct(three, 3, adopted_on=fine)[0].versions[2].adopted_on == day(fine)
    assert correct(published, published_on="2024-06")[0].versions[0].published_on == PartialDate(2024, 6)
    moved = "https://example.org/b"
    assert correct(published, published_url=moved)[0].versions[0].published_url == moved


@pytest.mark.rule("c.1/correction", "c.1/event:preparedness-plan-withdrawn")
def test_a_version_that_never_was_gives_way_to_the_one_before() -> None:
    three = plan(
        version(1, "superseded", "2016-01-01"),
        version(2, "superseded", "2022-01-01"),
        version(3, "published", "2024-01-01"),
    )
    after, events = correction.withdraw(three, 3, at=NOW)
    assert names(events) == ["Corrected", "Withdrawn", "Published", "RevisionDue", "Overdue"]
    assert [each.state for each in after.versions] == ["superseded", "overdue", "withdrawn"]
    assert [each.revision for each in events] == [8, 9, 10, 11, 12]
    assert events[2].model_dump()["version"] == 2
    alone, events = correction.withdraw(plan(version(1, "overdue")), 1, at=NOW)
    assert names(events) == ["Corrected", "Withdrawn"]
    assert (alone.in_force, alone.upcoming, alone.revision) == (None, None, 9)
    assert [each.model_dump()["version"] for each in events] == [1, 1]


@pytest.mark.rule("c.1/correction")
def test_a_version_on_its_way_is_withdrawn_and_nobody_counts_otherwise() -> None:
    two = plan(version(1), version(2, "recorded", None))
    after, events = correction.withdraw(two, 2, at=NOW)
    assert (names(events), after.in_force) == (["Corrected"], two.versions[0])
    assert domain.revise(after, covers=("adults",), source_url=None, at=NOW)[0].versions[-1].version == 3
    for number, entry in ((1, plan(version(1, "superseded"), version(2))), (2, after), (3, after)):
        with pytest.raises(correction.VersionMissing):
            correction.withdraw(entry, number, at=NOW)


@pytest.mark.rule("c.1/state:preparedness_plan")
def test_a_municipality_is_without_a_plan_only_while_the_register_has_none() -> None:
    none, event = domain.report_none(plan(), at=NOW)
    assert (none.none_reported_on, none.revision, names([event])) == (NOW.date(), 8, ["AbsenceReported"])
    drafting, _ = domain.revise(none, covers=("adults",), source_url=None, at=NOW)
    assert (drafting.none_reported_on, drafting.versions[0].version) == (None, 1)
    for known in (drafting, plan(version())):
        with pytest.raises(domain.PlanKnown):
            domain.report_none(known, at=NOW)
    assert domain.report_none(plan(version(state="withdrawn")), at=NOW)[0].none_reported_on == NOW.date()


@pytest.mark.rule("c.1/reminder")
def test_only_who_must_revise_is_reminded() -> None:
    for state in ("revision_due", "overdue"):
        reminded, event = domain.remind(plan(version(state=state)), at=NOW)
        assert (reminded.versions[0].reminded_on, names([event])) == (NOW.date(), ["Reminded"])
    for entry in (plan(version()), plan(version(state="adopted")), plan()):
        with pytest.raises(domain.NoReminderDue):
            domain.remind(entry, at=NOW)


def test_what_was_published_was_adopted_before_and_not_tomorrow() -> None:
    adopted = plan(version(state="adopted", adopted="2026-03"))
    for published_on, refusal in (
        ("2026-12", domain.PublicationInFuture),
        ("2026-02-28", domain.PublicationBeforeAdoption),
    ):
        with pytest.raises(refusal):
            domain.publish(adopted, published_url=URL, published_on=day(published_on), at=NOW)
    for fine in ("2026-03-01", "2026-03", "2026-11", "2026-11-23", None):
        after, event = domain.publish(adopted, published_url=URL, published_on=day(fine), at=NOW)
        assert (after.versions[0].published_on, after.versions[0].registered_on) == (day(fine), NOW.date())
        assert event.model_dump()["published_on"] == day(fine)
        assert (after.versions[0].source, replace(after.versions[0], verified_on=NOW.date()).source) == (
            "self_reported", "maerk_verified",
        )  # fmt: skip


@pytest.mark.rule("c.1/history")
@pytest.mark.parametrize(
    ("published", "on", "standing"),
    [
        (None, "2024-06-23", "not_valid"),
        (None, "2024-06-24", "possibly_valid"),
        (None, "2026-11-22", "possibly_valid"),
        (None, "2026-11-23", "valid"),
        (None, "2028-06-24", "valid"),
        (None, "2028-06-25", "not_valid"),
        ("2024-09-10", "2024-09-09", "not_valid"),
        ("2024-09-10", "2024-09-10", "valid"),
        ("2024-09", "2024-08-31", "not_valid"),
        ("2024-09", "2024-09-01", "possibly_valid"),
        ("2024-09", "2024-09-30", "valid"),
        ("2024-06", "2024-06-23", "not_valid"),
        ("2024-06", "2024-06-24", "possibly_valid"),
        ("2026-11", "2026-11-01", "possibly_valid"),
        ("2026-11", "2026-11-23", "valid"),
    ],
)
def test_a_plan_is_certain_from_its_publication_and_possible_from_its_adoption(
    published: str | None, on: str, standing: str
) -> None:
    period = history.period(version(published_on=day(published)))
    assert period is not None
    assert period.standing(date.fromisoformat(on)) == standing


@pytest.mark.rule("c.1/history")
@pytest.mark.parametrize("state", ["recorded", "adopted", "withdrawn"])
def test_what_was_not_published_or_never_was_met_no_law(state: domain.State) -> None:
    assert history.period(version(state=state)) is None
    assert history.standings([Known("9901", NOW, 1, version(state=state))], NOW.date()) == {}


@pytest.mark.rule("c.1/history")
def test_of_each_version_the_newest_that_was_known_by_then_counts() -> None:
    first, second = NOW, NOW + DAY
    wrong, right = version(adopted="2024-06-24"), version(adopted="2020-06-24")
    log = [
        Known("9901", second, 3, right),
        Known("9901", first, 2, wrong),
        Known("9902", first, 1, wrong),
        Known("9903", second, 1, wrong),
    ]
    tomorrow = date(2026, 11, 24)
    moments = [first - DAY, second - timedelta(microseconds=1), second, second]
    assert [history.standings(known, tomorrow) for known in history.known_by(log, moments)] == [
        {},
        {"9901": "valid", "9902": "valid"},
        {"9901": "not_valid", "9902": "valid", "9903": "valid"},
        {"9901": "not_valid", "9902": "valid", "9903": "valid"},
    ]


@pytest.mark.rule("c.1/history")
@pytest.mark.parametrize("turned", [False, True])
def test_of_what_was_known_at_the_same_moment_the_later_revision_counts(turned: bool) -> None:  # noqa: FBT001
    log = [Known("9901", NOW, 2, version()), Known("9901", NOW, 3, version(state="withdrawn"))]
    (known,) = history.known_by(log[::-1] if turned else log, [NOW])
    assert [each.revision for each in known] == [3]


@pytest.mark.rule("c.1/history")
@pytest.mark.parametrize("turned", [False, True])
def test_a_municipality_stands_as_the_best_of_its_versions(turned: bool) -> None:  # noqa: FBT001
    old = Known("9901", NOW, 5, version(1, "superseded", "2020-06-24", registered_on=date(2020, 7, 1)))
    new = Known("9901", NOW, 5, version(2, "published", "2024-06-24", registered_on=date(2024, 9, 1)))
    log = [new, old] if turned else [old, new]
    (known,) = history.known_by(log, [NOW])
    seen = [history.standings(known, each)["9901"] for each in (date(2020, 6, 25), date(2024, 6, 24), date(2024, 8, 1))]
    assert seen == ["possibly_valid", "valid", "possibly_valid"]
    assert history.standings(known, date(2030, 1, 1)) == {"9901": "not_valid"}


def test_a_day_ends_at_midnight_in_denmark() -> None:
    assert history.end_of(date(2026, 7, 1)) == datetime(2026, 7, 1, 21, 59, 59, 999999, tzinfo=UTC)
    assert history.end_of(date(2026, 12, 31)) == datetime(2026, 12, 31, 22, 59, 59, 999999, tzinfo=UTC)


CRITERIA = [
    quality.Criterion("a", date(2024, 1, 1), None, "A", "A", None),
    quality.Criterion("b", date(2024, 1, 1), date(2026, 11, 22), "B", "B", None),
    quality.Criterion("c", date(2026, 11, 23), date(2026, 11, 23), "C", "C", None),
    quality.Criterion("d", date(2026, 11, 24), None, "D", "D", None),
]


def assess(entry: PreparednessPlan, number: int, findings: dict[str, Any]) -> Any:
    return quality.assess(entry, number, findings, criteria=CRITERIA, source="self_reported", at=NOW)


@pytest.mark.rule("c.1/checklist")
@pytest.mark.parametrize("findings", [{}, {"a": "met"}, {"a": "met", "b": "met", "c": "met"}, {"a": "met", "d": "met"}])
def test_every_point_of_the_day_is_answered_and_no_other(findings: dict[str, Any]) -> None:
    with pytest.raises(quality.ChecklistNotAnswered) as refused:
        assess(plan(version()), 1, findings)
    assert refused.value.pointer == "/findings"


@pytest.mark.rule("c.1/checklist")
def test_what_was_found_is_counted_and_not_added_up() -> None:
    entry = plan(version(1), version(2, "recorded", None))
    for number in (1, 2):
        after, assessment, event = assess(entry, number, {"a": "partly", "c": "missing"})
        assert assessment == quality.Assessment(number, "self_reported", NOW.date(), {"a": "partly", "c": "missing"})
        said = event.model_dump()
        assert (said["version"], said["source"], said["revision"], after.revision) == (number, "self_reported", 8, 8)
        assert (said["met_count"], said["partly_count"], said["missing_count"]) == (0, 1, 1)
        assert [assessment.count(each) for each in ("met", "partly", "missing")] == [0, 1, 1]
    for old in (plan(version(1, "superseded"), version(2)), plan(version(1, "withdrawn"))):
        with pytest.raises(quality.VersionNotAssessable):
            assess(old, 1, {"a": "met", "c": "met"})


@pytest.mark.rule("c.1/reporter")
def test_an_adviser_reports_for_all_and_a_key_person_for_their_own() -> None:
    domain.check_reporter(municipality_code="9901", adviser=True, of=frozenset())
    domain.check_reporter(municipality_code="9901", adviser=False, of=frozenset({"9901"}))
    domain.check_reporter(municipality_code="9901", adviser=True, of=frozenset({"9902"}))
    with pytest.raises(domain.OutsideYourMunicipality):
        domain.check_reporter(municipality_code="9901", adviser=False, of=frozenset({"9902"}))
