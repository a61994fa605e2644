"""What is logged is JSON without anything that somebody has sent, also where a library logs it."""

import json
import subprocess
import sys

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
