"""An issuer of access tokens for tests that are not about identity: signs its own, publishes its key over HTTP."""

import json
import time
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from joserfc import jwt
from joserfc.jwk import RSAKey

KEY = RSAKey.generate_key(2048, {"kid": "test", "use": "sig", "alg": "RS256"}, private=True)


class Issuer:
    """Signs tokens that the services under test believe."""

    def __init__(self, url: str) -> None:
        self.url = url

    def token(self, *roles: str, service: str, subject: str = "tester", **claims: object) -> str:
        """An access token for that service with these roles, valid for ten minutes."""
        now = int(time.time())
        said = {
            "iss": self.url,
            "aud": [f"maerk-{service}"],
            "sub": subject,
            "typ": "Bearer",
            "iat": now,
            "exp": now + 600,
            "roles": list(roles),
            **claims,
        }
        return jwt.encode({"alg": "RS256", "kid": "test"}, said, KEY)

    @property
    def environment(self) -> dict[str, str]:
        """What a service must be told to believe this issuer."""
        return {"MAERK_OIDC_ISSUER": self.url, "MAERK_OIDC_JWKS_URL": f"{self.url}/keys"}


@contextmanager
def issuer() -> Generator[Issuer]:
    """An issuer whose keys can be fetched while the block lasts."""
    keys = json.dumps({"keys": [KEY.as_dict(private=False)]}).encode()

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(keys)))
            self.end_headers()
            self.wfile.write(keys)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Issuer(f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()
