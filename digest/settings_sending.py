"""The settings of sending: relays, DKIM keys and the pace. Part of `digest.settings_model`."""

from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

_OF_TOKENS = ("token", "token_file", "token_command")


class Section(BaseModel):
    """A table of `digest.toml`: a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RelaySettings(Section):
    """One relay: `smtp://`, `smtps://`, or `folder:` for a dry run that writes `.eml` files.

    It is signed in to with a password, or with an access token that is written here, stands in a file, or
    is printed by a command; file and command are asked anew for each connection.
    """

    url: str
    username: str | None = None
    password: SecretStr | None = None
    token: SecretStr | None = None
    token_file: Path | None = None
    token_command: list[str] = []
    starttls: Literal["required", "optional", "never"] | None = None
    verify_certificate: bool = True
    ca: Path | None = None
    connections: Annotated[int, Field(ge=1, le=200)] = 8
    messages_per_connection: Annotated[int, Field(ge=1)] = 1000
    seconds_per_connection: Annotated[float, Field(gt=0)] = 300
    rate: Annotated[float, Field(ge=0)] = 0
    weight: Annotated[int, Field(ge=1, le=1000)] = 1

    @field_validator("url")
    @classmethod
    def _relay(cls, value: str) -> str:
        if urlsplit(value).scheme not in ("smtp", "smtps", "folder"):
            raise ValueError("it must begin with smtp://, smtps:// or folder:")
        return value

    @model_validator(mode="after")
    def _one_way_in(self) -> "RelaySettings":
        given = [name for name in _OF_TOKENS if getattr(self, name)]
        if len(given) > 1 or (given and self.password):
            both = [*given, "password"][:2]
            raise ValueError(f"{both[0]} and {both[1]} are two ways to sign in: keep one")
        if given and not (self.username or urlsplit(self.url).username):
            raise ValueError(f"{given[0]} needs the username that it belongs to")
        return self


class Smtp(RelaySettings):
    """The first relay, and what holds for all of them."""

    url: str = "folder:outbox-mail/"
    timeout_seconds: Annotated[float, Field(gt=0)] = 300
    retry_minutes: Annotated[float, Field(gt=0)] = 30
    relay_patience_seconds: Annotated[float, Field(ge=0)] = 60
    bounces: str | None = None
    leave: str | None = None


class Dkim(Section):
    """A key that signs for `domain` and the domains under it; its public half is at `<selector>._domainkey`."""

    domain: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")]
    selector: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$")]
    key_file: Path


class WarmUpSettings(Section):
    """A new sender's plan: `first` messages on `day`, then `growth` times as many each day."""

    day: date
    first: Annotated[int, Field(ge=1)]
    growth: Annotated[float, Field(ge=1, le=10)] = 1.5


class DomainSettings(Section):
    """The most messages at once, and a second, to one recipient domain; 0 for no limit."""

    connections: Annotated[int, Field(ge=0)] = 0
    rate: Annotated[float, Field(ge=0)] = 0


class Pace(Section):
    """How fast, over all relays: `rate` messages a second, the same for each domain, hours, warm-up."""

    rate: Annotated[float, Field(ge=0)] = 0
    domain_connections: Annotated[int, Field(ge=0)] = 0
    domain_rate: Annotated[float, Field(ge=0)] = 0
    domains: dict[str, DomainSettings] = {}
    hours: str | None = None
    timezone: str = "UTC"
    warm_up: WarmUpSettings | None = None

    @field_validator("hours")
    @classmethod
    def _span(cls, value: str | None) -> str | None:
        if value is not None:
            span(value)
        return value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("there is no such time zone")
        return ZoneInfo(value).key


def span(text: str) -> tuple[time, time]:
    """`08:00-20:00` as two times of day; ValueError when it is not that."""
    start, dash, end = text.partition("-")
    try:
        if not dash:
            raise ValueError
        both = time.fromisoformat(start.strip()), time.fromisoformat(end.strip())
    except ValueError:
        raise ValueError("it must be two times of day such as 08:00-20:00") from None
    if both[0] == both[1] or any(moment.tzinfo for moment in both):
        raise ValueError("it must be two different times of day such as 08:00-20:00")
    return both
