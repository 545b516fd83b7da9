"""How the word lists of the text rooms are written down."""


def word_set(listed: str) -> frozenset[str]:
    """The words of `listed`, which are parted by white space."""
    return frozenset(listed.split())
