"""SpamAssassin, offline, as Debian ships it."""

from collections.abc import Callable

import pytest

from digest.rendering import names, preflight, theme
from digest.rendering.preflight import spam
from digest.rendering.sample import LANGUAGES, sample

needs_spamassassin = pytest.mark.skipif(spam.installed() is None, reason="needs Debian's spamassassin")


@pytest.fixture(scope="module")
def scores(message_of: Callable[..., bytes]) -> dict[tuple[str, str], tuple[float, list[str]]]:
    """What each theme scores in each language, every block in it, in one run of the program."""
    program = spam.installed()
    assert program
    view = {language: sample(language, every_block=True) for language in LANGUAGES}
    mails = {
        (name, language): message_of(view[language], theme(name))
        for name in names()
        for language in LANGUAGES
    }
    return dict(zip(mails, spam.assess(list(mails.values()), program), strict=True))


@needs_spamassassin
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", names())
def test_a_theme_scores_at_most_one(
    name: str, language: str, scores: dict[tuple[str, str], tuple[float, list[str]]]
) -> None:
    """Without the point that SpamAssassin takes off for the headers of a list, which is none of the theme's."""
    score, rules = scores[name, language]
    assert score + ("MAILING_LIST_MULTI" in rules) <= spam.LIMIT, rules
    assert "HTML_FONT_LOW_CONTRAST" not in rules


@needs_spamassassin
def test_a_spammers_mail_is_found() -> None:
    raw = (
        b"From: a <a@x.example>\r\nTo: b@y.example\r\nSubject: VIAGRA!!! FREE MONEY $$$ ACT NOW\r\n"
        b"Content-Type: text/html\r\n\r\n<html><body><font color=#fff>x</font><img src=http://1.2.3.4/a.gif></body></html>\r\n"
    )
    assert [finding.rule for finding in spam.check(preflight.of_message(raw))] == ["spam-score"]
