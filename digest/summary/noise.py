"""What stands in an article's text and is no part of what it tells: datelines, credits, captions, site
furniture.
"""

import re

from digest.text.dateline import split_dateline

# An agency or magazine in brackets that runs into the first word, with a place before it or not: "Omoa,
# Honduras (CNN)Alexis".
_GLUED_CREDIT = re.compile(
    r"^(?:[A-Z][^()\n.!?]{0,48}?\s*)?\((?P<credit>[A-Z][^()\n]{1,28})\)\s*(?:--?|—|–)?\s*(?=[\"“‘'A-Z])"
)
_CREDIT_WORDS = re.compile(
    r"^(?:CNN|AP|AFP|Reuters|HLN|WIRED|EW\.com|[A-Z][\w.'&-]*(?: [A-Z][\w.'&-]*){0,3}(?: (?:Reporter|"
    r"Stone|Magazine|News))?)$"
)
# The same with the dash lost but the space kept: "Yerevan (AP) The mayor". Agencies only, and no agency's own name.
_SPACED_CREDIT = re.compile(
    r"^(?!(?:The )?(?:Agence|Associated|Cable)\b)(?:[A-Z][\w.'’-]*(?:,? [A-Z][\w.'’-]*){0,4},? )?"
    r"\( ?(?:AP|AFP|CNN|Reuters|RFE/RL|dpa|UPI|EFE|TASS|Xinhua|Interfax|Bloomberg|Armenpress|ARMENPRESS) ?\) "
    r"(?=[\"“‘'`]*[A-Z])"
)

_FURNITURE = re.compile(
    r"^(?:media playback is (?:not supported|unsupported)|image (?:source|caption|copyright)|"
    r"photo(?:graph)?s?(?: by|:)|(?:photo|image|picture)s? credits?\b|(?:picture|image|credit)s?: |FILE [-–—] |"
    r"(?:file )?photo\b.{0,40}$|pictured?:|video:|watch:|listen:|read(?: more| also|:)|see also|"
    r"click here|podcast: play in|play in new window|follow (?:us|@|[A-Z]\S+ on)|"
    r"for (?:the latest|more (?:news|stories|information)).{0,80}(?:follow|visit|click|go to|twitter)|"
    r"(?:find|get) all the latest|subscribe (?:to|now)|sign up (?:to|for|now)|download the reader|"
    r"most computers will open pdf|"
    r"(?:match )?report supplied by|getty images|all rights reserved|copyright|©|advertisement|"
    r"related (?:stories|topics|articles)|"
    r"scroll down for|share this|leave a reply|more:|you may also like|"
    r"(?:фото|видео|читайте также|подписывайтесь|источник фото)\b|"
    r"(?:լուսանկարը|լուսանկար|տեսանյութ|կարդացեք նաև|լուս\.)|(?:اقرأ أيضا|صورة:|شاهد:)|(?:图片来源|资料图|"
    r"延伸阅读|相关阅读)|"
    r"(?:lire aussi|photo :|crédit photo)|(?:lesen sie auch|foto:)|(?:lea también|foto:))",
    re.IGNORECASE,
)
# A caption ends with who took the picture: "(Photo by Anna Lee/AFP)", "(AP Photo/Anna Lee, File)", "(A. Lee/AFP)".
_CREDIT = re.compile(
    r"\((?:(?:AP|AFP|EPA|UPI|Reuters|file|handout) )?"
    r"(?:(?:photos?|images?|pictures?|foto|фото|լուսանկարը?)(?: (?:by|courtesy|credit)\b|:|/|՝)[^()]{0,80}"
    r"|[^()]{2,60}/(?:AP|AFP|EPA|Reuters|Getty(?: Images)?))\)\.?$",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"^(?:[Bb]y|BY)\s+[A-Z][\w.'’-]+(?:\s+(?:[A-Z][\w.'’-]*|and|de|van|von|bin|"
    r"al)){1,5}(?:,\s*[A-Z].{0,40})?$"
)
_DATE_LINE = re.compile(
    r"^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|"
    r"oct|nov|dec)[a-z]*\.? "
    r"\d{1,2},? \d{4} ?\.?$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\S+@\S+\.\w{2,}|https?://|\bwww\.|@\w+ (?:on|and) |pic\.twitter\.com", re.IGNORECASE)


def without_opening(text: str) -> str:
    """`text` without the dateline or the credit in brackets that it begins with."""
    dateline, rest = split_dateline(text)
    if dateline:
        return rest
    glued = _GLUED_CREDIT.match(text)
    if (
        glued
        and _CREDIT_WORDS.match(glued["credit"])
        and (glued.end() == len(glued[0]) and _is_opening(glued))
    ):
        return text[glued.end() :]
    spaced = _SPACED_CREDIT.match(text)
    return text[spaced.end() :] if spaced else text


def _is_opening(match: re.Match[str]) -> bool:
    """Whether what matched is a credit and not a bracket inside a sentence: no space before the next
    word, or a dash.
    """
    return match[0].endswith(")") or bool(re.search(r"[-—–]\s*$", match[0]))


def is_furniture(line: str) -> bool:
    """Whether a paragraph or sentence is a caption, a byline, a credit or an invitation, and not part of
    the story.
    """
    line = line.strip()
    if not any(char.isalpha() for char in line):
        return True
    if _FURNITURE.match(line) or _BYLINE.match(line) or _DATE_LINE.match(line):
        return len(line) < 300
    if _CREDIT.search(line):
        return len(line) < 400
    return bool(_ADDRESS.search(line)) and len(line) < 160
