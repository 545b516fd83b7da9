"""The relays of the settings, the keys that sign, and the pace: what a sender and a letter go out with."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from digest.actions.context import Context
from digest.issues import Issue
from digest.settings_model import Settings
from digest.settings_sending import RelaySettings, span
from outbox.dkim import DkimKey, DkimSigner, load_key
from outbox.pace import DomainLimit, Plan, WarmUp
from outbox.post import Letter, post
from outbox.problem import RelayError
from outbox.relay import Relay, Timeouts, parse_relay
from outbox.tokens import TokenSource


def relays(context: Context) -> list[Relay]:
    """Every relay of the settings, the first one first; RelayError names what is wrong with one."""
    return [_relay(context.settings, one) for one in context.settings.all_relays]


def _relay(settings: Settings, given: RelaySettings) -> Relay:
    step = min(settings.smtp.timeout_seconds, 300.0)
    return parse_relay(
        settings.url_of(given),
        username=given.username,
        password=given.password.get_secret_value() if given.password else None,
        token=_token(settings.folder, given),
        starttls=given.starttls,
        verify_certificate=given.verify_certificate,
        ca=settings.folder / given.ca if given.ca else None,
        connections=given.connections,
        messages_per_connection=given.messages_per_connection,
        seconds_per_connection=given.seconds_per_connection,
        rate=given.rate,
        weight=given.weight,
        timeouts=replace(
            Timeouts(),
            connect=min(30.0, step),
            greeting=step,
            envelope=step,
            data=min(120.0, step),
            dot=2 * step,
        ),
    )


def _token(folder: Path, given: RelaySettings) -> TokenSource | None:
    if given.token:
        return TokenSource(given.token.get_secret_value())
    if given.token_file:
        return TokenSource(file=folder / given.token_file)
    return TokenSource(command=tuple(given.token_command)) if given.token_command else None


def plan(settings: Settings) -> Plan:
    """How fast, and when, mail may leave."""
    pace = settings.pace
    return Plan(
        rate=pace.rate,
        domain=DomainLimit(pace.domain_connections, pace.domain_rate),
        domains={name.lower(): DomainLimit(one.connections, one.rate) for name, one in pace.domains.items()},
        hours=span(pace.hours) if pace.hours else None,
        zone=pace.timezone,
        warm_up=WarmUp(pace.warm_up.day, pace.warm_up.first, pace.warm_up.growth) if pace.warm_up else None,
    )


def dkim_keys(settings: Settings) -> list[DkimKey]:
    """The signing keys of the settings; DkimError names the file that cannot be used."""
    found = []
    for one in settings.dkim:
        file = settings.folder / one.key_file
        found.append(_key(one.domain.lower(), one.selector, file, _changed(file)))
    return found


def dkim(settings: Settings) -> DkimSigner | None:
    """Signs with those keys; None when the settings name none, because the relay signs."""
    keys = dkim_keys(settings)
    return DkimSigner(keys) if keys else None


@lru_cache(maxsize=32)
def _key(domain: str, selector: str, file: Path, changed: int) -> DkimKey:
    """Read once for as long as the file stays as it is: OpenSSL checks an RSA key slowly."""
    return load_key(domain, selector, file)


def _changed(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


async def hand_over(context: Context, letter: Letter) -> None:
    """One letter, now, signed, through the first relay that can be had; raises what `outbox.post.post` raises."""
    signer = dkim(context.settings)
    *others, last = relays(context)
    for relay in others:
        try:
            return await post(relay, letter, signer)
        except RelayError:
            continue
    return await post(last, letter, signer)


def signed_by(context: Context, issue_id: int) -> str:
    """Who signs the mails of this issue, in a sentence that says what to look at where the relay has to."""
    with context.database.reading() as session:
        domain = session.get_one(Issue, issue_id).newsletter.sender_address.rpartition("@")[2].lower()
    names = [key.name for key in dkim_keys(context.settings) if key.signs_for(domain)]
    if names:
        return f"It was signed here (DKIM) with {', '.join(names)}."
    return (
        f"It was not signed here: there is no DKIM key for {domain}. Look at the mail's source: the relay's "
        "DKIM-Signature must name List-Unsubscribe and List-Unsubscribe-Post in h= (RFC 8058)."
    )
