"""Near duplicates by MinHash: the k smallest hashes of a text's shingles stand for all of them.

Bottom-k sketches, after A. Broder, "On the resemblance and containment of documents" (1997): the share of common hashes
among the k smallest of the union estimates the Jaccard similarity of the two sets of shingles, with a
standard error of
about 1/sqrt(k); with the sizes of the sets it gives their containment too.
"""

import base64
import re
from array import array
from dataclasses import dataclass
from hashlib import blake2b
from heapq import nsmallest

KEPT = 200
"""Hashes of a sketch (k): the standard error of a similarity is about 0.07 at worst."""

WORDS = 5
CHARACTERS = 9
"""Shingles are of five words, or of nine characters where a script has no spaces."""

REPUBLISHED = 0.55
"""From this similarity on two texts are one piece published twice."""

CONTAINED = 0.85
"""So much of the shorter text stands in the longer one, when it is an excerpt or an early version of it."""

_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The smallest hashes in rising order, and how many different shingles the text has."""

    hashes: tuple[int, ...]
    size: int

    def __str__(self) -> str:
        """As stored: the size and the hashes in base 64."""
        return f"{self.size}:{base64.b85encode(array('Q', self.hashes).tobytes()).decode('ascii')}"

    @classmethod
    def read(cls, stored: str) -> "Fingerprint":
        """The fingerprint that `str` wrote."""
        size, _, encoded = stored.partition(":")
        hashes = array("Q")
        hashes.frombytes(base64.b85decode(encoded))
        return cls(tuple(hashes), int(size))


def fingerprint(text: str) -> Fingerprint:
    """The sketch of `text`, blind to case, punctuation and spacing."""
    hashes = {
        int.from_bytes(blake2b(shingle.encode(), digest_size=8).digest(), "little")
        for shingle in shingles(text)
    }
    return Fingerprint(tuple(nsmallest(KEPT, hashes)), len(hashes))


def shingles(text: str) -> set[str]:
    """The overlapping runs of words, or of characters for a script without spaces, that a text is compared
    by."""
    folded = text.casefold()
    if len(_UNSPACED.findall(folded[:2000])) > 0.3 * len(folded[:2000]):
        joined = re.sub(r"[\W_]+", "", folded)
        return (
            {joined[i : i + CHARACTERS] for i in range(max(1, len(joined) - CHARACTERS + 1))}
            if joined
            else set()
        )
    words = re.findall(r"[^\W_]+", folded)
    return {" ".join(words[i : i + WORDS]) for i in range(max(1, len(words) - WORDS + 1))} if words else set()


def resemblance(one: Fingerprint, other: Fingerprint) -> float:
    """The estimated Jaccard similarity of the two texts' shingles, 0 to 1."""
    if not one.hashes or not other.hashes:
        return 0.0
    first, second = set(one.hashes), set(other.hashes)
    smallest = nsmallest(KEPT, first | second)
    # A sketch that holds its whole set has no last hash beyond which it is blind.
    return sum(1 for value in smallest if value in first and value in second) / len(smallest)


def containment(one: Fingerprint, other: Fingerprint) -> float:
    """The estimated share of the smaller text's shingles that stand in the other text, 0 to 1."""
    alike = resemblance(one, other)
    shared = alike / (1 + alike) * (one.size + other.size)
    smaller = min(one.size, other.size)
    return min(1.0, shared / smaller) if smaller else 0.0


def is_republished(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether the two are one piece published twice, and not a follow-up that shares some passages.

    A follow-up quotes a part of the earlier piece and goes on; a re-publication is nearly the whole of it.
    """
    if resemblance(one, other) >= REPUBLISHED:
        return True
    return min(one.size, other.size) >= 60 and containment(one, other) >= CONTAINED
