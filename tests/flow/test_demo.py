"""`maerk demo` on an empty folder, and the operators' commands on what it leaves running."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import httpx2
import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from contracts.topics import TOPICS
from embedded.platform import Platform, home
from embedded.state import Ports
from support.platform import _run
from support.waiting import until

README = Path(__file__).parents[2] / "README.md"
SECOND_RUN_S = 60
POISON = b"what nobody but show may print \x1b[31m"
TRACE = "0af7651916cd43dd8448eb211c80319c"

pytestmark = pytest.mark.xdist_group("demo")

Maerk = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def maerk() -> Iterator[Maerk]:
    """The command on a folder of its own; what a killed run leaves is ended with the test platforms."""
    folder = _run() / "demo"
    folder.mkdir(parents=True)
    (home() / "parts").mkdir(parents=True, exist_ok=True)
    (folder / "parts").symlink_to(home() / "parts")
    ports = {f"MAERK_PORT_{name.upper()}": str(port) for name, port in asdict(Ports.free()).items()}

    def run(*arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "maerk", *arguments]
        environment = {**os.environ, **ports, "MAERK_HOME": str(folder)}
        return subprocess.run(command, env=environment, input=said, capture_output=True, text=True, check=False)

    try:
        yield run
    finally:
        run("down")


def platform() -> Platform:
    """The demonstration's platform."""
    found = Platform.recorded(_run() / "demo", programs=home() / "parts")
    assert found is not None
    return found


def events() -> int:
    """How many messages all topics hold."""
    consumer = Consumer({"bootstrap.servers": platform().kafka, "group.id": "counting"})
    places = [TopicPartition(each.name, number) for each in TOPICS for number in range(each.partitions)]
    try:
        return sum(consumer.get_watermark_offsets(place, timeout=10)[1] for place in places)
    finally:
        consumer.close()


def say_what_cannot_be_read() -> None:
    """Two messages of one key have come to planning that nobody can read."""
    producer = Producer({"bootstrap.servers": platform().kafka})
    headers = [
        ("ce_type", b"dk.maerk.advisory.preparedness-plan-verified.v1"),
        ("ce_specversion", b"1.0"),
        ("traceparent", f"00-{TRACE}-b7ad6b7169203331-01".encode()),
    ]
    for _ in range(2):
        producer.produce("maerk.internal.advisory", POISON, b"synthetic-key", partition=0, headers=headers)
    producer.flush()


def moves(printed: str) -> list[str]:
    """The figure after each event, as the table has it."""
    return re.findall(r"^[-0-9]{10} [:0-9]{5} +(\d+) ", printed, re.MULTILINE)


@pytest.mark.timeout(600)
@pytest.mark.rule("c.6/preparedness-plan→planning", "c.6/scenario-2", "c.5/synthetic")
@pytest.mark.rule("c.6/scenario-2")
def test_the_demonstration_shows_a_figure_that_moves_and_opens_and_a_second_run_doubles_nothing(maerk: Maerk) -> None:
    first = maerk("demo")
    assert first.returncode == 0, first.stdout + first.stderr
    assert moves(first.stdout) == ["1", "2", "3", "2", "3"]
    assert re.search(r"^ +3 af · of 98  Kommuner med gyldig beredskabsplan \(faktisk", first.stdout, re.MULTILINE)
    assert re.search(r"^ +3  Kommuner med gyldig beredskabsplan \(syntetisk", first.stdout, re.MULTILINE)
    assert re.search(r"^ +4  Kommuner nået: enhver kontakt \(syntetisk", first.stdout, re.MULTILINE)
    before = events()

    began = time.monotonic()
    second = maerk("demo")
    took = time.monotonic() - began
    assert second.returncode == 0, second.stdout + second.stderr
    assert took < SECOND_RUN_S
    assert events() == before
    shown = "Kommuner med gyldig beredskabsplan"
    assert second.stdout[second.stdout.index(shown) :] == first.stdout[first.stdout.index(shown) :]

    (trace_id,) = re.findall(r"maerk trace ([0-9a-f]{32})", first.stdout)
    traced = maerk("trace", trace_id)
    assert traced.returncode == 0, traced.stdout + traced.stderr
    steps = ("advisory .* post /v1/preparedness-plans/", "advisory .* send ", "cooperation .* process ")
    for step in (*steps, "planning .* process "):
        assert re.search(step, traced.stdout)

    rebuilt = maerk("rebuild", "planning")
    assert rebuilt.returncode == 0, rebuilt.stdout + rebuilt.stderr
    assert "different" not in rebuilt.stdout
    assert moves(maerk("demo").stdout) == moves(first.stdout)
    assert maerk("dead-letters", "list").stdout == "No event is parked.\n"
    assert maerk("status").returncode == 0


@pytest.mark.timeout(600)
@pytest.mark.rule("c.5/pack")
def test_an_answer_for_a_committee_lies_beside_the_plan_and_the_command_writes_others(
    maerk: Maerk, tmp_path: Path
) -> None:
    demo = maerk("demo")
    assert demo.returncode == 0, demo.stdout + demo.stderr
    shown = re.search(r"Svar til udvalg · For a committee +file://(\S+)", demo.stdout)
    assert shown
    assert Path(shown[1]).read_bytes().startswith(b"%PDF-")
    file = tmp_path / "svar.pdf"
    written = maerk("planning", "pack", "threats", "--from", "2025", "--synthetic", "--into", str(file))
    assert (written.returncode, written.stdout.strip()) == (0, file.as_uri()), written.stderr
    assert file.read_bytes().startswith(b"%PDF-")
    refused = maerk("planning", "pack", "weather", "--into", str(tmp_path / "none.pdf"))
    assert (refused.returncode, (tmp_path / "none.pdf").exists()) == (1, False)
    assert refused.stderr.startswith("There is no topic weather; the topics are negative_social_control, ")


