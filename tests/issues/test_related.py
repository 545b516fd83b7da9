"""You may also like: the nearest earlier articles, none that the list had lately."""

from datetime import timedelta

from digest.issues import progress
from digest.issues.related import NOT_AGAIN, Suggestion, interleave, suggest
from tests.issues.newsroom import NOW, Newsroom


def earlier(number: int) -> Suggestion:
    return Suggestion(number, f"story-{number}", f"Headline {number}", f"https://news.example/{number}")


def numbers(suggestions: list[Suggestion]) -> list[int]:
    return [one.article_id for one in suggestions]


def test_each_items_best_comes_before_any_items_second() -> None:
    ranked = [[earlier(1), earlier(2), earlier(3)], [earlier(4)], [earlier(1), earlier(5)]]
    assert numbers(interleave(ranked, 4, (), ())) == [1, 4, 2, 5]
    assert numbers(interleave(ranked, 4, {4}, {"story-1"})) == [2, 5, 3]
    assert interleave([], 4, (), ()) == []


def test_what_the_list_had_lately_is_not_suggested_and_a_suggestion_not_repeated(newsroom: Newsroom) -> None:
    ranked = [[earlier(n) for n in range(1, 9)]]
    with newsroom.database.writing() as session:
        first = newsroom.build(session, items=1)
        assert numbers(suggest(session, first, ranked, NOW, most=2)) == [2, 3]
        assert [one["title"] for one in first.related] == ["Headline 2", "Headline 3"]
        progress.approve(session, first, "Ann", NOW)
        second = newsroom.build(session, candidates=newsroom.candidates()[6:], items=1)
        assert numbers(suggest(session, second, ranked, NOW)) == [4, 5, 6, 8]
        much_later = NOW + NOT_AGAIN + timedelta(days=1)
        assert numbers(suggest(session, second, ranked, much_later)) == [1, 2, 3, 4]
