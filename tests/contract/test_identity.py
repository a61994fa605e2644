"""The realm `maerk` in a real Keycloak, and what our verifier makes of its tokens."""

import json
import re
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator
from hashlib import sha256
from html import unescape
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from chassis.auth import Principal, Unauthenticated, Verifier
from contracts.values import Classification
from embedded.platform import Platform
from embedded.state import ROOT, SERVICES
from support.identity import client_token, granted, role_token, role_tokens, scope

pytestmark = pytest.mark.rule("p/auth")

REALMS = Path(ROOT) / "deploy/keycloak"
FRONTEND = "http://localhost:5173/signed-in"

INTERNAL, RESTRICTED = Classification.INTERNAL, Classification.RESTRICTED
SCOPES: dict[str, dict[str, Any]] = {
    "adviser": {"classification": RESTRICTED},
    "duty_coordinator": {"classification": RESTRICTED},
    "course_coordinator": {"classification": INTERNAL},
    "municipal_key_person": {"classification": INTERNAL, "municipality_codes": frozenset({"9901"})},
    "police_contact": {"classification": RESTRICTED, "police_districts": frozenset({"synthetic"})},
    "editor": {"classification": INTERNAL},
    "data_steward": {"classification": INTERNAL},
    "plan_editor": {"classification": INTERNAL},
    "initiative_owner": {"classification": INTERNAL, "organisations": frozenset({"ministry:synthetic"})},
    "operator": {"classification": INTERNAL},
    "partner": {"organisations": frozenset({"ministry:synthetic"})},
}

SEEDER = {"adviser", "duty_coordinator", "course_coordinator", "editor", "plan_editor"}


def realm(name: str) -> dict[str, Any]:
    return json.loads((REALMS / name).read_text(encoding="utf-8"))


