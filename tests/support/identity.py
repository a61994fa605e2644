"""Tokens from the embedded Keycloak, for tests that act as somebody."""

from typing import Any, Literal

import httpx2

from embedded.platform import Platform


async def granted(keycloak: Platform, **form: str) -> httpx2.Response:
    """The answer of the token endpoint."""
    async with httpx2.AsyncClient() as client:
        return await client.post(f"{keycloak.issuer}/protocol/openid-connect/token", data=form)


def scope(services: tuple[str, ...]) -> str:
    """What a client asks for in order to call these services."""
    return " ".join(f"maerk-{service}" for service in services)


async def role_tokens(keycloak: Platform, role: str, *services: str) -> dict[str, Any]:
    """What the demonstration user of that role is given."""
    answer = await granted(
        keycloak,
        grant_type="password",
        client_id="maerk-cli",
        username=role,
        password=keycloak.passwords["demo_users"],
        scope=f"openid {scope(services)}",
    )
    return answer.raise_for_status().json()


async def role_token(keycloak: Platform, role: str, *services: str) -> str:
    """An access token of the demonstration user of that role."""
    return (await role_tokens(keycloak, role, *services))["access_token"]


async def client_token(keycloak: Platform, name: Literal["seed", "partner"], *services: str) -> str:
    """An access token of a program."""
    answer = await granted(
        keycloak,
        grant_type="client_credentials",
        client_id=f"maerk-{name}",
        client_secret=keycloak.passwords[f"{name}_client"],
        scope=scope(services),
    )
    return answer.raise_for_status().json()["access_token"]
