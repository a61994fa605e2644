"""Keycloak with the realm of `deploy/keycloak`, in production mode and with its own small database."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen
from zipfile import ZipFile

from embedded import packages
from embedded.java import JAVA
from embedded.part import Command, Part, Say
from embedded.refusal import CannotStart
from embedded.state import ROOT, State

REALMS = ROOT / "deploy/keycloak"
MEMORY = ("-Xms64m", "-Xmx384m", "-XX:MaxMetaspaceSize=256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
# Cannot be changed after the build.
BUILD = ("--db=dev-file", "--cache=local")

_THREADS = "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory"
# As in Keycloak's own bin/kc.sh, which is not used: it stays between the runner and Java, and signals end with it.
_OPTIONS = (
    "-Dfile.encoding=UTF-8",
    "-Duser.language=en",
    "-Duser.country=US",
    "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
    "-Dpicocli.disable.closures=true",
    "-Dquarkus-log-max-startup-records=10000",
    f"-Djava.util.concurrent.ForkJoinPool.common.threadFactory={_THREADS}",
    *(f"--add-opens=java.base/java.{name}=ALL-UNNAMED" for name in ("util", "util.concurrent", "security", "lang")),
    "--enable-native-access=ALL-UNNAMED",
)
# What all platforms share; Keycloak wants it beside its data.
_SHARED = ("lib", "providers", "conf", "themes")


def _java(home: Path, *arguments: str) -> list[str]:
    where = [f"-Dkc.home.dir={home}", f"-Djboss.server.config.dir={home / 'conf'}"]
    main = ["-cp", str(home / "lib/quarkus-run.jar"), "io.quarkus.bootstrap.runner.QuarkusEntryPoint"]
    return [str(JAVA), *MEMORY, *_OPTIONS, *where, *main, *arguments]


def _build(files: Sequence[Path], folder: Path) -> None:
    """The folder is an unpacked Keycloak that has been built for the options of `BUILD`."""
    with ZipFile(files[0]) as archive:
        archive.extractall(folder)
    (unpacked,) = folder.iterdir()
    for name in _SHARED:
        if (unpacked / name).exists():
            (unpacked / name).rename(folder / name)
    shutil.rmtree(unpacked)
    done = subprocess.run(_java(folder, "build", *BUILD), cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotStart(f"Keycloak could not be built: {(done.stderr or done.stdout).strip().splitlines()[-1]}")


def _fetch(state: State, say: Say) -> Path:
    if not packages.place("keycloak", into=state.programs).is_dir():
        say("Keycloak is built once; this takes about 20 seconds")
    return packages.fetch("keycloak", into=state.programs, say=say, build=_build)


def _prepare(state: State) -> None:
    """The home has the shared program and the realms to import; a changed realm replaces what was imported before."""
    home, program = state.of("keycloak"), packages.place("keycloak", into=state.programs)
    for name in _SHARED:
        link = home / name
        link.unlink(missing_ok=True)
        link.symlink_to(program / name)
    realms = sorted(REALMS.glob("*.json"))
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in realms)).hexdigest()
    imported = home / "imported"
    if imported.exists() and imported.read_text(encoding="ascii") == digest:
        return
    shutil.rmtree(home / "data", ignore_errors=True)
    (home / "data/import").mkdir(parents=True)
    for file in realms:
        shutil.copy(file, home / "data/import")
    imported.write_text(digest, encoding="ascii")


def _command(state: State) -> Command:
    port = state.ports.keycloak
    address = ["--http-host=127.0.0.1", f"--http-port={port}", f"--hostname=http://127.0.0.1:{port}"]
    return Command(
        argv=_java(
            state.of("keycloak"),
            "start",
            "--optimized",
            "--import-realm",
            "--http-enabled=true",
            *address,
            "--log-level=warn",
        ),
        environment={
            "KC_BOOTSTRAP_ADMIN_USERNAME": "admin",
            "KC_BOOTSTRAP_ADMIN_PASSWORD": state.passwords["keycloak"],
        },
    )


def _ready(state: State) -> bool:
    realm = "maerk" if any(REALMS.glob("*.json")) else "master"
    try:
        with urlopen(f"http://127.0.0.1:{state.ports.keycloak}/realms/{realm}", timeout=5) as answer:
            return answer.status == 200
    except (URLError, OSError):
        return False


PART = Part(name="keycloak", ports=("keycloak",), fetch=_fetch, prepare=_prepare, command=_command, ready=_ready)
