"""Bytes that are gzip themselves (`feed.xml.gz`), unpacked within a bound."""

import zlib

from digest.sources.errors import TooLarge, Unreadable, shown

MAGIC = b"\x1f\x8b"
_PIECE = 1 << 20


def unpacked(content: bytes, url: str, limit: int) -> bytes:
    """The content, unpacked if it is gzip; TooLarge once it passes `limit` bytes, Unreadable if broken."""
    if not content.startswith(MAGIC):
        return content
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    result = bytearray()
    rest = content
    try:
        while rest and not unpacker.eof:
            result += unpacker.decompress(rest, _PIECE)
            rest = unpacker.unconsumed_tail
            if len(result) > limit:
                raise TooLarge(
                    f"{shown(url)} unpacks to more than {limit / 1_000_000:,.0f} MB.",
                    "Raise max_bytes under [fetch] if it is meant to be that large.",
                    url=url,
                    permanent=True,
                )
        result += unpacker.flush()
    except zlib.error:
        raise Unreadable(f"{shown(url)} is gzip that cannot be unpacked.", url=url) from None
    if len(result) > limit:
        raise TooLarge(
            f"{shown(url)} unpacks to more than {limit / 1_000_000:,.0f} MB.", url=url, permanent=True
        )
    return bytes(result)
