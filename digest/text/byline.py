"""Bylines: who wrote a piece, as a line of its own or as a page's metadata say it."""

import re

LONGEST_NAME = 60
_L = r"[^\W\d_]"

# "By" in the languages of newsrooms. What follows must look like names.
_BY = re.compile(
    r"^[\s\u200e\u200f]*(?:written by|reported by|story by|text by|posted by|by|von|par|por|door|di|"
    r"autor(?:a|es)?:|автор(?:ы)?:?|текст:|"
    r"հեղինակ(?:ներ)?[՝:`]|Հեղինակ(?:ներ)?[՝:`]|بقلم\s?:?|كتب(?:ت)?\s?:|إعداد\s?:|作者[:：]|文[/／:：]|撰文[:：]|"
    r"記者[:：]?|(?:文|取材)[・:：])[\s:]*",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:staff|writer|reporter|correspondent|editor|contributor|columnist|journalist|producer|author|"
    r"guest|senior|chief|special to|"
    r"for the|редактор|корреспондент|обозреватель|redakteur(?:in)?|redaktion|journaliste|fellow|professor|"
    r"associated press)\b",
    re.IGNORECASE,
)
_NOT_A_NAME = re.compile(
    r"https?://|www\.|@|\d{3,}|^(?:admin|administrator|root|user|author|editor|webmaster|null|none|unknown|"
    r"n/?a)$",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:,|;|&|\band\b|\bund\b|\bet\b|\by\b|\be\b|\bи\b|\bև\b|、|，)\s+", re.IGNORECASE)


def names(byline: str) -> str | None:
    """`byline` as names alone: `By Jane Doe | Staff` gives `Jane Doe`; None when no name is in it.

    Several names are joined by `, `. Addresses of the web, of mail and account names (`admin`) are no names.
    """
    text = " ".join(byline.replace("\u200e", "").replace("\u200f", "").split())
    text = _BY.sub("", text, count=1)
    if re.match(r"https?://|www\.", text):
        return None
    text = re.split(
        r"\s*[|•·–—/]\s*|\s+-\s+|\s*\(|\s*<|\s+@|,?\s+(?:special to|for the|on\s+\w+\s+\d)", text, maxsplit=1
    )[0]
    kept: list[str] = []
    for name in _AND.split(text):
        name = name.strip(" .,;:-")
        if not name or len(name) > LONGEST_NAME or _NOT_A_NAME.search(name):
            continue
        if kept and _ROLE.search(name):
            continue
        if name.isupper() and " " in name:
            name = " ".join(
                part.capitalize() if part.isalpha() and len(part) > 2 else part.title()
                for part in name.split()
            )
        if name.casefold() not in (known.casefold() for known in kept):
            kept.append(name)
    return ", ".join(kept) or None


def split_byline(text: str) -> tuple[str | None, str]:
    """The byline that is the first line of `text`, with `By` still before it, and the text after that line.

    Only a short line that begins with "by" in some language, goes on with names and ends without a full stop.
    """
    first, _, rest = text.lstrip().partition("\n")
    line = first.strip()
    if not rest.strip() or len(line) > 120 or not _BY.match(line) or line[-1] in ".!?։:;…":
        return None, text
    after = _BY.sub("", line, count=1)
    words = after.split()
    if not words or len(words) > 14:
        return None, text
    named = [w for w in words if w[0].isalpha() and not w[0].islower()]
    if after[0].islower() or len(named) * 2 < len(words) or not re.match(rf"{_L}", after):
        return None, text
    return line, rest.lstrip()
