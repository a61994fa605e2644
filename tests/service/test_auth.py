"""What a service believes of a token, with keys of our own in place of the issuer's."""

import asyncio
import hmac
import json
import logging
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws, jwt
from joserfc.jwk import ECKey, RSAKey

from chassis.auth import KeysUnavailable, Principal, Unauthenticated, Verifier
from contracts.geography import municipalities
from contracts.values import Classification
from support.waiting import until

pytestmark = pytest.mark.rule("p/auth")

ISSUER = "https://issuer.test/realms/maerk"
AUDIENCE = "maerk-advisory"
NOW = 1_900_000_000
RSA = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})
EC = ECKey.generate_key("P-256", {"kid": "ec", "use": "sig"})
NEXT = RSAKey.generate_key(2048, {"kid": "next", "use": "sig"})
STRANGER = RSAKey.generate_key(2048, {"kid": "rsa"})


class Issuer:
    """An issuer that counts how often it is asked for its keys, and can be away or slow."""

    def __init__(self, *keys: Any) -> None:
        self.keys = keys
        self.asked = 0
        self.away = False
        self.nonsense: Any = None
        self.answers = asyncio.Event()
        self.answers.set()

    async def fetch(self, url: str) -> dict[str, Any]:
        assert url == f"{ISSUER}/certs"
        self.asked += 1
        await self.answers.wait()
        if self.away:
            raise httpx2.ConnectError("away")
        if self.nonsense is not None:
            return self.nonsense
        return {"keys": [key.as_dict(private=False) for key in self.keys]}


@pytest.fixture
async def at() -> AsyncIterator[SimpleNamespace]:
    """A verifier, the issuer that it asks, and the clock that it reads."""
    world = SimpleNamespace(issuer=Issuer(RSA, EC), now=NOW)
    world.verifier = Verifier(
        issuer=ISSUER,
        audience=AUDIENCE,
        jwks_url=f"{ISSUER}/certs",
        fetch=world.issuer.fetch,
        now=lambda: world.now,
    )
    yield world
    world.issuer.answers.set()


def claims(**changed: Any) -> dict[str, Any]:
    said = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "5f0e",
        "typ": "Bearer",
        "iat": NOW - 10,
        "exp": NOW + 300,
        "roles": ["adviser"],
    } | changed
    return {name: value for name, value in said.items() if value is not ...}


def token(key: Any = RSA, *, alg: str = "RS256", kid: Any = None, **changed: Any) -> str:
    header = {"alg": alg, "kid": kid or key.kid, "typ": "JWT"}
    return jwt.encode(header, claims(**changed), key, registry=jws.JWSRegistry(algorithms=[alg]))


