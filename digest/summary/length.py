"""How long a summary may be: so many words, or so many characters."""

from dataclasses import dataclass

from digest.summary.problem import SummaryError
from digest.summary.summarize import Summary, summarize

LETTERS_A_WORD = 7
"""With the space; what a model is told where the length is in characters."""
_FEWEST_LETTERS = 5  # the first guess is generous: what does not fit is chosen again, shorter


@dataclass(frozen=True, slots=True)
class Length:
    """At most `words` words; or, where `characters` is given, at most so many characters, spaces included.

    SummaryError for a length that is not positive, or that is given both ways.
    """

    words: int = 0
    characters: int = 0

    def __post_init__(self) -> None:
        if (self.words > 0) == (self.characters > 0) or min(self.words, self.characters) < 0:
            raise SummaryError(
                f"A summary of {self.words} words and {self.characters} characters cannot be made.",
                "Give one of them, above zero: words = 60, or characters = 400.",
            )

    @property
    def in_words(self) -> int:
        """The length in words; an estimate where it is given in characters."""
        return self.words or max(1, self.characters // LETTERS_A_WORD)

    def holds(self, text: str) -> bool:
        """Whether the text is short enough where the length is in characters; words are not counted here."""
        return not self.characters or len(text) <= self.characters


def summarize_within(length: Length, title: str | None, text: str, language: str | None = None) -> Summary:
    """As `summarize`, in words or in characters: whole sentences, or one cut at a clause or a word.

    Too small a space for a single word gives an empty summary.
    """
    words = length.words or length.characters // _FEWEST_LETTERS or 1
    while True:
        summary = summarize(title, text, language, words)
        if length.holds(summary.text) or words == 0:
            return summary
        # Never more than the share that fits, and always fewer: so this ends.
        words = min(words - 1, summary.words - 1, words * length.characters // len(summary.text))
        words = max(words, 0)
