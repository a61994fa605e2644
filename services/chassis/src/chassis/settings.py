"""What a service is told from outside, all of it through environment variables or files of secrets."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, PostgresDsn, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from chassis.mail_server import Server


class Settings(BaseSettings):
    """One service's settings; every variable has the prefix `MAERK_`.

    A value may also stand in a file of `/run/secrets` named like the variable: so containers are given secrets.
    """

    model_config = SettingsConfigDict(
        env_prefix="MAERK_",
        extra="ignore",
        secrets_dir="/run/secrets" if Path("/run/secrets").is_dir() else None,
    )

    service: Annotated[str, Field(pattern=r"^[a-z]+$")]
    environment: Literal["local", "test", "production"] = "production"
    database_url: SecretStr
    kafka_bootstrap: str
    oidc_issuer: str
    oidc_jwks_url: str = ""
    oidc_audience: str = ""
    http_host: str = "127.0.0.1"
    http_port: int = 8000
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    zipkin_url: str = ""
    otlp_url: str = ""
    trace_ratio: Annotated[float, Field(ge=0, le=1)] = 1.0
    clock_file: Path | None = None
    smtp_url: SecretStr = SecretStr("")
    mail_from: str = ""
    pool_size: Annotated[int, Field(ge=4)] = 10

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _is_postgres(cls, value: SecretStr) -> SecretStr:
        PostgresDsn(value.get_secret_value())
        return value

    @model_validator(mode="after")
    def _complete(self) -> "Settings":
        if self.environment == "production" and self.clock_file is not None:
            raise ValueError("MAERK_CLOCK_FILE shifts the clock and is refused in production")
        if self.smtp_url.get_secret_value():
            Server.of(self.smtp_url.get_secret_value(), sender=self.mail_from)
        if not self.oidc_jwks_url:
            self.oidc_jwks_url = f"{self.oidc_issuer}/protocol/openid-connect/certs"
        if not self.oidc_audience:
            self.oidc_audience = f"maerk-{self.service}"
        return self
