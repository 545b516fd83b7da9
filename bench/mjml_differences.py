"""Compile the MJML fixtures with Digest and list every difference from the reference implementation.

Usage: python bench/mjml_differences.py [DATA_FOLDER] [--all]
Reads `mjml/mjml-pairs.tar.gz` of the measurement data (argument, DIGEST_BENCH_DATA, or ../shared/data). Each
known kind of difference is taken out of both sides in turn; a kind that was needed is counted with the reason
why it is harmless. What is left is printed line by line, to be read.
"""

import difflib
import os
import re
import sys
import tarfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import css_inline

from digest.rendering.compiling import compile_mjml
from digest.rendering.errors import TemplateError

ROOT = Path(__file__).resolve().parent.parent
Tokens = list[str]


def read_pairs(folder: Path) -> dict[str, tuple[str, str]]:
    """Each fixture's MJML and its reference HTML, by name."""
    files = {}
    with tarfile.open(folder / "mjml" / "mjml-pairs.tar.gz") as archive:
        for member in archive.getmembers():
            if member.isfile() and (file := archive.extractfile(member)) is not None:
                files[member.name] = file.read().decode()
    return {
        name.removesuffix(".mjml"): (text, files[name.removesuffix(".mjml") + ".html"])
        for name, text in files.items()
        if name.endswith(".mjml")
    }


def tokens(html: str) -> Tokens:
    """Tags (attributes sorted, empty ones left out) and texts, also those inside conditional comments."""
    untouched = css_inline.CSSInliner(
        inline_style_tags=False, keep_style_tags=True, load_remote_stylesheets=False
    )
    html = untouched.inline(re.sub(r"[ \t\r\n]+", " ", html))
    found: Tokens = []
    for token in re.findall(r"<!--.*?-->|<[^>]+>|[^<]+", html, re.DOTALL):
        if token.startswith("<!--"):
            inside = re.findall(r"<[^>]+>|[^<]+", token[4:-3])
            found += [f"comment {_tag(part.strip())}" for part in inside if part.strip()]
        elif token.strip():
            found.append(_tag(token.strip()))
    return found


def _tag(token: str) -> str:
    tag = re.match(r"<([a-zA-Z0-9:]+)((?:\s[^>]*)?)/?>$", token)
    if not tag:
        return re.sub(r"\s*([{};:,>!~+])\s*", r"\1", token).replace(";}", "}")
    attributes = {
        name.lower(): one or two
        for name, one, two in re.findall(r"([\w:-]+)=(?:\"([^\"]*)\"|'([^']*)')", tag[2])
    }
    if style := attributes.get("style"):
        parts = [re.sub(r"\s*:\s*", ":", part.strip()) for part in style.replace("&quot;", "'").split(";")]
        attributes["style"] = ";".join(sorted(filter(None, parts)))
    if classes := attributes.get("class"):
        attributes["class"] = " ".join(sorted(classes.split()))
    shown = " ".join(f"{name}={value}" for name, value in sorted(attributes.items()) if value)
    return f"<{tag[1].lower()} {shown}>"


def _without(pattern: str) -> Callable[[Tokens], Tokens]:
    gone = re.compile(pattern)
    return lambda found: [token for token in found if not gone.fullmatch(token)]


def _sub(pattern: str, by: str) -> Callable[[Tokens], Tokens]:
    change = re.compile(pattern)
    return lambda found: [change.sub(by, token) for token in found]


def _no_web_fonts(found: Tokens) -> Tokens:
    text = "\n".join(found)
    text = re.sub(r"<style [^\n]*>\n@import[^\n]*\n</style>\n", "", text)
    text = re.sub(r"<link [^\n]*fonts.googleapis[^\n]*>\n", "", text)
    text = re.sub(r"comment \[if ?!mso\]>\ncomment !\ncomment !\[endif\]\n", "", text)
    # The condition that hid them from Outlook, and the other one of the head, which holds one meta only.
    gone = {"comment [if!mso]>", "comment !", "comment ![endif]"}
    return [line for line in text.split("\n") if not line.startswith("@import") and line not in gone]


def _sorted_rules(found: Tokens) -> Tokens:
    def sort(token: str) -> str:
        if "{" not in token:
            return token
        rules = re.findall(r"[^{}]+\{(?:[^{}]|\{[^{}]*\})*\}", token)
        if len(rules) == 1 and token.startswith("@media"):
            head, _, inner = token.partition("{")
            return head + "{" + "".join(sorted(re.findall(r"[^{}]+\{[^{}]*\}", inner))) + "}"
        return "".join(sorted(rules))

    return [sort(token) for token in found]


def _merged_sheets(found: Tokens) -> Tokens:
    """All style sheets' rules as one sorted list at the front: how they are parcelled out does not matter."""
    rules: list[str] = []
    rest: Tokens = []
    for token in found:
        if "{" in token and not token.startswith(("<", "comment")):
            for rule in re.findall(r"[^{}]+\{(?:[^{}]|\{[^{}]*\})*\}", token):
                if rule.startswith("@media"):
                    head, _, inner = rule.partition("{")
                    rules += [f"{head}{{{one}" for one in re.findall(r"[^{}]+\{[^{}]*\}", inner)]
                else:
                    rules.append(rule)
        elif not re.fullmatch(r"</?style[^>]*>", token):
            rest.append(token)
    return [*sorted(set(rules)), *rest]


