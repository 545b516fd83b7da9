"""Which stories of an issue carry a link to where they are commented on."""

import pytest
from sqlalchemy import select

from digest.actions.build import build
from digest.actions.compose import compose
from digest.actions.context import Context
from digest.articles.tables import Article
from digest.issues import find_issue, newsletters
from digest.issues.finding import find_newsletter
from tests.actions.conftest import NOW


@pytest.mark.parametrize(
    ("mode", "counted", "uncounted", "elsewhere"),
    [("off", "", "", ""), ("counted", "#comments", "", ""), ("every", "#comments", "#respond", "")],
)
def test_a_story_carries_a_link_to_its_comments_as_the_newsletter_has_it(
    context: Context, mode: str, counted: str, uncounted: str, elsewhere: str
) -> None:
    build(context, "weekly", NOW)
    with context.database.writing() as session:
        issue = find_issue(session)
        newsletters.edit(
            session,
            find_newsletter(session),
            {"comment_links": mode, "site_url": "https://news.example.org/", "language": "en"},
        )
        ids = [item.article_id for item in issue.items if not item.dropped][:3]
        articles = [session.scalars(select(Article).where(Article.id == one)).one() for one in ids]
        for article, url, number in zip(
            articles,
            (
                "https://news.example.org/counted",
                "https://www.news.example.org/none",
                "https://other.example/x",
            ),
            (7, 0, None),
            strict=True,
        ):
            article.url, article.comments = url, number
        session.flush()
        html = compose(context, session, issue).html
        for article, anchor in zip(articles, (counted, uncounted, elsewhere), strict=True):
            found = [one for one in ("#comments", "#respond") if f'href="{article.url}{one}"' in html]
            assert found == ([anchor] if anchor else []), article.url
        assert ("Comment on this story" in html) == (mode == "every")
