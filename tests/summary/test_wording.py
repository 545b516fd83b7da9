"""How a word is written, and columns that join two of its features."""

from digest.summary.article import read
from digest.summary.wording import UNKNOWN, crossed, endings
from digest.summary.worth import word_features

ARTICLE = read(None, "Engineers closed the bridge. Closing bridges costs money, and it closed shops.", "en")


def test_endings_are_shares_of_the_uses_of_a_stem() -> None:
    found = endings(ARTICLE)

    assert found["clos"] == (2 / 3, 1 / 3, 0, 0)
    assert found["bridg"] == (0, 0, 0, 1 / 2)
    assert set(found) == {term for sentence in ARTICLE.sentences for term in sentence.terms}


def test_a_function_word_and_a_name_have_columns_of_their_own() -> None:
    article = read(None, "The council of Gyumri met. It was the council of Gyumri that met.", "en")
    rows = word_features(article, {})

    assert crossed(rows["the"])[:7] == (rows["the"][6], rows["the"][12], 2, 2, *(UNKNOWN,) * 3)
    assert crossed(rows["gyumri"])[:7] == (*(UNKNOWN,) * 4, 3, 2, 2)
    assert crossed(rows["gyumri"])[7:9] == (2, rows["gyumri"][12])
    assert crossed(rows["the"])[7:9] == (UNKNOWN, UNKNOWN)
