"""The settings themselves, typed and checked. Loaded lazily by `digest.settings.load`."""

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from digest.settings_hooks import Hooks
from digest.settings_sending import Dkim, Pace, RelaySettings, Section, Smtp
from digest.signing import Signer, parse_keys


class Fetch(Section):
    """Limits of reading the web."""

    allow_private_networks: bool = False
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 20
    max_bytes: Annotated[int, Field(ge=10_000)] = 10_000_000
    concurrency: Annotated[int, Field(ge=1, le=100)] = 8


class Web(Section):
    """Where `digest serve` and `digest run` listen, and which proxies may name the caller's address.

    `allowed_redirects` are the sites (`https://www.example.org`) that a sign-up may lead back to;
    `sender` is the From address of confirmations, else the newsletter's; with `proof_of_work` the browser of
    who signs up works for a second, or its sign-up is held to stricter limits; `metrics_token` lets others than
    this machine read `/metrics`.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8025
    trusted_proxies: list[str] = Field(default_factory=list)
    allowed_redirects: list[str] = Field(default_factory=list)
    sender: str | None = None
    proof_of_work: bool = False
    metrics_token: Annotated[SecretStr, Field(min_length=16)] | None = None

    @field_validator("allowed_redirects")
    @classmethod
    def _origins(cls, values: list[str]) -> list[str]:
        for value in values:
            parts = urlsplit(value)
            if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
                raise ValueError("each must be a site's address with https://")
        return [value.rstrip("/") for value in values]

    @field_validator("sender")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and ("@" not in value or any(letter.isspace() for letter in value)):
            raise ValueError("it must be one email address")
        return value


class Pictures(Section):
    """Whether an issue's pictures are made small and hosted by `digest serve`, and where they are kept."""

    host: bool = False
    folder: Path = Path("pictures")


class Llm(Section):
    """A language model behind an OpenAI-compatible endpoint, for summaries; its key comes from the environment.

    `questions` and `characters` are what one build may spend.
    """

    url: str
    model: str
    key: SecretStr | None = None
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 30
    questions: Annotated[int, Field(ge=1)] = 40
    characters: Annotated[int, Field(ge=1000)] = 600_000

    @field_validator("url")
    @classmethod
    def _endpoint(cls, value: str) -> str:
        if urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname:
            raise ValueError("it must be an http:// or https:// address")
        return value.rstrip("/")

    @property
    def endpoint(self) -> str:
        """The address that questions go to."""
        return self.url if self.url.endswith("/chat/completions") else f"{self.url}/chat/completions"


class Settings(BaseSettings):
    """One installation. `folder` is where `digest.toml` lies: relative paths start there."""

    model_config = SettingsConfigDict(
        env_prefix="DIGEST_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    folder: Path
    database: str = "sqlite:///digest.sqlite3"
    public_url: str = "http://127.0.0.1:8025"
    keys: list[SecretStr]
    templates: Path | None = None
    smtp: Smtp = Smtp()
    relays: list[RelaySettings] = []
    dkim: list[Dkim] = []
    pace: Pace = Pace()
    fetch: Fetch = Fetch()
    web: Web = Web()
    pictures: Pictures = Pictures()
    llm: Llm | None = None
    hooks: Hooks = Hooks()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings

    @field_validator("public_url")
    @classmethod
    def _public(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("it must be an http:// or https:// address")
        return value.rstrip("/")

    @field_validator("keys")
    @classmethod
    def _signing(cls, value: list[SecretStr]) -> list[SecretStr]:
        texts = [key.get_secret_value() for key in value]
        if not texts or any(len(text.partition(":")[2]) < 32 for text in texts):
            raise ValueError("it needs at least one key, each an id, a colon and 32 or more characters")
        return value

    @property
    def signer(self) -> Signer:
        """Signs tokens with the first key, accepts all."""
        return Signer(parse_keys([key.get_secret_value() for key in self.keys]))

    @property
    def database_url(self) -> str:
        """The database's address; a relative SQLite path starts at the settings' folder."""
        scheme, separator, path = self.database.partition(":///")
        if scheme.startswith("sqlite") and separator and path and not Path(path).is_absolute():
            return f"{scheme}:///{self.folder / path}"
        return self.database

    @property
    def pictures_folder(self) -> Path:
        """Where hosted pictures are kept."""
        return self.folder / self.pictures.folder

    @property
    def own_themes(self) -> Path | None:
        """The folder of the installation's own themes, if it has one."""
        return self.folder / self.templates if self.templates else None

    @property
    def smtp_url(self) -> str:
        """The first relay's address; a relative folder starts at the settings' folder."""
        return self.url_of(self.smtp)

    def url_of(self, relay: RelaySettings) -> str:
        """A relay's address; a relative folder starts at the settings' folder."""
        scheme, _, path = relay.url.partition(":")
        return f"folder:{self.folder / path}" if scheme == "folder" else relay.url

    @property
    def all_relays(self) -> list[RelaySettings]:
        """`[smtp]` and every `[[relays]]`; these alone where `[smtp]` names no address."""
        named = "url" in self.smtp.model_fields_set
        return [self.smtp, *self.relays] if named or not self.relays else list(self.relays)

    def describe(self) -> dict[str, Any]:
        """The settings for a person's eyes, secrets hidden."""
        return self.model_dump(mode="json")
