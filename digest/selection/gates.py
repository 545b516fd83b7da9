"""What keeps a candidate out before any score is compared."""

from dataclasses import dataclass
from datetime import datetime

from digest.selection.candidate import Candidate
from digest.selection.matching import find_word, is_evergreen, same_language, section_of
from digest.selection.policy import Policy
from digest.selection.words import span


@dataclass(frozen=True)
class Reach:
    """How far back a selection looks, and how many evergreen articles may fill up."""

    start: datetime
    evergreen_places: int = 0


@dataclass(frozen=True)
class Sent:
    """The issue in which readers got the story before."""

    number: int
    newsletter: str
    at: datetime | None

    def __str__(self) -> str:
        return f"{self.newsletter} No. {self.number}".lstrip()


def closed(
    candidate: Candidate, policy: Policy, now: datetime, reach: Reach, sent: Sent | None
) -> str | None:
    """Why the candidate cannot be chosen, or None. The editor's word opens every gate but the first two.

    Those two are promises: what an editor dropped stays out, and no reader gets a story twice.
    """
    if candidate.dropped:
        return "dropped by the editor"
    if sent and not is_follow_up(candidate, policy, sent):
        return _why_sent(candidate, policy, sent)
    if candidate.held:
        return None
    if candidate.published_at > now:
        return f"not published yet: its time is {span(candidate.published_at - now)} ahead"
    if candidate.published_at < reach.start and not (
        reach.evergreen_places and is_evergreen(candidate, policy)
    ):
        kept = ", kept for a thin week" if is_evergreen(candidate, policy) else ""
        age, window = span(now - candidate.published_at), span(now - reach.start)
        return f"too old: published {age} ago, the window is {window}{kept}"
    if (
        policy.languages
        and candidate.language
        and not any(same_language(candidate.language, language) for language in policy.languages)
    ):
        return f"in {candidate.language}, which is not a language of this newsletter"
    if muted := find_word(policy.muted, candidate):
        return f"holds the muted word “{muted}”"
    if policy.only_sections and section_of(candidate, policy) is None:
        return "belongs to none of the newsletter's sections"
    return None


def is_follow_up(candidate: Candidate, policy: Policy, sent: Sent) -> bool:
    """Whether the candidate brings enough that is new, after the story was sent, to come as a follow-up."""
    return (
        policy.follow_ups
        and not candidate.sent_itself
        and sent.at is not None
        and candidate.published_at > sent.at
        and candidate.novelty is not None
        and candidate.novelty >= policy.follow_up_novelty
    )


def _why_sent(candidate: Candidate, policy: Policy, sent: Sent) -> str:
    if candidate.sent_itself:
        return f"already sent in {sent}"
    if policy.follow_ups and candidate.novelty is not None and candidate.novelty < policy.follow_up_novelty:
        return f"its story was already sent in {sent}; only {candidate.novelty:.0%} of it is new"
    return f"its story was already sent in {sent}"
