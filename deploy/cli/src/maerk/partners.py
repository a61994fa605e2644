"""`maerk partners`: who may read the public topics from outside."""

# The documented place of these names.
# pyright: reportPrivateImportUsage=false

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Annotated, Any, cast

import typer
from confluent_kafka import KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)
from rich.console import Console

from embedded.refusal import Refused
from embedded.topics import SILENT
from maerk import here

app = typer.Typer(help="Partners read maerk.public.* and nothing else.", no_args_is_help=True)
console = Console(highlight=False)

PUBLIC = "maerk.public."
ITERATIONS = 8192
ANSWER_WITHIN_S = 15

Name = Annotated[str, typer.Argument(help="Small letters, digits and hyphens, such as a ministry's short name.")]


@app.command()
def add(name: Name) -> None:
    """Let a partner in, who may read the public topics in groups whose names begin with NAME. and a full stop.

    The password is shown once and kept nowhere.
    """
    admin = _admin()
    if _exists(admin, name):
        raise Refused(f"Partner {name} is there already: `maerk partners rotate {name}` gives a new password.")
    # Rights first: should the second step fail, nobody has come in.
    _done(admin.create_acls(_rights(name)))
    _tell(name, _new_password(admin, name))


@app.command()
def rotate(name: Name) -> None:
    """Give a partner a new password. The old one lets nobody in any more; open connections go on."""
    admin = _admin()
    if not _exists(admin, name):
        raise Refused(f"There is no partner {name}.")
    _tell(name, _new_password(admin, name))


@app.command()
def remove(name: Name) -> None:
    """Shut a partner out, open connections included."""
    admin = _admin()
    if not _exists(admin, name):
        raise Refused(f"There is no partner {name}.")
    _done(admin.delete_acls([_everything(name)]))
    deletion = UserScramCredentialDeletion(name, ScramMechanism.SCRAM_SHA_512)
    _done(admin.alter_user_scram_credentials([deletion]))
    console.print(f"Partner {name} is shut out.")


def _admin() -> AdminClient:
    """A client that the caller keeps: its futures are never done once it is collected."""
    return AdminClient({"bootstrap.servers": here.bootstrap()}, logger=SILENT)


def _exists(admin: AdminClient, name: str) -> bool:
    # Also what keeps a partner from being called ANONYMOUS, the broker's name for those who come without one.
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,39}", name):
        raise Refused(
            f"{name!r} cannot be a partner's name: 2 to 40 small letters, digits and hyphens, a letter first."
        )
    described = cast("dict[str, Future[Any]]", admin.describe_user_scram_credentials([name]))
    try:
        return bool(described[name].result(ANSWER_WITHIN_S).scram_credential_infos)
    except KafkaException as error:
        if error.args[0].name() == "RESOURCE_NOT_FOUND":
            return False
        raise _refused(error) from error


def _everything(name: str) -> AclBindingFilter:
    # None stands for any name and any host; the package's type hints leave it out.
    anything = cast("str", None)
    return AclBindingFilter(
        ResourceType.ANY,
        anything,
        ResourcePatternType.ANY,
        f"User:{name}",
        anything,
        AclOperation.ANY,
        AclPermissionType.ANY,
    )


def _rights(name: str) -> list[AclBinding]:
    readable = [(ResourceType.TOPIC, PUBLIC), (ResourceType.GROUP, f"{name}.")]
    return [
        AclBinding(
            kind,
            prefix,
            ResourcePatternType.PREFIXED,
            f"User:{name}",
            "*",
            AclOperation.READ,
            AclPermissionType.ALLOW,
        )
        for kind, prefix in readable
    ]


def _new_password(admin: AdminClient, name: str) -> str:
    password = secrets.token_urlsafe(24)
    info = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS)
    _done(admin.alter_user_scram_credentials([UserScramCredentialUpsertion(name, info, password.encode())]))
    return password


def _done(futures: Mapping[Any, Future[Any]]) -> None:
    try:
        for future in futures.values():
            future.result(ANSWER_WITHIN_S)
    except KafkaException as error:
        raise _refused(error) from error


def _refused(error: KafkaException) -> Refused:
    return Refused(f"Kafka refused: {error.args[0].str()}.")


def _tell(name: str, password: str) -> None:
    console.print(
        f"Partner [bold]{name}[/] signs in by SASL_PLAINTEXT with SCRAM-SHA-512 and this password:", soft_wrap=True
    )
    console.print(password, markup=False, soft_wrap=True)
    console.print(f"It is shown this once. Topics: {PUBLIC}*; consumer groups: {name}.*", soft_wrap=True)
