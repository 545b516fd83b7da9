"""A good mail has no finding; each fault is found by its own rule, and by that alone where it can be."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from digest.rendering import IssueView, SectionView, Theme, names, preflight, render, theme
from digest.rendering.preflight import DomainRecords, LinkAnswer, Mail, Severity
from digest.rendering.preflight.support import used
from digest.rendering.sample import LANGUAGES, sample

Rules = Callable[[Mail], set[str]]
Messages = Callable[..., bytes]


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_theme_in_every_language_passes_without_a_finding(
    name: str, language: str, message_of: Messages
) -> None:
    view = sample(language)
    mail = preflight.of_message(message_of(view, theme(name)), view=view)
    assert preflight.check(mail, without={"spam"}) == []


P = '<p lang="en" dir="ltr">'
PREHEADER = "Also this week: a press law goes back to committee, and a chess school with 400 pupils."
FAULTS_OF_THE_HTML = [
    ("html-size", "</body>", "x" * 110_000 + "</body>"),
    ("html-nearly-clipped", "</body>", " y" * 31_000 + "</body>"),
    ("style-size", "</head>", f"<style>{'.a{color:red}' * 1400}</style></head>"),
    ("title", "<title>Sevan’s water is rising again, and what it costs</title>", ""),
    ("lang", '<div lang="en" dir="ltr" style="display:none', '<div dir="ltr" style="display:none'),
    ("dir", '<html lang="en" dir="ltr"', '<html lang="en"'),
    ("dir", '<html lang="en" dir="ltr"', '<html lang="en" dir="rtl"'),
    ("table-role", "</body>", '<table lang="en" dir="ltr"><tr><td>x</td></tr></table></body>'),
    ("alt", "</body>", P + '<img src="x.png" width="9" height="9"></p></body>'),
    ("alt", "</body>", P + '<a href="https://a.example/"><img src="x" alt="" width="9" height="9"></a></p></body>'),
    ("link-text", "</body>", P + 'x <a href="https://a.example/"></a></p></body>'),
    ("link-bare", "</body>", P + 'x <a href="https://a.example/">Read more …</a></p></body>'),
    ("heading-order", "</body>", '<h1 lang="en" dir="ltr">Second</h1>text</body>'),
    ("heading-order", "<h1 ", "<h3 "),
    ("markup", "</body>", '<form lang="en" dir="ltr"></form></body>'),
    ("markup", "<h1 ", '<h1 onclick="x()" '),
    ("contrast-light", "</body>", '<p lang="en" dir="ltr" style="color:#aaa;background:#fff">pale</p></body>'),
    ("contrast-inverted", "</body>", '<p lang="en" dir="ltr" style="color:#00f;background:#c8c8ff">blue</p></body>'),
    ("contrast-dark", ".sheet,.sheet>table{background:#1c1c1e !important}", ""),
    ("type-size", "</body>", '<p lang="en" dir="ltr" style="font-size:11px">small</p></body>'),
    ("tap-target", "</body>", '<p lang="en" dir="ltr" style="line-height:20px"><a href="https://a.example/">Alone</a></p></body>'),
    ("image-size", "</body>", P + '<img src="x.png" alt="x"></p></body>'),
    ("image-wide", "</body>", P + '<img src="x.png" alt="x" width="900" height="9"></p></body>'),
    ("tracking-pixel", "</body>", P + '<img src="x.png" alt="x" width="1" height="1"></p></body>'),
    ("background-image", "</body>", '<p lang="en" dir="ltr" style="background:url(x.png)">x</p></body>'),
    ("link-nowhere", "</body>", P + 'x <a href="#">here we are</a></p></body>'),
    ("link-nowhere", "</body>", P + 'x <a href="javascript:x()">here we are</a></p></body>'),
    ("link-http", "</body>", P + 'x <a href="http://a.example/">here we are</a></p></body>'),
    ("link-deceives", "</body>", P + 'x <a href="https://b.example/">www.bank.example</a></p></body>'),
    ("link-names-another", "</body>", P + 'x <a href="https://b.example/">Lenta.example</a></p></body>'),
    ("link-private", "</body>", P + 'x <a href="https://intranet.local/">here we are</a></p></body>'),
    ("link-private", "</body>", P + 'x <a href="http://192.168.1.4:8080/x">here we are</a></p></body>'),
    ("link-numeric", "</body>", P + 'x <a href="https://192.0.2.1/">here we are</a></p></body>'),
    ("link-shortener", "</body>", P + 'x <a href="https://bit.ly/x">here we are</a></p></body>'),
    ("slot-left", "</body>", P + '\ue000name\ue001</p></body>'),
    ("placeholder", "</body>", P + 'Dear *|FNAME|*</p></body>'),
    ("placeholder", "</body>", P + '{{ headline }}</p></body>'),
    ("section-empty", "</body>", '<h2 lang="en" dir="ltr">Sport</h2></body>'),
    ("postal-address", "12 Abovyan Street, 0001", ""),
    ("support-depends", "</body>", '<p lang="en" dir="ltr" style="display:flex">x</p></body>'),
    ("support-lacking", "</body>", '<p lang="en" dir="ltr" style="clip-path:none">x</p></body>'),
    ("preheader-missing", PREHEADER, ""),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "before", "after"), FAULTS_OF_THE_HTML)
def test_a_fault_of_the_html_is_found(
    rule: str, before: str, after: str, good: Mail, rules_of: Rules
) -> None:
    assert before in good.html
    assert rule in rules_of(replace(good, html=good.html.replace(before, after, 1)))


def test_a_mail_that_is_all_pictures_says_nothing_with_pictures_off(good: Mail, rules_of: Rules) -> None:
    page = '<html lang="en" dir="ltr"><body><a lang="en" dir="ltr" href="/x"><img alt="All" src="x"></a>'
    assert "images-off" in rules_of(replace(good, html=page))


@pytest.mark.parametrize(
    ("rule", "subject"),
    [
        ("subject-empty", " "),
        ("subject-long", "a long subject " * 9),
        ("subject-capitals", "THE LAKE RISES AGAIN"),
        ("subject-emoji", "Sevan 🌊🌊"),
        ("subject-shouting", "The lake rises!!!"),
        ("subject-spam-words", "Act now: the lake rises"),
        (
            "preheader-repeats",
            "Also this week: a press law goes back to committee, and a chess school with 400 pupils.",
        ),
    ],
)
def test_a_fault_of_the_subject_is_found(rule: str, subject: str, good: Mail, rules_of: Rules) -> None:
    assert rule in rules_of(replace(good, subject=subject))


def test_a_long_preheader_is_noted(good: Mail, rules_of: Rules) -> None:
    assert "preheader-long" in rules_of(
        replace(good, html=good.html.replace("Also this week", "Also " * 30, 1))
    )


LONG_TOKEN = "https://news.example/u/" + "a" * 200
FAULTS_OF_THE_HEADERS = [
    ("header-once", {"Message-ID": None}),
    ("header-once", {"To": "one@a.example, two@a.example"}),
    ("header-forbidden", {"Bcc": "third@a.example"}),
    ("header-forbidden", {"Return-Path": "<x@a.example>"}),
    ("header-encoded", {"List-Unsubscribe": "=?utf-8?q?=3Chttps=3A//news=2Eexample/u/1=3E?="}),
    ("line-length", {"X-Long": "y" * 1000}),
    ("line-ends", {"X-Split": "one\ntwo"}),
    ("seven-bit", {"X-Eight": "é"}),
    ("one-click", {"List-Unsubscribe": "<mailto:leave@news.example>"}),
    ("one-click", {"List-Unsubscribe": "<http://news.example/u/1>"}),
    ("one-click", {"List-Unsubscribe": "<https://a.example/1>, <https://a.example/2>"}),
    ("one-click", {"List-Unsubscribe-Post": None}),
    ("list-id", {"List-Id": "no brackets"}),
    ("list-headers", {"List-Archive": None}),
    ("auto-submitted", {"Precedence": None}),
    ("header-date", {"Date": "yesterday"}),
    ("dkim-headers", {"DKIM-Signature": "v=1; a=rsa-sha256; d=news.example; h=From:Subject; bh=x; b=y"}),
    (
        "alignment",
        {"DKIM-Signature": "v=1; d=other.example; h=from:list-unsubscribe:list-unsubscribe-post; b=y"},
    ),
    ("from-freemail", {"From": "Weekly <weekly@gmail.com>"}),
]


@pytest.mark.parametrize(("rule", "changes"), FAULTS_OF_THE_HEADERS)
def test_a_fault_of_the_headers_is_found(
    rule: str, changes: dict[str, str | None], message_of: Messages, classic: Theme, rules_of: Rules
) -> None:
    view = sample("en")
    assert rule in rules_of(preflight.of_message(message_of(view, classic, changes), view=view))


def test_a_token_of_two_hundred_characters_is_no_fault(
    message_of: Messages, classic: Theme, rules_of: Rules
) -> None:
    view = sample("en")
    raw = message_of(view, classic, {"List-Unsubscribe": f"<{LONG_TOKEN}>"})
    assert rules_of(preflight.of_message(raw, view=view)) == set()


def test_html_before_text_and_html_alone_are_found(good: Mail, rules_of: Rules) -> None:
    assert good.raw is not None
    swapped = (
        good.raw.replace(b"text/plain", b"text/x")
        .replace(b"text/html", b"text/plain")
        .replace(b"text/x", b"text/html")
    )
    assert "alternative" in rules_of(preflight.of_message(swapped))
    alone = b"From: a@news.example\r\nSubject: x\r\nContent-Type: text/html\r\n\r\n<p>x</p>\r\n"
    assert {"alternative", "text-missing"} <= rules_of(preflight.of_message(alone))


def test_a_part_with_lines_too_long_for_its_encoding_is_found(good: Mail, rules_of: Rules) -> None:
    assert good.raw is not None
    assert "line-length" in rules_of(
        preflight.of_message(good.raw.replace(b"\r\n--sep--", b"z" * 80 + b"\r\n--sep--"))
    )


def test_a_text_part_that_lacks_a_story_or_most_words_or_the_way_out_is_found(
    good: Mail, rules_of: Rules
) -> None:
    assert "text-story" in rules_of(
        replace(good, text=good.text.replace("apricot", "").replace("Apricot", ""))
    )
    assert {"text-differs", "unsubscribe-link", "postal-address"} <= rules_of(
        replace(good, text="View in browser")
    )
    assert "text-missing" in rules_of(replace(good, text=" "))


def test_a_mail_without_a_way_out_is_found(good: Mail, rules_of: Rules) -> None:
    assert "unsubscribe-link" in rules_of(replace(good, html=good.html.replace("nsubscribe", "")))


def test_an_issue_without_a_story_and_a_newsletter_without_an_address_are_found(
    classic: Theme, rules_of: Rules
) -> None:
    view = sample("en")
    empty = replace(
        view, sections=(SectionView("Politics", ()),), newsletter=replace(view.newsletter, postal_address=" ")
    )
    found = rules_of(preflight.of_rendered(render(empty, classic), empty))
    assert {"issue-empty", "postal-address"} <= found


STORY = "https://news.example/2026/11/story-1"


def test_links_are_judged_by_what_their_addresses_answered(good: Mail, rules_of: Rules) -> None:
    assert STORY in preflight.addresses(good)
    for answer, rule in (
        (LinkAnswer(404), "link-dead"),
        (LinkAnswer(None), "link-dead"),
        (LinkAnswer(200, "https://news.example/moved"), "link-redirects"),
    ):
        assert rule in rules_of(replace(good, answers={STORY: answer}))
    assert rules_of(replace(good, answers={STORY: LinkAnswer(200, STORY)})) == set()


KEY_2048 = "A" * 392
GOOD_DNS = DomainRecords(
    spf=("v=spf1 include:relay.example -all",),
    dmarc=("v=DMARC1; p=reject",),
    dkim={"s1": f"v=DKIM1; p={KEY_2048}"},
)


@pytest.mark.parametrize(
    ("rule", "records"),
    [
        ("spf", replace(GOOD_DNS, spf=())),
        ("spf", replace(GOOD_DNS, spf=("v=spf1 -all", "v=spf1 ~all"))),
        ("spf-open", replace(GOOD_DNS, spf=("v=spf1 +all",))),
        ("dmarc", replace(GOOD_DNS, dmarc=())),
        ("dmarc-none", replace(GOOD_DNS, dmarc=("v=DMARC1; p=none",))),
        ("dkim-elsewhere", replace(GOOD_DNS, dkim={})),
        ("dkim", replace(GOOD_DNS, dkim={"s1": None})),
        ("dkim", replace(GOOD_DNS, dkim={"s1": "v=DKIM1; p="})),
        ("dkim", replace(GOOD_DNS, dkim={"s1": "v=DKIM1; p=!"})),
        ("dkim-short", replace(GOOD_DNS, dkim={"s1": "v=DKIM1; p=" + "A" * 216})),
    ],
)
def test_a_fault_of_the_senders_domain_is_found(
    rule: str, records: DomainRecords, good: Mail, rules_of: Rules
) -> None:
    assert rule in rules_of(replace(good, domain=records))


def test_a_domain_in_order_has_no_finding(good: Mail, rules_of: Rules) -> None:
    assert rules_of(replace(good, domain=GOOD_DNS)) == set()


def test_errors_block_unless_their_rule_is_overridden(good: Mail) -> None:
    findings = preflight.check(replace(good, subject="", text=""), without={"spam"})
    errors = {"subject-empty", "text-missing", "postal-address", "unsubscribe-link"}
    assert {finding.rule for finding in preflight.blocking(findings)} == errors
    assert findings[0].severity is Severity.ERROR
    assert preflight.blocking(findings, errors) == []


def test_every_rule_has_its_own_id_and_says_how_to_mend() -> None:
    every = [rule for family in preflight.FAMILIES for rule in family.RULES]
    assert len({rule.id for rule in every}) == len(every)
    assert all(rule.reason.endswith(".") and rule.mend.endswith(".") for rule in every)


def test_every_rule_has_a_bad_sample_that_it_finds() -> None:
    told = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert [rule for rule in preflight.rules() if f'"{rule}"' not in told] == []


def test_the_documentation_lists_every_rule() -> None:
    page = Path(__file__).parents[3] / "docs" / "preflight.md"
    written = page.read_text(encoding="utf-8")
    for identifier, rule in preflight.rules().items():
        assert f"| `{identifier}` | {rule.severity} | {rule.reason} {rule.mend} |" in written


def test_every_feature_that_the_themes_use_is_looked_up(issue: IssueView) -> None:
    features = used(preflight.of_rendered(render(issue, theme("magazine")), issue))
    assert {
        "css-at-media",
        "css-at-media-prefers-color-scheme",
        "css-max-width",
        "css-padding",
        "html-role",
    } <= features


@pytest.mark.parametrize(
    "page",
    [
        "",
        " ",
        "<p>",
        "<!-- x -->",
        "plain",
        "<table><tr>" * 3000,
        "<div>" * 20_000,
        "<a href='http://[x'>y",
    ],
)
def test_any_html_is_checked_and_none_breaks_a_rule(page: str) -> None:
    assert preflight.check(Mail("A subject", page, "text"), without={"spam"})


def test_todo_is_a_word_in_spanish(good: Mail, rules_of: Rules) -> None:
    spanish = good.html.replace("</body>", '<p lang="es" dir="ltr">Todo el lago, todo el año</p></body>')
    assert "placeholder" not in rules_of(replace(good, html=spanish))
