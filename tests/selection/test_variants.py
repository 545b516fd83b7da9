"""Each reader's issue: their language, their topics, nothing they had."""

from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.selection import Piece, Profile, Version, shape, variants

LEAD = Piece(1, (("hy", 11), ("en", 12)), frozenset({"Politics"}), always=True)
CULTURE = Piece(2, (("hy", 21), ("en", 22)), frozenset({"Culture"}))
SPORT = Piece(3, (("en", 31),), frozenset({"Sport"}))
WORLD = Piece(4, (("hy", 41),), frozenset({"World"}))
ISSUE = (LEAD, CULTURE, SPORT, WORLD)


def articles(contents: Iterable[Version]) -> list[int]:
    return [one.article_id for one in contents]


def test_each_piece_comes_once_in_the_readers_language() -> None:
    assert articles(shape(ISSUE, Profile("en-GB"))) == [12, 22, 31, 41]
    assert articles(shape(ISSUE, Profile("hy"))) == [11, 21, 31, 41]
    assert articles(shape(ISSUE, Profile())) == [11, 21, 31, 41]


def test_a_language_without_a_version_falls_back_to_the_newsletters_own_and_says_so() -> None:
    contents = shape(ISSUE, Profile("fr"))
    assert [(one.language, one.fallback) for one in contents] == [
        ("hy", True), ("hy", True), ("en", False), ("hy", False),
    ]  # fmt: skip


def test_a_reader_of_topics_gets_them_and_what_is_for_everybody() -> None:
    assert articles(shape(ISSUE, Profile("en", ("culture", "sport")), least=1)) == [12, 22, 31]


def test_few_pieces_on_their_topics_are_filled_up_with_the_next() -> None:
    assert articles(shape(ISSUE, Profile("en", ("world",)), least=3)) == [12, 22, 41]
    assert articles(shape(ISSUE, Profile("en", ("chess",)), least=2)) == [12, 22]


def test_nothing_a_reader_had_is_in_their_issue() -> None:
    assert articles(shape(ISSUE, Profile("en", had=(1, 3)))) == [22, 41]
    assert shape(ISSUE, Profile("en", had=(1, 2, 3, 4))) == ()


def test_readers_whose_issue_is_the_same_share_a_variant() -> None:
    readers = {
        Profile("hy"): 5,
        Profile("hy-AM"): 2,
        Profile(): 1,
        Profile("en"): 4,
        Profile("en", ("x",)): 1,
    }
    found = variants(ISSUE, readers, least=4)
    assert [(variant.readers, len(variant.profiles)) for variant in found] == [(8, 3), (5, 2)]


def test_too_many_variants_let_topics_go_first() -> None:
    readers = {Profile("en", (topic,)): n for n, topic in enumerate(("culture", "sport", "world"), 1)}
    found = variants(ISSUE, readers | {Profile("en"): 50}, most=2, least=1)
    assert [articles(variant.contents) for variant in found] == [[12, 22, 31, 41], [12, 41]]
    assert [variant.readers for variant in found] == [53, 3]


topics = st.lists(st.sampled_from(["politics", "culture", "sport", "chess"]), max_size=3).map(tuple)
had = st.sets(st.sampled_from([1, 2, 3, 4])).map(lambda numbers: tuple(sorted(numbers)))
profiles = st.builds(Profile, st.sampled_from(["", "en", "hy", "fr"]), topics, had)


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(profiles, st.integers(1, 9), max_size=30), st.integers(1, 6), st.integers(0, 4))
def test_every_reader_is_in_one_variant_gets_each_story_once_and_nothing_they_had(
    readers: dict[Profile, int], most: int, least: int
) -> None:
    found = variants(ISSUE, readers, most, least)
    assert len(found) <= most
    assert sorted(profile for variant in found for profile in variant.profiles) == sorted(readers)
    assert sum(variant.readers for variant in found) == sum(readers.values())
    for variant in found:
        numbers = [one.number for one in variant.contents]
        assert numbers == sorted(set(numbers))
        for profile in variant.profiles:
            assert not set(numbers) & set(profile.had)
    assert found == variants(ISSUE, dict(reversed(readers.items())), most, least)
