"""A newsroom in a database: two lists, a newsletter, and articles to choose from."""

from datetime import timedelta

import pytest

from digest.articles.tables import Article
from store import Database
from subscribers.tables import MailingList
from tests.issues.newsroom import NOW, Newsroom, add_newsletter, row


@pytest.fixture
def newsroom(database: Database) -> Newsroom:
    with database.writing() as session:
        session.add_all([row(MailingList, id=n, slug=f"list-{n}") for n in (1, 2)])
        for number in range(1, 9):
            session.add(
                row(
                    Article,
                    id=number,
                    url=f"https://news.example/{number}",
                    title=f"Headline {number}",
                    published_at=NOW - timedelta(hours=number),
                    story_key=f"story-{number}",
                )
            )
        session.flush()
        add_newsletter(session, "weekly", 1)
    return Newsroom(database)
