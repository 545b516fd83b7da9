"""What a set of sentences looks like, as numbers that were learned to count for or against it."""

from digest.summary.article import read
from digest.summary.learned import continuing, judge, shortlist
from digest.summary.shape import FEATURES, Shapes
from digest.summary.weights import weights_for

TEXT = (
    "The city council of Gyumri voted on Monday to close the old bridge, for a year. Engineers found 2 cracks in the "
    "pillars of the bridge. “The bridge is old,” Mayor Lilit Hakobyan said. The repair of the bridge costs 3.5 million "
    "euros, the council said. Shopkeepers of the old town fear for their trade and wrote to the council."
)
ARTICLE = read(None, TEXT, "en")
WEIGHTS = weights_for("en")
assert WEIGHTS
VALUE = judge(ARTICLE, WEIGHTS)
SHAPES = Shapes(ARTICLE, 40, VALUE, WEIGHTS.spread)


def test_each_kind_of_text_has_a_taste_for_every_feature() -> None:
    assert WEIGHTS
    assert len(WEIGHTS.whole.taste) == len(WEIGHTS.continued.taste) == FEATURES
    assert len(SHAPES.features((0,))) == FEATURES


def test_the_shape_tells_place_length_and_style() -> None:
    lead = SHAPES.features((0, 1, 2))
    other = SHAPES.features((1, 4))

    assert (lead[3], lead[4], lead[5], lead[6], lead[7]) == (3, True, 0, 2, 0)
    assert (other[3], other[4], other[5], other[6], other[7]) == (2, False, 1, 4, 2)
    assert (lead[9], lead[11]) == (1, 2)
    assert (lead[17], lead[18]) == (1.0, True)
    assert 0 < other[17] < 1
    assert not other[18]


def test_saying_a_thing_twice_shows() -> None:
    assert WEIGHTS
    article = read(None, "The bridge closed. The bridge closed.", "en")
    twice = Shapes(article, 40, judge(article, WEIGHTS), WEIGHTS.spread)

    assert twice.features((0,))[15] == 0
    assert twice.features((0, 1))[15] == 0.5


def test_the_shortlist_is_best_first_and_within_the_budget() -> None:
    assert WEIGHTS
    sets = shortlist(ARTICLE, 30, VALUE, continuing(ARTICLE, WEIGHTS))

    assert 1 < len(sets) <= 40
    assert all(sum(ARTICLE.sentences[index].words for index in chosen) <= 30 for chosen in sets)


def test_whom_the_article_introduced_elsewhere_is_a_stranger() -> None:
    assert WEIGHTS
    article = read(
        None,
        "The mayor, Lilit Hakobyan, closed the bridge. On Monday the mayor Hakobyan promised a bus.",
        "en",
    )
    shapes = Shapes(article, 40, judge(article, WEIGHTS), WEIGHTS.spread)

    assert shapes.features((0,))[20:] == (0, 0, 0)
    assert shapes.features((1,))[20:] == (1, 1, 1)
    assert shapes.features((0, 1))[20:] == (0, 0, 1)
