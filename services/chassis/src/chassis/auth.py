"""Who calls, and what they may do and see: access tokens verified against the issuer's published keys.

Nothing of a token gets into a message or a log: a refusal says which of a fixed list of reasons it has, and no more.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal

import httpx2
from joserfc import jws, jwt
from joserfc.errors import (
    ClaimError,
    ConflictAlgorithmError,
    ExpiredTokenError,
    InvalidPayloadError,
    JoseError,
    UnsupportedAlgorithmError,
)
from joserfc.jwk import JWKRegistry, Key
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chassis.telemetry import log
from contracts.problems import Refusal
from contracts.values import Classification

ALGORITHMS: Final = ("RS256", "PS256", "ES256")
LARGEST_TOKEN: Final = 8_192
"""Characters. A token with every municipality as its scope has about 2,500."""
LEEWAY_S: Final = 30
REFRESH_AFTER_S: Final = 600
ASK_AGAIN_AFTER_S: Final = 60

Reason = Literal[
    "token-missing",
    "token-malformed",
    "token-too-large",
    "token-expired",
    "token-not-yet-valid",
    "wrong-issuer",
    "wrong-audience",
    "algorithm-refused",
    "unknown-key",
    "bad-signature",
    "not-an-access-token",
    "claims-refused",
]
REASONS: Final[dict[Reason, str]] = {
    "token-missing": "The request needs an access token.",
    "token-malformed": "The access token cannot be read.",
    "token-too-large": "The access token is too large.",
    "token-expired": "The access token has expired.",
    "token-not-yet-valid": "The access token is not valid yet.",
    "wrong-issuer": "The access token comes from another issuer.",
    "wrong-audience": "The access token is meant for another service.",
    "algorithm-refused": "The access token is signed in a way that is not accepted.",
    "unknown-key": "The access token is signed with an unknown key.",
    "bad-signature": "The signature of the access token is wrong.",
    "not-an-access-token": "The token is not an access token.",
    "claims-refused": "The roles or the data scope in the access token are not in the agreed form.",
}
_OF_CLAIM: Final[dict[str, Reason]] = {
    "iss": "wrong-issuer",
    "aud": "wrong-audience",
    "nbf": "token-not-yet-valid",
    "iat": "token-not-yet-valid",
    "sub": "claims-refused",
}


class Unauthenticated(Refusal):
    """The caller has not shown who they are."""

    def __init__(self, reason: Reason) -> None:
        """`reason` is stable, for programs and metrics."""
        super().__init__(REASONS[reason])
        self.reason: Reason = reason


class KeysUnavailable(Refusal):
    """Nobody can be let in, because the issuer's keys have not been read yet."""

    def __init__(self) -> None:
        super().__init__("Access tokens cannot be verified at the moment.")


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls: an opaque id, what they may do (roles), and which data they may do it with (the rest)."""

    id: str
    roles: frozenset[str]
    municipality_codes: frozenset[str] = frozenset()
    police_districts: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()
    classification: Classification = Classification.PUBLIC
    expires_at: float = field(default=math.inf, compare=False)
    """Unix seconds: when the token ends, of which only an answer that goes on must know."""

    def has_any(self, *roles: str) -> bool:
        """Whether at least one of the roles is theirs."""
        return not self.roles.isdisjoint(roles)

    def may_see(self, classification: Classification) -> bool:
        """Whether data of that classification are open to them."""
        return classification.rank <= self.classification.rank


_Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,59}$")]
_Few = Field(max_length=200)


class _Claims(BaseModel):
    """What a token says about its bearer. A missing scope is an empty one; a malformed one spoils the token."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    sub: Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,128}$")]
    roles: Annotated[list[_Code], _Few] = []
    municipality_codes: Annotated[list[Annotated[str, Field(pattern=r"^[0-9]{4}$")]], _Few] = []
    police_districts: Annotated[list[_Code], _Few] = []
    organisations: Annotated[list[Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,39}:[A-Za-z0-9-]{1,60}$")]], _Few] = []
    classification: Literal["public", "internal", "restricted"] = "public"
    exp: float

    def principal(self) -> Principal:
        return Principal(
            id=self.sub,
            roles=frozenset(self.roles),
            municipality_codes=frozenset(self.municipality_codes),
            police_districts=frozenset(self.police_districts),
            organisations=frozenset(self.organisations),
            classification=Classification(self.classification),
            expires_at=self.exp,
        )


async def fetched(url: str) -> dict[str, Any]:
    """The JSON document at that address."""
    async with httpx2.AsyncClient(timeout=5) as client:
        return (await client.get(url)).raise_for_status().json()


class _Keys:
    """The issuer's signing keys: read at first use, again in the background when old, and at once for an unknown key.

    An unknown key is asked for at most once a minute, so that forged tokens cannot flood the issuer. Once read, keys
    are kept for as long as the issuer does not answer.
    """

    def __init__(self, url: str, fetch: Callable[[str], Awaitable[dict[str, Any]]], now: Callable[[], float]) -> None:
        self._url = url
        self._fetch = fetch
        self._now = now
        self._keys: dict[str, Key] = {}
        self._read_at = -math.inf
        self._asked_at = -math.inf
        self._reading: asyncio.Task[None] | None = None

    async def get(self, kid: str) -> Key:
        """The key of that name.

        Raises: Unauthenticated if the issuer has no such key, KeysUnavailable if none has been read yet.
        """
        may_ask = self._past(self._asked_at, ASK_AGAIN_AFTER_S)
        if not self._keys or (kid not in self._keys and may_ask):
            await asyncio.shield(self._read())  # whoever asked first may hang up; the others still wait
        elif may_ask and self._past(self._read_at, REFRESH_AFTER_S):
            self._read()
        elif kid not in self._keys and self._reading:
            await asyncio.shield(self._reading)
        if not self._keys:
            raise KeysUnavailable
        if kid not in self._keys:
            raise Unauthenticated("unknown-key")
        return self._keys[kid]

    def _past(self, moment: float, seconds: float) -> bool:
        return not 0 <= self._now() - moment < seconds  # also when the clock was set back

    def _read(self) -> asyncio.Task[None]:
        if self._reading is None:
            self._asked_at = self._now()
            self._reading = asyncio.create_task(self._replaced())
        return self._reading

    async def _replaced(self) -> None:
        try:
            self._keys = _signing_keys(await self._fetch(self._url)) or self._keys
            self._read_at = self._now()
        except (httpx2.HTTPError, JoseError, OSError, TimeoutError, LookupError, TypeError, ValueError, AttributeError):
            log.warning("the issuer's keys could not be read", exc_info=True)
        finally:
            self._reading = None


def _signing_keys(document: dict[str, Any]) -> dict[str, Key]:
    return {
        key["kid"]: JWKRegistry.import_key(key)
        for key in document["keys"]
        if key.get("use") != "enc" and key.get("kty") in {"RSA", "EC"}
    }


class Verifier:
    """Turns access tokens into principals, for one service."""

    def __init__(
        self,
        *,
        issuer: str,
        audience: str,
        jwks_url: str,
        fetch: Callable[[str], Awaitable[dict[str, Any]]] = fetched,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._keys = _Keys(jwks_url, fetch, now)
        self._now = now
        self._registry = jws.JWSRegistry(algorithms=ALGORITHMS)
        self._agreed = jwt.JWTClaimsRegistry(
            now=lambda: int(now()),
            leeway=LEEWAY_S,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
        )

    async def verify(self, token: str) -> Principal:
        """The token's bearer.

        Raises: Unauthenticated for any token that is not a valid access token for this service; KeysUnavailable when
        that cannot be told.
        """
        if not token:
            raise Unauthenticated("token-missing")
        if len(token) > LARGEST_TOKEN:
            raise Unauthenticated("token-too-large")
        key = await self._keys.get(_key_id(token))
        claims = self._signed(token, key)
        self._check(claims)
        try:
            return _Claims.model_validate(claims).principal()
        except ValidationError:
            raise Unauthenticated("claims-refused") from None

    def seconds_left(self, principal: Principal) -> float:
        """How long the token that said who they are would still be believed."""
        return principal.expires_at + LEEWAY_S - self._now()

    def _signed(self, token: str, key: Key) -> dict[str, Any]:
        try:
            return jwt.decode(token, key, registry=self._registry).claims
        except (ConflictAlgorithmError, UnsupportedAlgorithmError):
            raise Unauthenticated("algorithm-refused") from None
        except (InvalidPayloadError, RecursionError):
            raise Unauthenticated("token-malformed") from None
        except (JoseError, ValueError):
            raise Unauthenticated("bad-signature") from None

    def _check(self, claims: dict[str, Any]) -> None:
        try:
            self._agreed.validate(claims)
        except ExpiredTokenError:
            raise Unauthenticated("token-expired") from None
        except ClaimError as error:
            raise Unauthenticated(_OF_CLAIM.get(error.claim, "token-malformed")) from None
        # Keycloak signs its identity and logout tokens with the same key.
        if claims.get("typ") != "Bearer":
            raise Unauthenticated("not-an-access-token")


def _key_id(token: str) -> str:
    """The name of the key that the token says it is signed with; nothing of it is trusted yet."""
    try:
        header: Any = jws.extract_compact(token.encode("ascii")).headers()
        algorithm, kid = header["alg"], header["kid"]
    except (JoseError, LookupError, TypeError, ValueError, AttributeError, RecursionError):
        raise Unauthenticated("token-malformed") from None
    if algorithm not in ALGORITHMS:
        raise Unauthenticated("algorithm-refused")
    if not isinstance(kid, str):
        raise Unauthenticated("token-malformed")
    return kid
