"""What is logged is JSON without anything that somebody has sent, also where a library logs it."""

import json
import logging
import subprocess
import sys

from chassis import library_logs

PROGRAM = """
import logging
from chassis import telemetry
from chassis.settings import Settings

telemetry.start(Settings.model_construct(service="advisory", zipkin_url="", otlp_url="", trace_ratio=1.0))
telemetry.log.warning("known", topic="maerk.internal.advisory", sent="marked")
logging.getLogger("library").warning("came: %s", "marked")
try:
    raise ValueError("marked")
except ValueError:
    logging.getLogger("library").exception("failed: %s", "marked")
"""


def test_a_librarys_record_is_a_line_of_json_without_the_values_that_it_would_fill_in() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    known, came, failed = map(json.loads, done.stdout.splitlines())
    assert (known["event"], known["topic"]) == ("known", "maerk.internal.advisory")
    assert (came["event"], came["logger"]) == ("came: %s", "library")
    assert (failed["event"], failed["fault"]) == ("failed: %s", "builtins.ValueError")
    assert "marked" not in done.stdout + done.stderr


KAFKA = """
import logging
from aiokafka import TopicPartition
from chassis import telemetry
from chassis.settings import Settings

telemetry.start(Settings.model_construct(service="advisory", zipkin_url="", otlp_url="", trace_ratio=1.0))
log = logging.getLogger("aiokafka.client")
for _ in range(3):
    log.error("Unable connect to node with id %s: %s", 1, ConnectionRefusedError(111, "marked"))
log.warning("Failed %s in %s at %d: %r", TopicPartition("maerk.internal.advisory", 4), "a.group", 7, b"marked")
log.warning("came: %s", "two marked words")
log.warning("wrong: %d", b"marked")
"""


def test_a_record_of_the_kafka_client_says_where_it_failed_and_not_what_was_in_it_and_not_again_and_again() -> None:
    done = subprocess.run([sys.executable, "-c", KAFKA], capture_output=True, text=True, check=True)
    assert [json.loads(each)["event"] for each in done.stdout.splitlines()] == [
        "Unable connect to node with id 1: ConnectionRefusedError 111",
        "Failed maerk.internal.advisory/4 in a.group at 7: 'bytes'",
        "came: str",
        "wrong: %d",
    ]
    assert "marked" not in done.stdout + done.stderr


def test_the_same_message_of_a_logger_is_written_once_a_minute_with_how_often_it_was_held_back() -> None:
    at = 0.0
    once = library_logs.OnceAMinute(lambda: at)

    def written(name: str, message: str) -> int | None:
        record = logging.LogRecord(name, logging.ERROR, "", 0, message, (), None)
        return record.__dict__["repeats"] if once.filter(record) else None

    assert [written("a", "x"), written("a", "x"), written("a", "y"), written("b", "x")] == [0, None, 0, 0]
    at = 59.9
    assert written("a", "x") is None
    at = 60.0
    assert [written("a", "x"), written("a", "x")] == [2, None]
    for number in range(2 * library_logs.MOST):
        assert written("a", f"made up {number}") == 0
