"""Proof of work: a sign-up costs its sender a second of a processor, without asking a third party. Pure.

The page carries a signed moment, the challenge. The browser looks for a number that makes the SHA-256 of a
line begin with BITS zero bits; the line is made of the challenge and the address, so that the work for one
address is none for the next and nothing has to be remembered here (Back, "Hashcash", 2002).
"""

import hashlib
from datetime import datetime, timedelta

from digest.signing import BadToken, Signer

PURPOSE = "proof-of-work"
BITS = 18
"""2^18 hashes at the average: under a second for a laptop's browser, two or three for an old phone."""
GOOD_FOR = timedelta(hours=4)
"""How long a page may stay open before its form is sent."""
_LONGEST = 20


def challenge(signer: Signer, now: datetime) -> str:
    """What a page of this moment carries."""
    return signer.sign(PURPOSE, int(now.timestamp()))


def proven(signer: Signer, given: str, address: str, answer: str, now: datetime, bits: int = BITS) -> bool:
    """Whether the work was done for this address, on a challenge of ours that is not too old."""
    try:
        (made_at,) = signer.verify(PURPOSE, given, 1)
    except BadToken:
        return False
    age = now.timestamp() - made_at
    if not 0 <= age <= GOOD_FOR.total_seconds() or not answer.isdecimal() or len(answer) > _LONGEST:
        return False
    digest = hashlib.sha256(f"{line(given, address)}{answer}".encode()).digest()
    return int.from_bytes(digest, "big") >> (256 - bits) == 0


def line(given: str, address: str) -> str:
    """What the answer is appended to: 64 characters, one block of SHA-256, so that a browser hashes it once."""
    return hashlib.sha256(f"{given}\n{address.strip()}".encode()).hexdigest()
