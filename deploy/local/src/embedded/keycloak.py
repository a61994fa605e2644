"""Keycloak with the realm of `deploy/keycloak`, in production mode and with its own small database."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

from embedded import packages, realms
from embedded.java import java
from embedded.part import Command, Part, Say
from embedded.reach import responds
from embedded.refusal import Refused
from embedded.state import State

MEMORY = ("-Xms64m", "-Xmx384m", "-XX:MaxMetaspaceSize=256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
# Cannot be changed after the build.
BUILD = ("--db=dev-file",)
# One node: without this it opens ports to the network in order to find others.
ALONE = "--cache=local"

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
    return [str(java()), *MEMORY, *_OPTIONS, *where, *main, *arguments]


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
        raise Refused(f"Keycloak could not be built: {(done.stderr or done.stdout).strip().splitlines()[-1]}")


def _fetch(state: State, say: Say) -> Path:
    if not packages.place("keycloak", into=state.programs).is_dir():
        say("Keycloak is built once; this takes about 20 seconds")
    return packages.fetch("keycloak", into=state.programs, say=say, build=_build)


def _prepare(state: State) -> None:
    """The home has the shared program and the realms to import; a changed realm replaces the imported one."""
    home, program = state.of("keycloak"), packages.place("keycloak", into=state.programs)
    for name in _SHARED:
        link = home / name
        link.unlink(missing_ok=True)
        link.symlink_to(program / name)
    realm = json.dumps(realms.local(), sort_keys=True)
    digest = hashlib.sha256(realm.encode()).hexdigest()
    imported = home / "imported"
    if imported.exists() and imported.read_text(encoding="ascii") == digest:
        return
    shutil.rmtree(home / "data", ignore_errors=True)
    (home / "data/import").mkdir(parents=True)
    (home / "data/import/maerk-realm.json").write_text(realm, encoding="utf-8")
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
            ALONE,
            *address,
            "--log-level=warn",
        ),
        environment={
            "KC_LOG_LEVEL": "info,org.keycloak.events:off",  # a refused sign-in is logged with what was typed
            "KC_BOOTSTRAP_ADMIN_USERNAME": "admin",
            "KC_BOOTSTRAP_ADMIN_PASSWORD": state.passwords["keycloak"],
            # The realm names these in place of passwords.
            "MAERK_DEMO_PASSWORD": state.passwords["demo_users"],
            "MAERK_SEED_SECRET": state.passwords["seed_client"],
            "MAERK_PARTNER_SECRET": state.passwords["partner_client"],
        },
    )


def _ready(state: State) -> bool:
    return responds(state.issuer)


PART = Part(name="keycloak", ports=("keycloak",), fetch=_fetch, prepare=_prepare, command=_command, ready=_ready)
