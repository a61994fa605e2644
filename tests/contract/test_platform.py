"""The embedded platform is real, keeps services apart, and leaves nothing behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest
from confluent_kafka.admin import AdminClient

from contracts.topics import TOPICS
from embedded import leash
from embedded.platform import Platform, home, platform
from embedded.postgres import binary as postgres_program
from embedded.reach import accepts
from embedded.refusal import Refused
from embedded.state import SERVICES, Ports
from embedded.waiting import until

Own = Callable[..., Platform]


def family(running: Platform) -> list[psutil.Process]:
    """Every process of the platform: the runner, its parts, and their children."""
    runner = psutil.Process(int(running.pid_file("supervisord").read_text(encoding="ascii")))
    return [runner, *runner.children(recursive=True)]


def gone(processes: list[psutil.Process]) -> bool:
    return until(lambda: not any(_alive(process) for process in processes), within_s=20)


def _connections(process: psutil.Process) -> list[Any]:
    """The process's connections; none of one that has just ended, as PostgreSQL's workers do all the time."""
    try:
        return process.net_connections()
    except psutil.NoSuchProcess:
        return []


def _alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("database", SERVICES)
@pytest.mark.rule("p/platform")
async def test_a_service_connects_to_its_own_database_and_to_no_other(postgres: Platform, database: str) -> None:
    for role in SERVICES:
        url = postgres.database_url(role).removesuffix(role) + database
        if role == database:
            connection = await asyncpg.connect(url)
            assert await connection.fetchval("select current_user") == role
            await connection.close()
        else:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await asyncpg.connect(url)


def test_every_topic_of_the_registry_is_there(kafka: Platform) -> None:
    found = AdminClient({"bootstrap.servers": kafka.kafka}).list_topics(timeout=10).topics
    registered = {topic.name: topic.partitions for topic in TOPICS}
    assert registered == {name: len(found[name].partitions) for name in registered}


def test_passwords_are_for_their_owner_alone(postgres: Platform) -> None:
    private = [postgres.folder / "state.json", postgres.of("run") / "supervisord.conf"]
    assert [oct(file.stat().st_mode & 0o777) for file in private] == ["0o600", "0o600"]
    shown = " ".join(word for process in family(postgres) for word in process.cmdline())
    assert not [account for account, password in postgres.passwords.items() if password in shown]


def test_nothing_listens_to_the_network(kafka: Platform, keycloak: Platform, zipkin: Platform) -> None:
    assert kafka is not None
    assert zipkin is not None
    listening = {
        connection.laddr.ip
        for process in family(keycloak)
        for connection in _connections(process)
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening <= {"127.0.0.1", "::ffff:127.0.0.1"}


def test_a_killed_part_comes_back_with_its_data(own_platform: Own) -> None:
    own = own_platform("postgres", "kafka")
    before = {part: own.pid(part) for part in own.parts}
    for part in own.parts:
        own.kill(part)
    assert {
        part: process.running for part, process in own.runner.processes().items() if part in before
    } == dict.fromkeys(before, False)
    for part in own.parts:
        own.start(part)
    assert all(own.pid(part) != pid for part, pid in before.items())
    topics = AdminClient({"bootstrap.servers": own.kafka}).list_topics(timeout=10).topics
    assert {topic.name for topic in TOPICS} <= topics.keys()


def test_nothing_survives_a_killed_runner_and_all_can_be_started_again(own_platform: Own) -> None:
    own = own_platform("postgres", "kafka")
    everything = family(own)
    assert len(everything) > len(own.parts)
    everything[0].kill()
    assert gone(everything)
    own.up(restart=False, owner=os.getpid())
    assert accepts(own.ports.postgres)


def test_nothing_survives_the_process_that_owns_the_platform(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    script = (
        "import sys, pathlib, embedded.platform as p\n"
        "with p.platform(pathlib.Path(sys.argv[1]), parts=['postgres']): print('up', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "own")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout
        assert owner.stdout.readline() == "up\n"
        left = Platform.recorded(tmp_path / "own", programs=home() / "parts")
        assert left
        everything = family(left)
        owner.send_signal(signal.SIGKILL)
    assert gone(everything)


def test_ctrl_c_while_it_starts_leaves_nothing_running(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    script = (
        "import signal, sys, pathlib, embedded.platform as p\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background begins without it\n"
        "say = lambda line: print(line, flush=True)\n"
        "with p.platform(pathlib.Path(sys.argv[1]), parts=['postgres', 'kafka'], say=say): signal.pause()"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "own")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as starting:
        assert starting.stdout
        assert starting.stdout.readline()  # one part is ready, the other is not
        left = Platform.recorded(tmp_path / "own", programs=home() / "parts")
        assert left
        everything = family(left)
        starting.send_signal(signal.SIGINT)
        try:
            starting.wait(timeout=20)
        except subprocess.TimeoutExpired:  # Python drops an interrupt that falls into a callback: people press again
            starting.send_signal(signal.SIGINT)
        assert starting.wait(timeout=60) != 0
    assert gone(everything)


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    ports = Ports.free()
    named = pytest.raises(Refused, match=f"Port {ports.postgres}, which postgres needs, .* MAERK_PORT_POSTGRES")
    with socket.create_server(("127.0.0.1", ports.postgres)), named:
        with_it_taken = platform(tmp_path / "own", parts=["postgres"], ports=ports)
        with_it_taken.__enter__()


def test_all_ports_that_another_platform_has_are_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with platform(tmp_path / "theirs", parts=["postgres"]) as theirs:
        ours = Platform.opened(tmp_path / "ours", programs=home() / "parts", ports=theirs.ports, purpose="test")
        assert not ours.runner.answers()  # theirs does, and refuses our password
        assert not ours.runner.processes()
        with pytest.raises(Refused, match=r"MAERK_PORT_POSTGRES[^$]*MAERK_PORT_RUNNER"):
            ours.open(restart=False)
        ours.down()
        assert accepts(theirs.ports.postgres)


def test_a_port_that_is_none_is_refused() -> None:
    with pytest.raises(Refused, match="MAERK_PORT_KAFKA is 'none', which is not a port number"):
        Ports.configured({"MAERK_PORT_KAFKA": "none"})
    assert Ports.configured({"MAERK_PORT_KAFKA": "19999"}) == replace(Ports(), kafka=19999)


ROOT_RUNS_IT = os.geteuid() == 0  # then the database runs as somebody else, since PostgreSQL refuses to run as root
SOMEBODY_ELSE = "nobody" if ROOT_RUNS_IT else psutil.Process().username()


def test_it_runs_in_a_folder_that_is_closed_to_others_whoever_starts_it(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with platform(tmp_path / "own", parts=["postgres"]) as own:
        assert psutil.Process(own.pid("postgres")).username() == SOMEBODY_ELSE
        assert accepts(own.ports.postgres)


def test_programs_that_are_closed_to_others_run_whoever_starts_them(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    installed = postgres_program("initdb").parents[2]
    programs = tmp_path / installed.name / "pginstall18"
    shutil.copytree(installed / "pginstall18", programs)
    shutil.copytree(installed.with_suffix(".libs"), tmp_path / f"{installed.name}.libs")
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    shutil.chown(data, SOMEBODY_ELSE)
    user = ["--user", SOMEBODY_ELSE, "--needs", str(data), "--needs", str(programs / "bin/initdb")]
    options = user if ROOT_RUNS_IT else []
    initdb = [str(programs / "bin/initdb"), "-D", str(data), "--no-sync"]
    made = subprocess.run(
        [sys.executable, "-I", "-S", leash.__file__, *options, "--", *initdb],
        cwd=data,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    assert (data / "PG_VERSION").owner() == SOMEBODY_ELSE
