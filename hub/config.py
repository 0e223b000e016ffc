"""What the hub is told from outside, read once from the environment (HUB_...) and frozen."""

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from hub.domain.words import LANGUAGES
from hub.live.redis_at import redis_at
from hub.store.engine import make_engines
from hub.store.scanner import scanner_at

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class ConfigError(Exception):
    """One line that names the variable and what it should be."""


def _database(url: str) -> str:
    try:
        for engine in make_engines(url):
            engine.dispose()
    except Exception as error:
        raise ValueError(f"{error}") from error
    return url


def _redis(url: str) -> str:
    if urlsplit(url).scheme not in ("redis", "rediss", "unix", "sentinel"):
        raise ValueError("should begin with redis://, rediss://, unix:// or sentinel://")
    redis_at(url)
    return url


def _origin(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise ValueError("should be like https://press.example.org, without a path")
    return f"{parts.scheme}://{parts.netloc}"


def _scanner(address: str) -> str:
    scanner_at(address)
    return address


def _language(code: str) -> str:
    if code not in LANGUAGES:
        raise ValueError(f"should be one of {', '.join(LANGUAGES)}")
    return code


class _Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="HUB_", frozen=True, extra="ignore")

    database_url: Annotated[str, AfterValidator(_database)] = "sqlite:///hub.db"

    @classmethod
    def read(cls) -> Self:
        """From the environment. Raises ConfigError with one line."""
        try:
            return cls()
        except ValidationError as error:
            first = error.errors()[0]
            name = "HUB_" + str(first["loc"][0]).upper()
            missing = first["type"] == "missing"
            reason = "is missing" if missing else first["msg"].split(", ", 1)[-1]
            raise ConfigError(f"{name}: {reason}") from None
        except Exception as error:  # a list that is not JSON
            raise ConfigError(str(error)) from None


def database_url() -> str:
    """HUB_DATABASE_URL alone, for what needs nothing else. Raises ConfigError."""
    return _Settings.read().database_url


class Config(_Settings):
    """Times in seconds, rates in requests a second."""

    redis_url: Annotated[str, AfterValidator(_redis)] | None = None
    public_url: Annotated[str, AfterValidator(_origin)] = "http://127.0.0.1:8000"
    # More host names under which the hub may be asked, as a JSON list.
    allowed_hosts: list[str] = Field(default_factory=list)
    secret_key: SecretStr = Field(min_length=16)
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    language: Annotated[str, AfterValidator(_language)] = "en"
    centre: str = "Sông Hồng Press Centre"
    api_rate: Annotated[int, Field(ge=0, le=100_000)] = 20
    # Where documents are kept: a folder, or s3://bucket/prefix?endpoint=...
    files: str = "hub-files"
    # A folder for files on their way, on this machine's disk; without it inside that of `files`.
    uploads: str = ""
    upload_megabytes: Annotated[int, Field(ge=1, le=100_000)] = 200
    # The virus scanner, as unix:/path or tcp://host:port; without one nobody scans.
    clamd: Annotated[str, AfterValidator(_scanner)] | None = None
    drain_seconds: Annotated[float, Field(ge=0, le=300)] = 5.0
    # How many workers share this database; set by `hub serve`.
    workers: Annotated[int, Field(ge=1, le=1024)] = 1

    @property
    def uploads_folder(self) -> Path:
        """Where files on their way are."""
        inside = Path(self.files) / "uploads" if "://" not in self.files else Path("hub-uploads")
        return Path(self.uploads) if self.uploads else inside

    @property
    def upload_bytes(self) -> int:
        """The limit of one file."""
        return self.upload_megabytes * 1024 * 1024

    @property
    def origins(self) -> frozenset[str]:
        """Whence a browser may act: exactly the public address; on loopback by its other names."""
        parts = urlsplit(self.public_url)
        port = f":{parts.port}" if parts.port else ""
        names = LOOPBACK if self._loopback else (parts.netloc.removesuffix(port),)
        return frozenset(f"{parts.scheme}://{name}{port}" for name in names)

    @property
    def hosts(self) -> frozenset[str]:
        """Host names, without a port, that the hub answers to."""
        parts = urlsplit(self.public_url)
        host = parts.hostname or ""
        own = LOOPBACK if self._loopback else (f"[{host}]" if ":" in host else host,)
        return frozenset(own) | frozenset(self.allowed_hosts)

    @property
    def secure(self) -> bool:
        """Whether browsers come by https, so that cookies may be kept to it."""
        return self.public_url.startswith("https://")

    @property
    def _loopback(self) -> bool:
        host = urlsplit(self.public_url).hostname or ""
        return host in ("localhost", "127.0.0.1", "::1")
