"""How long a text takes to read."""

from digest.text.words import word_count

_WORDS_A_MINUTE = 238
"""Silent reading of English non-fiction by adults (Brysbaert, Journal of Memory and Language 109, 2019)."""


def reading_minutes(text: str) -> int:
    """Minutes an adult takes to read `text`, rounded up to whole ones; 0 for no text."""
    return -(-word_count(text) // _WORDS_A_MINUTE)
