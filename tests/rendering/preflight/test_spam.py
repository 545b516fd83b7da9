"""SpamAssassin, offline, as Debian ships it."""

from collections.abc import Callable

import pytest

from digest.rendering import names, preflight, theme
from digest.rendering.preflight import spam
from digest.rendering.sample import LANGUAGES, sample

needs_spamassassin = pytest.mark.skipif(spam.installed() is None, reason="needs Debian's spamassassin")


@needs_spamassassin
def test_no_theme_in_any_language_scores_above_one(message_of: Callable[..., bytes]) -> None:
    program = spam.installed()
    assert program
    mails = {
        (name, language): message_of(sample(language), theme(name))
        for name in names()
        for language in LANGUAGES
    }
    scores = dict(zip(mails, spam.assess(list(mails.values()), program), strict=True))
    assert {which: found for which, found in scores.items() if found[0] > spam.LIMIT} == {}


@needs_spamassassin
def test_a_spammers_mail_is_found() -> None:
    raw = (
        b"From: a <a@x.example>\r\nTo: b@y.example\r\nSubject: VIAGRA!!! FREE MONEY $$$ ACT NOW\r\n"
        b"Content-Type: text/html\r\n\r\n<html><body><font color=#fff>x</font><img src=http://1.2.3.4/a.gif></body></html>\r\n"
    )
    assert [finding.rule for finding in spam.check(preflight.of_message(raw))] == ["spam-score"]
