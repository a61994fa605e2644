"""The folder .secrets holds what docker-compose.yml gives the containers: `python3 deploy/container_secrets.py`.

Made once at random; what is there already is kept. Standard library only.
"""
# ruff: noqa: INP001 - run before there is a package

from __future__ import annotations

import secrets
import sys
from pathlib import Path

SERVICES = ("advisory", "training", "cooperation", "knowledge", "planning")
DATABASES = (*SERVICES, "keycloak")
RANDOM = (
    *(f"{database}_{what}" for database in DATABASES for what in ("password", "superuser")),
    "keycloak_admin",
    "demo_users",
    "seed_client",
    "partner_client",
)


def make(folder: Path) -> None:
    """Every secret is there; only this user can open the folder, and whoever a container runs as can read the files.

    Compose mounts each file with the rights it has here, so the folder is what keeps other users out.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    for name in RANDOM:
        _once(folder / name, secrets.token_hex(24))
    for service in SERVICES:
        password = (folder / f"{service}_password").read_text(encoding="ascii")
        _once(folder / f"{service}_database_url", f"postgresql://{service}:{password}@{service}-db:5432/{service}")
    _once(folder / "smtp_url", "")  # no server: mail waits, and `/pipelinez` says so


def _once(file: Path, content: str) -> None:
    if not file.exists():
        file.write_text(content, encoding="ascii")
        file.chmod(0o444)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent / ".secrets")
