"""What was learned: tables that give the same figure everywhere, and choices that can be followed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.summary.additive import Additive
from digest.summary.article import read
from digest.summary.candidates import candidates, lead, supported
from digest.summary.learned import choose, judge
from digest.summary.share import centrality, choose_share
from digest.summary.weights import weights_for
from digest.summary.worth import expected_overlap, mixed

TEXT = (
    "The city council of Gyumri voted on Monday to close the old bridge for a year. Engineers found cracks in two of "
    "the five pillars of the bridge. However, the shopkeepers fear for their trade. Mayor Lilit Hakobyan promised a "
    "bus. She did not say when. It was raining. The repair of the bridge costs 3.5 million euros, the council said."
)
ARTICLE = read("Bridge to close", TEXT, "en")


def test_a_value_on_a_cut_belongs_to_the_interval_below() -> None:
    model = Additive(0.5, ((1.0, 2.0), ()), ((10.0, 20.0, 30.0), ()))

    assert [model.total((x, 9.0)) for x in (0.0, 1.0, 1.5, 2.0, 2.1)] == [10.5, 10.5, 20.5, 20.5, 30.5]


@given(st.floats(-50, 50, allow_nan=False))
def test_a_probability_is_one(total: float) -> None:
    assert 0.0 < Additive(total, (), ()).probability(()) < 1.0


def test_stored_tables_come_back_as_they_were() -> None:
    model = Additive(0.25, ((1.0,), ()), ((0.5, -0.5), ()))

    assert Additive.from_json(model.to_json()) == model


def test_english_is_learned_and_other_languages_are_not() -> None:
    assert weights_for("en") is not None
    assert weights_for("hy") is None
    assert weights_for("../en") is None


def test_words_that_come_early_and_often_are_worth_more() -> None:
    weights = weights_for("en")
    assert weights
    value = judge(ARTICLE, weights)

    assert value.words["bridg"] > value.words["rain"]
    assert set(value.words) == {term for sentence in ARTICLE.sentences for term in sentence.terms}


def test_two_judgements_are_weighed() -> None:
    weights = weights_for("en")
    assert weights
    one = judge(ARTICLE, weights)

    assert mixed(one, one, 0.3).words["bridg"] == pytest.approx(one.words["bridg"])
    assert mixed(one, one, 0.3).length == pytest.approx(one.length)


def test_overlap_counts_a_repeated_sentence_once() -> None:
    weights = weights_for("en")
    assert weights
    value = judge(ARTICLE, weights)
    ones, twos = expected_overlap(ARTICLE, (0,), value)

    assert 0 < twos < ones < 1


def test_every_candidate_fits_and_is_supported() -> None:
    sets = candidates(ARTICLE, 40, lambda chosen: -sum(chosen))

    assert lead(ARTICLE, 40) in sets
    for chosen in sets:
        assert sum(ARTICLE.sentences[index].words for index in chosen) <= 40
        assert supported(ARTICLE, chosen)
        assert (4 in chosen) <= (3 in chosen)
        assert (2 in chosen) <= (1 in chosen)


def test_the_choice_is_a_candidate_and_does_not_change() -> None:
    weights = weights_for("en")
    assert weights
    chosen = choose(ARTICLE, 40, weights)

    assert chosen == choose(ARTICLE, 40, weights)
    assert chosen
    assert list(chosen) == sorted(set(chosen))


def test_the_most_central_sentences_are_the_share() -> None:
    values = centrality(ARTICLE)

    assert values[5] == min(values)
    assert 5 not in choose_share(ARTICLE, 0.4)
    assert len(choose_share(ARTICLE, 0.4)) == 3
    assert choose_share(read(None, "", "en"), 0.4) == ()


def test_a_share_does_not_begin_with_a_sentence_that_leans_on_a_missing_one() -> None:
    article = read(
        None,
        "It rained. Nobody came. He said the bridge of Gyumri is old and the bridge is closed. The bridge of Gyumri is "
        "closed for a year. The bridge is old. Engineers closed the bridge of Gyumri.",
        "en",
    )
    chosen = choose_share(article, 0.5)

    assert len(chosen) == 3
    assert article.sentences[chosen[0]].leaning is None


def test_a_text_may_begin_as_its_author_began_it() -> None:
    article = read(None, "It was the third flood of the year. The town of Gyumri lost its bridge.", "en")

    def score(chosen: tuple[int, ...]) -> float:
        return float(len(chosen))

    assert (0, 1) not in candidates(article, 30, score)
    assert (0, 1) in candidates(article, 30, score, begins=True)


def test_a_dateline_taken_off_is_remembered() -> None:
    assert read(None, "(CNN)It was the third flood.", "en").credited
    assert not read(None, "It was the third flood.", "en").credited


def test_neither_a_fragment_nor_a_last_question_is_chosen() -> None:
    article = read(
        None, "Empathy. The town of Gyumri needs a bridge. And guess what? The bridge is here.", "en"
    )
    sets = candidates(article, 30, lambda chosen: float(len(chosen)))

    assert (1, 3) in sets
    assert all(2 not in chosen[-1:] for chosen in sets if len(chosen) > 1)
    assert all(chosen != (0, 1) for chosen in sets)
