"""From composed MJML to the HTML that is sent: compile, inline, mend the compiler's faults, minify."""

import re
import unicodedata
from functools import lru_cache
from html import escape

import css_inline
import mjml

from digest.rendering.errors import TemplateError
from digest.rendering.minify import minify
from digest.rendering.tags import faults

COMPOSED = "issue.mjml"
DEPTH_LIMIT = 100
_INLINE_STYLE = re.compile(r'<mj-style\s+inline="inline"\s*>(.*?)</mj-style>', re.DOTALL)
_STYLE = re.compile(r"(<mj-style[^>]*>.*?</mj-style>|<style[^>]*>.*?</style>)", re.DOTALL)
_LEFT_ALONE = '<style data-css-inline="ignore"'
_NOT_MARKUP = re.compile(r"<!--.*?-->|<mj-style[^>]*>.*?</mj-style>", re.DOTALL)
_TAG_OR_STRAY = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)(?:\"[^\"]*\"|[^<>\"])*?(/?)>|<")
_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)[^>]*?(/?)>")
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}


def compile_mjml(composed: str, *, language: str, direction: str, ink: str) -> str:
    """The finished HTML of composed MJML, in one line where that is safe.

    Raises TemplateError with the line of the composed MJML and an excerpt. `language`, `direction` and
    `ink` (a colour) go to the places where the compiler sets none or a faulty one.
    """
    if "<mjml" not in composed:
        raise TemplateError("the theme writes no <mjml>", COMPOSED, 1, _line(composed, 1))
    check(composed)
    rules = "".join(_INLINE_STYLE.findall(composed))
    composed = _INLINE_STYLE.sub("", composed)
    try:
        # No font table: the compiler's own would link a third party's web fonts.
        html = mjml.mjml2html(_guarded(composed), disable_comments=False, fonts={})
    except (ValueError, OSError) as error:
        raise _located(error, composed) from None
    # Only the theme's own inline rules are written into elements: the rest of the sheet stays a sheet.
    html = _inliner(rules).inline(html.replace("<style", _LEFT_ALONE)).replace(_LEFT_ALONE, "<style")
    return minify(_mended(html, language, direction, ink))


def check(composed: str) -> None:
    """Refuse what the compiler would drop silently or die of: unknown tags, and depths beyond 100."""
    for fault in faults(composed):
        raise TemplateError(fault.reason, COMPOSED, fault.line, _line(composed, fault.line))
    depth = 0
    for match in _ANY_TAG.finditer(composed):
        if match[3] or match[2].lower() in _VOID:
            continue
        depth += -1 if match[1] else 1
        if depth > DEPTH_LIMIT:
            line = composed.count("\n", 0, match.start()) + 1
            raise TemplateError(
                f"tags stand more than {DEPTH_LIMIT} deep", COMPOSED, line, _line(composed, line)
            )


@lru_cache(maxsize=64)
def _inliner(rules: str) -> css_inline.CSSInliner:
    return css_inline.CSSInliner(
        keep_style_tags=True,
        keep_at_rules=True,
        load_remote_stylesheets=False,
        extra_css=rules,
    )


def _guarded(composed: str) -> str:
    """`composed` with every character that the compiler would rewrite as a number entity.

    The compiler prints attributes of HTML inside mj-text as Rust's debug strings: it would write
    a backslash twice and turn marks, joiners and slot markers into `\\u{…}`. The inliner, which reads
    HTML as a browser does, turns the entities back.
    """
    if composed.isascii() and "\\" not in composed:
        return composed
    parts = _STYLE.split(composed)
    for index in range(0, len(parts), 2):
        parts[index] = parts[index].translate(_ENTITIES)
    return "".join(parts)


class _Entities(dict[int, str]):
    """Filled as characters are met: str.translate asks for each and keeps the answer."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        plain = character in "\n\r\t" or (character.isascii() and character.isprintable())
        if character == "\\" or not (
            plain or (unicodedata.category(character)[0] in "LNPS" and character.isprintable())
        ):
            self[code] = f"&#{code};"
        else:
            self[code] = character
        return self[code]


_ENTITIES = _Entities()


def _mended(html: str, language: str, direction: str, ink: str) -> str:
    head, body, rest = html.partition("<body")
    preview_end = rest.find("</div>")
    preview = rest[:preview_end]
    if "display:none" in preview and "opacity:0" in preview:
        # White on white looks like cheating to SpamAssassin (HTML_FONT_LOW_CONTRAST), hidden or not.
        preview = preview.replace("color:#ffffff", f"color:{ink}", 1)
        marked = f'<div lang="{escape(language)}" dir="{direction}" style="display:none'
        rest = preview.replace('<div style="display:none', marked, 1) + rest[preview_end:]
    return head + body + rest


def _located(error: Exception, composed: str) -> TemplateError:
    """The compiler says little of where it stopped: the first tag that does not close is the likely place."""
    reason = " ".join(str(error).split()) or "the MJML does not compile"
    markup = _NOT_MARKUP.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), composed)
    open_tags: list[tuple[str, int]] = []
    for match in _TAG_OR_STRAY.finditer(markup):
        name, at = (match[2] or "").lower(), match.start()
        if match[0] == "<":
            return _at(composed, at, "a `<` that opens no tag must be written `&lt;`")
        if match[3] or name in _VOID:
            continue
        if not match[1]:
            open_tags.append((name, at))
        elif open_tags and open_tags[-1][0] == name:
            open_tags.pop()
        else:
            opened = open_tags[-1] if open_tags else (name, at)
            return _at(composed, opened[1], f"<{opened[0]}> is not closed before </{name}>")
    if open_tags:
        return _at(composed, open_tags[-1][1], f"<{open_tags[-1][0]}> is not closed")
    return TemplateError(reason, COMPOSED)


def _at(composed: str, offset: int, reason: str) -> TemplateError:
    line = composed.count("\n", 0, offset) + 1
    return TemplateError(reason, COMPOSED, line, _line(composed, line))


def _line(text: str, number: int) -> str:
    lines = text.splitlines()
    return lines[number - 1] if 0 < number <= len(lines) else ""