def claims(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    return json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def verifier(keycloak: Platform, service: str = "advisory", **changed: Any) -> Verifier:
    settings = {
        "issuer": keycloak.issuer,
        "audience": f"maerk-{service}",
        "jwks_url": f"{keycloak.issuer}/protocol/openid-connect/certs",
    }
    return Verifier(**settings | changed)


async def reason(verifier: Verifier, token: str) -> str:
    with pytest.raises(Unauthenticated) as refused:
        await verifier.verify(token)
    return refused.value.reason


class Frontend:
    """A frontend and the browser it runs in, who go through the code flow by plain HTTP."""

    def __init__(self, keycloak: Platform, browser: httpx2.AsyncClient) -> None:
        self.keycloak = keycloak
        self.browser = browser
        self.secret = token_urlsafe(48)

    async def asks(self, **changed: Any) -> httpx2.Response:
        asked = {
            "response_type": "code",
            "client_id": "maerk-frontend",
            "redirect_uri": FRONTEND,
            "scope": "openid profile maerk-advisory",
            "state": "returned",
            "code_challenge": urlsafe_b64encode(sha256(self.secret.encode()).digest()).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        } | changed
        answer = await self.browser.get(
            f"{self.keycloak.issuer}/protocol/openid-connect/auth",
            params={name: value for name, value in asked.items() if value is not ...},
        )
        for cookie in self.browser.cookies.jar:
            cookie.secure = False  # browsers trust this machine's own address, Python's cookie jar does not
        return answer

    async def sends(self, page: httpx2.Response, values: dict[str, str]) -> httpx2.Response:
        """What comes of filling in the page's form."""
        form = re.search(r'<form[^>]+action="([^"]+)"', page.text)
        assert form
        answer = await self.browser.post(unescape(form[1]), data=values)
        while answer.headers.get("location", "").startswith(self.keycloak.issuer):
            answer = await self.browser.get(answer.headers["location"])
        return answer

    async def logs_in(self, role: str, **changed: str) -> httpx2.Response:
        """What the browser shows, or where it is sent, once the role's name and password are right."""
        password = self.keycloak.passwords["demo_users"]
        return await self.sends(await self.asks(**changed), {"username": role, "password": password})

    async def signs_in(self, role: str) -> dict[str, list[str]]:
        """What the browser brings back to the frontend."""
        answer = await self.logs_in(role)
        assert answer.status_code == 302
        assert answer.headers["location"].startswith(f"{FRONTEND}?")
        return parse_qs(urlsplit(answer.headers["location"]).query)

    async def redeems(self, code: str, **changed: str) -> httpx2.Response:
        form = {
            "grant_type": "authorization_code",
            "client_id": "maerk-frontend",
            "code": code,
            "redirect_uri": FRONTEND,
            "code_verifier": self.secret,
        } | changed
        return await granted(self.keycloak, **form)


@pytest.fixture
async def frontend(keycloak: Platform) -> AsyncIterator[Frontend]:
    async with httpx2.AsyncClient() as browser:
        yield Frontend(keycloak, browser)


@pytest.fixture
async def administration(keycloak: Platform) -> AsyncIterator[httpx2.AsyncClient]:
    """Keycloak's administration of the realm."""
    server = keycloak.issuer.removesuffix("/realms/maerk")
    async with httpx2.AsyncClient() as client:
        answer = await client.post(
            f"{server}/realms/master/protocol/openid-connect/token",
            data={
                "grant_type": "password",
                "client_id": "admin-cli",
                "username": "admin",
                "password": keycloak.passwords["keycloak"],
            },
        )
        client.headers["Authorization"] = f"Bearer {answer.raise_for_status().json()['access_token']}"
        client.base_url = f"{server}/admin/realms/maerk/"
        yield client


@pytest.mark.parametrize("role", SCOPES)
async def test_each_role_has_a_user_whose_token_says_the_role_and_the_data_scope(keycloak, role):
    said = await verifier(keycloak).verify(await role_token(keycloak, role, "advisory"))
    assert said == Principal(id=said.id, roles=frozenset({role}), **SCOPES[role])


async def test_an_access_token_names_nobody(keycloak):
    said = claims(await role_token(keycloak, "municipal_key_person", "advisory"))
    assert set(said) == {
        *("iss", "aud", "exp", "iat", "jti", "typ", "azp", "sid", "scope"),
        *("sub", "roles", "municipality_codes", "classification"),
    }
    assert re.fullmatch(r"[0-9a-f-]{36}", said["sub"])


@pytest.mark.parametrize("service", SERVICES)
async def test_a_token_for_one_service_is_refused_by_the_other_four(keycloak, service):
    token = await role_token(keycloak, "adviser", service)
    assert await verifier(keycloak, service).verify(token)
    for other in set(SERVICES) - {service}:
        assert await reason(verifier(keycloak, other), token) == "wrong-audience"


async def test_a_token_is_for_exactly_the_services_that_were_asked_for(keycloak):
    both = claims(await role_token(keycloak, "adviser", "advisory", "planning"))
    assert sorted(both["aud"]) == ["maerk-advisory", "maerk-planning"]
    assert await reason(verifier(keycloak), await role_token(keycloak, "adviser")) == "wrong-audience"


@pytest.mark.parametrize(
    ("client", "roles", "classification"),
    [("seed", SEEDER, Classification.INTERNAL), ("partner", {"partner"}, Classification.PUBLIC)],
)
async def test_programs_have_their_roles_and_no_more(keycloak, client, roles, classification):
    for service in SERVICES:
        said = await verifier(keycloak, service).verify(await client_token(keycloak, client, service))
        assert said == Principal(id=said.id, roles=frozenset(roles), classification=classification)


async def test_tokens_live_five_minutes(keycloak):
    token = await role_token(keycloak, "adviser", "advisory")
    assert claims(token)["exp"] - claims(token)["iat"] == 300
    late = verifier(keycloak, now=lambda: time.time() + 331)
    assert await reason(late, token) == "token-expired"


async def test_tokens_of_another_issuer_are_refused(keycloak):
    other = verifier(keycloak, issuer=keycloak.issuer.replace("127.0.0.1", "localhost"))
    assert await reason(other, await role_token(keycloak, "adviser", "advisory")) == "wrong-issuer"


async def test_programs_and_the_command_line_get_no_refresh_tokens(keycloak):
    assert "refresh_token" not in await role_tokens(keycloak, "adviser", "advisory")
    answer = await granted(
        keycloak,
        grant_type="client_credentials",
        client_id="maerk-seed",
        client_secret=keycloak.passwords["seed_client"],
    )
    assert answer.status_code == 200
    assert "refresh_token" not in answer.json()


@pytest.mark.parametrize("client", ["maerk-seed", "maerk-partner"])
@pytest.mark.parametrize("secret", ["", "wrong", "${MAERK_SEED_SECRET}", "${MAERK_PARTNER_SECRET}"])
async def test_programs_need_their_secret(keycloak, client, secret):
    answer = await granted(keycloak, grant_type="client_credentials", client_id=client, client_secret=secret)
    assert answer.status_code == 401
    assert "access_token" not in answer.json()


@pytest.mark.parametrize("client", ["maerk-frontend", "maerk-seed", "maerk-advisory", "account", "admin-cli"])
async def test_a_name_and_a_password_are_enough_for_the_command_line_only(keycloak, client):
    answer = await granted(
        keycloak,
        grant_type="password",
        client_id=client,
        client_secret=keycloak.passwords["seed_client"],
        username="adviser",
        password=keycloak.passwords["demo_users"],
    )
    assert answer.is_client_error
    assert "access_token" not in answer.json()


async def test_services_themselves_cannot_sign_in(keycloak):
    for service in SERVICES:
        form = {"client_id": f"maerk-{service}", "client_secret": ""}
        answer = await granted(keycloak, grant_type="client_credentials", **form)
        assert answer.is_client_error


async def test_a_frontend_signs_its_user_in_by_code_and_pkce(keycloak, frontend):
    returned = await frontend.signs_in("plan_editor")
    assert returned["state"] == ["returned"]
    tokens = (await frontend.redeems(returned["code"][0])).raise_for_status().json()
    said = await verifier(keycloak).verify(tokens["access_token"])
    assert said.roles == {"plan_editor"}
    assert claims(tokens["id_token"])["preferred_username"] == "plan_editor"
    assert "preferred_username" not in claims(tokens["access_token"])


async def test_what_is_no_access_token_is_refused(keycloak, frontend):
    returned = await frontend.signs_in("adviser")
    tokens = (await frontend.redeems(returned["code"][0])).json()
    assert await reason(verifier(keycloak), tokens["id_token"]) == "wrong-audience"
    itself = verifier(keycloak, audience="maerk-frontend")
    assert await reason(itself, tokens["id_token"]) == "not-an-access-token"
    assert await reason(verifier(keycloak), tokens["refresh_token"]) == "algorithm-refused"


async def test_a_refresh_token_works_once(keycloak, frontend):
    returned = await frontend.signs_in("adviser")
    form = {"grant_type": "refresh_token", "client_id": "maerk-frontend"}
    first = (await frontend.redeems(returned["code"][0])).json()["refresh_token"]
    second = await granted(keycloak, **form, refresh_token=first)
    assert await verifier(keycloak).verify(second.json()["access_token"])
    assert (await granted(keycloak, **form, refresh_token=first)).status_code == 400


@pytest.mark.parametrize(
    "changed",
    [
        {"code_challenge": ..., "code_challenge_method": ...},
        {"code_challenge_method": "plain"},
        {"response_type": "token"},
        {"response_type": "id_token token", "nonce": "n"},
    ],
)
async def test_a_frontend_without_pkce_is_turned_away(frontend, changed):
    answer = await frontend.asks(**changed)
    assert answer.status_code == 302
    back = urlsplit(answer.headers["location"])
    told = parse_qs(back.query) | parse_qs(back.fragment)
    assert told["error"][0] in {"invalid_request", "unauthorized_client"}
    assert not {"code", "access_token", "id_token"} & set(told)


async def test_a_code_is_worth_nothing_without_the_secret_behind_it(frontend):
    returned = await frontend.signs_in("adviser")
    answer = await frontend.redeems(returned["code"][0], code_verifier=token_urlsafe(48))
    assert answer.status_code == 400
    assert "access_token" not in answer.json()


@pytest.mark.parametrize(
    "address", ["https://elsewhere.test/", "http://localhost:5173.elsewhere.test/", "http://localhost:5174/"]
)
async def test_nobody_is_sent_to_an_unknown_address(frontend, address):
    answer = await frontend.asks(redirect_uri=address)
    assert answer.status_code == 400
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    "attributes",
    [
        {"municipality_codes": ["99"]},
        {"municipality_codes": ["9901", "*"]},
        {"police_districts": ["Fyns Politi"]},
        {"organisations": ["synthetic"]},
        {"classification": ["secret"]},
    ],
)
async def test_administrators_give_a_data_scope_in_the_agreed_form_only(administration, attributes):
    name = f"synthetic-{token_urlsafe(6).lower()}"
    answer = await administration.post("users", json={"username": name, "attributes": attributes})
    found = (await administration.get("users", params={"username": name, "exact": True})).json()
    assert answer.status_code == 400
    assert found == []


