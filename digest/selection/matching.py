"""Words in an article, and the section it belongs to."""

import re
from functools import lru_cache

from digest.selection.candidate import Candidate
from digest.selection.policy import Policy, SectionRule


def find_word(words: tuple[str, ...], candidate: Candidate) -> str | None:
    """The first of `words` that stands whole in the title, topics or opening, whatever its case.

    A word that ends in `*` stands for its inflected forms too: `elect*` finds "elections".
    """
    if not words:
        return None
    text = "\n".join((candidate.title, *candidate.topics, candidate.text))
    return next((word for word in words if _pattern(word).search(text)), None)


@lru_cache(maxsize=1024)
def _pattern(word: str) -> re.Pattern[str]:
    end = "" if word.endswith("*") else r"(?!\w)"
    return re.compile(rf"(?<!\w){re.escape(word.removesuffix('*'))}{end}", re.IGNORECASE)


def is_evergreen(candidate: Candidate, policy: Policy) -> bool:
    """Whether the article is good at any time: it says so, or one of its topics does."""
    kinds = {name.casefold() for name in (candidate.section, *candidate.topics)}
    return candidate.evergreen or any(topic.casefold() in kinds for topic in policy.evergreen)


def same_language(one: str, other: str) -> bool:
    """Whether two tags name one language: en-GB and en do."""
    return one.replace("_", "-").split("-")[0].casefold() == other.replace("_", "-").split("-")[0].casefold()


def section_of(candidate: Candidate, policy: Policy) -> SectionRule | None:
    """The first section whose conditions the candidate meets."""
    return next((rule for rule in policy.sections if _belongs(candidate, rule)), None)


def section_name(candidate: Candidate, policy: Policy) -> str:
    """The name over the article: its rule's, or its own where the policy has no sections."""
    if not policy.sections:
        return candidate.section
    rule = section_of(candidate, policy)
    return rule.name if rule else policy.other_section


def _belongs(candidate: Candidate, rule: SectionRule) -> bool:
    kinds = {name.casefold() for name in (candidate.section, *candidate.topics) if name}
    if not (rule.topics or rule.sources or rule.languages or rule.query):
        return rule.name.casefold() in kinds
    sources = {candidate.source_name.casefold(), str(candidate.source_id)}
    return (
        (not rule.topics or any(topic.casefold() in kinds for topic in rule.topics))
        and (not rule.sources or any(source.casefold() in sources for source in rule.sources))
        and (not rule.languages or any(same_language(candidate.language, one) for one in rule.languages))
        and (not rule.query or find_word(rule.query, candidate) is not None)
    )