@pytest.mark.timeout(600)
def test_a_newcomer_gets_a_token_of_a_role_for_the_services_they_name(maerk: Maerk) -> None:
    up = maerk("up")
    assert up.returncode == 0, up.stdout + up.stderr
    token = maerk("token", "plan_editor", "planning").stdout.strip()
    for service, path, code in (("planning", "/v1/action-plans", 200), ("training", "/v1/events", 401)):
        answer = httpx2.get(platform().url(service) + path, headers={"Authorization": f"Bearer {token}"}, timeout=30)
        assert answer.status_code == code, answer.text
    assert "There is no service plan" in maerk("token", "plan_editor", "plan").stderr
    assert "There is no role nobody; the roles are adviser, " in maerk("token", "nobody", "planning").stderr


def from_readme(language: str) -> str:
    """README's only piece of this language, with the demonstration's command and ports in place of the usual ones."""
    (piece,) = re.findall(rf"```{language}\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    ports = platform().ports
    for name, usual in asdict(Ports()).items():
        piece = piece.replace(f"127.0.0.1:{usual}", f"127.0.0.1:{getattr(ports, name)}")
    return piece.replace(".venv/bin/python", sys.executable).replace(".venv/bin/maerk", f"{sys.executable} -m maerk")


@pytest.mark.timeout(600)
def test_the_planners_steps_in_the_readme_work_as_pasted(maerk: Maerk) -> None:
    demo = maerk("demo")
    assert demo.returncode == 0, demo.stdout + demo.stderr
    steps = ["bash", "-euo", "pipefail", "-c", from_readme("sh")]
    environment = {**os.environ, "MAERK_HOME": str(platform().folder)}
    said = subprocess.run(steps, env=environment, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
    assert '"recomputed": "7"' in said.stdout
    assert '"state": "met"' in said.stdout
    priority = re.findall(r'"id": "([-0-9a-f]{36})",\n +"year": 2027', said.stdout)[-1]
    assert f'"priority_id": "{priority}"' in said.stdout


@pytest.mark.timeout(600)
def test_the_partners_subscriber_in_the_readme_works_as_pasted(maerk: Maerk) -> None:
    demo = maerk("demo")
    assert demo.returncode == 0, demo.stdout + demo.stderr
    password = maerk("partners", "add", "ministry").stdout.splitlines()[1]
    lines = from_readme("python").replace("THE PASSWORD", password)
    reader = subprocess.Popen([sys.executable, "-u", "-c", lines], stdout=subprocess.PIPE, text=True)
    try:
        assert reader.stdout
        missing = {"dk.maerk.advisory", "dk.maerk.training", "dk.maerk.knowledge"}
        while missing:
            missing -= {next(reader.stdout).split(" ")[0].rpartition(".")[0].rpartition(".")[0]}
    finally:
        reader.kill()
        reader.communicate()


@pytest.mark.timeout(600)
async def test_an_operator_finds_what_cannot_take_effect_and_gives_it_up(maerk: Maerk) -> None:
    up = maerk("up")
    assert up.returncode == 0, up.stdout + up.stderr
    say_what_cannot_be_read()
    await until(lambda: maerk("dead-letters", "list").stdout.count("\n") == 2, within=60)

    listed = maerk("dead-letters", "list", "planning").stdout
    (refused,) = re.findall(r"^planning (\S+)  refused after 1 attempt", listed, re.MULTILINE)
    (queued,) = re.findall(r"^planning (\S+)  queued after 0 attempt", listed, re.MULTILINE)
    assert "what nobody" not in listed
    assert r"what nobody but show may print \x1b[31m" in maerk("dead-letters", "show", "planning", refused).stdout

    status = maerk("status")
    assert (status.returncode, "planning: Events are parked" in status.stdout) == (1, True)
    traced = maerk("trace", TRACE)
    assert (traced.returncode, f"planning has parked {refused} (refused)" in traced.stdout) == (1, True)
    retried = maerk("dead-letters", "retry", "planning", refused)
    assert (retried.returncode, "Still refused: undecodable" in retried.stdout) == (1, True)
    assert "only the refused event" in maerk("dead-letters", "skip", "planning", queued).stderr

    assert maerk("dead-letters", "skip", "planning", refused, said="n\n").returncode == 1
    assert refused in maerk("dead-letters", "list").stdout.split("refused")[0], "a no changes nothing"
    assert maerk("dead-letters", "skip", "planning", refused, said="y\n").returncode == 1, "the next one is refused"
    freed = maerk("dead-letters", "skip", "planning", queued, "--yes")
    assert (freed.returncode, "The key is free" in freed.stdout) == (0, True)
    assert maerk("dead-letters", "list").stdout.count("skipped") == 2
    assert maerk("status").returncode == 0
    rebuilt = maerk("rebuild", "planning")
    assert rebuilt.returncode == 0, rebuilt.stdout + rebuilt.stderr
    assert "different" not in rebuilt.stdout
