"""People told from machines: pure rules over what was asked for, by whom, and what else came with it.

Nothing here is certain: a scanner that waits, moves about and names itself a browser is taken for a
person, and a person who opens many links at once for a scanner. `reason` says which rule it was.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

NEAR = timedelta(seconds=10)
"""Within so much time of each other, clicks on many links are one machine's."""
AT_ONCE = timedelta(seconds=10)
"""Nobody has read a mail so soon after it left; a filter at the gate has."""
MANY_LINKS = 5

AGENT, APPLE, PREFETCH, HEAD, ALL_LINKS, SOON = (
    "agent", "apple-proxy", "prefetch", "head", "all-links", "at-once",
)  # fmt: skip

# Programs, security scanners and link previews that name themselves. GoogleImageProxy and YahooMailProxy
# are missing on purpose: they fetch when a person opens the mail.
_PROGRAMS = re.compile(
    r"bot\b|bot[/;]|crawl|spider|scan|preview|prefetch|monitor|validator|checker|headless|phantomjs|"
    r"python|curl/|wget|libwww|java/|okhttp|go-http|node-fetch|axios|guzzle|ruby|perl|php/|httpclient|"
    r"barracuda|proofpoint|mimecast|symantec|messagelabs|forcepoint|websense|fortiguard|fortimail|"
    r"trendmicro|sophos|bitdefender|kaspersky|mcafee|zscaler|cloudmark|ironport|fireeye|trustwave|"
    r"urldefense|safelinks|ms-office|microsoft office existence|bingpreview|facebookexternalhit|"
    r"whatsapp/|slack-img|twitterbot|discord|telegram|skypeuri",
    re.IGNORECASE,
)
# Apple's mail proxy loads every picture of every mail, opened or not, and says no more than this.
_APPLE_MAIL_PROXY = re.compile(r"Mozilla/5\.0\s*")


@dataclass(frozen=True, slots=True)
class Hit:
    """One request for a counted link, or for the pixel (`link_id` None).

    `subscriber_id` is None where the address names nobody. `caller` and `agent` only tell one visitor
    from another for some seconds; they are never stored.
    """

    issue_id: int
    link_id: int | None
    subscriber_id: int | None
    at: datetime
    caller: str
    agent: str
    head: bool = False
    prefetch: bool = False

    @property
    def visitor(self) -> tuple[object, ...]:
        """Whose hits belong together."""
        who = (self.caller, self.agent) if self.subscriber_id is None else (self.subscriber_id,)
        return (self.issue_id, *who)


def judge(hit: Hit, others: Sequence[Hit], links: int, sent_at: datetime | None) -> str:
    """Why this hit is a machine's; empty for a person's.

    `others` are all hits of the same visitor, `hit` among them, in the order they came; `links` is how many
    links the issue counts, `sent_at` when the visitor's own mail left, None if that is not known.
    """
    near = [one for one in others if abs(one.at - hit.at) <= NEAR]
    if any(one.head for one in near):
        return HEAD
    if hit.prefetch:
        return PREFETCH
    if not hit.agent or _PROGRAMS.search(hit.agent):
        return AGENT
    if _APPLE_MAIL_PROXY.fullmatch(hit.agent):
        return APPLE
    if sent_at is not None and hit.at - sent_at < AT_ONCE:
        return SOON
    clicked = len({one.link_id for one in near if one.link_id is not None})
    if clicked >= MANY_LINKS or 2 <= clicked == links:
        return ALL_LINKS
    return ""


def together(hits: Iterable[Hit]) -> Mapping[tuple[object, ...], list[Hit]]:
    """The hits by visitor, in the order they came."""
    found: dict[tuple[object, ...], list[Hit]] = {}
    for hit in hits:
        found.setdefault(hit.visitor, []).append(hit)
    return found


class Lately:
    """Knows the hits of a moment ago: a double click is one click, and a flood of one visitor one hit a link."""

    def __init__(self) -> None:
        self._at: dict[tuple[object, ...], datetime] = {}

    def again(self, hit: Hit) -> bool:
        """Whether the visitor asked for the same within NEAR before; if not, it is remembered."""
        key = (*hit.visitor, hit.link_id, hit.head)
        last = self._at.get(key)
        if last is not None and hit.at - last < NEAR:
            return True
        self._at.pop(key, None)  # so that the oldest stay in front
        self._at[key] = hit.at
        return False

    def forget(self, now: datetime) -> None:
        """Drop what is no longer near."""
        while self._at and now - next(iter(self._at.values())) >= NEAR:
            del self._at[next(iter(self._at))]
