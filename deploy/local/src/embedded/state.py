"""Where a platform keeps its state: one folder with its ports, its passwords and the data of each part."""

from __future__ import annotations

import json
import os
import random
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Literal, Self

from embedded.reach import in_use
from embedded.refusal import Refused

ROOT = Path(__file__).resolve().parents[4]
SERVICES = ("advisory", "training", "cooperation", "knowledge", "planning")
ACCOUNTS = ("postgres", *SERVICES, "keycloak", "demo_users", "seed_client", "partner_client", "runner")
UNPRIVILEGED = "nobody"
FRONTEND = "http://localhost:5173"  # where the realm's client for frontends may come from, unless it is told otherwise

# Below Linux's range for outgoing connections: a client that keeps trying a dead port in there may connect to itself.
FREE_RANGE = range(20000, 32000)


@dataclass(frozen=True)
class Ports:
    """The port of everything that listens on 127.0.0.1."""

    postgres: int = 15432
    kafka: int = 19092
    kafka_controller: int = 19093
    kafka_partners: int = 19094
    keycloak: int = 8180
    zipkin: int = 9411
    advisory: int = 8101
    training: int = 8102
    cooperation: int = 8103
    knowledge: int = 8104
    planning: int = 8105
    runner: int = 19001

    @classmethod
    def configured(cls, environment: Mapping[str, str] = os.environ) -> Ports:
        """The default ports, each one replaced by `MAERK_PORT_<NAME>` where that is set.

        Raises: Refused when a value is not a port.
        """
        chosen: dict[str, int] = {}
        for port in fields(cls):
            variable = f"MAERK_PORT_{port.name.upper()}"
            if value := environment.get(variable):
                if not value.isdecimal() or not 0 < int(value) < 2**16:
                    raise Refused(f"{variable} is {value!r}, which is not a port number.")
                chosen[port.name] = int(value)
        return cls(**chosen)

    @classmethod
    def free(cls) -> Ports:
        """Ports that nobody uses now."""
        names = [port.name for port in fields(cls)]
        chosen: dict[str, int] = {}
        for candidate in random.sample(FREE_RANGE, len(FREE_RANGE)):
            if not in_use(candidate):
                chosen[names[len(chosen)]] = candidate
            if len(chosen) == len(names):
                return cls(**chosen)
        raise Refused("No free ports are left between 20000 and 32000.")


@dataclass(frozen=True)
class State:
    """One platform's folder, ports and passwords.

    `programs` is the folder that several platforms share: what was downloaded and unpacked.
    """

    folder: Path
    programs: Path
    ports: Ports
    purpose: Literal["local", "test"]
    passwords: Mapping[str, str] = field(repr=False)

    @property
    def clock(self) -> Path:
        """The file that shifts the services' time."""
        return self.folder / "clock"

    def of(self, part: str) -> Path:
        """The part's own folder."""
        return self.folder / part

    def log(self, part: str) -> Path:
        """The part's log file."""
        return self.folder / "logs" / f"{part}.log"

    def pid_file(self, part: str) -> Path:
        """Where the part's process id is written."""
        return self.folder / "run" / f"{part}.pid"

    def database_url(self, service: str) -> str:
        """The service's own database, as its own role."""
        return f"postgresql://{service}:{self.passwords[service]}@127.0.0.1:{self.ports.postgres}/{service}"

    @property
    def admin_database_url(self) -> str:
        """The whole database cluster, as the superuser."""
        return f"postgresql://postgres:{self.passwords['postgres']}@127.0.0.1:{self.ports.postgres}/postgres"

    @property
    def kafka(self) -> str:
        """Kafka's internal listener, for services and operators."""
        return f"127.0.0.1:{self.ports.kafka}"

    @property
    def kafka_partners(self) -> str:
        """Kafka's listener for partners: SASL_PLAINTEXT with SCRAM-SHA-512."""
        return f"127.0.0.1:{self.ports.kafka_partners}"

    @property
    def issuer(self) -> str:
        """The issuer of tokens."""
        return f"http://127.0.0.1:{self.ports.keycloak}/realms/maerk"

    @property
    def zipkin(self) -> str:
        """Zipkin's address."""
        return f"http://127.0.0.1:{self.ports.zipkin}"

    def url(self, service: str) -> str:
        """The address of a service's API."""
        return f"http://127.0.0.1:{getattr(self.ports, service)}"

    def environment(self, service: str) -> dict[str, str]:
        """The environment variables that a service reads."""
        return {
            "MAERK_SERVICE": service,
            "MAERK_ENVIRONMENT": self.purpose,
            "MAERK_DATABASE_URL": self.database_url(service),
            "MAERK_KAFKA_BOOTSTRAP": self.kafka,
            "MAERK_OIDC_ISSUER": self.issuer,
            "MAERK_OIDC_AUDIENCE": f"maerk-{service}",
            "MAERK_HTTP_HOST": "127.0.0.1",
            "MAERK_HTTP_PORT": str(getattr(self.ports, service)),
            "MAERK_ZIPKIN_URL": self.zipkin,
            "MAERK_CLOCK_FILE": str(self.clock),
            "MAERK_CORS_ORIGINS": os.environ.get("MAERK_CORS_ORIGINS", FRONTEND),
        }

    @classmethod
    def opened(cls, folder: Path, *, programs: Path, ports: Ports, purpose: Literal["local", "test"] = "local") -> Self:
        """The folder's state, with the passwords that were made at first; the folder is made if it is not there.

        Raises: Refused when the folder cannot be written.
        """
        folder = folder.resolve()
        known = cls.recorded(folder, programs=programs)
        try:
            (folder / "run").mkdir(parents=True, exist_ok=True)
            (folder / "logs").mkdir(exist_ok=True)
            state = cls(
                folder, programs.resolve(), ports, purpose, _passwords() | dict(known.passwords if known else {})
            )
            state._save()
        except OSError as error:
            raise Refused(f"The folder {folder} cannot be written: {error.strerror}.") from error
        return state

    @classmethod
    def recorded(cls, folder: Path, *, programs: Path) -> Self | None:
        """The state as the folder's platform was last started, or None if it never was."""
        file = folder.resolve() / "state.json"
        if not file.exists():
            return None
        saved = json.loads(file.read_text(encoding="utf-8"))
        return cls(folder.resolve(), programs.resolve(), Ports(**saved["ports"]), saved["purpose"], saved["passwords"])

    def _save(self) -> None:
        file = self.folder / "state.json"
        unfinished = file.with_suffix(".new")
        unfinished.touch(mode=0o600)
        content = {
            "purpose": self.purpose,
            "ports": asdict(self.ports),
            "passwords": dict(self.passwords),
        }
        unfinished.write_text(json.dumps(content, indent=1), encoding="utf-8")
        unfinished.replace(file)


def _passwords() -> dict[str, str]:
    return {account: secrets.token_hex(16) for account in ACCOUNTS}