def _is_rule(token: str) -> bool:
    return "{" in token and not token.startswith(("<", "comment", "@"))


KINDS: tuple[tuple[str, str, Callable[[Tokens], Tokens]], ...] = (
    ("ghosts not merged", "Outlook reads two conditional comments in a row as it reads one",
     _without(r"comment (!\[endif\]|\[if mso \| IE\]>)")),
    ("comments dropped", "a comment that is no condition is not shown", _without(r"comment [^\[<!][^<]*")),
    ("no web fonts", "intended: nothing is loaded from a third party", _no_web_fonts),
    ("order of rules", "rules of one weight that name different classes", _sorted_rules),
    ("rules by sheet", "the same rules in another number of style elements", _merged_sheets),
    ("precision", "columns of a third are written with fewer digits",
     lambda found: [re.sub(r"(\d+)([.-])(\d{3})\d*(%?)", r"\1\2\3\4", token) for token in found]),
    ("language", "intended: lang and dir on html and each child of body, and the preview's colour",
     _sub(r" dir=auto lang=und| dir=(auto|ltr|rtl)(?= xmlns)| lang=\w+(?= xmlns)|"
          r" dir=(auto|ltr|rtl) lang=\w+(?= style=[^>]*display:none)"
          r"|(?<=;)color:#(ffffff|000)(?=;display:none;font-size:1px)"
          r"|color:#(ffffff|000);(?=display:none;font-size:1px)", "")),
    ("generated names", "the number in a carousel's or menu's class is drawn anew each time",
     _sub(r"[0-9a-f]{16}|\b0{8,}\d*\b", "N")),
    ("order of selectors", "selectors of one rule apply in any order",
     lambda found: sorted(",".join(sorted(token.partition("{")[0].split(","))) + token.partition("{")[1]
                          + token.partition("{")[2] for token in found if _is_rule(token))
                   + [token for token in found if not _is_rule(token)]),
    ("zero with a unit", "intended: 0px is 0; without it Outlook's cells come out too wide",
     _sub(r"(?<![\w.])0px", "0")),
    ("short colours", "#fff is #ffffff", _sub(r"#([0-9a-f])\1([0-9a-f])\2([0-9a-f])\3\b", r"#\1\2\3")),
    ("media types", "the reference loses the comma between two media types", _sub(r"screen yahoo\{", "screen,yahoo{")),
    ("important", "css-inline keeps what a rule says is important", _sub(r" ?!important", "")),
    ("fractions", "a column of a seventh is cut to whole pixels there, and kept exact here", _sub(r"(\d+)\.\d+(px|%)", r"\1\2")),
    ("carousel's comment", "a broken comment that a program would show as text is dropped", _sub(r"&lt;(?:!--\[if!mso\]&gt;&lt;)?\\!--(?:&gt;|&lt;!\[endif\]--&gt;)?", "")),
    ("direction", "intended: html has a dir also where the fixture names none", _sub(r"<html dir=auto ", "<html ")),
    ("vertical-align attribute", "unknown to every program; the style says the same", _sub(r" vertical-align=\w+", "")),
)  # fmt: skip


REFUSED = {
    "email-templates/racoon": "it uses mj-navbar-link, which MJML 4 renamed; the reference drops it without a word",
}


def main() -> int:
    """Print kinds, counts and what is left; 2 when the data is not there."""
    arguments = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    folder = Path(arguments[0] if arguments else os.environ.get("DIGEST_BENCH_DATA", ROOT / "../shared/data"))
    if not (folder / "mjml" / "mjml-pairs.tar.gz").is_file():
        print(
            f"{folder}/mjml/mjml-pairs.tar.gz is not there: give the folder of the measurement data.",
            file=sys.stderr,
        )
        return 2
    pairs = read_pairs(folder)
    needed: Counter[str] = Counter()
    equal, refused, left = 0, {}, {}
    for name, (source, reference) in sorted(pairs.items()):
        try:
            ours = tokens(compile_mjml(source, language="und", direction="auto", ink="#000"))
        except TemplateError as error:
            refused[name] = error.reason
            continue
        theirs = tokens(reference)
        if ours == theirs:
            equal += 1
            continue
        for kind, _, change in KINDS:
            changed = change(ours), change(theirs)
            before = len(list(_different(ours, theirs)))
            ours, theirs = changed
            if len(list(_different(ours, theirs))) < before:
                needed[kind] += 1
        if rest := list(_different(ours, theirs)):
            left[name] = rest
    print(
        f"{len(pairs)} fixtures: {equal} equal at once, {len(pairs) - equal - len(left) - len(refused)} equal but for the"
    )
    print(f"kinds below, {len(refused)} refused with a reason, {len(left)} with differences of their own\n")
    for kind, why, _ in KINDS:
        print(f"  {needed[kind]:3} {kind}: {why}")
    for name, reason in refused.items():
        print(f"\nrefused {name}: {reason}\n    {REFUSED.get(name, 'not known')}")
    for name, lines in left.items():
        print(f"\n{name}: {len(lines)} lines")
        for line in lines if "--all" in sys.argv else lines[:6]:
            print(f"    {line[:200]}")
    return 0


def _different(ours: Tokens, theirs: Tokens) -> list[str]:
    lines = difflib.unified_diff(theirs, ours, lineterm="", n=0)
    return [line for line in lines if line[0] in "+-" and line[1:].strip() and line[:3] not in ("+++", "---")]


if __name__ == "__main__":
    raise SystemExit(main())
