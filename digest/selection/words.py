"""Numbers and times as a sentence says them."""

from datetime import timedelta


def span(duration: timedelta) -> str:
    """A duration in its natural unit: "5 hours", "9 days"."""
    hours = max(0, round(duration / timedelta(hours=1)))
    if hours < 48:
        return counted(hours, "hour")
    return counted(hours // 24, "day")


def counted(number: int, noun: str) -> str:
    """The number with its noun: "1 story", "3 stories"."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun[:-1] + 'ies' if noun.endswith('y') and noun[-2] not in 'aeou' else noun + 's'}"


def quoted(title: str) -> str:
    """A title in quotation marks, cut at a word when it is long."""
    if len(title) > 80:
        title = title[:80].rsplit(" ", 1)[0] + "…"
    return f"“{title}”"
