"""What may be wrong with an address that is written rightly. It reports and proposes; it changes nothing."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from subscribers.engagement import WHEN, engaged
from subscribers.tables import Subscriber, Subscription, SubscriptionState

_ROLES = frozenset((
    "abuse", "accounting", "admin", "administrator", "all", "billing", "career", "careers", "contact",
    "editor", "enquiries", "everyone", "feedback", "finance", "help", "helpdesk", "hello", "hostmaster",
    "hr", "info", "inquiries", "it", "jobs", "list", "lists", "mail", "mailer-daemon", "marketing",
    "media", "news", "newsletter", "no-reply", "noc", "noreply", "office", "postmaster", "press",
    "privacy", "redaction", "root", "sales", "security", "service", "staff", "subscribe", "support",
    "sysadmin", "team", "tech", "unsubscribe", "webmaster",
))  # fmt: skip
_LARGE = (
    "gmail.com", "googlemail.com", "yahoo.com", "yahoo.co.uk", "yahoo.fr", "hotmail.com", "hotmail.fr", "outlook.com",
    "live.com", "msn.com", "icloud.com", "me.com", "aol.com", "mail.ru", "yandex.ru", "bk.ru", "list.ru", "inbox.ru",
    "rambler.ru", "gmx.de", "gmx.net", "web.de", "t-online.de", "orange.fr", "free.fr", "wanadoo.fr", "laposte.net",
    "comcast.net", "verizon.net", "att.net", "proton.me", "protonmail.com", "zoho.com",
)  # fmt: skip
_ENDINGS = {"con": "com", "cmo": "com", "ocm": "com", "comm": "com", "vom": "com", "cpm": "com", "nte": "net",
            "ner": "net", "ogr": "org", "orgg": "org", "rru": "ru"}  # fmt: skip
_DISPOSABLE = frozenset((
    "10minutemail.com", "discard.email", "dispostable.com", "getnada.com", "grr.la",
    "guerrillamail.com", "maildrop.cc", "mailinator.com", "mailnesia.com", "mintemail.com",
    "mohmal.com", "sharklasers.com", "spambog.com", "spamgourmet.com", "temp-mail.org", "tempmail.com",
    "throwawaymail.com", "trashmail.com", "yopmail.com",
))  # fmt: skip
# Providers of their own, though a finger's slip away from a larger one.
_REAL = frozenset(
    ("mail.com", "ymail.com", "email.com", "gmx.com", "live.co.uk", "mac.com", "inbox.com", "bigmail.com")
)
_GMAIL = frozenset({"gmail.com", "googlemail.com"})


@dataclass(frozen=True)
class Finding:
    """One thing to look at: `typo`, `role`, `disposable` or `no-mail`, with a better address if there is one."""

    email: str
    kind: str
    message: str
    suggestion: str = ""


def findings(
    email: str, *, disposable: Iterable[str] = (), takes_mail: Callable[[str], bool] | None = None
) -> list[Finding]:
    """What may be wrong with a normalised address. `takes_mail` asks the DNS, if it may be asked."""
    local, _, domain = email.rpartition("@")
    found = []
    if better := suggested_domain(domain):
        found.append(Finding(email, "typo", f"{domain} looks like a slip for {better}.", f"{local}@{better}"))
    if re.split(r"[+]", local)[0] in _ROLES:
        found.append(Finding(email, "role", f"{local}@ is a post, not a person; its consent is nobody's."))
    if domain in _DISPOSABLE or domain in set(disposable):
        found.append(Finding(email, "disposable", f"{domain} gives addresses for an hour."))
    if takes_mail is not None and not takes_mail(domain):
        found.append(Finding(email, "no-mail", f"{domain} takes no mail (no MX and no address in the DNS)."))
    return found


@lru_cache(maxsize=10_000)
def suggested_domain(domain: str) -> str:
    """The large provider that this domain is one slip of the finger away from; empty if none."""
    if domain in _LARGE or domain in _REAL:
        return ""
    name, _, ending = domain.rpartition(".")
    if ending in _ENDINGS:
        return f"{name}.{_ENDINGS[ending]}"
    from rapidfuzz.distance import OSA

    # Short names are close to too much: `me.de` is no slip for `me.com`.
    near = [large for large in _LARGE if len(large) >= 8 and OSA.distance(domain, large, score_cutoff=1) == 1]
    same_ending = [large for large in near if large.rpartition(".")[2] == ending]
    return (same_ending or [""])[0]


@lru_cache(maxsize=10_000)
def takes_mail(domain: str) -> bool:
    """Whether the DNS names a place for this domain's mail (RFC 5321 section 5.1, RFC 7505); cached."""
    from dns.exception import DNSException
    from dns.resolver import NXDOMAIN, NoAnswer, resolve

    try:
        return any(str(record.exchange) != "." for record in resolve(domain, "MX", lifetime=5))
    except NXDOMAIN:
        return False
    except NoAnswer:
        pass
    except DNSException:
        return True  # the DNS did not answer; that is nobody's fault
    for kind in ("A", "AAAA"):
        try:
            return bool(resolve(domain, kind, lifetime=5))
        except DNSException:
            continue
    return False


def same_mailbox(email: str) -> str:
    """The mailbox behind an address where it is known how: Gmail ignores dots, and many all after a plus."""
    local, _, domain = email.rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _GMAIL:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


def duplicates(session: Session, list_id: int) -> Iterator[Sequence[str]]:
    """Confirmed members of a list whose addresses probably lead to one mailbox. Nothing is merged."""
    seen: dict[str, str] = {}
    twice: dict[str, list[str]] = {}
    query = (
        select(Subscriber.email)
        .join(Subscription, Subscription.subscriber_id == Subscriber.id)
        .where(Subscription.list_id == list_id, Subscription.state == SubscriptionState.CONFIRMED)
        .order_by(Subscriber.id)
        .execution_options(yield_per=5_000)
    )
    for email in session.scalars(query):
        box = same_mailbox(email)
        if box in seen:
            twice.setdefault(box, [seen[box]]).append(email)
        else:
            seen[box] = email
    yield from twice.values()


def silent(
    session: Session, list_id: int, *, now: datetime, after: timedelta = timedelta(days=365)
) -> Iterator[str]:
    """Members for longer than `after` of whom no click or open is known in that time: to be asked again.

    Only a proposal, and worth something only where a newsletter counts clicks; machines do not count.
    """
    since = now - after
    query = (
        select(Subscriber.email)
        .join(Subscription, Subscription.subscriber_id == Subscriber.id)
        .where(
            Subscription.list_id == list_id,
            Subscription.state == SubscriptionState.CONFIRMED,
            Subscription.confirmed_at < since,
            ~engaged(since <= WHEN),
        )
        .order_by(Subscriber.id)
        .execution_options(yield_per=5_000)
    )
    yield from session.scalars(query)
