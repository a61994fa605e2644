"""What the command `maerk` says to somebody who does not know its words yet."""

import pytest
from typer.testing import CliRunner

from contracts.topics import SERVICES
from embedded import realms
from embedded.refusal import Refused
from maerk.app import app
from maerk.flowing import Flowing
from maerk.planning import TOPICS
from maerk.platform import _needs_you, _waits


@pytest.mark.parametrize(
    ("words", "known"),
    [
        (("token", "nobody", "advisory"), realms.demo_users()),
        (("token", "adviser", "nothing"), SERVICES),
        (("planning", "pack", "noget"), TOPICS),
    ],
)
def test_a_role_a_service_and_a_topic_that_there_is_not_are_answered_with_those_there_are(
    words: tuple[str, ...], known: tuple[str, ...]
) -> None:
    refused = CliRunner().invoke(app, words).exception
    assert isinstance(refused, Refused)
    assert str(refused).endswith(f" are {', '.join(known)}.")
    shown = CliRunner().invoke(app, [*words[:-1][:2], "--help"], env={"COLUMNS": "400"}).stdout
    assert [each for each in known if each not in shown] == []


def test_everybody_whom_the_demonstration_knows_is_called_as_their_role() -> None:
    assert {"adviser", "duty_coordinator", "plan_editor", "operator"} <= set(realms.demo_users())
    assert not [each for each in realms.demo_users() if each.startswith("service-account")]


def test_status_has_a_sentence_for_whatever_needs_somebody_and_for_what_only_waits() -> None:
    flows = {
        "advisory": Flowing(3, {"maerk.planning.internal.v1/2": 7}, 1, ["an alarm nobody hears"], ["a mail waits"]),
        "planning": None,
        "training": Flowing(0, {}, 0, [], []),
    }
    assert list(_waits(flows)) == [
        "advisory has 7 event(s) of maerk.planning.internal.v1/2 to read.",
        "advisory: a mail waits",
    ]
    assert list(_needs_you(flows, ["kafka"])) == [
        "kafka has ended: `maerk up` starts it again, `maerk logs kafka` shows its last words.",
        "advisory: an alarm nobody hears",
        "planning: it does not answer.",
    ]
