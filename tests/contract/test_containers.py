"""docker-compose.yml says what the services, the images and the embedded platform need; no engine runs here."""

import json
import re
import shutil
import stat
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from chassis.settings import Settings
from contracts.topics import SERVICES
from embedded import kafka, packages, postgres
from embedded.state import Ports, State
from support import containers
from support.containers import ROOT, compose, in_git

FILE = compose()
PARTS: dict[str, dict[str, Any]] = FILE["services"]
JOBS = {"topics", *(f"{service}-migrate" for service in SERVICES)}
DATABASES = {f"{name}-db" for name in (*SERVICES, "keycloak")}
README = (ROOT / "deploy/README.md").read_text(encoding="utf-8")
OF_SERVICES = [name for name in PARTS if name.removesuffix("-migrate") in SERVICES]
LEFT_AS_THEY_ARE = {"oidc_audience", "zipkin_url", "trace_ratio", "clock_file", "pool_size"}
MAIL = {"smtp_url", "mail_from"}
SENDS_MAIL = {"advisory"}
# What others' images keep in volumes, and the users they are made for.
VOLUMES = {"postgres": "/var/lib/postgresql", "apache/kafka": "/var/lib/kafka/data"}


def secrets_of(part: dict[str, Any]) -> dict[str, str]:
    """The names under /run/secrets, each with the secret that stands there."""
    listed = [each if isinstance(each, dict) else {"source": each} for each in part.get("secrets", ())]
    return {each.get("target", each["source"]): each["source"] for each in listed}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The secrets as a newcomer makes them."""
    made = tmp_path / "secrets"
    subprocess.run([sys.executable, "-I", ROOT / "deploy/container_secrets.py", made], check=True)
    return made


def test_the_file_is_what_the_compose_schema_allows() -> None:
    program = Path(sys.executable).with_name("check-jsonschema")
    options = ["--builtin-schema", "vendor.compose-spec", containers.COMPOSE]
    checked = subprocess.run([program, *options], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_the_core_is_five_services_with_a_server_each_and_what_they_stand_on() -> None:
    assert {name for name in PARTS if PARTS[name]["profiles"] == ["core"]} == {
        *SERVICES, *JOBS, *DATABASES, "kafka", "keycloak",
    }  # fmt: skip
    assert {name for name in PARTS if PARTS[name]["profiles"] == ["observability"]} == {"collector", "jaeger"}
    assert len({PARTS[name]["image"] for name in (*SERVICES, *JOBS)}) == 1


@pytest.mark.parametrize("service", SERVICES)
def test_jobs_have_succeeded_before_a_service_starts(service: str) -> None:
    done, healthy = {"condition": "service_completed_successfully"}, {"condition": "service_healthy"}
    assert PARTS[service]["depends_on"] == {f"{service}-migrate": done, "topics": done}
    assert PARTS[f"{service}-migrate"]["depends_on"] == {f"{service}-db": healthy}
    assert PARTS["topics"]["depends_on"] == {"kafka": healthy}


@pytest.mark.parametrize("name", OF_SERVICES)
def test_settings_can_be_made_of_what_a_container_is_given(
    name: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part, service = PARTS[name], name.removesuffix("-migrate")
    given = {variable: str(value) for variable, value in part["environment"].items()}
    mounted = tmp_path / "run"
    mounted.mkdir()
    for target, source in secrets_of(part).items():
        shutil.copy2(folder / source, mounted / target)
    known = {f"MAERK_{field.upper()}" for field in Settings.model_fields}
    assert given.keys() | secrets_of(part).keys() <= known
    for variable in known:
        monkeypatch.delenv(variable, raising=False)
    for variable, value in given.items():
        monkeypatch.setenv(variable, value)
    settings = Settings(_secrets_dir=mounted)
    assert settings.service == service
    assert f"@{service}-db:5432/{service}" in settings.database_url.get_secret_value()
    assert settings.kafka_bootstrap == PARTS["topics"]["environment"]["MAERK_KAFKA_BOOTSTRAP"] == "kafka:9092"
    if name in SERVICES:
        left = set(Settings.model_fields) - settings.model_fields_set
        assert left | {"oidc_audience"} == LEFT_AS_THEY_ARE | (set[str]() if service in SENDS_MAIL else MAIL), (
            "a new setting: give it to the containers, or leave it here"
        )


def test_every_variable_of_the_file_is_told_in_the_readme_and_the_other_way_round() -> None:
    asked = {found[1] for found in containers.VARIABLE.finditer(containers.COMPOSE.read_text(encoding="utf-8"))}
    assert asked == set(re.findall(r"^\| `(MAERK_\w+)`", README, re.MULTILINE))


def test_ports_are_those_of_the_embedded_platform_on_this_machine_only_and_none_twice() -> None:
    published: dict[int, tuple[str, int]] = {}
    for name, part in PARTS.items():
        for port in part.get("ports", ()):
            address, outer, inner = port.split(":")
            assert address == "127.0.0.1"
            assert int(outer) not in published
            published[int(outer)] = (name, int(inner))
    usual = Ports()
    expected = {getattr(usual, service): service for service in SERVICES}
    expected |= {usual.keycloak: "keycloak", usual.kafka_partners: "kafka", 16686: "jaeger"}
    assert {port: name for port, (name, _) in published.items()} == expected
    for port, (name, inner) in published.items():
        assert name not in SERVICES or PARTS[name]["environment"]["MAERK_HTTP_PORT"] == str(inner) == str(port)
        assert re.search(rf"^\| (8101.8105|{port}) \|", README, re.MULTILINE)


def test_every_volume_is_declared_used_once_and_mounted_where_the_image_keeps_its_data() -> None:
    used: list[str] = []
    for part in PARTS.values():
        for mount in part.get("volumes", ()):
            volume, target = mount.split(":")
            assert target == VOLUMES[part["image"].rpartition(":")[0]]
            used.append(volume)
    assert sorted(used) == sorted(FILE["volumes"])
    assert kafka_properties()["log.dirs"].startswith(VOLUMES["apache/kafka"])


def test_every_mounted_file_is_in_git() -> None:
    files = {name: entry["file"] for name, entry in FILE["configs"].items()}
    assert set(files.values()) <= in_git()
    assert {each["source"] for part in PARTS.values() for each in part.get("configs", ())} == set(files)


def test_networks_are_declared_and_a_database_meets_only_its_service() -> None:
    assert {network for part in PARTS.values() for network in part["networks"]} == set(FILE["networks"])
    for name in (*SERVICES, "keycloak"):
        (own,) = PARTS[f"{name}-db"]["networks"]
        assert FILE["networks"][own] == {"internal": True}
        assert {each for each in PARTS if own in PARTS[each]["networks"]} <= {name, f"{name}-db", f"{name}-migrate"}
    for name, part in PARTS.items():
        assert ("outside" in part["networks"]) == ("ports" in part), name


@pytest.mark.parametrize("name", PARTS)
def test_every_container_has_the_least_rights_and_a_limit(name: str) -> None:
    part = PARTS[name]
    assert part["read_only"] is True
    assert part["cap_drop"] == ["ALL"]
    assert part["security_opt"] == ["no-new-privileges:true"]
    assert part["deploy"]["resources"]["limits"].keys() == {"cpus", "memory", "pids"}
    assert part["restart"] == ("no" if name in JOBS else "unless-stopped")
    users = [part["user"]] if "user" in part else containers.said(part["build"]["target"], "USER")
    assert users
    assert users[-1].split(":")[0] not in ("root", "0")
    assert not {"privileged", "network_mode", "pid", "ipc", "devices", "env_file"} & part.keys()
    if name in JOBS:
        return
    # The collector's image holds one program and no shell.
    assert ("test" in part["healthcheck"]) == (name != "collector")


def test_no_secret_stands_in_the_file_and_every_one_is_made(folder: Path) -> None:
    declared = {name: entry["file"] for name, entry in FILE["secrets"].items()}
    assert declared == {name: f".secrets/{name}" for name in declared}
    assert set(declared) == {each.name for each in folder.iterdir()}
    assert {source for part in PARTS.values() for source in secrets_of(part).values()} == set(declared)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for part in PARTS.values():
        for variable in part.get("environment", {}):
            assert variable.endswith("_FILE") or not re.search("PASSWORD|SECRET|TOKEN|DATABASE_URL", variable)
    ignored = subprocess.run(["git", "check-ignore", ".secrets/any"], cwd=ROOT, capture_output=True, check=False)
    assert ignored.returncode == 0
    assert not [name for name in containers.context() if "secret" in name]


def test_making_secrets_again_changes_none(folder: Path) -> None:
    before = {each.name: each.read_text() for each in folder.iterdir()}
    subprocess.run([sys.executable, "-I", ROOT / "deploy/container_secrets.py", folder], check=True)
    assert {each.name: each.read_text() for each in folder.iterdir()} == before
    assert len(set(before.values())) == len(before)


@pytest.mark.parametrize(
    ("script", "mounts"),
    [("deploy/keycloak/start.sh", ["keycloak"]), ("deploy/postgres/first.sh", sorted(DATABASES))],
)
def test_scripts_read_the_secrets_that_their_containers_have(script: str, mounts: list[str]) -> None:
    text = (ROOT / script).read_text(encoding="utf-8")
    for name in mounts:
        service = PARTS[name]["environment"].get("SERVICE", "")
        read = set(re.findall(r"read_secret (\w+)\)", text))
        read |= {each.replace("${SERVICE}", service) for each in re.findall(r'/run/secrets/([\w${}]+)"', text)}
        read.discard("$1")
        read |= {"superuser"} if name in DATABASES else set()
        assert read == set(secrets_of(PARTS[name]))


@pytest.mark.parametrize("script", ["deploy/keycloak/start.sh", "deploy/postgres/first.sh", "deploy/kafka/start.sh"])
def test_scripts_can_be_read_by_bash(script: str) -> None:
    subprocess.run(["bash", "-n", ROOT / script], check=True)


def kafka_properties() -> dict[str, str]:
    lines = (ROOT / "deploy/kafka/server.properties").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_kafka_is_set_as_in_the_embedded_platform_but_for_its_addresses(tmp_path: Path) -> None:
    state = State(tmp_path, tmp_path, Ports(), "test", {})
    embedded = {name: str(value) for name, value in kafka._settings(state).items()}
    addresses = {"controller.quorum.bootstrap.servers", "listeners", "advertised.listeners", "log.dirs"}
    ours = kafka_properties()
    assert ours.keys() - {"advertised.listeners"} == embedded.keys()
    assert {name for name in embedded if ours[name] != embedded[name]} <= addresses
    assert PARTS["kafka"]["command"][-1] in {each["target"] for each in PARTS["kafka"]["configs"]}


def test_versions_are_pinned_and_those_of_the_embedded_platform() -> None:
    images = {part["image"] for part in PARTS.values() if "build" not in part}
    images |= {line.rest.split(" AS ")[0] for line in containers.dockerfile() if line.word == "FROM"}
    stages = {line.stage for line in containers.dockerfile()}
    tags = dict(image.split(":") for image in images - stages)
    assert all(re.match(r"\d+\.\d+(\.\d+)?(-|$)", tag) for tag in tags.values())
    titles = {name: packages.locked(name).title for name in ("kafka", "keycloak")}
    assert titles["kafka"].endswith(f" {tags['apache/kafka']}")
    assert titles["keycloak"].endswith(f" {tags['keycloak/keycloak']}")
    version = subprocess.run([postgres.binary("postgres"), "-V"], capture_output=True, text=True, check=True).stdout
    assert version.split()[-1] == tags["postgres"].partition("-")[0]
    assert tags["python"].startswith(f"{sys.version_info[0]}.{sys.version_info[1]}.") or sys.version_info[1] != 11


def test_statements_stay_out_of_the_log_of_every_database() -> None:
    for name in DATABASES:
        for setting in ("log_statement", "log_min_error_statement", "log_error_verbosity"):
            assert f"-c {setting}={postgres.SETTINGS[setting]}" in PARTS[name]["command"]


def test_the_collector_knows_every_part_that_its_pipelines_name() -> None:
    import yaml

    told = yaml.safe_load((ROOT / FILE["configs"]["collector"]["file"]).read_text(encoding="utf-8"))
    for pipeline in told["service"]["pipelines"].values():
        for kind, names in pipeline.items():
            assert set(names) == set(told[kind])
    receiver = told["receivers"]["otlp"]["protocols"]["http"]["endpoint"].rpartition(":")[2]
    assert PARTS["advisory"]["environment"]["MAERK_OTLP_URL"] == f"http://collector:{receiver}"


def test_the_realm_is_the_embedded_one() -> None:
    made = subprocess.run(
        [sys.executable, "-I", ROOT / "deploy/local/src/embedded/realms.py"], capture_output=True, check=True
    )
    from embedded import realms

    assert json.loads(made.stdout) == realms.local()
    assert fields(Ports)  # the issuer's port is one of them
    assert f":{Ports().keycloak}/realms/maerk" in PARTS["advisory"]["environment"]["MAERK_OIDC_ISSUER"]
