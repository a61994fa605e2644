"""`maerk token`: a demonstration user's access token, for a first look at the APIs."""

from __future__ import annotations

from typing import Annotated

import typer

from embedded import realms
from embedded.refusal import Refused
from embedded.state import SERVICES
from maerk import here
from maerk.api import granted

app = typer.Typer()
ROLES = realms.demo_users()


@app.command()
def token(
    role: Annotated[str, typer.Argument(help=f"A demonstration user, called as their role: {', '.join(ROLES)}.")],
    services: Annotated[list[str], typer.Argument(help=f"The services that are to accept it: {', '.join(SERVICES)}.")],
) -> None:
    """Print an access token, valid for five minutes."""
    if role not in ROLES:
        raise Refused(f"There is no role {role}; the roles are {', '.join(ROLES)}.")
    if unknown := [each for each in services if each not in SERVICES]:
        raise Refused(f"There is no service {unknown[0]}; the services are {', '.join(SERVICES)}.")
    known = here.running()
    password = known.passwords["demo_users"]
    print(granted(known, services, grant_type="password", client_id="maerk-cli", username=role, password=password))
