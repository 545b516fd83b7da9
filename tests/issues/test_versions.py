"""A variant is written in its reader's words, under a subject that it keeps."""

import pytest
from sqlalchemy.orm import Session

from digest.issues import Issue, IssueError, editing, readers
from digest.issues.versions import subject_of, written
from digest.selection import Profile, shape
from tests.issues.newsroom import Newsroom

BILINGUAL = {"pair_key": {1: "p", 8: "p"}, "language": {1: "en", 8: "hy", 2: "en", 3: "en"}}


def bilingual(newsroom: Newsroom, session: Session) -> Issue:
    return newsroom.build(session, candidates=newsroom.candidates(**BILINGUAL), languages=["en", "hy"])


def test_each_item_has_the_words_of_the_readers_language(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        issue = bilingual(newsroom, session)
        versions = written(issue, shape(readers.pieces(issue), Profile("hy")))
        assert [(one.language, one.headline, one.summary) for one in versions] == [
            ("hy", "Headline 8", "Summary 8."), ("en", "Headline 2", "Summary 2."), ("en", "Headline 3", "Summary 3."),
        ]  # fmt: skip
        assert subject_of(issue, versions).subject == "Headline 8"


def test_the_issues_own_subject_stands_where_all_of_it_is_in(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        issue = bilingual(newsroom, session)
        editing.set_subject(session, issue, "Mine")
        parts = readers.pieces(issue)
        assert subject_of(issue, written(issue, shape(parts, Profile("en")))).subject == "Mine"
        # Who had the lead is not promised it.
        assert (
            subject_of(issue, written(issue, shape(parts, Profile("en", had=(1,))))).subject == "Headline 2"
        )


def test_a_translation_is_edited_by_its_language_and_survives_a_rebuild(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        issue = bilingual(newsroom, session)
        editing.set_headline(session, issue, 1, "Իմ վերնագիրը", language="hy")
        editing.set_summary(session, issue, 1, "Իմ ամփոփումը։", language="hy")
        issue = bilingual(newsroom, session)
        (armenian,) = issue.items[0].translations
        assert (armenian["headline"], armenian["summary"], armenian["method"]) == (
            "Իմ վերնագիրը", "Իմ ամփոփումը։", "editor",
        )  # fmt: skip
        assert issue.items[0].headline == "Headline 1"
        assert issue.items[0].edited == ["headline:hy", "summary:hy"]
        with pytest.raises(IssueError, match=r"no version in 'ru'. Its languages: en, hy"):
            editing.set_headline(session, issue, 1, "x", language="ru")