def by_hand(header: Any, payload: Any, signature: bytes = b"") -> str:
    parts = (json.dumps(header).encode(), json.dumps(payload).encode(), signature)
    return ".".join(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


async def reason(at: SimpleNamespace, token: str) -> str:
    with pytest.raises(Unauthenticated) as refused:
        await at.verifier.verify(token)
    return refused.value.reason


async def test_a_token_becomes_a_principal_with_roles_and_data_scope(at):
    said = await at.verifier.verify(
        token(
            municipality_codes=["9901"],
            police_districts=["fyn"],
            organisations=["ministry:synthetic"],
            classification="internal",
        )
    )
    assert said == Principal(
        id="5f0e",
        roles=frozenset({"adviser"}),
        municipality_codes=frozenset({"9901"}),
        police_districts=frozenset({"fyn"}),
        organisations=frozenset({"ministry:synthetic"}),
        classification=Classification.INTERNAL,
    )
    assert said.has_any("operator", "adviser")
    assert not said.has_any("operator")
    assert said.may_see(Classification.PUBLIC)
    assert said.may_see(Classification.INTERNAL)
    assert not said.may_see(Classification.RESTRICTED)


async def test_what_a_token_does_not_say_is_nothing(at):
    assert await at.verifier.verify(token(roles=...)) == Principal(id="5f0e", roles=frozenset())


async def test_a_token_for_several_services_is_for_each_of_them(at):
    assert await at.verifier.verify(token(aud=["maerk-planning", AUDIENCE]))


@pytest.mark.parametrize(("key", "alg"), [(RSA, "RS256"), (RSA, "PS256"), (EC, "ES256")])
async def test_agreed_algorithms_are_accepted(at, key, alg):
    assert await at.verifier.verify(token(key, alg=alg))


async def test_a_scope_of_all_municipalities_is_not_too_large(at):
    codes = [municipality.code for municipality in municipalities(date(2027, 1, 1))]
    assert len((await at.verifier.verify(token(municipality_codes=codes))).municipality_codes) == 98


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"exp": NOW - 30}, "token-expired"),
        ({"nbf": NOW + 31}, "token-not-yet-valid"),
        ({"iat": NOW + 31}, "token-not-yet-valid"),
        ({"exp": ...}, "token-malformed"),
        ({"exp": "later"}, "token-malformed"),
        ({"exp": float("inf")}, "token-malformed"),
        ({"iss": "https://issuer.test/realms/other"}, "wrong-issuer"),
        ({"iss": ...}, "wrong-issuer"),
        ({"aud": "maerk-planning"}, "wrong-audience"),
        ({"aud": ["maerk-planning", "account"]}, "wrong-audience"),
        ({"aud": [AUDIENCE, 1]}, "wrong-audience"),
        ({"aud": {AUDIENCE: True}}, "wrong-audience"),
        ({"aud": ...}, "wrong-audience"),
        ({"typ": "ID"}, "not-an-access-token"),
        ({"typ": "Refresh"}, "not-an-access-token"),
        ({"typ": ...}, "not-an-access-token"),
        ({"sub": ...}, "claims-refused"),
        ({"sub": 7}, "claims-refused"),
        ({"sub": "a" * 129}, "claims-refused"),
        ({"roles": "adviser"}, "claims-refused"),
        ({"roles": {"adviser": True}}, "claims-refused"),
        ({"roles": None}, "claims-refused"),
        ({"roles": ["adviser", 1]}, "claims-refused"),
        ({"roles": ["Adviser\n"]}, "claims-refused"),
        ({"roles": [f"role_{n}" for n in range(201)]}, "claims-refused"),
        ({"municipality_codes": "9901"}, "claims-refused"),
        ({"municipality_codes": [9901]}, "claims-refused"),
        ({"municipality_codes": ["*"]}, "claims-refused"),
        ({"police_districts": ["Fyns Politi"]}, "claims-refused"),
        ({"organisations": ["synthetic"]}, "claims-refused"),
        ({"classification": "secret"}, "claims-refused"),
        ({"classification": ["public"]}, "claims-refused"),
    ],
)
async def test_a_token_that_says_something_else_is_refused(at, changed, why):
    assert await reason(at, token(**changed)) == why


@pytest.mark.parametrize("changed", [{"exp": NOW - 29}, {"nbf": NOW + 30}, {"iat": NOW + 30}])
async def test_clocks_may_differ_by_half_a_minute(at, changed):
    assert await at.verifier.verify(token(**changed))


async def test_a_forged_signature_is_refused(at):
    assert await reason(at, token(STRANGER)) == "bad-signature"


async def test_changed_claims_are_refused(at):
    header, _, signature = token().split(".")
    _, richer, _ = token(roles=["operator"]).split(".")
    assert await reason(at, f"{header}.{richer}.{signature}") == "bad-signature"
    assert await reason(at, f"{header}.{richer}.") == "bad-signature"


async def test_a_public_key_is_not_taken_for_a_shared_secret(at):
    unsigned = by_hand({"alg": "HS256", "kid": "rsa"}, claims()).removesuffix(".")
    for secret in (RSA.as_pem(private=False), RSA.as_der(private=False)):
        signature = hmac.digest(secret, unsigned.encode(), "sha256")
        forged = f"{unsigned}.{urlsafe_b64encode(signature).rstrip(b'=').decode()}"
        assert await reason(at, forged) == "algorithm-refused"


