"""Paragraphs as the article has them: what survived the structure and still is not the article goes by its
words."""

import re
from collections.abc import Collection

from digest.articles.markers import ALSO_READ, CREDIT_LINE, Marker, marker
from digest.articles.moment import read_moment
from digest.articles.plain_key import plain

_END = frozenset({Marker.COMMENTS, Marker.NEWSLETTER, Marker.RELATED, Marker.AUTHOR})
_LATEST_CUT = 0.35
"""A marker ends the article only when at most this share of the text stands after it, or for a comment form
at any place."""
_SPACE = re.compile(r"[^\S\n]+")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad\ue000\ue001]")
_ORPHAN = re.compile(r"^[\W_]*$")
_NOISE = re.compile(
    r"^(?:\(?(?:file )?(?:photo|image|video)s?\)?|click (?:here|to) .{0,80}|(?:follow|like|find) (?:us|me|"
    r"him|her|@\w+) on .{0,100}|follow @\w+.{0,60}|"
    r"your email address will not be published.*|required fields are marked.*|save my name, email.{0,120}|"
    r"(?:this|our) (?:web)?site uses cookies.{0,200}|"
    r"this site is protected by recaptcha.*|notify me of (?:new|follow-?up) .{0,60}|©.{0,100}|copyright "
    r"(?:©|\(c\)|\d{4}).{0,160}|all rights reserved.{0,60}|\d+ (?:shares?|views?|likes?|comments?|"
    r"min(?:ute)?s? read)|"
    r"(?:tags|filed under|posted in|categor(?:y|ies)|topics|schlagw(?:ort|örter)|étiquettes|etiquetas|теги|"
    r"метки|պիտակներ|الوسوم|タグ|标签)\s?[:：].{0,200}|(?:print|drucken|imprimer|печать|տպել|طباعة)|read "
    r"(?:more|full story)\W*|"
    r"(?:for more|get more) .{0,60}(?:newsletter|app|follow us|subscribe).{0,60}|\[(?:email|e-mail)(?:\s|"
    r"&#160;)?protected\])$",
    re.IGNORECASE,
)


# What a reader is asked to do at the end, in whole sentences.
_APPEAL = re.compile(
    r"^(?:have a (?:news )?tip\?.*|.{2,60}\b(?:may|can) be (?:reached|contacted|followed|emailed) (?:at|on|"
    r"via|by) .{3,160}|"
    r".{0,40}\bfollow (?:her|him|them|us|me|the author|@\w+) (?:on|at) .{3,120}|"
    r"(?:get|receive) (?:the latest|our|more) .{0,80}(?:inbox|newsletters?|email).{0,60}|"
    r"(?:sign up|subscribe|click here).{0,60}\b(?:newsletters?|alerts?|updates|subscribe)\b.{0,80}|"
    r"(?:if you (?:enjoyed|liked|like) (?:reading )?this (?:post|article|story)|we recommend the best "
    r"products|"
    r"(?:this|our) (?:post|article|story|site) (?:may )?contains? affiliate).{0,200}|"
    r"(?:das thema|das|dieser artikel|diese artikel) könnten? (?:dich|sie|ihnen|dir) auch .{0,60}|"
    r"(?:weitere|mehr) .{0,30}(?:themen|artikel|beiträge|infos?|informationen) (?:aus|zu|zum|für|von) "
    r".{0,40}|lust auf mehr\W*|"
    r"(?:quelle|source|fuente|fonte|źródło|источник|աղբյուր[ը՝]?|المصدر|出典|来源)\s?[:：՝]\s?.{1,80}|"
    r"(?:updated|published|posted|last (?:updated|modified)|aktualisiert|veröffentlicht|publié|mis à jour|"
    r"publicado|actualizado|"
    r"обновлено|опубликовано|հրապարակվել է|թարմացվել է)\b.{0,12}\d.{0,60})$",
    re.IGNORECASE,
)
_OPENING_LINES = 4
"""Among the first lines a date alone is the page's, not the article's."""


def tidy_paragraph(paragraph: str) -> str:
    """One paragraph on one line, without invisible characters."""
    return _SPACE.sub(" ", _INVISIBLE.sub("", paragraph).replace("\n", " ")).strip()


def clean_paragraphs(
    paragraphs: list[str], title: str | None = None, on_purpose: Collection[str] = ()
) -> list[str]:
    """`paragraphs` without noise, repeats, the title itself, and whatever a closing marker opens.

    `on_purpose` are paragraphs, as `plain` gives them, that the page itself repeats in one place.
    """
    kept = [
        tidy for paragraph in paragraphs if (tidy := tidy_paragraph(paragraph)) and not _ORPHAN.match(tidy)
    ]
    kept = _cut_at_end(kept)
    kept = [line for place, line in enumerate(kept) if not _is_noise(line) and not _is_date(line, place)]
    kept = _without_title(kept, title)
    return _without_repeats(kept, on_purpose)


def _is_noise(paragraph: str) -> bool:
    if len(paragraph) > 250:
        return False
    return bool(
        marker(paragraph)
        or CREDIT_LINE.match(paragraph)
        or ALSO_READ.match(paragraph)
        or _NOISE.match(paragraph)
        or _APPEAL.match(paragraph)
    )


def _is_date(line: str, place: int) -> bool:
    """A line of the opening that is a date, a time, and few words: `Nov 18, 2019 at 9:24 pm ET · 2 min
    read`."""
    if (
        place >= _OPENING_LINES
        or len(line) > 90
        or line[-1] in ".:!?։"
        or not re.search(r"\d{4}|\d:\d\d", line)
    ):
        return False
    return read_moment(line) is not None and len(re.findall(r"[^\W\d_]+", line)) <= 11


def _cut_at_end(paragraphs: list[str]) -> list[str]:
    total = sum(map(len, paragraphs))
    before = 0
    for position, paragraph in enumerate(paragraphs):
        kind = marker(paragraph)
        if kind in _END and before >= 200:
            after = total - before
            if (
                after <= _LATEST_CUT * total
                or _is_form(paragraphs[position : position + 4])
                or _is_list(paragraphs[position + 1 :])
            ):
                return paragraphs[:position]
        before += len(paragraph)
    return paragraphs


def _is_form(paragraphs: list[str]) -> bool:
    return any(
        re.match(r"your email address will not|required fields|name\W*$|e-?mail\W*$", line, re.IGNORECASE)
        for line in paragraphs
    )


def _is_list(paragraphs: list[str]) -> bool:
    """Titles and excerpts cut off by an ellipsis, as related blocks have them."""
    return bool(paragraphs) and sum(line.rstrip().endswith(("…", "...")) for line in paragraphs) * 3 >= len(
        paragraphs
    )


def _without_title(paragraphs: list[str], title: str | None) -> list[str]:
    if not title:
        return paragraphs
    key = plain(title)
    return [
        line for position, line in enumerate(paragraphs) if not (position < 3 and key and plain(line) == key)
    ]


def _without_repeats(paragraphs: list[str], on_purpose: Collection[str]) -> list[str]:
    seen: set[str] = set()
    kept: list[str] = []
    for line in paragraphs:
        key = plain(line)
        if key in seen and len(key) >= 25 and key not in on_purpose:
            continue
        seen.add(key)
        kept.append(line)
    return kept