async def test_users_cannot_widen_their_own_data_scope(keycloak, frontend):
    form = await frontend.logs_in("municipal_key_person", kc_action="UPDATE_PROFILE")
    changed = {"username": "municipal_key_person", "municipality_codes": "9902", "classification": "restricted"}
    await frontend.sends(form, changed)
    said = await verifier(keycloak).verify(await role_token(keycloak, "municipal_key_person", "advisory"))
    assert said.municipality_codes == {"9901"}
    assert said.classification == Classification.INTERNAL


async def test_guessing_passwords_is_stopped(keycloak, administration):
    name, password = f"synthetic-{token_urlsafe(6).lower()}", token_urlsafe(24)
    credentials = [{"type": "password", "value": password}]
    made = await administration.post("users", json={"username": name, "enabled": True, "credentials": credentials})
    form = {"grant_type": "password", "client_id": "maerk-cli", "username": name}
    try:
        assert (await granted(keycloak, **form, password=password)).status_code == 200
        for _ in range(10):
            assert (await granted(keycloak, **form, password="guessed")).is_client_error
        assert (await granted(keycloak, **form, password=password)).is_client_error
    finally:
        await administration.delete(made.headers["location"])


def test_each_service_has_its_audience_and_each_client_can_ask_for_it():
    named = {f"maerk-{service}" for service in SERVICES}
    production = realm("maerk-realm.json")
    assert {client["clientId"] for client in production["clients"] if client.get("bearerOnly")} == named
    for client in [*production["clients"], *realm("maerk-realm.local.json")["clients"]]:
        if client["clientId"] in {"maerk-frontend", "maerk-seed", "maerk-partner", "maerk-cli"}:
            assert named <= set(client["optionalClientScopes"])
            assert client["defaultClientScopes"] == ["maerk"]
    assert scope(("advisory",)) == "maerk-advisory"


def test_the_realm_for_production_holds_no_user_no_secret_and_no_sign_in_by_password():
    production = realm("maerk-realm.json")
    assert "users" not in production
    for client in production["clients"]:
        assert "secret" not in client
        assert not client.get("directAccessGrantsEnabled", False)
        assert not client.get("serviceAccountsEnabled", False)


def test_no_secret_is_written_down_nor_has_a_default():
    local = realm("maerk-realm.local.json")
    secrets = [client["secret"] for client in local["clients"] if "secret" in client]
    passwords = [credential["value"] for user in local["users"] for credential in user.get("credentials", ())]
    assert len(passwords) == len(SCOPES)
    for each in (*secrets, *passwords):
        assert re.fullmatch(r"\$\{MAERK_[A-Z_]+\}", each)
