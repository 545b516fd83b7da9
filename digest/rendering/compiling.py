"""From composed MJML to the HTML that is sent: compile, inline, mend the compiler's faults, minify."""

import re
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
# All but ASCII and the letters, digits and signs of the commonest scripts, which are surely printable.
_RISKY = re.compile(
    r"[^\t\n\r\x20-\x5b\x5d-\x7e\u00a1-\u00ac\u00ae-\u0240\u0391-\u03a1\u03a3-\u03c9\u0400-\u0482\u048a-\u052f"
    r"\u0531-\u0556\u0559-\u058a\u05d0-\u05ea\u060c\u061b\u061f\u0621-\u063a\u0641-\u064a\u0660-\u0669"
    r"\u2013\u2014\u2018-\u201e\u2026\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fa5\uac00-\ud7a3]"
)
_BROKEN_ATTRIBUTE = re.compile(r'="[^"<>]*[\n\r\t][^"<>]*"')
_PADDING = re.compile(r' padding="(?:0|[^"]* 0)[^"]*"')
_BARE_ZERO = re.compile(r"(?<![\w.])0(?![\w.%])")
_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)[^>]*?(/?)>")
_PREVIEW = '<div style="display:none'
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}


def compile_mjml(composed: str, *, language: str, direction: str, ink: str, trusted: bool = False) -> str:
    """The finished HTML of composed MJML, in one line where that is safe.

    Raises TemplateError with the line of the composed MJML and an excerpt. `language`, `direction` and
    `ink` (a colour) go to the places where the compiler sets none or a faulty one. `trusted` MJML comes
    from a bundled theme, whose tags were checked and whose paddings were mended when it was loaded.
    """
    if not trusted:
        check(composed)
        # In HTML inside mj-text the compiler would write a line break in an attribute as `\\n`.
        composed = with_units(_BROKEN_ATTRIBUTE.sub(lambda match: " ".join(match[0].split()), composed))
    pieces = _INLINE_STYLE.split(composed)
    rules, composed = "".join(pieces[1::2]), "".join(pieces[::2])
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
    if "<mjml" not in composed:
        raise TemplateError("the theme writes no <mjml>", COMPOSED, 1, _line(composed, 1))
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


def with_units(markup: str) -> str:
    """`markup` with a unit at each zero of a padding.

    The compiler reads "0 24px" as nothing at the sides: Outlook's ghost cells would be too wide.
    """
    return _PADDING.sub(lambda padding: _BARE_ZERO.sub("0px", padding[0]), markup)


def _guarded(composed: str) -> str:
    """`composed` with every character that the compiler might rewrite as a number entity.

    The compiler prints attributes of HTML inside mj-text as Rust's debug strings: it would write
    a backslash twice and turn marks, joiners and slot markers into `\\u{…}`. The inliner, which reads
    HTML as a browser does, turns the entities back.
    """
    if not _RISKY.search(composed):
        return composed
    parts = _STYLE.split(composed)
    for index in range(0, len(parts), 2):
        parts[index] = _RISKY.sub(lambda match: f"&#{ord(match[0])};", parts[index])
    return "".join(parts)


def _mended(html: str, language: str, direction: str, ink: str) -> str:
    """The hidden preheader with its language and direction, and in the ink's colour.

    White on white looks like cheating to SpamAssassin (HTML_FONT_LOW_CONTRAST), hidden or not.
    """
    body = html.find(">", html.find("<body"))
    start = html.find(_PREVIEW, body)
    if start < 0 or html[body + 1 : start].strip():
        return html  # a theme without mj-preview
    end = html.find(">", start)
    style = html[start + len(_PREVIEW) : end].replace("color:#ffffff", f"color:{ink}", 1)
    opened = f'<div lang="{escape(language)}" dir="{direction}" style="display:none{style}'
    return html[:start] + opened + html[end:]


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
