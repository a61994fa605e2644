"""The services' own HTTP APIs, called as the program `maerk-seed` of the realm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import httpx2

from embedded.platform import Platform
from embedded.refusal import Refused


class RefusedByService(Refused):
    """A service's refusal; `da` says the same in Danish, where the service did."""

    def __init__(self, sentence: str, *, da: str | None) -> None:
        super().__init__(sentence)
        self.da = da


class Api:
    """One service, called with a token for it. Tokens live for five minutes, so make a new one for new work."""

    def __init__(self, known: Platform, service: str) -> None:
        self._client = httpx2.Client(base_url=known.url(service), timeout=30)
        self._service = service
        self._client.headers["Authorization"] = f"Bearer {_token(known, service)}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, path: str, **parameters: Any) -> Any:
        """The body of the answer.

        Raises: Refused.
        """
        return self._body("GET", path, params=parameters)

    def post(self, path: str, body: Any = None, *, key: str, revision: int | None = None) -> Any:
        """The body of the answer to a command, which happens once however often it is sent under this key.

        Raises: Refused.
        """
        headers = {"Idempotency-Key": key} | ({} if revision is None else {"If-Match": f'"{revision}"'})
        return self._body("POST", path, json=body, headers=headers)

    def fetch(self, path: str) -> bytes:
        """The answer as it came.

        Raises: Refused.
        """
        return self._answer("GET", path).content

    def _body(self, method: str, path: str, **request: Any) -> Any:
        return self._answer(method, path, **request).json()

    def _answer(self, method: str, path: str, **request: Any) -> httpx2.Response:
        try:
            answer = self._client.request(method, path, **request)
        except httpx2.HTTPError as error:
            raise Refused(f"{self._service} does not answer: see `maerk status`.") from error
        if answer.is_error:
            problem = answer.json() if "json" in answer.headers.get("content-type", "") else {}
            danish: dict[str, str] = problem.get("da") or {}
            raise RefusedByService(
                f"{self._service} refused {method} {path}: {problem.get('detail') or problem.get('title') or answer}",
                da=danish.get("detail") or danish.get("title"),
            )
        return answer


def granted(known: Platform, services: Sequence[str], **grant: str) -> str:
    """An access token that these services accept.

    Raises: Refused when Keycloak gives none.
    """
    form = {"scope": " ".join(f"maerk-{each}" for each in services), **grant}
    try:
        answer = httpx2.post(f"{known.issuer}/protocol/openid-connect/token", data=form, timeout=30)
    except httpx2.HTTPError as error:
        raise Refused("Keycloak does not answer: see `maerk status`.") from error
    if answer.is_error:
        raise Refused(f"Keycloak gave {grant['client_id']} no token: {answer.json().get('error_description', answer)}")
    return answer.json()["access_token"]


def _token(known: Platform, service: str) -> str:
    secret = known.passwords["seed_client"]
    return granted(known, [service], grant_type="client_credentials", client_id="maerk-seed", client_secret=secret)