@pytest.mark.parametrize("alg", ["none", "None", "HS256", "RS512", "dir", "", None, 1, ["RS256"], {"RS256": 1}])
async def test_other_algorithms_are_refused(at, alg):
    assert await reason(at, by_hand({"alg": alg, "kid": "rsa"}, claims())) == "algorithm-refused"


async def test_a_key_is_not_used_with_an_algorithm_of_another_kind(at):
    _, payload, signature = token().split(".")
    header, _, _ = by_hand({"alg": "ES256", "kid": "rsa"}, {}).split(".")
    assert await reason(at, f"{header}.{payload}.{signature}") == "bad-signature"


async def test_a_key_is_used_with_the_algorithm_that_the_issuer_states_for_it(at):
    at.issuer.keys = (RSAKey.import_key(RSA.as_dict(), {"kid": "rsa", "alg": "RS256"}),)
    assert await at.verifier.verify(token())
    assert await reason(at, token(alg="PS256")) == "bad-signature"


async def test_a_key_that_the_token_brings_along_is_not_used(at):
    stranger = ECKey.generate_key("P-256")
    header = {"alg": "ES256", "kid": "ec", "jwk": stranger.as_dict(private=False)}
    assert await reason(at, jwt.encode(header, claims(), stranger)) == "bad-signature"


async def test_a_key_for_encryption_signs_nothing(at):
    at.issuer.keys = (RSA, RSAKey.import_key(NEXT.as_dict(), {"kid": "enc", "use": "enc"}))
    assert await reason(at, token(NEXT, kid="enc")) == "unknown-key"


async def test_a_request_without_a_token_is_told_so(at):
    assert await reason(at, "") == "token-missing"
    assert at.issuer.asked == 0


async def test_an_oversized_token_is_refused_before_it_is_read(at):
    assert await reason(at, token(padding="a" * 8192)) == "token-too-large"
    assert at.issuer.asked == 0


@pytest.mark.parametrize(
    "garbage",
    [
        "x",
        "..",
        "a.b.c.d.e",
        "æ.ø.å",
        "a.b.c\0",
        by_hand([], {}),
        by_hand("alg kid", {}),
        by_hand({"alg": "RS256"}, {}),
        by_hand({"alg": "RS256", "kid": 1}, {}),
        by_hand({"alg": "RS256", "kid": ["rsa"]}, {}),
        by_hand({"alg": "RS256", "kid": "a" * 600}, {}),
    ],
)
async def test_garbage_is_refused(at, garbage):
    assert await reason(at, garbage) == "token-malformed"
    assert at.issuer.asked == 0


@given(st.text() | st.lists(st.binary(max_size=60).map(lambda raw: urlsafe_b64encode(raw).decode())).map(".".join))
async def test_nothing_but_a_refusal_comes_of_any_text(text):
    verifier = Verifier(issuer=ISSUER, audience=AUDIENCE, jwks_url=f"{ISSUER}/certs", fetch=Issuer(RSA).fetch)
    with pytest.raises(Unauthenticated):
        await verifier.verify(text)


async def test_a_signed_text_that_is_no_object_is_refused(at):
    signed = jws.serialize_compact({"alg": "RS256", "kid": "rsa"}, b"[" * 3000, RSA)
    assert await reason(at, signed) == "token-malformed"


async def test_a_refusal_tells_nothing_of_the_token(at, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    secret = "canary-in-a-token"
    for bad in (token(roles=[secret.upper()]), token(iss=secret), token(aud=secret), token(kid=secret), secret):
        with pytest.raises(Unauthenticated) as refused:
            await at.verifier.verify(bad)
        assert secret not in f"{refused.value!r} {refused.value.detail}".lower()
        assert refused.value.__cause__ is None
        assert refused.value.__suppress_context__ or refused.value.__context__ is None
    output = capsys.readouterr()
    assert secret not in (caplog.text + output.out + output.err).lower()


async def test_keys_are_read_once_for_many_requests_at_a_time(at):
    at.issuer.answers.clear()
    requests = [asyncio.create_task(at.verifier.verify(token())) for _ in range(50)]
    await until(lambda: at.issuer.asked == 1)
    at.issuer.answers.set()
    assert len(await asyncio.gather(*requests)) == 50
    assert at.issuer.asked == 1


async def test_a_request_that_is_cut_off_does_not_cut_off_the_others(at):
    at.issuer.answers.clear()
    first = asyncio.create_task(at.verifier.verify(token()))
    second = asyncio.create_task(at.verifier.verify(token()))
    await until(lambda: at.issuer.asked == 1)
    first.cancel()
    at.issuer.answers.set()
    assert await second
    assert at.issuer.asked == 1


async def test_a_new_key_of_the_issuer_is_accepted_at_once(at):
    await at.verifier.verify(token())
    at.now += 60
    at.issuer.keys = (NEXT,)
    assert await at.verifier.verify(token(NEXT))
    assert at.issuer.asked == 2
    assert await reason(at, token()) == "unknown-key"


async def test_unknown_keys_are_asked_for_at_most_once_a_minute(at):
    await at.verifier.verify(token())
    for second in range(180):
        at.now = NOW + second
        assert await reason(at, token(STRANGER, kid=f"unknown-{second}")) == "unknown-key"
    assert at.issuer.asked == 3  # at 0 s, 60 s and 120 s


async def test_unknown_keys_that_come_together_are_asked_for_once(at):
    await at.verifier.verify(token())
    at.now += 60
    at.issuer.keys = (NEXT,)
    at.issuer.answers.clear()
    requests = [asyncio.create_task(at.verifier.verify(token(NEXT))) for _ in range(20)]
    await until(lambda: at.issuer.asked == 2)
    at.issuer.answers.set()
    await asyncio.gather(*requests)
    assert at.issuer.asked == 2


async def test_old_keys_are_read_again_while_requests_go_on(at):
    await at.verifier.verify(token())
    at.now += 600
    at.issuer.keys = (NEXT,)
    at.issuer.answers.clear()
    assert await at.verifier.verify(token(exp=NOW + 900))
    await until(lambda: at.issuer.asked == 2)
    at.issuer.answers.set()
    assert await at.verifier.verify(token(NEXT, exp=NOW + 900))
    assert at.issuer.asked == 2
    assert await reason(at, token(exp=NOW + 900)) == "unknown-key"


async def test_a_clock_set_back_does_not_keep_a_new_key_out(at):
    await at.verifier.verify(token())
    at.now -= 86_400
    at.issuer.keys = (NEXT,)
    assert await at.verifier.verify(token(NEXT, iat=at.now))


async def test_known_keys_outlive_the_issuer(at):
    await at.verifier.verify(token())
    at.issuer.away = True
    for hour in range(1, 24):
        at.now = NOW + hour * 3600
        assert await at.verifier.verify(token(exp=at.now + 300))
        await until(lambda hour=hour: at.issuer.asked == 1 + hour)


@pytest.mark.parametrize("document", [{}, {"keys": []}, {"keys": None}, {"keys": [{}]}, {"keys": [7]}, [], "x"])
async def test_known_keys_outlive_nonsense_from_the_issuer(at, document):
    await at.verifier.verify(token())
    at.issuer.nonsense = document
    at.now += 60
    assert await reason(at, token(NEXT)) == "unknown-key"
    assert at.issuer.asked == 2
    assert await at.verifier.verify(token())


async def test_without_any_keys_nobody_is_let_in_until_the_issuer_answers(at):
    at.issuer.away = True
    for _ in range(2):
        with pytest.raises(KeysUnavailable):
            await at.verifier.verify(token())
    at.issuer.away = False
    assert await at.verifier.verify(token())
